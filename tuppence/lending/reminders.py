"""When a late borrower is reminded, and what the close of a day finds of a promise. Pure.

No rulebook sets the days of reminders; these are the platform's own, close together at first while
a forgotten payment is easily made. Nobody is reminded while a promise runs or a collector works.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from tuppence.lending.collection_records import PromiseState, promise_state

REMINDER_DAYS = (1, 7, 14, 30)
"""Days past due on which a reminder is due."""

LOOKED_BACK = timedelta(days=35)
"""So long after its day a promise is looked at again: a payment may be told late or taken back."""


@dataclass(frozen=True, slots=True)
class LateLoan:
    """A loan on one of the days, as the close of that day finds it."""

    loan_id: int
    days_past_due: int
    with_collector: bool = False
    promise_runs: bool = False


@dataclass(frozen=True, slots=True)
class PromiseSeen:
    """A promise with what came in by its day, and what the last close found of it."""

    promise_id: int
    amount_minor: int
    by_day: date
    paid_minor: int
    known: PromiseState | None = None


def is_reminded(late: LateLoan) -> bool:
    """Whether a reminder is due today.

    >>> [days for days in range(40) if is_reminded(LateLoan(1, days))]
    [1, 7, 14, 30]
    """
    if late.with_collector or late.promise_runs:
        return False
    return late.days_past_due in REMINDER_DAYS


def outcome_of(seen: PromiseSeen, day: date) -> PromiseState | None:
    """What the close of a day writes down of a promise: kept or broken; None for nothing new.

    At the close the day is over, so a promise for that very day is decided.
    """
    state = promise_state(seen.amount_minor, seen.by_day, seen.paid_minor, day + timedelta(days=1))
    return None if state in {PromiseState.OPEN, seen.known} else state
