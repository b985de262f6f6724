"""Folding a loan's facts into where it stands."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from tuppence.lending.allocation import Component
from tuppence.lending.servicing.contract import COLUMN_OF, Excess, LoanContract
from tuppence.lending.servicing.early_repayment import PayoffQuote, quote, repay_early
from tuppence.lending.servicing.facts import (
    EarlyRepayment,
    Fact,
    FeeCharged,
    LateFeeCharged,
    PaymentReceived,
    PlanChanged,
    Recovered,
    Waiver,
    WrittenOff,
    fact_key,
    standing,
)
from tuppence.lending.servicing.late_fees import charge_late_fee
from tuppence.lending.servicing.loan_account import LoanAccount
from tuppence.lending.servicing.loan_state import ChargeOutcome, LoanState, Part, WaiverOutcome
from tuppence.lending.servicing.plan_change import change_plan
from tuppence.lending.servicing.waterfall import outcome_of, pay_as_stated, pay_rows
from tuppence.lending.servicing.write_off import recover, write_off


class NeedsReplayError(ValueError):
    """A fact belongs before one that is already booked: fold all facts again (`replay`)."""


def fold(contract: LoanContract, facts: Iterable[Fact], *, as_of: date) -> LoanState:
    """Return where the loan stands at the end of a day under the facts.

    Facts count by value date, then in the order in which they were recorded; their order in the
    argument does not matter. Facts of later days do not count, except that a reversed payment
    never counts. Raises FactsError for facts that contradict one another.
    """
    account = LoanAccount.opened(contract)
    for fact in standing(facts):
        if fact.on > as_of:
            break
        _book(account, fact)
    return account.state(as_of)


def apply_facts(state: LoanState, facts: Sequence[Fact], *, as_of: date | None = None) -> LoanState:
    """Return where the loan stands after further facts, without folding the earlier ones again.

    The answer is that of `fold` over all of them. Without `as_of` it is the later of the state's
    day and the last fact's. Raises NeedsReplayError for a reversal, for a fact that belongs before
    one already booked, and for a day before the state's.
    """
    account = LoanAccount.of(state)
    last = state.as_of
    for fact in facts:
        if account.latest is not None and fact_key(fact) <= account.latest:
            raise NeedsReplayError(f"the fact of {fact.on} belongs before one already booked")
        _book(account, fact)
        last = max(last, fact.on)
    as_of = last if as_of is None else as_of
    if as_of < last:
        raise NeedsReplayError(f"the loan has facts up to {last}; {as_of} is before them")
    return account.state(as_of)


def apply_payments(state: LoanState, payments: Sequence[PaymentReceived]) -> LoanState:
    """Return where the loan stands after further payments, in their order of value and recording.

    See `apply_facts`.
    """
    return apply_facts(state, payments)


def payoff_quote(contract: LoanContract, facts: Iterable[Fact], on: date) -> PayoffQuote:
    """Quote what closes the loan when paid with that value date, under the facts up to it."""
    return quote_of(fold(contract, facts, as_of=on), on)


def quote_of(state: LoanState, on: date) -> PayoffQuote:
    """Quote what closes a loan when paid on a day that is not before the state's."""
    if on < state.as_of:
        raise NeedsReplayError(f"the loan has facts up to {state.as_of}; {on} is before them")
    return quote(LoanAccount.of(state), on)


def _book(account: LoanAccount, fact: Fact) -> None:
    book = _BOOKS.get(type(fact))
    if book is None:
        raise NeedsReplayError("a reversal is booked by folding all facts again")
    account.move_to(fact.on)
    book(account, fact)
    account.latest = fact_key(fact)


def _pay(account: LoanAccount, fact: PaymentReceived) -> None:
    if account.claims is not None:
        recover(account, fact)
        return
    parts: list[Part] = []
    if fact.stated is not None:
        left_minor = pay_as_stated(account, fact.stated, parts)
    else:
        left_minor = pay_rows(account, fact.amount_minor, account.reached, parts)
        if left_minor and account.contract.excess is Excess.NEXT_INSTALMENTS:
            left_minor = pay_rows(account, left_minor, len(account.plan.dues), parts)
    account.close_if_paid(fact.on)
    account.outcomes.append(
        outcome_of(fact.id, fact.on, fact.amount_minor, parts, credit_minor=left_minor)
    )


def _repay_early(account: LoanAccount, fact: EarlyRepayment) -> None:
    if account.claims is not None:
        recover(account, PaymentReceived(fact.id, fact.on, fact.amount_minor, fact.recorded_on))
        return
    repay_early(account, fact)


def _charge(account: LoanAccount, fact: FeeCharged) -> None:
    row = account.row_of(fact.number)
    column = COLUMN_OF[fact.component]
    row = len(account.plan.dues) - 1 if row is None else row
    if account.claims is None:
        account.set_open(row, column, account.open[column][row] + fact.amount_minor)
        account.close_if_paid(fact.on)
    standing_minor = fact.amount_minor if account.claims is None else 0
    account.charges.append(
        ChargeOutcome(
            fact.id,
            fact.on,
            fact.number,
            fact.component,
            fact.amount_minor,
            standing_minor,
            by_rule=False,
        )
    )


def _waive(account: LoanAccount, fact: Waiver) -> None:
    column = COLUMN_OF[fact.component]
    until = account.reached if fact.component is Component.INTEREST else len(account.plan.dues)
    left_minor = fact.amount_minor if account.claims is None else 0
    parts = []
    for row in range(until):
        open_minor = account.open[column][row]
        if fact.number not in (None, account.plan.numbers[row]):
            continue
        part_minor = min(open_minor, left_minor)
        if part_minor:
            account.set_open(row, column, open_minor - part_minor)
            parts.append(Part(account.plan.numbers[row], fact.component, part_minor))
            left_minor -= part_minor
    account.skip_paid_rows()
    account.close_if_paid(fact.on)
    waived_minor = sum(part.amount_minor for part in parts)
    account.waivers.append(
        WaiverOutcome(fact.id, fact.on, fact.component, waived_minor, tuple(parts))
    )


_BOOKS: dict[type, Callable[[LoanAccount, Any], None]] = {
    PaymentReceived: _pay,
    EarlyRepayment: _repay_early,
    LateFeeCharged: charge_late_fee,
    FeeCharged: _charge,
    Waiver: _waive,
    PlanChanged: change_plan,
    WrittenOff: write_off,
    Recovered: recover,
}
