"""Decide on applications: who may apply for what, and what a credit officer's word does. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from tuppence.lending.decision_reasons import Ground
from tuppence.rules.findings import Finding

TITLE_MAX = 120
DecidedOn = tuple[str, str, Fraction | None, Fraction | None, tuple[str, ...]]
GRADES = ("A", "B", "C", "D", "E", "F", "G")


class LeavingReason(StrEnum):
    """Why a borrower takes an application back or declines an offer."""

    TOO_EXPENSIVE = "too_expensive"
    OTHER_LENDER = "other_lender"
    NO_LONGER_NEEDED = "no_longer_needed"
    TAKES_TOO_LONG = "takes_too_long"
    OTHER = "other"


class ApplyStatus(StrEnum):
    """What became of an application. Where several checks fail, the first one is named."""

    SUBMITTED = "submitted"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    PRODUCT_NOT_FOUND = "product_not_found"
    PRODUCT_RETIRED = "product_retired"
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range"
    INSTALMENTS_OUT_OF_RANGE = "instalments_out_of_range"
    TITLE_MISSING = "title_missing"
    MEMBER_NOT_FOUND = "member_not_found"
    MEMBER_BLOCKED = "member_blocked"
    MEMBER_NOT_VERIFIED = "member_not_verified"
    RULE_REFUSES = "rule_refuses"  # the outcome holds the findings

    @property
    def accepted(self) -> bool:
        return self in {ApplyStatus.SUBMITTED, ApplyStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class ApplyOrder:
    """Somebody asks to borrow. Income and spending are a month's, in minor units, if told.

    `elsewhere_minor` is what the borrower declares to have raised on other platforms; without it
    the last declaration counts. `originated_elsewhere` marks a loan of a book that is taken over:
    it was made under another law, so this platform's rulebook is not asked about it.
    `business_purpose`: the money is for the borrower's business; of a company that is taken for
    granted.
    """

    key: UUID
    member_id: int
    product_id: int
    amount_minor: int
    instalments: int
    title: str
    purpose: str
    at: datetime
    income_minor_monthly: int | None = None
    spending_minor_monthly: int | None = None
    elsewhere_minor: int | None = None
    originated_elsewhere: bool = False
    business_purpose: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one order; the findings are what the rulebook said to it."""

    key: UUID
    status: ApplyStatus
    application_id: int | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferedProduct:
    """A product as far as an application is held against it."""

    id: int
    currency: str
    amount_minor_min: int
    amount_minor_max: int
    instalments_min: int
    instalments_max: int
    annual_rate_min: Fraction
    annual_rate_max: Fraction
    retired: bool


@dataclass(frozen=True, slots=True)
class Borrower:
    """A member who asks, and what they owe and have asked for on this platform."""

    id: int
    is_person: bool
    verified: bool
    blocked: bool
    owed_minor: int = 0
    offered_minor: int = 0


def refuse_application(
    order: ApplyOrder, product: OfferedProduct | None, borrower: Borrower | None
) -> ApplyStatus | None:
    """Every check but the rulebook's; the first that fails wins."""
    if product is None:
        return ApplyStatus.PRODUCT_NOT_FOUND
    if product.retired:
        return ApplyStatus.PRODUCT_RETIRED
    if not product.amount_minor_min <= order.amount_minor <= product.amount_minor_max:
        return ApplyStatus.AMOUNT_OUT_OF_RANGE
    if not product.instalments_min <= order.instalments <= product.instalments_max:
        return ApplyStatus.INSTALMENTS_OUT_OF_RANGE
    if not 0 < len(order.title.strip()) <= TITLE_MAX:
        return ApplyStatus.TITLE_MISSING
    if borrower is None:
        return ApplyStatus.MEMBER_NOT_FOUND
    if borrower.blocked:
        return ApplyStatus.MEMBER_BLOCKED
    return None if borrower.verified else ApplyStatus.MEMBER_NOT_VERIFIED


class ReviewStatus(StrEnum):
    """What became of an act on an application. The first check that fails is named."""

    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    MADE = "made"
    SIGNED = "signed"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    APPLICATION_NOT_FOUND = "application_not_found"
    NOT_PERMITTED = "not_permitted"
    OWN_APPLICATION = "own_application"  # nobody decides on what is theirs
    ALREADY_DECIDED = "already_decided"
    ALREADY_PAID_OUT = "already_paid_out"
    ALREADY_WITHDRAWN = "already_withdrawn"
    NOT_APPROVED = "not_approved"
    ABOVE_LIMIT = "above_limit"  # of one officer: two decide together
    NOT_ABOVE_LIMIT = "not_above_limit"  # one officer is enough
    SECOND_ASKED = "second_asked"  # another officer's word is waited for
    REASONS_MISSING = "reasons_missing"
    GRADE_UNKNOWN = "grade_unknown"
    RATE_OUT_OF_RANGE = "rate_out_of_range"
    EXPECTED_LOSS_OUT_OF_RANGE = "expected_loss_out_of_range"
    CONTRACT_MISSING = "contract_missing"
    NOT_THE_BORROWER = "not_the_borrower"
    OTHER_TEXT = "other_text"  # what was read is not what stands in the contract

    @property
    def accepted(self) -> bool:
        return self in {
            ReviewStatus.APPROVED,
            ReviewStatus.REFUSED,
            ReviewStatus.WITHDRAWN,
            ReviewStatus.MADE,
            ReviewStatus.SIGNED,
            ReviewStatus.EXISTS,
        }


