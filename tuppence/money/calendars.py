"""Business days by the holiday calendars of countries and of central banks.

A calendar is named by the two letters of a country (`DE`), a country and its part (`DE-BY`), or
a market of the `holidays` package (`XECB` is the euro's TARGET calendar). The empty name knows
weekends only. Holidays that a government announces late are known as far as the installed
package knows them.
"""

from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays

from tuppence.money.refusals import InputRefusedError, sentence, shown

WEEKENDS_ONLY = ""
# Longer than any run of free days; a longer one means that the calendar is broken.
_FREE_RUN_MAX = 60


class BusinessDayRule(StrEnum):
    """Where a date goes that is no business day."""

    UNADJUSTED = "unadjusted"  # it stays
    FOLLOWING = "following"  # the next business day
    MODIFIED_FOLLOWING = "modified_following"  # the next, unless that is in another month
    PRECEDING = "preceding"  # the business day before


class UnknownCalendarError(InputRefusedError):
    """No holiday calendar has this name."""


def is_business_day(day: date, country: str = WEEKENDS_ONLY) -> bool:
    """Say whether the day is worked in the country: no weekend (or one worked instead), no holiday.

    Raises UnknownCalendarError (a ValueError) for a name that is not known.
    """
    return day not in _free_days(country, day.year)


def adjust(day: date, rule: BusinessDayRule, country: str = WEEKENDS_ONLY) -> date:
    """Move a date that is no business day by the rule; a business day stays.

    >>> adjust(date(2025, 5, 31), BusinessDayRule.FOLLOWING).isoformat()
    '2025-06-02'
    >>> adjust(date(2025, 5, 31), BusinessDayRule.MODIFIED_FOLLOWING).isoformat()
    '2025-05-30'
    """
    if rule is BusinessDayRule.UNADJUSTED:
        return day
    if rule is BusinessDayRule.PRECEDING:
        return _nearest(day, -1, country)
    moved = _nearest(day, 1, country)
    if rule is BusinessDayRule.MODIFIED_FOLLOWING and moved.month != day.month:
        return _nearest(day, -1, country)
    return moved


def add_business_days(day: date, n: int, country: str = WEEKENDS_ONLY) -> date:
    """Return the n-th business day after the day, or before it for a negative n.

    The day itself is never counted; with n = 0 it is moved to the next business day if it is none.

    >>> add_business_days(date(2025, 4, 17), 1, "DE").isoformat()
    '2025-04-22'
    """
    if n == 0:
        return _nearest(day, 1, country)
    direction = 1 if n > 0 else -1
    for _ in range(abs(n)):
        day = _nearest(day + timedelta(days=direction), direction, country)
    return day


def _nearest(day: date, direction: int, country: str) -> date:
    for distance in range(_FREE_RUN_MAX):
        candidate = day + timedelta(days=direction * distance)
        if is_business_day(candidate, country):
            return candidate
    raise AssertionError(f"no business day within {_FREE_RUN_MAX} days of {day} in {country!r}")


@lru_cache(maxsize=512)
def _free_days(country: str, year: int) -> frozenset[date]:
    """Return the days of the year that are not worked.

    Built whole for each year, because the package's calendars fill themselves while they are
    read, which threads that share one would notice.
    """
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]
    if country == WEEKENDS_ONLY:
        return frozenset(day for day in days if day.weekday() >= 5)
    # A holiday of a neighbouring year may be observed in this one.
    years = range(max(MINYEAR, year - 1), min(MAXYEAR, year + 1) + 1)
    calendar = _calendar(country, years)
    return frozenset(day for day in days if not calendar.is_working_day(day))


def _calendar(name: str, years: range) -> holidays.HolidayBase:
    country, _, part = name.partition("-")
    try:
        if country in holidays.list_supported_financial():
            return holidays.financial_holidays(name, years=years, expand=False)
        return holidays.country_holidays(country, subdiv=part or None, years=years, expand=False)
    except NotImplementedError:
        raise UnknownCalendarError(
            sentence(
                "“%(name)s” is not a known holiday calendar: use the two letters of a country,"
                " for example DE, or XECB for the euro's bank days."
            ),
            {"name": shown(name)},
        ) from None
