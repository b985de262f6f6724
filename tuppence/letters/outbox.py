"""What becomes of a letter: when it is tried, tried again, kept or given up. Pure."""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from tuppence.letters.kinds import OPTIONAL, LetterKind
from tuppence.letters.letter import Letter

TOO_OLD = timedelta(days=3)
TRIES_MAX = 8
FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=12)
SERVER_WAIT = timedelta(minutes=2)  # for a mail server that does not answer


class State(StrEnum):
    """Where a letter stands; all but the first are final until staff say otherwise."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    KEPT = "kept"  # too old to be news, not wanted by e-mail, or nobody to send it to


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """Write one letter to a member. `facts` are what it was composed of, as plain values."""

    key: UUID
    kind: LetterKind
    member_id: int
    language: str
    letter: Letter
    happened_at: datetime
    at: datetime
    subject_kind: str = ""
    subject_id: int = 0
    facts: dict[str, Any] = field(default_factory=dict)


def first_state(order: LetterOrder, unwanted: Container[tuple[int, str]] = ()) -> State:
    """Whether a letter is sent or only kept: for old news, and for what a member does without.

    >>> TOO_OLD.days
    3
    """
    is_unwanted = order.kind in OPTIONAL and (order.member_id, order.kind) in unwanted
    is_old = order.at - order.happened_at > TOO_OLD
    return State.KEPT if is_old or is_unwanted else State.WAITING


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries in vain: two minutes, then four times as long each.

    >>> [wait_after(tries) // timedelta(minutes=1) for tries in range(1, 6)]
    [2, 8, 32, 128, 512]
    """
    assert tries > 0
    longer: int = 4 ** (tries - 1)
    return min(FIRST_WAIT * longer, LONGEST_WAIT)


def state_after(tries: int, *, is_sent: bool) -> State:
    """What a try makes of a letter."""
    if is_sent:
        return State.SENT
    return State.FAILED if tries >= TRIES_MAX else State.WAITING
