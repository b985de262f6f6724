"""Decide on another rate, a pause of interest or a waiver in a loan's mid-life. Pure.

The new rows are those of the loan's whole schedule computed again with all changes so far and the
new one, from the day of the change on; so a loan that is paid as planned ends up with the very
schedule that its terms give. Where principal was repaid early the rows are fitted to what is left,
and the running period keeps the interest that it has borne.

A change that begins after the day of its order counts from that day: the schedule tells at once
what will be due. Interest inside the running period then accrues evenly up to its due date.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from tuppence.lending.allocation import Component
from tuppence.lending.interest_periods import InterestPeriods
from tuppence.lending.loan_file import LoanFile
from tuppence.lending.orders import ActStatus, ChangeRateOrder, PauseInterestOrder, WaiveOrder
from tuppence.lending.schedule import build_schedule
from tuppence.lending.servicing.accrual import accrued_in_period
from tuppence.lending.servicing.contract import COLUMN_OF, INTEREST, PRINCIPAL, Row
from tuppence.lending.servicing.facts import (
    Fact,
    PaymentReversed,
    PlanCause,
    PlanChanged,
    Waiver,
)
from tuppence.lending.servicing.fold import fold
from tuppence.lending.servicing.loan_state import LoanState, Status
from tuppence.lending.servicing.plan_change import fitted_rows
from tuppence.lending.terms import (
    CHANGES_MAX,
    InterestPause,
    LoanTerms,
    Method,
    RateChange,
    due_date,
)
from tuppence.money.rounding import div_round

RATE_MAX = Fraction(1)  # 100 % a year, as products are held to


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change that was made before, as far as the terms now are read from it."""

    cause: PlanCause
    first_day: date
    last_day: date | None
    annual_rate: Fraction | None


def terms_with(terms: LoanTerms, changes: Sequence[PastChange]) -> LoanTerms:
    """The terms of a loan with the changes made to it, in the order in which they were made."""
    for change in changes:
        if change.annual_rate is not None:
            terms = _with_rate(terms, change.first_day, change.annual_rate)
        elif change.last_day is not None:
            terms = _with_pause(terms, change.first_day, change.last_day)
    return terms


def decide_rate(
    order: ChangeRateOrder,
    file: LoanFile,
    changes: Sequence[PastChange],
    *,
    today: date,
    cap: Fraction | None = None,
) -> PlanChanged | ActStatus:
    """Decide on another rate; `cap` is the highest the rulebook allows."""
    terms = _terms_of(file, changes)
    refusal = _refuse(order.reason, order.effective_from, terms, file.before, changes)
    if refusal is not None:
        return refusal
    if not 0 <= order.annual_rate <= RATE_MAX:
        return ActStatus.RATE_OUT_OF_RANGE
    if cap is not None and order.annual_rate > cap:
        return ActStatus.RATE_ABOVE_CAP
    if InterestPeriods(terms).rate_on(order.effective_from) == order.annual_rate:
        return ActStatus.NOTHING_TO_CHANGE
    if len(terms.rate_changes) >= CHANGES_MAX:
        return ActStatus.TOO_MANY_CHANGES
    fresh = _with_rate(terms, order.effective_from, order.annual_rate)
    on = min(order.effective_from, today)
    return _changed(order.key, PlanCause.RATE_CHANGED, fresh, file, on, today)


def decide_pause(
    order: PauseInterestOrder, file: LoanFile, changes: Sequence[PastChange], *, today: date
) -> PlanChanged | ActStatus:
    """Decide on days without interest; days after the last due date are none of the loan's."""
    if order.last_day < order.first_day:
        return ActStatus.DAYS_OUT_OF_ORDER
    terms = _terms_of(file, changes)
    refusal = _refuse(order.reason, order.first_day, terms, file.before, changes)
    if refusal is not None:
        return refusal
    known = terms.interest_pauses
    if any(pause.covers(order.first_day) and pause.covers(order.last_day) for pause in known):
        return ActStatus.NOTHING_TO_CHANGE
    if len(known) >= CHANGES_MAX:
        return ActStatus.TOO_MANY_CHANGES
    fresh = _with_pause(terms, order.first_day, order.last_day)
    on = min(order.first_day, today)
    return _changed(order.key, PlanCause.INTEREST_PAUSED, fresh, file, on, today)


def decide_waiver(order: WaiveOrder, file: LoanFile, *, today: date) -> Waiver | ActStatus:
    """Decide on giving up what is due; all of the amount must be open on the day.

    A late fee counts at its day's end, so it can be waived from the next day on.
    """
    if file.state is not Status.ACTIVE:
        return ActStatus.LOAN_CLOSED
    if not order.reason.strip():
        return ActStatus.REASON_MISSING
    if order.component not in (Component.FEE, Component.PENALTY, Component.INTEREST):
        return ActStatus.NOT_WAIVABLE
    if order.on < file.starts_on:
        return ActStatus.BEFORE_LOAN
    if order.on > today:
        return ActStatus.IN_FUTURE
    if order.amount_minor <= 0:
        return ActStatus.AMOUNT_OUT_OF_BOUNDS
    sequence = file.facts_count + 1
    fact = Waiver(
        order.key, order.on, order.component, order.amount_minor, today, sequence=sequence
    )
    until = max(file.booked_on, order.on)
    after = fold(file.contract, [*file.facts, fact], as_of=until)
    given = next(each.waived_minor for each in after.waivers if each.id == order.key)
    if min(given, open_by(file.before, order.component, until)) < order.amount_minor:
        return ActStatus.EXCEEDS_OPEN
    return fact


