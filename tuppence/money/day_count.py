"""Day counts: how much of a year lies between two dates, as an exact fraction.

The rules are those of the ISDA 2006 definitions, section 4.16, and for 30/360 US of the NASD
with its end of February rule. The start is counted, the end is not; a span that runs backwards
counts negative.
"""

from calendar import isleap, monthrange
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from tuppence.money.months import add_months


class DayCount(StrEnum):
    """The conventions, by the names under which contracts quote them."""

    PERIOD_30_360 = "30/360"
    THIRTY_E_360 = "30E/360"
    THIRTY_360_US = "30/360US"
    THIRTY_360_BOND_BASIS = "30/360BB"
    ACT_365_FIXED = "ACT/365F"
    ACT_360 = "ACT/360"
    ACT_ACT_ISDA = "ACT/ACT"


def year_fraction(start: date, end: date, convention: DayCount) -> Fraction:
    """Return the part of a year from the start to the end, which is negative if the end is first.

    "30/360" is nominal: each whole month from the start counts a twelfth, the days that are left
    over count 1/360 each. A schedule knows its periods, so it counts a whole one by its nominal
    length itself and does not ask here.

    >>> year_fraction(date(2003, 11, 1), date(2004, 5, 1), DayCount.ACT_ACT_ISDA)
    Fraction(66491, 133590)
    """
    if end < start:
        return -year_fraction(end, start, convention)
    return _FRACTION[convention](start, end)


def days_30e_360(start: date, end: date) -> int:
    """Count days by 30E/360 (Eurobond basis): each 31st counts as the 30th."""
    return _days_of_360(start, end, min(start.day, 30), min(end.day, 30))


def days_30_360_us(start: date, end: date) -> int:
    """Count days by 30/360 US: as bond basis, and the last day of February counts as a 30th.

    The end is moved from the last of February only if the start is one as well.
    """
    start_day, end_day = start.day, end.day
    if _ends_february(start):
        start_day = 30
        if _ends_february(end):
            end_day = 30
    if end_day == 31 and start_day >= 30:
        end_day = 30
    return _days_of_360(start, end, min(start_day, 30), end_day)


def days_30_360_bond_basis(start: date, end: date) -> int:
    """Count days by 30/360 bond basis: a 31st at the end is moved only after a 30th or 31st."""
    start_day = min(start.day, 30)
    end_day = 30 if end.day == 31 and start_day == 30 else end.day
    return _days_of_360(start, end, start_day, end_day)


def whole_months(start: date, end: date) -> int:
    """Return the largest number of months that, added to the start, does not pass the end."""
    assert start <= end
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def _days_of_360(start: date, end: date, start_day: int, end_day: int) -> int:
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + end_day - start_day


def _ends_february(day: date) -> bool:
    return day.month == 2 and day.day == monthrange(day.year, 2)[1]


def _period_nominal(start: date, end: date) -> Fraction:
    months = whole_months(start, end)
    return Fraction(months, 12) + Fraction((end - add_months(start, months)).days, 360)


def _act_act_isda(start: date, end: date) -> Fraction:
    """Divide the days that fall in leap years by 366 and the others by 365."""
    if start.year == end.year:
        return Fraction((end - start).days, _year_length(start.year))
    first = Fraction((date(start.year + 1, 1, 1) - start).days, _year_length(start.year))
    last = Fraction((end - date(end.year, 1, 1)).days, _year_length(end.year))
    return first + (end.year - start.year - 1) + last


def _year_length(year: int) -> int:
    return 366 if isleap(year) else 365


_FRACTION: Mapping[DayCount, Callable[[date, date], Fraction]] = MappingProxyType(
    {
        DayCount.PERIOD_30_360: _period_nominal,
        DayCount.THIRTY_E_360: lambda start, end: Fraction(days_30e_360(start, end), 360),
        DayCount.THIRTY_360_US: lambda start, end: Fraction(days_30_360_us(start, end), 360),
        DayCount.THIRTY_360_BOND_BASIS: lambda start, end: Fraction(
            days_30_360_bond_basis(start, end), 360
        ),
        DayCount.ACT_365_FIXED: lambda start, end: Fraction((end - start).days, 365),
        DayCount.ACT_360: lambda start, end: Fraction((end - start).days, 360),
        DayCount.ACT_ACT_ISDA: _act_act_isda,
    }
)
