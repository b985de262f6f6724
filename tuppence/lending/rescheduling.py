"""Decide on another plan for a loan: other instalments for what is still to come. Pure.

The due dates keep their rhythm; from the next one on, what is not yet due is repaid in as many
instalments as were agreed, the first of them with interest alone where there is grace. What is
overdue is not taken in: it stays due on the old rows with their dates, and payments go to the
oldest first. So days past due keep counting from the oldest unpaid due date of the old schedule,
and end when all that was overdue is paid; no agreement sets them back.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tuppence.lending.loan_file import LoanFile
from tuppence.lending.orders import ActStatus, RescheduleOrder
from tuppence.lending.plan_changing import (
    RATE_MAX,
    PastChange,
    accrues_plainly,
    is_paid_after,
    morning_of,
    running_interest,
    terms_with,
)
from tuppence.lending.schedule import build_schedule
from tuppence.lending.servicing.contract import PRINCIPAL, Row
from tuppence.lending.servicing.facts import PlanCause, PlanChanged
from tuppence.lending.servicing.loan_state import LoanState, Status
from tuppence.lending.terms import INSTALMENTS_MAX, LoanTerms, due_date


def decide_plan(
    order: RescheduleOrder, file: LoanFile, changes: Sequence[PastChange], *, today: date
) -> PlanChanged | ActStatus:
    """Decide on another plan that counts from today."""
    terms = terms_with(file.schedule_terms, changes)
    refusal = _refuse(order, terms, file.before, today)
    if refusal is not None:
        return refusal
    rows = _rows(order, terms, morning_of(file, today), today)
    if not rows:
        return ActStatus.NOTHING_TO_CHANGE
    cause = PlanCause.RESCHEDULED
    return PlanChanged(order.key, today, rows, cause, today, sequence=file.facts_count + 1)


def _refuse(
    order: RescheduleOrder, terms: LoanTerms, state: LoanState, today: date
) -> ActStatus | None:
    if state.status is not Status.ACTIVE:
        return ActStatus.LOAN_CLOSED
    if not order.reason.strip():
        return ActStatus.REASON_MISSING
    if not 0 <= order.annual_rate <= RATE_MAX:
        return ActStatus.RATE_OUT_OF_RANGE
    first = sum(due_on <= today for due_on in state.plan.dues)
    if first == len(state.plan.dues):
        return ActStatus.NOTHING_TO_CHANGE
    least_end = state.plan.numbers[first] - 1 + order.instalments
    if order.instalments < 1 or least_end > INSTALMENTS_MAX:
        return ActStatus.PLAN_OUT_OF_RANGE
    if not 0 <= order.grace_principal < order.instalments:
        return ActStatus.PLAN_OUT_OF_RANGE
    if not accrues_plainly(terms, state.plan.numbers[first]):
        return ActStatus.METHOD_UNSUITED
    return ActStatus.PERIOD_PAID if is_paid_after(state, today) else None


def _rows(
    order: RescheduleOrder, terms: LoanTerms, state: LoanState, today: date
) -> tuple[Row, ...]:
    """The new rows: principal by the loan's method, the first interest as the period bears it."""
    first = sum(due_on <= today for due_on in state.plan.dues)
    owed_minor = sum(state.open[PRINCIPAL][first:])
    if not owed_minor:
        return ()
    number = state.plan.numbers[first]
    plan = replace(
        terms,
        principal_minor=owed_minor,
        annual_rate=order.annual_rate,
        instalments=order.instalments,
        start=due_date(terms, number - 1),
        first_due=due_date(terms, number),
        grace_principal=order.grace_principal,
        grace_interest=0,
        rate_changes=(),
    )
    built = build_schedule(plan)
    running = replace(
        terms_with(terms, [PastChange(PlanCause.RESCHEDULED, today, None, order.annual_rate)]),
        instalments=number + order.instalments,
    )
    interest = [row.interest_minor for row in built]
    interest[0] = running_interest(running, state, first, owed_minor, today)
    return tuple(
        Row(number + place, due_date(terms, number + place), row.principal_minor, interest_minor)
        for place, (row, interest_minor) in enumerate(zip(built, interest, strict=True))
    )
