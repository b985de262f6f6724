"""Giving a loan up, and what is recovered on it afterwards."""

from tuppence.lending.allocation import Component
from tuppence.lending.servicing.contract import (
    FEE,
    INTEREST,
    PENALTY,
    RecoveryOrder,
)
from tuppence.lending.servicing.facts import PaymentReceived, Recovered, WrittenOff
from tuppence.lending.servicing.loan_account import LoanAccount
from tuppence.lending.servicing.loan_state import Claims, Part, PaymentKind
from tuppence.lending.servicing.waterfall import outcome_of, pay_rows
from tuppence.money.splitting import split

_PRINCIPAL_FIRST = (
    Component.PRINCIPAL,
    Component.INTEREST,
    Component.PENALTY,
    Component.FEE,
)


def write_off(account: LoanAccount, fact: WrittenOff) -> None:
    """Turn what is owed into claims: open principal, earned unpaid interest, penalties, fees.

    A loan that is paid by then, under the facts now known, is not written off.
    """
    if account.closed_on is not None:
        return
    due_interest = sum(account.open[INTEREST][: account.reached])
    account.written_off = account.claims = Claims(
        principal_minor=account.outstanding,
        interest_minor=due_interest + account.accrued_unpaid(fact.on),
        penalty_minor=sum(account.open[PENALTY]),
        fee_minor=sum(account.open[FEE]),
    )
    account.closed_on = fact.on


def recover(account: LoanAccount, fact: Recovered | PaymentReceived) -> None:
    """Pay the written-off claims with a recovery less its cost; what is beyond them is credit.

    On a loan that is not written off (any more), it counts as a payment of the net amount; the
    outcome's kind says which it was.
    """
    kind = PaymentKind.PAYMENT if account.claims is None else PaymentKind.RECOVERY
    cost_minor = fact.cost_minor if isinstance(fact, Recovered) else 0
    net_minor = fact.amount_minor - cost_minor
    if account.claims is None:
        parts: list[Part] = []
        credit_minor = pay_rows(account, net_minor, account.reached, parts)
        account.close_if_paid(fact.on)
    else:
        parts, account.claims = recover_claims(account.claims, net_minor, _order(account))
        credit_minor = net_minor - sum(part.amount_minor for part in parts)
    account.outcomes.append(
        outcome_of(
            fact.id,
            fact.on,
            fact.amount_minor,
            parts,
            credit_minor=credit_minor,
            cost_minor=cost_minor,
            kind=kind,
        )
    )


def recover_claims(
    claims: Claims, net_minor: int, order: tuple[Component, ...] | None
) -> tuple[list[Part], Claims]:
    """Pay claims in order, or in proportion to their sizes where the order is None.

    Returns the parts and the claims that remain.
    """
    owed = {
        Component.PRINCIPAL: claims.principal_minor,
        Component.INTEREST: claims.interest_minor,
        Component.PENALTY: claims.penalty_minor,
        Component.FEE: claims.fee_minor,
    }
    payable_minor = min(net_minor, claims.total_minor)
    if order is None and payable_minor:
        shares = dict(zip(owed, split(payable_minor, list(owed.values())), strict=True))
    else:
        shares = _in_order(payable_minor, owed, order or _PRINCIPAL_FIRST)
    left = {component: owed[component] - share for component, share in shares.items()}
    parts = [Part(0, component, share) for component, share in shares.items() if share]
    remaining = Claims(
        left[Component.PRINCIPAL],
        left[Component.INTEREST],
        left[Component.PENALTY],
        left[Component.FEE],
    )
    return parts, remaining


def _in_order(
    left_minor: int, owed: dict[Component, int], order: tuple[Component, ...]
) -> dict[Component, int]:
    shares = {}
    for component in order:
        shares[component] = min(left_minor, owed[component])
        left_minor -= shares[component]
    return shares


def _order(account: LoanAccount) -> tuple[Component, ...] | None:
    match account.contract.recovery_order:
        case RecoveryOrder.PRO_RATA:
            return None
        case RecoveryOrder.WATERFALL:
            return account.contract.waterfall
        case RecoveryOrder.PRINCIPAL_FIRST:
            return _PRINCIPAL_FIRST
