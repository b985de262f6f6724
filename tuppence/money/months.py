"""Counting days, weeks, months and years from an anchor date."""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum


class Unit(StrEnum):
    """What a period is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


def add_months(anchor: date, months: int) -> date:
    """Return the same day so many months on, or the last of that month where it is shorter.

    Count each due date from the anchor, not from the one before, so that the 31st does not decay
    to the 28th for ever. Raises OverflowError outside the years 1 to 9999.

    >>> [add_months(date(2025, 1, 31), count).isoformat() for count in (1, 2, -2)]
    ['2025-02-28', '2025-03-31', '2024-11-30']
    """
    year, month_index = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError(f"{months} months from {anchor} is outside the calendar")
    month = month_index + 1
    return date(year, month, min(anchor.day, monthrange(year, month)[1]))


def step(anchor: date, count: int, unit: Unit) -> date:
    """Return the date so many units from the anchor; months and years as in `add_months`.

    >>> step(date(2024, 2, 29), 1, Unit.YEARS).isoformat()
    '2025-02-28'
    """
    if unit is Unit.DAYS:
        return anchor + timedelta(days=count)
    if unit is Unit.WEEKS:
        return anchor + timedelta(weeks=count)
    return add_months(anchor, count * 12 if unit is Unit.YEARS else count)
