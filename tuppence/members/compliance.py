"""What compliance puts on a member (marks, blocks, notes) and what members say and agree to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tuppence.members.identity import Finding, MarkKind
from tuppence.members.naming import is_text
from tuppence.money.currency import AMOUNT_MAX_MINOR


class ActStatus(StrEnum):
    """What became of an act on a member; the first failed check is named."""

    DONE = "done"
    NOTHING_TO_DO = "nothing_to_do"
    MEMBER_NOT_FOUND = "member_not_found"
    NOT_PERMITTED = "not_permitted"
    OWN_CASE = "own_case"
    TEXT_MISSING = "text_missing"
    TEXT_NOT_ALLOWED = "text_not_allowed"


@dataclass(frozen=True, slots=True)
class MarkOrder:
    """A finding on a member; it takes the place of the mark of this kind that stands."""

    member_id: int
    kind: MarkKind
    finding: Finding
    at: datetime
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ConsentOrder:
    """A member agrees to a purpose in the words of a version, or no longer does."""

    member_id: int
    purpose: str
    given: bool
    text_version: str
    at: datetime


class DeclarationKind(StrEnum):
    """What a member declares in figures."""

    BORROWED_ELSEWHERE = "borrowed_elsewhere"


@dataclass(frozen=True, slots=True)
class DeclarationOrder:
    """A member declares an amount, in minor units."""

    member_id: int
    kind: DeclarationKind
    amount_minor: int
    currency: str
    at: datetime


class SayStatus(StrEnum):
    """What became of a consent or a declaration."""

    RECORDED = "recorded"
    UNCHANGED = "unchanged"
    MEMBER_NOT_FOUND = "member_not_found"
    AMOUNT_NOT_ALLOWED = "amount_not_allowed"
    TEXT_NOT_ALLOWED = "text_not_allowed"


def decide_act(
    *, found: bool, permitted: bool, own: bool, text: str, needs_text: bool
) -> ActStatus | None:
    """Why an act by staff cannot be done, or None where nothing stands in the way."""
    if not permitted:
        return ActStatus.NOT_PERMITTED
    if not found:
        return ActStatus.MEMBER_NOT_FOUND
    if own:
        return ActStatus.OWN_CASE
    if not is_text(text):
        return ActStatus.TEXT_NOT_ALLOWED
    return ActStatus.TEXT_MISSING if needs_text and not text.strip() else None


def decide_consent(
    order: ConsentOrder, *, found: bool, latest: tuple[bool, str] | None
) -> SayStatus:
    """Whether a consent is a new row: saying the same of the same words again is none."""
    if not found:
        return SayStatus.MEMBER_NOT_FOUND
    if not all(is_code(text) for text in (order.purpose, order.text_version)):
        return SayStatus.TEXT_NOT_ALLOWED
    said = (order.given, order.text_version)
    return SayStatus.UNCHANGED if latest == said else SayStatus.RECORDED


def decide_declaration(order: DeclarationOrder, *, found: bool) -> SayStatus:
    """Whether a declared amount can be kept; nothing owed elsewhere is an answer too."""
    if not found:
        return SayStatus.MEMBER_NOT_FOUND
    if not 0 <= order.amount_minor <= AMOUNT_MAX_MINOR:
        return SayStatus.AMOUNT_NOT_ALLOWED
    return SayStatus.RECORDED


def is_code(text: str) -> bool:
    """Whether a text is a short name of ours, as purposes and versions of texts are."""
    return 0 < len(text) <= 40 and text.isascii() and text.isprintable() and " " not in text
