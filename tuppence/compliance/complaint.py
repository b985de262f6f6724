"""Decide what may be done about a complaint: make, write, delay, answer, escalate, take back. Pure.

A complaint is open until it is answered or taken back. A member who is not satisfied with the
answer may escalate once; it is then open again until it is answered for good.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tuppence.members.naming import is_text

TEXT_MAX = 4_000


class Topic(StrEnum):
    """What a complaint is about."""

    PAYMENT = "payment"
    WITHDRAWAL = "withdrawal"
    LOAN = "loan"
    LISTING = "listing"
    FEES = "fees"
    IDENTITY = "identity"
    STAFF = "staff"
    OTHER = "other"


class Way(StrEnum):
    """How a complaint came in."""

    WEB = "web"
    MAIL = "mail"
    LETTER = "letter"
    PHONE = "phone"


class EntryKind(StrEnum):
    """What an entry is; a note is for colleagues and never shown to the member."""

    MESSAGE = "message"
    NOTE = "note"
    DELAY = "delay"
    DECISION = "decision"
    ESCALATION = "escalation"
    WITHDRAWAL = "withdrawal"


class Outcome(StrEnum):
    """What a decision says."""

    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"


class State(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ANSWERED = "answered"
    ESCALATED = "escalated"
    FINAL = "final"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether the platform owes an answer."""
        return self in {State.OPEN, State.ESCALATED}


class ComplaintStatus(StrEnum):
    """What became of an order; the first failed check is named."""

    DONE = "done"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_FOUND = "not_found"
    NOT_PERMITTED = "not_permitted"
    OWN_CASE = "own_case"
    MEMBER_NOT_FOUND = "member_not_found"
    NOT_THE_MEMBER = "not_the_member"
    TEXT_MISSING = "text_missing"
    TEXT_NOT_ALLOWED = "text_not_allowed"
    CLOSED = "closed"
    NOT_ANSWERED = "not_answered"  # nothing to escalate yet
    ALREADY_ESCALATED = "already_escalated"
    DAY_PAST = "day_past"

    @property
    def accepted(self) -> bool:
        return self in {ComplaintStatus.DONE, ComplaintStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class ComplaintOrder:
    """A complaint of a member; staff write down those that came by letter, mail or telephone."""

    key: UUID
    member_id: int
    topic: Topic
    what_happened: str
    what_is_wanted: str
    at: datetime
    by: int
    way: Way = Way.WEB
    subject_kind: str = ""
    subject_id: int = 0


@dataclass(frozen=True, slots=True)
class EntryOrder:
    """Something to be said or done about a complaint, by its member or by staff."""

    key: UUID
    complaint_id: int
    kind: EntryKind
    text: str
    at: datetime
    by: int
    by_member: bool = False
    outcome: Outcome | None = None
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Complained:
    """What became of one order."""

    status: ComplaintStatus
    complaint_id: int | None = None


@dataclass(frozen=True, slots=True)
class ComplaintCase:
    """A complaint with the kinds of its entries in order, as decisions look at it."""

    id: int
    member_id: int
    kinds: tuple[EntryKind, ...]

    @property
    def state(self) -> State:
        """Where it stands after its entries."""
        return state_after(self.kinds)


STEPS: dict[tuple[State, EntryKind], State] = {
    (State.OPEN, EntryKind.DECISION): State.ANSWERED,
    (State.ANSWERED, EntryKind.ESCALATION): State.ESCALATED,
    (State.ESCALATED, EntryKind.DECISION): State.FINAL,
    (State.OPEN, EntryKind.WITHDRAWAL): State.WITHDRAWN,
    (State.ESCALATED, EntryKind.WITHDRAWAL): State.WITHDRAWN,
}
OF_MEMBERS = frozenset({EntryKind.MESSAGE, EntryKind.ESCALATION, EntryKind.WITHDRAWAL})
OF_STAFF = frozenset({EntryKind.MESSAGE, EntryKind.NOTE, EntryKind.DELAY, EntryKind.DECISION})


def state_after(kinds: tuple[EntryKind, ...]) -> State:
    """The state that entries lead to, one after the other.

    >>> str(state_after((EntryKind.MESSAGE, EntryKind.DECISION, EntryKind.ESCALATION)))
    'escalated'
    """
    state = State.OPEN
    for kind in kinds:
        state = STEPS.get((state, kind), state)
    return state


def refuse_complaint(
    order: ComplaintOrder, *, member_found: bool, may_act: bool
) -> ComplaintStatus | None:
    """Why a complaint can't be taken. `may_act`: for the member, or as staff who handle them."""
    if not member_found:
        return ComplaintStatus.MEMBER_NOT_FOUND
    if not may_act:
        return ComplaintStatus.NOT_PERMITTED
    return _refuse_text(order.what_happened) or _refuse_text(order.what_is_wanted)


def refuse_entry(
    order: EntryOrder,
    case: ComplaintCase | None,
    *,
    may_act: bool,
    own: frozenset[int],
    today: date,
) -> ComplaintStatus | None:
    """Why an entry can't be added. `own` are the members that who writes acts for."""
    if case is None:
        return ComplaintStatus.NOT_FOUND
    if order.by_member and case.member_id not in own:
        return ComplaintStatus.NOT_THE_MEMBER
    if not may_act or order.kind not in (OF_MEMBERS if order.by_member else OF_STAFF):
        return ComplaintStatus.NOT_PERMITTED
    if not order.by_member and case.member_id in own:
        return ComplaintStatus.OWN_CASE
    text = _refuse_text(order.text) if order.kind is not EntryKind.WITHDRAWAL else None
    return text or _refuse_step(order, case, today)


def _refuse_step(order: EntryOrder, case: ComplaintCase, today: date) -> ComplaintStatus | None:
    state = case.state
    if order.kind is EntryKind.NOTE:
        return None
    if order.kind is EntryKind.ESCALATION:
        if state is State.ANSWERED:
            return None
        was = EntryKind.ESCALATION in case.kinds
        return ComplaintStatus.ALREADY_ESCALATED if was else ComplaintStatus.NOT_ANSWERED
    if not state.is_open:
        return ComplaintStatus.CLOSED
    if order.kind is EntryKind.DELAY and (order.expected_on is None or order.expected_on < today):
        return ComplaintStatus.DAY_PAST
    return None


def _refuse_text(text: str) -> ComplaintStatus | None:
    if not text.strip():
        return ComplaintStatus.TEXT_MISSING
    allowed = len(text) <= TEXT_MAX and is_text(text)
    return None if allowed else ComplaintStatus.TEXT_NOT_ALLOWED
