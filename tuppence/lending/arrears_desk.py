"""Whom to call next, and why: the order in which late loans are worked through. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tuppence.lending.collection_records import PromiseState

QUIET_DAYS = 7
"""So many days after a contact the next one is due."""


class NextStep(StrEnum):
    """Why a late loan stands where it does, the most urgent first."""

    PROMISE_BROKEN = "promise_broken"  # and nobody has spoken to the borrower since
    PROMISED_TODAY = "promised_today"
    NEVER_CONTACTED = "never_contacted"  # since the oldest unpaid due date
    CONTACT_OLD = "contact_old"
    IN_GRACE = "in_grace"
    PROMISE_RUNS = "promise_runs"
    CONTACTED = "contacted"  # in the last days
    WITH_COLLECTOR = "with_collector"


ORDER = {step: place for place, step in enumerate(NextStep)}


@dataclass(frozen=True, slots=True)
class LateCase:
    """What is known of a late loan: its oldest unpaid due date, last contact, latest promise."""

    due_on: date
    grace_days: int
    contacted_on: date | None = None
    promised_by: date | None = None
    promise: PromiseState | None = None
    with_collector: bool = False


def next_step(case: LateCase, today: date) -> NextStep:
    """Say what a late loan waits for.

    >>> next_step(LateCase(date(2026, 3, 1), 0), date(2026, 3, 9)).value
    'never_contacted'
    """
    if case.with_collector:
        return NextStep.WITH_COLLECTOR
    spoken = case.contacted_on
    by_day = case.promised_by
    if case.promise is PromiseState.BROKEN and by_day and (spoken is None or spoken <= by_day):
        return NextStep.PROMISE_BROKEN
    if case.promise is PromiseState.OPEN:
        return NextStep.PROMISED_TODAY if by_day == today else NextStep.PROMISE_RUNS
    if (today - case.due_on).days <= case.grace_days:
        return NextStep.IN_GRACE
    if spoken is None or spoken < case.due_on:
        return NextStep.NEVER_CONTACTED
    if spoken <= today - timedelta(days=QUIET_DAYS):
        return NextStep.CONTACT_OLD
    return NextStep.CONTACTED
