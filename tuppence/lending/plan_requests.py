"""Decide on requests of borrowers in trouble for another plan. Pure.

A request is a record: it changes neither what is due nor the days past due. Somebody answers it in
words; what is then agreed is an act of its own on the loan.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from tuppence.lending.servicing.loan_state import Status
from tuppence.money.currency import AMOUNT_MAX_MINOR

STORY_MAX = 2000
STARTS_WITHIN = timedelta(days=366)


class TroubleReason(StrEnum):
    """What happened to the borrower, in the words that a desk sorts by."""

    INCOME_FELL = "income_fell"
    CUSTOMER_PAYS_LATE = "customer_pays_late"
    ILLNESS = "illness"
    FAMILY = "family"
    DAMAGE = "damage"
    OTHER_DEBTS = "other_debts"
    OTHER = "other"


class PlanRequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class PlanRequestStatus(StrEnum):
    """What became of an order about a request. The first check that fails is named."""

    ASKED = "asked"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_FOUND = "not_found"  # or somebody else's: the answer is the same
    LOAN_CLOSED = "loan_closed"
    ONE_IS_OPEN = "one_is_open"  # a loan has one request at a time
    STORY_MISSING = "story_missing"
    STORY_TOO_LONG = "story_too_long"
    AMOUNT_OUT_OF_BOUNDS = "amount_out_of_bounds"
    STARTS_IN_PAST = "starts_in_past"
    STARTS_TOO_LATE = "starts_too_late"
    NOT_PERMITTED = "not_permitted"
    WORDS_MISSING = "words_missing"
    ALREADY_ANSWERED = "already_answered"
    ALREADY_WITHDRAWN = "already_withdrawn"

    @property
    def accepted(self) -> bool:
        return self in {
            PlanRequestStatus.ASKED,
            PlanRequestStatus.ANSWERED,
            PlanRequestStatus.WITHDRAWN,
            PlanRequestStatus.EXISTS,
        }


@dataclass(frozen=True, slots=True)
class PlanRequestOrder:
    """A borrower asks: what happened, what each instalment could be, and from when.

    `can_pay_minor` is what the borrower can pay on each due date, zero for a pause.
    """

    key: UUID
    loan_id: int
    member_id: int
    reason: TroubleReason
    story: str
    can_pay_minor: int
    starts_on: date
    at: datetime
    today: date  # the business day of `at`
    by: int | None = None


@dataclass(frozen=True, slots=True)
class PlanAnswerOrder:
    """Staff answer a request: whether another plan is agreed, in words to the borrower."""

    request_id: int
    agreed: bool
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanWithdrawOrder:
    """The borrower takes a request back."""

    request_id: int
    member_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanRequested:
    """What became of one order; the request's number where there is one."""

    status: PlanRequestStatus
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class LoanAsked:
    """A loan as a request looks at it."""

    id: int
    borrower_id: int
    state: str
    open_request: int | None = None


@dataclass(frozen=True, slots=True)
class PlanCase:
    """A request with what was done to it so far."""

    id: int
    loan_id: int
    borrower_id: int
    withdrawn: bool
    answer: tuple[bool, str] | None


def refuse_plan_request(
    order: PlanRequestOrder, loan: LoanAsked | None
) -> PlanRequestStatus | None:
    """Why a request is not taken; None where it is. The first check that fails wins."""
    if loan is None or loan.borrower_id != order.member_id:
        return PlanRequestStatus.NOT_FOUND
    if loan.state != Status.ACTIVE.value:
        return PlanRequestStatus.LOAN_CLOSED
    if loan.open_request is not None:
        return PlanRequestStatus.ONE_IS_OPEN
    if not order.story.strip():
        return PlanRequestStatus.STORY_MISSING
    if len(order.story) > STORY_MAX:
        return PlanRequestStatus.STORY_TOO_LONG
    if not 0 <= order.can_pay_minor < AMOUNT_MAX_MINOR:
        return PlanRequestStatus.AMOUNT_OUT_OF_BOUNDS
    if order.starts_on < order.today:
        return PlanRequestStatus.STARTS_IN_PAST
    if order.starts_on > order.today + STARTS_WITHIN:
        return PlanRequestStatus.STARTS_TOO_LATE
    return None


def decide_plan_answer(
    order: PlanAnswerOrder, case: PlanCase | None, *, permitted: bool, own: frozenset[int]
) -> PlanRequestStatus:
    """Whether an answer counts. `own` are the members that the answering person acts for."""
    if case is None:
        return PlanRequestStatus.NOT_FOUND
    if not permitted or case.borrower_id in own:
        return PlanRequestStatus.NOT_PERMITTED
    if case.answer is not None:
        same = case.answer == (order.agreed, order.words.strip())
        return PlanRequestStatus.EXISTS if same else PlanRequestStatus.ALREADY_ANSWERED
    if case.withdrawn:
        return PlanRequestStatus.ALREADY_WITHDRAWN
    return PlanRequestStatus.ANSWERED if order.words.strip() else PlanRequestStatus.WORDS_MISSING


def decide_plan_withdrawal(order: PlanWithdrawOrder, case: PlanCase | None) -> PlanRequestStatus:
    """Whether a borrower may take a request back: their own, until it is answered."""
    if case is None or case.borrower_id != order.member_id:
        return PlanRequestStatus.NOT_FOUND
    if case.withdrawn:
        return PlanRequestStatus.EXISTS
    return PlanRequestStatus.ALREADY_ANSWERED if case.answer else PlanRequestStatus.WITHDRAWN


def state_of(*, withdrawn: bool, agreed: bool | None) -> PlanRequestState:
    """Where a request stands, from what was done to it."""
    if withdrawn:
        return PlanRequestState.WITHDRAWN
    if agreed is None:
        return PlanRequestState.OPEN
    return PlanRequestState.AGREED if agreed else PlanRequestState.DECLINED
