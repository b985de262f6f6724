"""How the days of payments count as years or unit-periods in an annual percentage rate.

European Union, directive 2008/48/EC, annex I: a year has 365 days (366 in a leap year), 52 weeks or
12 equal months. Which of them counts is decided here once, by `eu_years`:

- payments on month steps count equal months, payments on week steps weeks of 52 a year, since a
  calendar month must not make one instalment dearer than another;
- an odd first period counts whole steps back from the payment, then days;
- a single payment, or payments on no common step, count whole years back and then days over 365 or
  366 (the first example of directive 98/7/EC, 546 days for one payment, is counted so).

United States, Regulation Z, appendix J (b): unit-periods and the part of one that is left.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from tuppence.money.months import add_months


class UnitPeriodUnit(StrEnum):
    """What a unit-period is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    HALF_MONTHS = "half_months"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """A unit-period of appendix J: at most a year."""

    every: int
    unit: UnitPeriodUnit

    @property
    def per_year(self) -> Fraction:
        """How many of them a year has: 365 days, 52 weeks, 24 half months or 12 months."""
        in_year = {
            UnitPeriodUnit.DAYS: 365,
            UnitPeriodUnit.WEEKS: 52,
            UnitPeriodUnit.HALF_MONTHS: 24,
            UnitPeriodUnit.MONTHS: 12,
            UnitPeriodUnit.YEARS: 1,
        }
        return Fraction(in_year[self.unit], self.every)


YEAR = UnitPeriod(1, UnitPeriodUnit.YEARS)


def eu_years(drawdown_on: date, days: Sequence[date]) -> list[Fraction]:
    """Return the years from the drawdown to each day, by the convention named above."""
    ordered = sorted(set(days))
    if len(ordered) > 1:
        last = ordered[-1]
        if all(_whole_months(day, last) is not None for day in ordered):
            return [years_by_months(drawdown_on, day) for day in days]
        if all((last - day).days % 7 == 0 for day in ordered):
            return [years_by_weeks(drawdown_on, day) for day in days]
    return [years_by_days(drawdown_on, day) for day in days]


def years_by_months(start: date, end: date) -> Fraction:
    """Count equal months of a twelfth of a year back from the end, then days."""
    months = _whole_months(start, end)
    if months is not None:
        return Fraction(months, 12)
    months, turn = _months_back(start, end)
    return Fraction(months, 12) + _day_share(start, turn)


def years_by_weeks(start: date, end: date) -> Fraction:
    """Count weeks of a fifty-second of a year back from the end, then days."""
    weeks, rest = divmod((end - start).days, 7)
    return Fraction(weeks, 52) + _day_share(start, start + timedelta(days=rest))


def years_by_days(start: date, end: date) -> Fraction:
    """Count whole years back from the end, then days over the length of the year before."""
    years = _months_back(start, end)[0] // 12
    return years + _day_share(start, add_months(end, -12 * years))


def unit_periods_between(start: date, end: date, unit_period: UnitPeriod) -> tuple[int, Fraction]:
    """Return the whole unit-periods between two days and the part of one that is left.

    Appendix J (b)(5): months are measured back from the later day; days left count as 1/30 of a
    month, 1/15 of a half month; weeks and days are counted in days; what is left of a year counts
    as whole months of 12, otherwise as days of 365.
    """
    unit, every = unit_period.unit, unit_period.every
    days = (end - start).days
    if unit in (UnitPeriodUnit.DAYS, UnitPeriodUnit.WEEKS):
        length = every * (7 if unit is UnitPeriodUnit.WEEKS else 1)
        whole, rest = divmod(days, length)
        return whole, Fraction(rest, length)
    exact = _whole_months(start, end)
    months, turn = (exact, start) if exact is not None else _months_back(start, end)
    if unit is UnitPeriodUnit.YEARS:
        return _years_between(start, end, months, is_exact=exact is not None)
    length = 15 * every if unit is UnitPeriodUnit.HALF_MONTHS else 30 * every
    whole, rest = divmod(30 * months + (turn - start).days, length)
    return whole, Fraction(rest, length)


