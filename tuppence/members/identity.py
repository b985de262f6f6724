"""Identity verification: who may be put in the queue, what a decision needs, who decides.

The staff queue is built in. Another provider plugs in behind `IdentityProvider`; its verdicts go
through the same decision as those of staff.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from tuppence.members.naming import is_text

STAFF_QUEUE = "staff"


class Reason(StrEnum):
    """Why a check was refused."""

    DOCUMENT_MISSING = "document_missing"
    DOCUMENT_UNREADABLE = "document_unreadable"
    DOCUMENT_EXPIRED = "document_expired"
    DOCUMENT_ALTERED = "document_altered"
    NAME_DIFFERS = "name_differs"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    NOT_THE_SAME_PERSON = "not_the_same_person"
    ALREADY_A_MEMBER = "already_a_member"
    NOT_AUTHORISED = "not_authorised"  # may not represent the organisation
    COUNTRY_NOT_SERVED = "country_not_served"
    OTHER = "other"


class Finding(StrEnum):
    """What a compliance mark says."""

    CLEAR = "clear"
    POSSIBLE = "possible"
    CONFIRMED = "confirmed"


class MarkKind(StrEnum):
    """What a compliance mark is about."""

    SANCTIONS = "sanctions"
    EXPOSED_PERSON = "exposed_person"  # politically exposed
    SOURCE_OF_FUNDS = "source_of_funds"
    LOSS_BEARING = "loss_bearing"  # confirmed: this person could not bear a loss


# Verification waits until compliance has cleared these.
HOLDING_FINDINGS = {
    (MarkKind.SANCTIONS, Finding.POSSIBLE),
    (MarkKind.SANCTIONS, Finding.CONFIRMED),
    (MarkKind.EXPOSED_PERSON, Finding.POSSIBLE),
    (MarkKind.SOURCE_OF_FUNDS, Finding.POSSIBLE),
}


@dataclass(frozen=True, slots=True)
class SubmitOrder:
    """A member asks to be verified. `by` is the user who asks; none for an imported member."""

    key: UUID
    member_id: int
    at: datetime
    by: int | None = None
    provider: str = STAFF_QUEUE


class SubmitStatus(StrEnum):
    """What became of asking."""

    SUBMITTED = "submitted"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    MEMBER_NOT_FOUND = "member_not_found"
    BLOCKED = "blocked"
    ALREADY_VERIFIED = "already_verified"
    ALREADY_WAITING = "already_waiting"


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of one order; the check's id where there is one."""

    key: UUID
    status: SubmitStatus
    check_id: int | None = None


@dataclass(frozen=True, slots=True)
class DecideOrder:
    """A word on a waiting check."""

    key: UUID
    check_id: int
    approve: bool
    at: datetime
    reasons: tuple[Reason, ...] = ()
    remark: str = ""


class DecideStatus(StrEnum):
    """What became of a word on a check; the first failed check is named."""

    APPROVED = "approved"
    REFUSED = "refused"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    CHECK_NOT_FOUND = "check_not_found"
    NOT_PERMITTED = "not_permitted"
    OWN_CASE = "own_case"
    ALREADY_DECIDED = "already_decided"
    REMARK_NOT_ALLOWED = "remark_not_allowed"
    REASON_MISSING = "reason_missing"
    BLOCKED = "blocked"
    BIRTH_DATE_MISSING = "birth_date_missing"
    MARK_STANDS = "mark_stands"


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision that already stands on a check."""

    key: UUID
    approved: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A check with what the decision has to know of its member."""

    check_id: int
    member_id: int
    provider: str
    is_person: bool
    born_on: date | None
    blocked: bool
    signs_in: bool = True  # nobody does for a member of an imported book
    marks: frozenset[tuple[MarkKind, Finding]] = frozenset()
    people: frozenset[str] = frozenset()  # identity keys of those behind the member
    decision: Decided | None = None


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: a member of staff, or a provider speaking for itself (`user_id` is None)."""

    user_id: int | None
    permitted: bool
    acts_for: frozenset[int] = frozenset()
    provider: str = STAFF_QUEUE
    identity_key: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one order."""

    key: UUID
    status: DecideStatus
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What asking to be verified depends on."""

    verified: bool
    blocked: bool
    waiting: bool


def decide_submission(standing: Standing | None) -> SubmitStatus:
    """Whether a member may be put in the queue."""
    if standing is None:
        return SubmitStatus.MEMBER_NOT_FOUND
    if standing.blocked:
        return SubmitStatus.BLOCKED
    if standing.verified:
        return SubmitStatus.ALREADY_VERIFIED
    return SubmitStatus.ALREADY_WAITING if standing.waiting else SubmitStatus.SUBMITTED


def decide_check(order: DecideOrder, case: Case | None, decider: Decider) -> DecideStatus:
    """Whether a word on a check counts, checks in the order of `DecideStatus`."""
    if case is None:
        return DecideStatus.CHECK_NOT_FOUND
    if case.decision is not None and case.decision.key == order.key:
        same = (case.decision.approved, case.decision.reasons) == (order.approve, order.reasons)
        return DecideStatus.EXISTS if same else DecideStatus.EXISTS_WITH_DIFFERENT_FIELDS
    if not may_decide(case, decider):
        return DecideStatus.NOT_PERMITTED
    if case.member_id in decider.acts_for or decider.identity_key in case.people:
        return DecideStatus.OWN_CASE
    if case.decision is not None:
        return DecideStatus.ALREADY_DECIDED
    if not is_text(order.remark):
        return DecideStatus.REMARK_NOT_ALLOWED
    if not order.approve:
        return DecideStatus.REFUSED if order.reasons else DecideStatus.REASON_MISSING
    return decide_approval(case)


def may_decide(case: Case, decider: Decider) -> bool:
    """Staff with the permission decide any check; a provider only its own."""
    if decider.user_id is None:
        return decider.provider == case.provider != STAFF_QUEUE
    return decider.permitted


def decide_approval(case: Case) -> DecideStatus:
    """What still stands in the way of a yes."""
    if case.blocked:
        return DecideStatus.BLOCKED
    # The birth date tells one person's accounts apart; without an account there is nothing to tell.
    if case.is_person and case.signs_in and case.born_on is None:
        return DecideStatus.BIRTH_DATE_MISSING
    return DecideStatus.MARK_STANDS if case.marks & HOLDING_FINDINGS else DecideStatus.APPROVED


@dataclass(frozen=True, slots=True)
class IdentityRequest:
    """What a provider is told of a member."""

    check_id: int
    is_person: bool
    legal_name: str
    born_on: date | None
    country: str
    registration_number: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a provider answered."""

    reference: str
    approve: bool
    reasons: tuple[Reason, ...] = ()


class IdentityProvider(Protocol):
    """Somebody who verifies identities. Calls happen outside of any transaction."""

    @property
    def name(self) -> str:
        """Short name, stored with each check; not `staff`."""

    def submit(self, request: IdentityRequest) -> str:
        """Hand a check over; the provider's reference. The same check again is the same one."""

    def verdicts(self, references: Collection[str]) -> list[Verdict]:
        """The verdicts there are by now among these references."""