@dataclass(frozen=True, slots=True)
class ReviewOrder:
    """A credit officer's word. A yes names grade, rate and expected loss a year."""

    application_id: int
    approve: bool
    reasons: str
    at: datetime
    grade: str = ""
    annual_rate: Fraction | None = None
    expected_loss: Fraction | None = None
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawOrder:
    """The borrower takes an application back, or declines the offer; the reason may stay empty."""

    application_id: int
    at: datetime
    reason: LeavingReason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContractOrder:
    """Write the contract of an approved application."""

    application_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SignOrder:
    """A borrower signs the text whose hash they were shown."""

    key: UUID
    application_id: int
    member_id: int
    sha256: str
    at: datetime
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What became of one order."""

    application_id: int
    status: ReviewStatus


@dataclass(frozen=True, slots=True)
class ApplicationCase:
    """An application with what was done to it so far."""

    id: int
    borrower_id: int
    amount_minor: int
    product: OfferedProduct
    approved: bool | None  # None while nobody has decided
    withdrawn: bool
    paid_out: bool
    decided_on: DecidedOn | None
    contract_sha256: str | None
    signatures: Mapping[int, tuple[UUID, str]]  # by member: key and hash


def decide_review(
    order: ReviewOrder,
    case: ApplicationCase | None,
    *,
    permitted: bool,
    own: frozenset[int],
    limit_minor: int | None = None,
) -> ReviewStatus:
    """Whether a credit officer's word counts. `own` are the members the officer acts for.

    `limit_minor` is what the officer approves alone, None for any amount; refusing has no limit.
    """
    if case is None:
        return ReviewStatus.APPLICATION_NOT_FOUND
    if not permitted:
        return ReviewStatus.NOT_PERMITTED
    if case.borrower_id in own:
        return ReviewStatus.OWN_APPLICATION
    if case.approved is not None:
        same = case.approved == order.approve and case.decided_on == content_of(order)
        return ReviewStatus.EXISTS if same else ReviewStatus.ALREADY_DECIDED
    if case.withdrawn:
        return ReviewStatus.ALREADY_WITHDRAWN
    if not order.reasons.strip():
        return ReviewStatus.REASONS_MISSING
    if not order.approve:
        return ReviewStatus.REFUSED
    status = _decide_approval(order, case.product)
    if status is not ReviewStatus.APPROVED or limit_minor is None:
        return status
    return ReviewStatus.ABOVE_LIMIT if case.amount_minor > limit_minor else status


def decide_withdrawal(case: ApplicationCase | None) -> ReviewStatus:
    """Whether an application can be taken back: until it is paid out."""
    if case is None:
        return ReviewStatus.APPLICATION_NOT_FOUND
    if case.withdrawn:
        return ReviewStatus.EXISTS
    return ReviewStatus.ALREADY_PAID_OUT if case.paid_out else ReviewStatus.WITHDRAWN


def decide_contract(case: ApplicationCase | None) -> ReviewStatus:
    """Whether a contract can be written."""
    if case is None:
        return ReviewStatus.APPLICATION_NOT_FOUND
    if case.contract_sha256 is not None:
        return ReviewStatus.EXISTS
    if case.withdrawn:
        return ReviewStatus.ALREADY_WITHDRAWN
    return ReviewStatus.MADE if case.approved else ReviewStatus.NOT_APPROVED


def decide_signature(order: SignOrder, case: ApplicationCase | None) -> ReviewStatus:
    """Whether a signature counts: the borrower's, under exactly this text."""
    if case is None:
        return ReviewStatus.APPLICATION_NOT_FOUND
    signed = case.signatures.get(order.member_id)
    if signed is not None:
        same = signed == (order.key, order.sha256)
        return ReviewStatus.EXISTS if same else ReviewStatus.EXISTS_WITH_DIFFERENT_FIELDS
    if case.withdrawn:
        return ReviewStatus.ALREADY_WITHDRAWN
    if case.contract_sha256 is None:
        return ReviewStatus.CONTRACT_MISSING
    if order.member_id != case.borrower_id:
        return ReviewStatus.NOT_THE_BORROWER
    return ReviewStatus.SIGNED if order.sha256 == case.contract_sha256 else ReviewStatus.OTHER_TEXT


def _decide_approval(order: ReviewOrder, product: OfferedProduct) -> ReviewStatus:
    if order.grade not in GRADES:
        return ReviewStatus.GRADE_UNKNOWN
    rate = order.annual_rate
    if rate is None or not product.annual_rate_min <= rate <= product.annual_rate_max:
        return ReviewStatus.RATE_OUT_OF_RANGE
    if order.expected_loss is None or not 0 <= order.expected_loss <= 1:
        return ReviewStatus.EXPECTED_LOSS_OUT_OF_RANGE
    return ReviewStatus.APPROVED


def content_of(order: ReviewOrder) -> DecidedOn:
    """What a decision consists of; the same again is the same decision."""
    grounds = tuple(sorted(ground.value for ground in order.grounds))
    return order.reasons, order.grade, order.annual_rate, order.expected_loss, grounds
