"""The months that events are kept by."""

from collections.abc import Iterable
from datetime import UTC, date, datetime


def month_of(at: datetime) -> date:
    """The first day of the month, in UTC, whose partition holds this moment."""
    return at.astimezone(UTC).date().replace(day=1)


def months_of(moments: Iterable[datetime]) -> set[date]:
    """Every month that these moments fall into."""
    return {month_of(at) for at in moments}


def partition_name(month: date) -> str:
    """The table that holds a month's events."""
    return f"events_event_{month:%Y%m}"
