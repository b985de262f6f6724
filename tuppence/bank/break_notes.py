"""Notes on a break at the bank, and whose it is: who may write one, and to whom it may go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

NOTE_MAX = 2_000


@dataclass(frozen=True, slots=True)
class NoteOrder:
    """Somebody writes what they found out; with `owner_id` the break is that person's from now."""

    key: UUID
    break_id: int
    by: int
    at: datetime
    text: str
    owner_id: int | None = None


class NoteStatus(StrEnum):
    """What became of a note. Where several checks fail, the first is named."""

    NOTED = "noted"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_PERMITTED = "not_permitted"
    NOT_FOUND = "not_found"
    TEXT_MISSING = "text_missing"
    TEXT_TOO_LONG = "text_too_long"
    ALREADY_CLOSED = "already_closed"
    OWNER_MAY_NOT = "owner_may_not"
    ALREADY_THEIRS = "already_theirs"

    @property
    def accepted(self) -> bool:
        """Whether the note stands."""
        return self in {NoteStatus.NOTED, NoteStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class NoteOutcome:
    """What became of one order."""

    key: UUID
    status: NoteStatus


@dataclass(frozen=True, slots=True)
class CaredBreak:
    """A break as far as its care is concerned."""

    break_id: int
    owner_id: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class NoteBook:
    """What notes depend on: the breaks, who may see to breaks, and what repeated keys said."""

    breaks: Mapping[int, CaredBreak]
    may_care: frozenset[int]
    used: Mapping[UUID, tuple[int, str, int | None]]


def decide_notes(orders: Sequence[NoteOrder], book: NoteBook) -> list[NoteStatus]:
    """One status an order, in order; a break that an earlier order gave away is the new owner's."""
    used = dict(book.used)
    owners = {row.break_id: row.owner_id for row in book.breaks.values()}
    statuses = []
    for order in orders:
        content = (order.break_id, order.text, order.owner_id)
        if order.key in used:
            same = used[order.key] == content
            statuses.append(NoteStatus.EXISTS if same else NoteStatus.EXISTS_WITH_DIFFERENT_FIELDS)
            continue
        status = _decide(order, book, owners.get(order.break_id))
        if status is NoteStatus.NOTED:
            used[order.key] = content
            if order.owner_id is not None:
                owners[order.break_id] = order.owner_id
        statuses.append(status)
    return statuses


def _decide(order: NoteOrder, book: NoteBook, owner_id: int | None) -> NoteStatus:
    row = book.breaks.get(order.break_id)
    if order.by not in book.may_care:
        return NoteStatus.NOT_PERMITTED
    if row is None:
        return NoteStatus.NOT_FOUND
    if not order.text.strip():
        return NoteStatus.TEXT_MISSING
    if len(order.text) > NOTE_MAX:
        return NoteStatus.TEXT_TOO_LONG
    if order.owner_id is None:
        return NoteStatus.NOTED
    if not row.is_open:
        return NoteStatus.ALREADY_CLOSED
    if order.owner_id not in book.may_care:
        return NoteStatus.OWNER_MAY_NOT
    return NoteStatus.ALREADY_THEIRS if order.owner_id == owner_id else NoteStatus.NOTED
