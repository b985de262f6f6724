"""Late fees by the contract's rule: which are due, and how far a charged one stands."""

from dataclasses import dataclass
from datetime import timedelta

from tuppence.lending.allocation import Component
from tuppence.lending.servicing.contract import INTEREST, PENALTY, PRINCIPAL
from tuppence.lending.servicing.facts import LateFeeCharged
from tuppence.lending.servicing.loan_account import LoanAccount
from tuppence.lending.servicing.loan_state import ChargeOutcome, LoanState, Status


@dataclass(frozen=True, slots=True)
class LateFeeDue:
    """A late fee that the rule gives on one instalment and that has not been charged."""

    number: int
    overdue_minor: int
    fee_minor: int


def late_fees_due(state: LoanState) -> list[LateFeeDue]:
    """Return the late fees to charge at the end of the state's day, oldest instalment first.

    Each instalment bears one fee by the rule, on the first day after the grace days on which it
    is looked at. The caller records them as `LateFeeCharged`.
    """
    contract, rule = state.contract, state.contract.late_fee
    if rule is None or state.status is not Status.ACTIVE or not state.days_past_due:
        return []
    charged = {charge.number for charge in state.charges if charge.by_rule}
    latest_due_on = state.as_of - timedelta(days=contract.grace_days + 1)
    fees = []
    for row, due_on in enumerate(state.plan.dues):
        number = state.plan.numbers[row]
        overdue_minor = state.open[INTEREST][row] + state.open[PRINCIPAL][row]
        if due_on > latest_due_on or not overdue_minor or number in charged:
            continue
        fee_minor = rule.fee_minor(overdue_minor, contract.rounding)
        if fee_minor:
            fees.append(LateFeeDue(number, overdue_minor, fee_minor))
    return fees


def charge_late_fee(account: LoanAccount, fact: LateFeeCharged) -> None:
    """Charge a late fee as far as the rule gives it under the facts that count before it."""
    row = account.row_of(fact.number)
    standing_minor = 0 if row is None else min(fact.amount_minor, _by_rule(account, fact, row))
    if row is not None and standing_minor:
        account.set_open(row, PENALTY, account.open[PENALTY][row] + standing_minor)
    account.charges.append(
        ChargeOutcome(
            fact.id,
            fact.on,
            fact.number,
            Component.PENALTY,
            fact.amount_minor,
            standing_minor,
            by_rule=True,
        )
    )


def _by_rule(account: LoanAccount, fact: LateFeeCharged, row: int) -> int:
    contract = account.contract
    late_days = (fact.on - account.plan.dues[row]).days
    if contract.late_fee is None or account.closed_on is not None:
        return 0
    if late_days <= contract.grace_days:
        return 0
    overdue_minor = account.open[INTEREST][row] + account.open[PRINCIPAL][row]
    return contract.late_fee.fee_minor(overdue_minor, contract.rounding)
