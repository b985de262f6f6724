"""Orders about loans, and what became of each."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tuppence.lending.allocation import Component
from tuppence.lending.servicing.facts import EarlyChoice, StatedSplit


class PaymentStatus(StrEnum):
    """What became of an order to pay. Where several checks fail, the first one is named."""

    BOOKED = "booked"
    EXISTS = "exists"  # the same key and content: booked before, nothing happened again
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    AMOUNT_OUT_OF_BOUNDS = "amount_out_of_bounds"
    LOAN_NOT_FOUND = "loan_not_found"
    LOAN_CLOSED = "loan_closed"
    LOAN_NOT_WRITTEN_OFF = "loan_not_written_off"  # a recovery needs a write-off before it
    BEFORE_LOAN = "before_loan"  # the value date is before the pay-out
    IN_FUTURE = "in_future"  # the value date is after the day of the order
    COST_EXCEEDS_AMOUNT = "cost_exceeds_amount"
    WAIVER_REFUSED = "waiver_refused"  # more than a remainder, or it would not settle the loan
    EXCEEDS_AVAILABLE = "exceeds_available"  # more than the borrower has
    NOTHING_DUE = "nothing_due"  # the money stays with the borrower

    @property
    def accepted(self) -> bool:
        return self in {PaymentStatus.BOOKED, PaymentStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """Pay from the borrower's purse, with the value date `on`.

    `stated` is another system's split and takes the place of the waterfall; its principal may go
    beyond what is outstanding, the lenders get that as surplus. `waived_minor` is principal that
    is given up with the payment because it is a remainder not worth asking for.
    """

    key: UUID
    loan_id: int
    on: date
    amount_minor: int
    at: datetime
    stated: StatedSplit | None = None
    waived_minor: int = 0


@dataclass(frozen=True, slots=True)
class CollectOrder:
    """Pay what is due on the day, as far as the borrower's purse allows."""

    key: UUID
    loan_id: int
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class EarlyRepayOrder:
    """Repay before it is due. Without an amount: all of it, at the quote of the day."""

    key: UUID
    loan_id: int
    on: date
    choice: EarlyChoice
    at: datetime
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class RecoverOrder:
    """Money recovered on a loan that was given up; the cost goes to the collector."""

    key: UUID
    loan_id: int
    on: date
    amount_minor: int
    cost_minor: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentResult:
    """What became of one order; amounts are what was booked now or before."""

    key: UUID
    status: PaymentStatus
    amount_minor: int = 0
    principal_minor: int = 0
    interest_minor: int = 0
    charges_minor: int = 0
    replayed: bool = False


class DisburseStatus(StrEnum):
    """What became of an order to pay out. Where several checks fail, the first one is named."""

    PAID_OUT = "paid_out"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    APPLICATION_NOT_FOUND = "application_not_found"
    APPLICATION_NOT_APPROVED = "application_not_approved"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    ALREADY_PAID_OUT = "already_paid_out"
    NOT_SIGNED = "not_signed"
    AMOUNT_OUT_OF_BOUNDS = "amount_out_of_bounds"  # nothing, or more than was agreed
    LENDERS_DO_NOT_ADD_UP = "lenders_do_not_add_up"
    LENDER_WITHOUT_PURSE = "lender_without_purse"
    EXCEEDS_RESERVED = "exceeds_reserved"  # a lender has less reserved than the order says

    @property
    def accepted(self) -> bool:
        return self in {DisburseStatus.PAID_OUT, DisburseStatus.EXISTS}


@dataclass(frozen=True, slots=True, eq=False)
class DisburseOrder:
    """Pay a funded application out. A lender may be named more than once."""

    key: UUID
    application_id: int
    funded_minor: int
    member_ids: NDArray[np.int64]
    amounts_minor: NDArray[np.int64]
    at: datetime
    on: date


@dataclass(frozen=True, slots=True)
class Disbursed:
    """What became of one order; the fee is what was kept back of the principal, with VAT."""

    key: UUID
    status: DisburseStatus
    loan_id: int | None = None
    withheld_minor: int = 0


class ActStatus(StrEnum):
    """What became of an order that changes a loan without a payment."""

    DONE = "done"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    LOAN_NOT_FOUND = "loan_not_found"
    LOAN_CLOSED = "loan_closed"
    PAYMENT_NOT_FOUND = "payment_not_found"
    ALREADY_REVERSED = "already_reversed"
    IN_FUTURE = "in_future"
    BEFORE_LATEST_FACT = "before_latest_fact"  # something was booked with a later value date
    EXCEEDS_AVAILABLE = "exceeds_available"
    AMOUNT_OUT_OF_BOUNDS = "amount_out_of_bounds"
    REASON_MISSING = "reason_missing"
    BEFORE_LOAN = "before_loan"  # the day is before the pay-out
    DAYS_OUT_OF_ORDER = "days_out_of_order"  # the last day is before the first
    RATE_OUT_OF_RANGE = "rate_out_of_range"  # below zero, or above 100 % a year
    RATE_ABOVE_CAP = "rate_above_cap"  # more than the rulebook lets a loan bear
    PERIOD_PAID = "period_paid"  # the borrower has paid a whole period with these days in it
    NOTHING_TO_CHANGE = "nothing_to_change"
    TOO_MANY_CHANGES = "too_many_changes"
    OTHER_PLAN_AGREED = "other_plan_agreed"  # another plan took the place of the schedule
    PLAN_OUT_OF_RANGE = "plan_out_of_range"  # no instalments, too many, or grace for all
    METHOD_UNSUITED = "method_unsuited"  # interest falls due for many periods at once
    WITH_COLLECTOR = "with_collector"  # a collector has the loan already
    NOT_WITH_COLLECTOR = "not_with_collector"
    NOT_WAIVABLE = "not_waivable"  # principal is written off, not waived
    EXCEEDS_OPEN = "exceeds_open"  # more than is due and unpaid

    @property
    def accepted(self) -> bool:
        return self in {ActStatus.DONE, ActStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class ReverseOrder:
    """The bank took a payment back."""

    key: UUID
    payment_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WriteOffOrder:
    """Give a loan up at the end of a day."""

    key: UUID
    loan_id: int
    on: date
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangeRateOrder:
    """From a day on, interest accrues at another rate a year (an exact share)."""

    key: UUID
    loan_id: int
    effective_from: date
    annual_rate: Fraction
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PauseInterestOrder:
    """No interest accrues from the first to the last day, both included."""

    key: UUID
    loan_id: int
    first_day: date
    last_day: date
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RescheduleOrder:
    """From the day of the order on another plan: what is still to come over other instalments.

    `instalments` counts from the next due date; the first `grace_principal` of them hold interest
    alone. What is overdue stays due, with its dates.
    """

    key: UUID
    loan_id: int
    instalments: int
    grace_principal: int
    annual_rate: Fraction
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WaiveOrder:
    """Give up a fee, a penalty or interest that is due and unpaid, the oldest first."""

    key: UUID
    loan_id: int
    on: date
    component: Component
    amount_minor: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of one order."""

    key: UUID
    status: ActStatus
