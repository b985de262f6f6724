"""Pacing: what is spent against the time that has passed and against the plan."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

ALERTS = (Fraction(1, 2), Fraction(4, 5), Fraction(1))
"""Shares of a budget at which its owner is told: 50, 80 and 100 per cent."""

# A tenth of the budget ahead or behind is noise: invoices come in lumps.
TOLERANCE = Fraction(1, 10)


class Pace(StrEnum):
    """How spending runs against time."""

    NOT_BEGUN = "not_begun"
    BEHIND = "behind"
    ON_PLAN = "on_plan"
    AHEAD = "ahead"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Pacing:
    """Spent and passed as shares of the budget and of the period; and what it comes to."""

    pace: Pace
    spent_share: Fraction | None  # None where there is no budget
    time_share: Fraction
    forecast_minor: int  # what is spent by the end if it goes on like this
    alerts: tuple[Fraction, ...]  # shares that are reached


def pacing(
    spent_minor: int, budget_minor: int, *, starts_on: date, ends_on: date, today: date
) -> Pacing:
    """How a budget is used on a day, taking days as equal. The day itself counts as passed."""
    days = (ends_on - starts_on).days + 1
    passed = min(max((today - starts_on).days + 1, 0), days)
    time_share = Fraction(passed, days)
    spent_share = Fraction(spent_minor, budget_minor) if budget_minor else None
    forecast_minor = spent_minor if not passed else -(-spent_minor * days // passed)
    reached = tuple(alert for alert in ALERTS if spent_share is not None and spent_share >= alert)
    return Pacing(_pace(spent_share, time_share), spent_share, time_share, forecast_minor, reached)


def _pace(spent_share: Fraction | None, time_share: Fraction) -> Pace:
    spent = spent_share or Fraction(0)
    if spent > 1:
        return Pace.OVER
    if not time_share:
        return Pace.NOT_BEGUN
    if spent > time_share + TOLERANCE:
        return Pace.AHEAD
    return Pace.BEHIND if spent < time_share - TOLERANCE else Pace.ON_PLAN
