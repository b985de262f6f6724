"""What a late or reversed payment changes: the loan folded once more, compared and explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tuppence.lending.servicing.contract import LoanContract
from tuppence.lending.servicing.explanation import Cause, causes_of, explain
from tuppence.lending.servicing.facts import Fact
from tuppence.lending.servicing.fold import fold
from tuppence.lending.servicing.loan_state import LoanState, PaymentOutcome
from tuppence.lending.servicing.replay_changes import (
    ChargeChange,
    Difference,
    PaymentChange,
    Reason,
    WaiverChange,
)


@dataclass(frozen=True, slots=True)
class Replay:
    """A loan before and after facts became known, and what that changes, payment by payment.

    `payments` are only those whose outcome changed, in order of value date. `difference` sums
    their differences. `interest_earned_minor` is by how much the interest earned by the day
    changes. `explanation` says all of it in sentences.
    """

    before: LoanState
    after: LoanState
    payments: tuple[PaymentChange, ...]
    charges: tuple[ChargeChange, ...]
    waivers: tuple[WaiverChange, ...]
    difference: Difference
    interest_earned_minor: int
    explanation: tuple[Reason, ...]


def replay(
    contract: LoanContract, before: Sequence[Fact], after: Sequence[Fact], as_of: date
) -> Replay:
    """Fold a loan under the facts known before and those known now, and compare the outcomes.

    `after` has all facts, the new ones included. The loan is folded once for each side, however
    many facts are new. Raises FactsError for facts that contradict one another.
    """
    old, new = fold(contract, before, as_of=as_of), fold(contract, after, as_of=as_of)
    charges = _charge_changes(old, new)
    causes = causes_of(contract, before, after, charges)
    payments = _payment_changes(old, new, causes)
    total = Difference()
    for change in payments:
        total += change.difference
    return Replay(
        before=old,
        after=new,
        payments=payments,
        charges=charges,
        waivers=_waiver_changes(old, new),
        difference=total,
        interest_earned_minor=new.earned_interest_minor - old.earned_interest_minor,
        explanation=explain(contract.currency, causes, payments),
    )


def _payment_changes(
    old: LoanState, new: LoanState, causes: Sequence[Cause]
) -> tuple[PaymentChange, ...]:
    olds = {outcome.id: outcome for outcome in old.outcomes}
    news = {outcome.id: outcome for outcome in new.outcomes}
    changes = []
    for payment_id in dict.fromkeys((*olds, *news)):
        before, after = olds.get(payment_id), news.get(payment_id)
        if before == after:
            continue
        known = after or before
        assert known is not None
        reasons = tuple(reason for on, reason in causes if on <= known.on)
        difference = _difference(before, after)
        changes.append(PaymentChange(payment_id, known.on, before, after, difference, reasons))
    changes.sort(key=lambda change: change.on)
    return tuple(changes)


def _difference(old: PaymentOutcome | None, new: PaymentOutcome | None) -> Difference:
    pairs = zip(_figures(old), _figures(new), strict=True)
    return Difference(*(now - then for then, now in pairs))


def _figures(outcome: PaymentOutcome | None) -> tuple[int, ...]:
    if outcome is None:
        return (0,) * 7
    return (
        outcome.fee_minor,
        outcome.penalty_minor,
        outcome.interest_minor,
        outcome.principal_minor,
        outcome.compensation_minor,
        outcome.cost_minor,
        outcome.credit_minor,
    )


def _charge_changes(old: LoanState, new: LoanState) -> tuple[ChargeChange, ...]:
    olds = {charge.id: charge for charge in old.charges}
    news = {charge.id: charge for charge in new.charges}
    changes = []
    for charge_id in dict.fromkeys((*olds, *news)):
        before, after = olds.get(charge_id), news.get(charge_id)
        if before != after:
            then = before.standing_minor if before else 0
            now = after.standing_minor if after else 0
            changes.append(ChargeChange(charge_id, before, after, now - then))
    return tuple(changes)


def _waiver_changes(old: LoanState, new: LoanState) -> tuple[WaiverChange, ...]:
    olds = {waiver.id: waiver for waiver in old.waivers}
    news = {waiver.id: waiver for waiver in new.waivers}
    changes = []
    for waiver_id in dict.fromkeys((*olds, *news)):
        before, after = olds.get(waiver_id), news.get(waiver_id)
        if before != after:
            then = before.waived_minor if before else 0
            now = after.waived_minor if after else 0
            changes.append(WaiverChange(waiver_id, before, after, now - then))
    return tuple(changes)
