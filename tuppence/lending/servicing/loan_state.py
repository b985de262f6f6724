"""Where a loan stands on a day: the outcome of folding its facts."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from tuppence.lending.allocation import Component
from tuppence.lending.servicing.arrears import Bucket
from tuppence.lending.servicing.contract import LoanContract
from tuppence.lending.servicing.facts import FactKey
from tuppence.lending.servicing.plan import Plan


class Status(StrEnum):
    """Whether a loan still lives, and how it ended."""

    ACTIVE = "active"
    PAID = "paid"
    WRITTEN_OFF = "written_off"


class PaymentKind(StrEnum):
    """What a payment counted as: a recovery pays claims of a loan that was written off."""

    PAYMENT = "payment"
    EARLY_REPAYMENT = "early_repayment"
    RECOVERY = "recovery"


class Part(NamedTuple):
    """What one component of one instalment got; number 0 stands for the loan as a whole."""

    number: int
    component: Component
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """Where the money of one payment went. The parts, the cost and the credit sum to it.

    `credit_minor` stays with the borrower. `cost_minor` is the collector's share of a recovery.
    """

    id: UUID
    on: date
    amount_minor: int
    fee_minor: int
    penalty_minor: int
    interest_minor: int
    principal_minor: int
    compensation_minor: int
    cost_minor: int
    credit_minor: int
    parts: tuple[Part, ...]
    kind: PaymentKind = PaymentKind.PAYMENT

    @property
    def applied_minor(self) -> int:
        """Return what the payment paid off the loan: all but the credit and the cost."""
        return self.amount_minor - self.credit_minor - self.cost_minor


@dataclass(frozen=True, slots=True)
class ChargeOutcome:
    """A fee or penalty that was charged, and how much of it stands under what is now known."""

    id: UUID
    on: date
    number: int
    component: Component
    charged_minor: int
    standing_minor: int
    by_rule: bool


@dataclass(frozen=True, slots=True)
class WaiverOutcome:
    """What a waiver really gave up; less than it offered where less was open."""

    id: UUID
    on: date
    component: Component
    waived_minor: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """What is owed in law on a loan that was written off, in minor units."""

    principal_minor: int
    interest_minor: int
    penalty_minor: int
    fee_minor: int

    @property
    def total_minor(self) -> int:
        """Return the sum of the claims."""
        return self.principal_minor + self.interest_minor + self.penalty_minor + self.fee_minor


@dataclass(frozen=True, slots=True)
class InstalmentState:
    """One instalment: what is planned and charged on it, and what of that is paid.

    Planned principal includes what was prepaid in its period; open is the sum still unpaid.
    """

    number: int
    starts_on: date
    due_on: date
    fee_minor: int
    penalty_minor: int
    interest_minor: int
    principal_minor: int
    paid_fee_minor: int
    paid_penalty_minor: int
    paid_interest_minor: int
    paid_principal_minor: int

    @property
    def open_minor(self) -> int:
        """Return what is still unpaid on it."""
        planned = self.fee_minor + self.penalty_minor + self.interest_minor + self.principal_minor
        return planned - self.paid_minor

    @property
    def paid_minor(self) -> int:
        """Return what was paid on it."""
        return (
            self.paid_fee_minor
            + self.paid_penalty_minor
            + self.paid_interest_minor
            + self.paid_principal_minor
        )


@dataclass(frozen=True, slots=True)
class RunningPeriod:
    """The period whose interest accrues now, for a day close that works in columns.

    Until `ends_on`, and while no fact is added, the interest earned by a day is
    `earned_before_minor` plus what `accrual.accrued_columns` gives for the other fields.
    """

    starts_on: date
    ends_on: date
    interest_minor: int
    counted_days: int
    counted_interest_minor: int
    earned_before_minor: int


Columns = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class LoanState:
    """Where a loan stands at the end of the day `as_of`. Amounts are minor units.

    `due_minor` is everything open on instalments due by the day, `overdue_minor` on those due
    before it. Days past due count from the oldest instalment whose principal or interest is not
    fully paid (fees alone make nobody late). `earned_interest_minor` is all interest the loan
    has earned so far, paid or not; `accrued_interest_minor` is the part of it that belongs to the
    running period and is not yet paid. On a loan written off nothing is outstanding, due or
    overdue any more; its days past due stay as they were.
    """

    contract: LoanContract
    as_of: date
    status: Status
    closed_on: date | None
    outstanding_principal_minor: int
    due_minor: int
    overdue_minor: int
    oldest_unpaid_due_on: date | None
    days_past_due: int
    bucket: Bucket
    earned_interest_minor: int
    accrued_interest_minor: int
    outcomes: tuple[PaymentOutcome, ...]
    charges: tuple[ChargeOutcome, ...]
    waivers: tuple[WaiverOutcome, ...]
    written_off: Claims | None
    claims: Claims | None
    plan: Plan
    open: Columns
    paid: Columns
    latest: FactKey | None

    @property
    def instalments(self) -> tuple[InstalmentState, ...]:
        """Return the instalments with their paid components, as they are planned now."""
        rows = zip(
            self.plan.numbers,
            self.plan.starts,
            self.plan.dues,
            *self._planned(),
            *self.paid,
            strict=True,
        )
        return tuple(InstalmentState(*row) for row in rows)

    @property
    def next_due_on(self) -> date | None:
        """Return the earliest due date with something open, also in the future."""
        if self.status is not Status.ACTIVE:
            return None
        for due_on, *amounts in zip(self.plan.dues, *self.open, strict=True):
            if any(amounts):
                return due_on
        return None

    @property
    def running_period(self) -> RunningPeriod | None:
        """Return the period whose interest accrues; None after the last one and when closed."""
        plan, (_, _, open_, _), (_, _, paid, _) = self.plan, self.open, self.paid
        due_rows = bisect_right(plan.dues, self.as_of)
        if self.status is not Status.ACTIVE or due_rows == len(plan.dues):
            return None
        row = plan.accruing(due_rows)
        return RunningPeriod(
            plan.starts[row],
            plan.dues[row],
            open_[row] + paid[row],
            plan.counted[row],
            plan.counted_interest[row],
            sum(open_[:due_rows]) + sum(paid[:due_rows]),
        )

    @property
    def paid_interest_minor(self) -> int:
        """Return all interest received before a write-off."""
        return sum(self.paid[2])

    def outcome(self, payment_id: UUID) -> PaymentOutcome:
        """Return the outcome of one payment; KeyError where there is none."""
        for outcome in self.outcomes:
            if outcome.id == payment_id:
                return outcome
        raise KeyError(payment_id)

    def _planned(self) -> Iterable[list[int]]:
        for open_, paid in zip(self.open, self.paid, strict=True):
            yield [left + done for left, done in zip(open_, paid, strict=True)]
