"""Four eyes: when a second person's word counts.

A request is bound to its content by a digest, to its maker, and to a time. The checks stand in a
fixed order; the first that fails is the answer.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias

JSON: TypeAlias = "str | int | bool | list[JSON] | dict[str, JSON] | None"

VALID_FOR = timedelta(days=7)


class Status(StrEnum):
    """What became of a word on a request."""

    APPROVED = "approved"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    ALREADY_DECIDED = "already_decided"
    EXPIRED = "expired"
    NOT_PERMITTED = "not_permitted"
    SAME_PERSON = "same_person"
    PERSON_UNKNOWN = "person_unknown"
    SAME_HUMAN = "same_human"
    OWN_CASE = "own_case"
    PAYLOAD_CHANGED = "payload_changed"
    REASON_MISSING = "reason_missing"
    CANNOT_APPLY = "cannot_apply"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is stored now, and the person behind the account that made it."""

    id: int
    kind: str
    payload_hash: str  # digest of the stored payload, computed again when loaded
    made_by: int
    maker_human_id: int | None
    made_at: datetime
    expires_at: datetime
    decided: bool
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class Checker:
    """Who gives the second word: account, person, and whom they act for."""

    user_id: int
    human_id: int | None
    permitted: bool
    acts_for: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Word:
    """What the second person said, of which content, when and why."""

    approve: bool
    payload_hash: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a word; `detail` says why an approved request could not be applied."""

    request_id: int
    status: Status
    detail: str = ""


def decide(request: Request | None, checker: Checker, word: Word) -> Status:
    """Whether the word counts. Two accounts of one person count as one person.

    An account whose person is not known can be neither side: it could be anybody's second one.
    """
    if request is None:
        return Status.NOT_FOUND
    if request.decided:
        return Status.ALREADY_DECIDED
    if word.at >= request.expires_at:
        return Status.EXPIRED
    return decide_between_people(request, checker, word)


def decide_between_people(request: Request, checker: Checker, word: Word) -> Status:
    """The checks on who is asking and answering, for a request that is still open."""
    if not checker.permitted:
        return Status.NOT_PERMITTED
    if checker.user_id == request.made_by:
        return Status.SAME_PERSON
    if checker.human_id is None or request.maker_human_id is None:
        return Status.PERSON_UNKNOWN
    if checker.human_id == request.maker_human_id:
        return Status.SAME_HUMAN
    if request.member_id is not None and request.member_id in checker.acts_for:
        return Status.OWN_CASE
    if word.payload_hash != request.payload_hash:
        return Status.PAYLOAD_CHANGED
    if word.approve:
        return Status.APPROVED
    return Status.REFUSED if word.reason else Status.REASON_MISSING


def payload_digest(kind: str, payload: Mapping[str, JSON], member_id: int | None = None) -> str:
    """What a word is bound to: kind, subject and content, whatever the order of its keys.

    Amounts are integers; a float has no one spelling and is refused by an assertion.
    """
    assert is_exact(dict(payload)), "a payload holds texts, integers, lists and mappings only"
    canonical = json.dumps(
        [kind, member_id, payload], sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )
    return sha256(canonical.encode()).hexdigest()


def is_exact(value: object) -> bool:
    """Whether a value is JSON without floats, keyed by text."""
    match value:
        case str():
            return storable(value)
        case None | bool() | int():
            return True
        case list():
            return all(map(is_exact, value))
        case dict():
            return all(
                isinstance(key, str) and storable(key) and is_exact(item)
                for key, item in value.items()
            )
        case _:
            return False


def storable(text: str) -> bool:
    """Whether PostgreSQL can keep a text: no NUL, no half of a surrogate pair."""
    return not any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in text)
