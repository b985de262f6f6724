"""What an extra rate earns by day: exact over its whole life, whatever the days it is booked on."""

from dataclasses import dataclass
from fractions import Fraction

from tuppence.money.rounding import Rounding, round_to_minor

DAYS_OF_YEAR = 365
"""Extra rates count each day as a 365th of a year (actual/365 fixed)."""


@dataclass(frozen=True, slots=True)
class Running:
    """An extra rate at work: what it may boost, and how far it has come."""

    share: Fraction  # a year
    principal_minor_max: int
    days_left: int
    principal_days: int  # sum over the days so far of the principal that earned
    booked_minor: int  # of what it has earned so far


@dataclass(frozen=True, slots=True)
class DayEarned:
    """One day's step: what is booked today, and where it stands then."""

    amount_minor: int
    principal_days: int
    days_left: int


def earn_days(running: Running, outstanding_minor: int, days: int) -> DayEarned:
    """What `days` more days on this outstanding principal earn.

    The whole earned so far is rounded down once, so that booking by day or by week ends in the
    same amount, and never above the worst case that was reserved.
    """
    counted = min(days, running.days_left)
    principal = min(outstanding_minor, running.principal_minor_max)
    principal_days = running.principal_days + principal * counted
    whole = round_to_minor(running.share * principal_days / DAYS_OF_YEAR, Rounding.DOWN)
    return DayEarned(whole - running.booked_minor, principal_days, running.days_left - counted)
