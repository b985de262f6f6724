"""Months in addresses: 2026-11."""

from datetime import date, timedelta

from django.utils import timezone

from tuppence import platform

EARLIEST = date(2000, 1, 1)
AHEAD_DAYS = 2 * 366
"""So far ahead something can be planned."""


def month_of(text: str) -> date | None:
    """The first day of a month of an address; None for what is none, or too far off."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if EARLIEST <= month <= today_month() + timedelta(days=AHEAD_DAYS) else None


def slug(month: date) -> str:
    """A month in an address."""
    return f"{month:%Y-%m}"


def today_month() -> date:
    """The first day of this month."""
    return platform.business_day(timezone.now()).replace(day=1)


def month_before(month: date) -> date:
    """The first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)
