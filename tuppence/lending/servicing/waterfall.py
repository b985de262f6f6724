"""The order in which a payment pays what is owed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tuppence.lending.allocation import Direction
from tuppence.lending.servicing.contract import (
    COLUMN_OF,
    FEE,
    INTEREST,
    PENALTY,
    PRINCIPAL,
)
from tuppence.lending.servicing.facts import StatedSplit
from tuppence.lending.servicing.loan_account import LoanAccount
from tuppence.lending.servicing.loan_state import Part, PaymentKind, PaymentOutcome


def pay_rows(account: LoanAccount, amount_minor: int, until: int, parts: list[Part]) -> int:
    """Pay what is open on the rows before `until` by the contract's waterfall.

    Adds the parts to `parts` and returns what is left of the amount.
    """
    if not amount_minor:
        return 0
    if account.contract.direction is Direction.VERTICAL:
        left_minor = _pay_vertically(account, amount_minor, until, parts)
    else:
        left_minor = _pay_horizontally(account, amount_minor, until, parts)
    account.skip_paid_rows()
    return left_minor


def pay_as_stated(account: LoanAccount, stated: StatedSplit, parts: list[Part]) -> int:
    """Apply a split that another system states; return what found no principal to pay.

    Interest pays the rows due and the running one, oldest first. What is beyond them, and fees
    and penalties beyond those charged, count as charged on the day on the latest row that is due.
    """
    end = len(account.plan.dues)
    here = max(account.reached - 1, 0)
    for column, until in ((FEE, end), (PENALTY, end), (INTEREST, min(account.reached + 1, end))):
        amount_minor = stated.amounts()[column]
        left_minor = _pay_column(account, column, amount_minor, until, parts)
        if left_minor:
            account.set_open(here, column, account.open[column][here] + left_minor)
            account.settle(here, column, left_minor, parts)
    credit_minor = _pay_column(account, PRINCIPAL, stated.principal_minor, end, parts)
    if stated.settles and account.outstanding == 0:
        drop_open(account, 0)
    account.skip_paid_rows()
    return credit_minor


def drop_open(account: LoanAccount, first: int) -> None:
    """Drop fees, penalties and interest still open from a row on."""
    for column in (FEE, PENALTY, INTEREST):
        for row in range(first, len(account.plan.dues)):
            if account.open[column][row]:
                account.set_open(row, column, 0)


def outcome_of(
    payment_id: UUID,
    on: date,
    amount_minor: int,
    parts: Sequence[Part],
    *,
    credit_minor: int,
    compensation_minor: int = 0,
    cost_minor: int = 0,
    kind: PaymentKind = PaymentKind.PAYMENT,
) -> PaymentOutcome:
    """Sum the parts of a payment up; they must account for all of it."""
    sums = [0, 0, 0, 0]
    for _, component, part_minor in parts:
        sums[COLUMN_OF[component]] += part_minor
    assert sum(sums) + compensation_minor + cost_minor + credit_minor == amount_minor
    return PaymentOutcome(
        payment_id,
        on,
        amount_minor,
        sums[FEE],
        sums[PENALTY],
        sums[INTEREST],
        sums[PRINCIPAL],
        compensation_minor,
        cost_minor,
        credit_minor,
        tuple(parts),
        kind,
    )


def _pay_horizontally(account: LoanAccount, left_minor: int, until: int, parts: list[Part]) -> int:
    open_, order = account.open, account.order
    for row in range(account.first_open, until):
        for column in order:
            if open_[column][row]:
                left_minor = account.settle(row, column, left_minor, parts)
                if not left_minor:
                    return 0
    return left_minor


def _pay_vertically(account: LoanAccount, left_minor: int, until: int, parts: list[Part]) -> int:
    for column in account.order:
        left_minor = _pay_column(account, column, left_minor, until, parts)
    return left_minor


def _pay_column(
    account: LoanAccount, column: int, left_minor: int, until: int, parts: list[Part]
) -> int:
    open_ = account.open[column]
    for row in range(account.first_open, until):
        if not left_minor:
            return 0
        if open_[row]:
            left_minor = account.settle(row, column, left_minor, parts)
    return left_minor