def find_unit_period(drawdown_on: date, days: Sequence[date]) -> UnitPeriod:
    """Return the unit-period of a transaction: its most frequent interval, at most a year.

    Appendix J (b)(4): of two equally frequent intervals the smaller one counts; without a repeated
    interval it is the average interval, rounded to the nearest whole standard one. A single
    payment within a year makes the term itself the unit-period.
    """
    ordered = sorted(set(days) | {drawdown_on})
    if len(ordered) == 2:
        return _term(ordered[0], ordered[1])
    if _are_half_months(ordered[1:]):
        return UnitPeriod(1, UnitPeriodUnit.HALF_MONTHS)
    counts = Counter(_interval(a, b) for a, b in pairwise(ordered))
    most = max(counts.values())
    if most > 1:
        return max((u for u in counts if counts[u] == most), key=lambda u: u.per_year)
    average = Fraction((ordered[-1] - ordered[0]).days, len(ordered) - 1)
    return _nearest_standard(average)


def _term(start: date, end: date) -> UnitPeriod:
    """Return a term with a single payment as a unit-period: in months, otherwise in days."""
    period = _interval(start, end)
    if period.unit is UnitPeriodUnit.WEEKS:
        return UnitPeriod((end - start).days, UnitPeriodUnit.DAYS)
    return period


def _interval(start: date, end: date) -> UnitPeriod:
    months = _whole_months(start, end)
    if months is not None:
        return UnitPeriod(months, UnitPeriodUnit.MONTHS) if months < 12 else YEAR
    days = (end - start).days
    if days >= 365:
        return YEAR
    if days % 7 == 0:
        return UnitPeriod(days // 7, UnitPeriodUnit.WEEKS)
    return UnitPeriod(days, UnitPeriodUnit.DAYS)


def _are_half_months(days: Sequence[date]) -> bool:
    """Tell whether the days come twice a month, each a month after the last but one."""
    if len(days) < 3:
        return False
    months = [_whole_months(a, b) for a, b in zip(days, days[2:], strict=False)]
    gaps = [(b - a).days for a, b in pairwise(days)]
    return all(month == 1 for month in months) and all(12 <= gap <= 19 for gap in gaps)


def _nearest_standard(days: Fraction) -> UnitPeriod:
    """Return the standard interval nearest to so many days; of two equally near the smaller."""
    standard = [(Fraction(1), UnitPeriod(1, UnitPeriodUnit.DAYS))]
    standard += [(Fraction(7 * n), UnitPeriod(n, UnitPeriodUnit.WEEKS)) for n in range(1, 52)]
    standard += [(Fraction(15), UnitPeriod(1, UnitPeriodUnit.HALF_MONTHS))]
    standard += [(Fraction(30 * n), UnitPeriod(n, UnitPeriodUnit.MONTHS)) for n in range(1, 12)]
    standard += [(Fraction(365), YEAR)]
    return min(standard, key=lambda pair: (abs(pair[0] - days), pair[0]))[1]


def _years_between(start: date, end: date, months: int, *, is_exact: bool) -> tuple[int, Fraction]:
    years, rest = divmod(months, 12)
    if is_exact:
        return years, Fraction(rest, 12)
    days = (add_months(end, -12 * years) - start).days
    # Up to a leap day more than a year may be left; the fraction stays below one.
    return years, Fraction(min(days, 364), 365)


def _whole_months(start: date, end: date) -> int | None:
    """Return the months between two days that are whole months apart, seen from either end."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, months) == end or add_months(end, -months) == start:
        return months
    return None


def _months_back(start: date, end: date) -> tuple[int, date]:
    """Return the full months that fit when measured back from the end, and the day reached."""
    months = (end.year - start.year) * 12 + end.month - start.month
    turn = add_months(end, -months)
    if turn < start:
        months -= 1
        turn = add_months(end, -months)
    return months, turn


def _day_share(start: date, turn: date) -> Fraction:
    """Return the days before `turn` as a share of the year that ends on it."""
    year = (turn - add_months(turn, -12)).days
    return Fraction((turn - start).days, year)