def open_by(state: LoanState, component: Component, on: date) -> int:
    """What of a component is unpaid and can be waived: interest only of rows due by the day."""
    column = state.open[COLUMN_OF[component]]
    if component is not Component.INTEREST:
        return sum(column)
    dues = zip(column, state.plan.dues, strict=True)
    return sum(amount for amount, due_on in dues if due_on <= on)


def _terms_of(file: LoanFile, changes: Sequence[PastChange]) -> LoanTerms:
    return terms_with(file.schedule_terms, changes)


def _refuse(
    reason: str,
    first_day: date,
    terms: LoanTerms,
    state: LoanState,
    changes: Sequence[PastChange],
) -> ActStatus | None:
    if state.status is not Status.ACTIVE:
        return ActStatus.LOAN_CLOSED
    if not reason.strip():
        return ActStatus.REASON_MISSING
    if first_day < terms.start:
        return ActStatus.BEFORE_LOAN
    if any(change.cause is PlanCause.RESCHEDULED for change in changes):
        return ActStatus.OTHER_PLAN_AGREED
    if first_day >= state.plan.dues[-1]:
        return ActStatus.NOTHING_TO_CHANGE
    if is_paid_after(state, first_day):
        return ActStatus.PERIOD_PAID
    return None


def is_paid_after(state: LoanState, day: date) -> bool:
    """Tell whether a row due after the day is settled by payments."""
    _, _, open_interest, open_principal = state.open
    _, _, paid_interest, paid_principal = state.paid
    return any(
        due_on > day
        and not (open_interest[row] or open_principal[row])
        and bool(paid_interest[row] or paid_principal[row])
        for row, due_on in enumerate(state.plan.dues)
    )


def _with_rate(terms: LoanTerms, first_day: date, annual_rate: Fraction) -> LoanTerms:
    others = [change for change in terms.rate_changes if change.effective_from != first_day]
    return replace(terms, rate_changes=(*others, RateChange(first_day, annual_rate)))


def _with_pause(terms: LoanTerms, first_day: date, last_day: date) -> LoanTerms:
    last = min(last_day, due_date(terms, terms.instalments))
    pause = InterestPause(first_day, max(last, first_day))
    return replace(terms, interest_pauses=(*terms.interest_pauses, pause))


def _changed(
    key: UUID, cause: PlanCause, terms: LoanTerms, file: LoanFile, on: date, today: date
) -> PlanChanged | ActStatus:
    rows = _rows_after(terms, morning_of(file, on), on)
    if not sum(row.principal_minor for row in rows):
        return ActStatus.NOTHING_TO_CHANGE
    return PlanChanged(key, on, rows, cause, today, sequence=file.facts_count + 1)


def morning_of(file: LoanFile, on: date) -> LoanState:
    """Where the loan stood before anything of the day was booked."""
    if file.facts_until < on:
        return file.before
    known = [fact for fact in file.facts if fact.on < on or isinstance(fact, PaymentReversed)]
    return fold(file.contract, _consistent(known), as_of=on)


def _consistent(facts: Sequence[Fact]) -> list[Fact]:
    """Leave reversals out whose payment is not among the facts."""
    ids = {fact.id for fact in facts}
    return [f for f in facts if not isinstance(f, PaymentReversed) or f.reverses in ids]


def _rows_after(terms: LoanTerms, state: LoanState, on: date) -> tuple[Row, ...]:
    """The rows due after a day under terms, repaying what is still to be repaid by then."""
    first = sum(due_on <= on for due_on in state.plan.dues)
    owed_minor = sum(state.open[PRINCIPAL][first:])
    if not owed_minor:
        return ()
    rows = [
        Row(row.number, row.due_on, row.principal_minor, row.interest_minor)
        for row in build_schedule(_shortened(terms, state.plan.numbers[-1]))
        if row.due_on > on
    ]
    if sum(row.principal_minor for row in rows) in (0, owed_minor):
        return tuple(rows)
    principal, interest = fitted_rows(rows, owed_minor, state.contract)
    if accrues_plainly(terms, rows[0].number):
        interest[0] = running_interest(terms, state, first, owed_minor, on)
    return tuple(
        Row(row.number, row.due_on, part, interest_minor)
        for row, part, interest_minor in zip(rows, principal, interest, strict=True)
    )


def _shortened(terms: LoanTerms, last: int) -> LoanTerms:
    """The terms with the last row that early repayments have left."""
    if last == terms.instalments:
        return terms
    return replace(
        terms,
        instalments=last,
        grace_principal=min(terms.grace_principal, last - 1),
        grace_interest=min(terms.grace_interest, last),
    )


def accrues_plainly(terms: LoanTerms, number: int) -> bool:
    """Tell whether a row bears the interest of its own period on what is owed."""
    deferred = terms.grace_interest + 1 if terms.grace_interest else 0
    return terms.method not in (Method.BULLET, Method.FLAT) and number > deferred


def running_interest(
    terms: LoanTerms, state: LoanState, row: int, owed_minor: int, on: date
) -> int:
    """What the running period has borne by the day, and what the rest of it bears on what is owed.

    Rounded as the contract rounds instalments.
    """
    planned = state.open[INTEREST][row] + state.paid[INTEREST][row]
    accrued = accrued_in_period(state.contract, state.plan, row, planned, on)
    periods = InterestPeriods(terms)
    period = periods.period(state.plan.numbers[row])
    to_come = owed_minor * (periods.factor(period) - periods.factor(period, on))
    return accrued + div_round(to_come.numerator, to_come.denominator, state.contract.rounding)
