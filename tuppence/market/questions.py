"""Decide on questions of investors about a listing, and the borrower's answers. Pure.

Both are read by everybody, so they may hold nothing by which people find each other past the
platform. Rows are only ever added; staff may hide one, with a reason that stays with it.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

TEXT_MIN, TEXT_MAX = 8, 800
OPEN_A_MEMBER = 3  # unanswered questions of one investor on one listing
TAKES_QUESTIONS = frozenset({"open", "full"})

# Ways to reach somebody: e-mail, web address, telephone, messenger name, IBAN.
_MESSENGER = r"(微信|加微|(?<![a-z])(wechat|weixin|whatsapp|telegram|signal|skype|qq))"
_CONTACTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[^\s@]+\s?(@|\(at\)|\[at\])\s?[^\s@]+\s?(\.|\(dot\)|\[dot\])\s?[a-z]{2,}",
        r"(https?://|www\.)\S|\b[\w-]+\.(com|net|org|info|eu|de|cn|io|me)\b",
        r"(?<![\d.,])(\+|00)\d[\d\s()./-]{6,}\d|(?<![\d.,])0\d[\d\s()/-]{6,}\d",
        r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)",
        _MESSENGER + r"\s*(id|号)?\s*[:：是]?\s*@?[a-z0-9_-]{5,}",
        r"\b[A-Z]{2}\d{2}(\s?[A-Z0-9]{4}){3,}",
        r"(?<!\w)@[a-z0-9_.]{3,}",
    )
)


class HiddenReason(StrEnum):
    """Why staff hid a question or an answer."""

    CONTACT = "contact"
    PERSONAL = "personal"
    INSULT = "insult"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"


class Part(StrEnum):
    """What is hidden: a question goes with its answer, an answer goes alone."""

    QUESTION = "question"
    ANSWER = "answer"


class QuestionStatus(StrEnum):
    """What became of an order about a question. The first check that fails is named."""

    ASKED = "asked"
    ANSWERED = "answered"
    HIDDEN = "hidden"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_FOUND = "not_found"  # or not for this person: the answer is the same
    NOT_PERMITTED = "not_permitted"
    MEMBER_BLOCKED = "member_blocked"
    MEMBER_NOT_VERIFIED = "member_not_verified"
    OWN_LISTING = "own_listing"
    LISTING_ENDED = "listing_ended"
    TOO_MANY_OPEN = "too_many_open"
    TEXT_TOO_SHORT = "text_too_short"
    TEXT_TOO_LONG = "text_too_long"
    CONTACT_DATA = "contact_data"
    ALREADY_ANSWERED = "already_answered"

    @property
    def accepted(self) -> bool:
        return self in {
            QuestionStatus.ASKED,
            QuestionStatus.ANSWERED,
            QuestionStatus.HIDDEN,
            QuestionStatus.EXISTS,
        }


@dataclass(frozen=True, slots=True)
class QuestionOrder:
    """An investor asks about a listing."""

    key: UUID
    listing_id: int
    member_id: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerOrder:
    """The borrower answers a question, once and for everybody."""

    key: UUID
    question_id: int
    member_id: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HideOrder:
    """Staff hide a question or its answer."""

    question_id: int
    part: Part
    reason: HiddenReason
    at: datetime


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """What became of one order; the question's number where there is one."""

    status: QuestionStatus
    question_id: int | None = None


@dataclass(frozen=True, slots=True)
class ListingAsked:
    """A listing as a question looks at it; open questions by investor."""

    id: int
    borrower_id: int
    state: str
    open_of: dict[int, int]


@dataclass(frozen=True, slots=True)
class Asker:
    """A member who asks."""

    id: int
    verified: bool
    blocked: bool


@dataclass(frozen=True, slots=True)
class QuestionCase:
    """A question with what was done to it."""

    id: int
    listing_id: int
    borrower_id: int
    answer: tuple[UUID, str] | None
    hidden: frozenset[str]


def refuse_text(text: str) -> QuestionStatus | None:
    """Why a text can't stand before everybody; None where it can.

    >>> refuse_text("Call me on +49 170 1234567, please").value
    'contact_data'
    >>> refuse_text("Do 12,000.00 of sales a month include the shop in 2025?") is None
    True
    """
    length = len(text.strip())
    if length < TEXT_MIN:
        return QuestionStatus.TEXT_TOO_SHORT
    if length > TEXT_MAX:
        return QuestionStatus.TEXT_TOO_LONG
    found = any(pattern.search(text) for pattern in _CONTACTS)
    return QuestionStatus.CONTACT_DATA if found else None


def refuse_question(
    order: QuestionOrder, listing: ListingAsked | None, asker: Asker | None
) -> QuestionStatus | None:
    """Why a question is not taken; None where it is. The first check that fails wins."""
    if listing is None or asker is None:
        return QuestionStatus.NOT_FOUND
    if listing.borrower_id == asker.id:
        return QuestionStatus.OWN_LISTING
    if asker.blocked:
        return QuestionStatus.MEMBER_BLOCKED
    if not asker.verified:
        return QuestionStatus.MEMBER_NOT_VERIFIED
    if listing.state not in TAKES_QUESTIONS:
        return QuestionStatus.LISTING_ENDED
    if listing.open_of.get(asker.id, 0) >= OPEN_A_MEMBER:
        return QuestionStatus.TOO_MANY_OPEN
    return refuse_text(order.text)


def decide_answer(order: AnswerOrder, case: QuestionCase | None) -> QuestionStatus:
    """Whether an answer stands: the borrower's own, the first one, to what is not hidden."""
    if case is None or case.borrower_id != order.member_id or Part.QUESTION in case.hidden:
        return QuestionStatus.NOT_FOUND
    if case.answer is not None:
        same = case.answer == (order.key, order.text.strip())
        return QuestionStatus.EXISTS if same else QuestionStatus.ALREADY_ANSWERED
    return refuse_text(order.text) or QuestionStatus.ANSWERED


def decide_hide(
    order: HideOrder, case: QuestionCase | None, *, permitted: bool, own: frozenset[int]
) -> QuestionStatus:
    """Whether staff may hide it: what is there, and not on a listing of their own."""
    if case is None or (order.part is Part.ANSWER and case.answer is None):
        return QuestionStatus.NOT_FOUND
    if not permitted or case.borrower_id in own:
        return QuestionStatus.NOT_PERMITTED
    return QuestionStatus.EXISTS if order.part in case.hidden else QuestionStatus.HIDDEN
