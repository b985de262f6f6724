"""The order in which a payment pays what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tuppence.lending.servicing.contract import (
    COLUMNS,
    FEE,
    INTEREST,
    PENALTY,
    PRINCIPAL,
    Component,
    WaterfallBy,
)
from tuppence.lending.servicing.facts import StatedSplit
from tuppence.lending.servicing.loan_account import LoanAccount
from tuppence.lending.servicing.loan_state import Part, PaymentKind, PaymentOutcome


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed under one name, for `allocate`. Amounts are minor units."""

    name: str
    due_on: date
    fee_minor: int = 0
    penalty_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0
    rank: int = 0

    def owed(self, component: Component) -> int:
        """Return what is owed of one component."""
        return self.amounts()[COLUMNS.index(component)]

    def amounts(self) -> tuple[int, int, int, int]:
        """Return what is owed, in the order fee, penalty, interest, principal."""
        return self.fee_minor, self.penalty_minor, self.interest_minor, self.principal_minor


def allocate(
    payment_minor: int,
    order: Sequence[Component],
    dues: Sequence[Due],
    by: WaterfallBy = WaterfallBy.INSTALMENT,
) -> tuple[list[Due], int]:
    """Pay dues with an amount; return what each was paid, in the order given, and the credit.

    The lowest rank comes first, then the oldest due date, then the position. By instalment, a due
    is paid in full, component after component, before the next; by component, one component of
    all dues is paid before the next component.

    >>> day = date(2025, 3, 1)
    >>> paid, credit = allocate(60, [Component.INTEREST, Component.PRINCIPAL],
    ...     [Due("march", day, interest_minor=5, principal_minor=50), Due("fee", day, fee_minor=9)])
    >>> paid[0].interest_minor, paid[0].principal_minor, paid[1].fee_minor, credit
    (5, 50, 0, 5)
    """
    assert payment_minor >= 0
    positions = sorted(
        range(len(dues)), key=lambda index: (dues[index].rank, dues[index].due_on, index)
    )
    columns = [COLUMNS.index(component) for component in order]
    if by is WaterfallBy.INSTALMENT:
        places = [(index, column) for index in positions for column in columns]
    else:
        places = [(index, column) for column in columns for index in positions]
    paid = [[0] * len(COLUMNS) for _ in dues]
    left_minor = payment_minor
    for index, column in places:
        part_minor = min(left_minor, dues[index].amounts()[column])
        paid[index][column] += part_minor
        left_minor -= part_minor
    named = [
        Due(due.name, due.due_on, fee, penalty, interest, principal, due.rank)
        for due, (fee, penalty, interest, principal) in zip(dues, paid, strict=True)
    ]
    return named, left_minor


def pay_rows(account: LoanAccount, amount_minor: int, until: int, parts: list[Part]) -> int:
    """Pay what is open on the rows before `until` by the contract's waterfall.

    Adds the parts to `parts` and returns what is left of the amount.
    """
    if not amount_minor:
        return 0
    if account.contract.waterfall_by is WaterfallBy.COMPONENT:
        left_minor = _pay_by_component(account, amount_minor, until, parts)
    else:
        left_minor = _pay_by_instalment(account, amount_minor, until, parts)
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
    cost_minor: int = 0,
    kind: PaymentKind = PaymentKind.PAYMENT,
) -> PaymentOutcome:
    """Sum the parts of a payment up; they must account for all of it."""
    sums = dict.fromkeys(Component, 0)
    for _, component, part_minor in parts:
        sums[component] += part_minor
    assert sum(sums.values()) + cost_minor + credit_minor == amount_minor
    return PaymentOutcome(
        payment_id,
        on,
        amount_minor,
        sums[Component.FEE],
        sums[Component.PENALTY],
        sums[Component.INTEREST],
        sums[Component.PRINCIPAL],
        sums[Component.COMPENSATION],
        cost_minor,
        credit_minor,
        tuple(parts),
        kind,
    )


def _pay_by_instalment(account: LoanAccount, left_minor: int, until: int, parts: list[Part]) -> int:
    open_, order = account.open, account.order
    for row in range(account.first_open, until):
        for column in order:
            if open_[column][row]:
                left_minor = account.settle(row, column, left_minor, parts)
                if not left_minor:
                    return 0
    return left_minor


def _pay_by_component(account: LoanAccount, left_minor: int, until: int, parts: list[Part]) -> int:
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
