"""Ask an applicant for what a decision needs: named things, with the reason and a day. Pure.

While a request is open, the application waits for its applicant. It comes back by itself with the
last answer; staff may also take a request back. A decision ends it whatever is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from tuppence.members.paper import PaperKind

WORDS_MAX = 2000
ITEMS_MAX = 6
ANSWER_WITHIN = timedelta(days=90)


class ItemKind(StrEnum):
    """What is asked for."""

    PAPER = "paper"
    EXPLANATION = "explanation"


class Closing(StrEnum):
    """How a request ended."""

    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"


class InformationState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"


class InformationStatus(StrEnum):
    """What became of an order about a request. The first check that fails is named."""

    ASKED = "asked"
    ANSWERED = "answered"
    COMPLETE = "complete"  # with this answer nothing is missing any more
    TAKEN_BACK = "taken_back"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_FOUND = "not_found"  # or somebody else's: the answer is the same
    NOT_PERMITTED = "not_permitted"
    OWN_APPLICATION = "own_application"
    ALREADY_WITHDRAWN = "already_withdrawn"
    ALREADY_DECIDED = "already_decided"
    ONE_IS_OPEN = "one_is_open"
    WHY_MISSING = "why_missing"
    NOTHING_ASKED = "nothing_asked"
    TOO_MANY = "too_many"
    WORDS_MISSING = "words_missing"
    WORDS_TOO_LONG = "words_too_long"
    DUE_IN_PAST = "due_in_past"
    DUE_TOO_LATE = "due_too_late"
    PAPER_MISSING = "paper_missing"
    ALREADY_ANSWERED = "already_answered"
    CLOSED = "closed"

    @property
    def accepted(self) -> bool:
        return self in {
            InformationStatus.ASKED,
            InformationStatus.ANSWERED,
            InformationStatus.COMPLETE,
            InformationStatus.TAKEN_BACK,
            InformationStatus.EXISTS,
        }


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One thing that is asked for, in words to the applicant; a paper names its kind."""

    kind: ItemKind
    words: str
    paper: PaperKind | None = None


@dataclass(frozen=True, slots=True)
class InformationOrder:
    """Staff ask for things, say why, and by which day they hope for them."""

    key: UUID
    application_id: int
    items: tuple[AskedItem, ...]
    why: str
    due_on: date
    at: datetime
    today: date  # the business day of `at`


@dataclass(frozen=True, slots=True)
class AnswerItemOrder:
    """The applicant answers one item: in words, with a stored paper of theirs, or both."""

    item_id: int
    member_id: int
    at: datetime
    words: str = ""
    document_id: int | None = None
    by: int | None = None


@dataclass(frozen=True, slots=True)
class TakeBackOrder:
    """Staff no longer need what they asked for."""

    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Informed:
    """What became of one order; the request's number where there is one."""

    status: InformationStatus
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class AskedApplication:
    """An application as a request looks at it."""

    id: int
    borrower_id: int
    decided: bool
    withdrawn: bool
    open_request: int | None = None


@dataclass(frozen=True, slots=True)
class RequestCase:
    """A request with what was asked and answered so far; answers are by item."""

    id: int
    application: AskedApplication
    kinds: Mapping[int, ItemKind]
    answers: Mapping[int, tuple[str, int | None]]
    closing: Closing | None

    @property
    def missing(self) -> frozenset[int]:
        """The items without an answer."""
        return frozenset(self.kinds) - frozenset(self.answers)


def refuse_information_request(
    order: InformationOrder,
    application: AskedApplication | None,
    *,
    permitted: bool,
    own: frozenset[int],
) -> InformationStatus | None:
    """Why staff can't ask; None where they can. `own` are the members the officer acts for."""
    if application is None:
        return InformationStatus.NOT_FOUND
    if not permitted:
        return InformationStatus.NOT_PERMITTED
    if application.borrower_id in own:
        return InformationStatus.OWN_APPLICATION
    if application.withdrawn:
        return InformationStatus.ALREADY_WITHDRAWN
    if application.decided:
        return InformationStatus.ALREADY_DECIDED
    if application.open_request is not None:
        return InformationStatus.ONE_IS_OPEN
    return _refuse_words(order) or _refuse_day(order)


def _refuse_words(order: InformationOrder) -> InformationStatus | None:
    if not order.why.strip():
        return InformationStatus.WHY_MISSING
    if not order.items:
        return InformationStatus.NOTHING_ASKED
    if len(order.items) > ITEMS_MAX:
        return InformationStatus.TOO_MANY
    if not all(item.words.strip() for item in order.items):
        return InformationStatus.WORDS_MISSING
    longest = max(len(text) for text in (order.why, *(item.words for item in order.items)))
    return InformationStatus.WORDS_TOO_LONG if longest > WORDS_MAX else None


def _refuse_day(order: InformationOrder) -> InformationStatus | None:
    if order.due_on < order.today:
        return InformationStatus.DUE_IN_PAST
    is_far = order.due_on > order.today + ANSWER_WITHIN
    return InformationStatus.DUE_TOO_LATE if is_far else None


def decide_item_answer(order: AnswerItemOrder, case: RequestCase | None) -> InformationStatus:
    """Whether an answer counts, and whether it is the last one that was missing."""
    if case is None or case.application.borrower_id != order.member_id:
        return InformationStatus.NOT_FOUND
    answer = (order.words.strip(), order.document_id)
    known = case.answers.get(order.item_id)
    if known is not None:
        same = known == answer
        return InformationStatus.EXISTS if same else InformationStatus.ALREADY_ANSWERED
    if case.application.withdrawn:
        return InformationStatus.ALREADY_WITHDRAWN
    if case.application.decided:
        return InformationStatus.ALREADY_DECIDED
    if case.closing is not None:
        return InformationStatus.CLOSED
    if case.kinds[order.item_id] is ItemKind.PAPER and order.document_id is None:
        return InformationStatus.PAPER_MISSING
    if case.kinds[order.item_id] is ItemKind.EXPLANATION and not order.words.strip():
        return InformationStatus.WORDS_MISSING
    if len(order.words) > WORDS_MAX:
        return InformationStatus.WORDS_TOO_LONG
    is_last = case.missing == {order.item_id}
    return InformationStatus.COMPLETE if is_last else InformationStatus.ANSWERED


def decide_taking_back(
    case: RequestCase | None, *, permitted: bool, own: frozenset[int]
) -> InformationStatus:
    """Whether staff may take a request back: until it is answered in full."""
    if case is None:
        return InformationStatus.NOT_FOUND
    if not permitted:
        return InformationStatus.NOT_PERMITTED
    if case.application.borrower_id in own:
        return InformationStatus.OWN_APPLICATION
    if case.closing is Closing.TAKEN_BACK:
        return InformationStatus.EXISTS
    return InformationStatus.CLOSED if case.closing else InformationStatus.TAKEN_BACK
