"""Notes on a break, and to whose care it goes."""

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from tuppence.bank import operations
from tuppence.bank.break_notes import CaredBreak, NoteBook, NoteOrder, NoteStatus, decide_notes
from tuppence.bank.models import BankBreak, BreakNote
from tuppence.bank.small_bank import charged
from tuppence.members.models import AuditEntry

Desk = Any  # of tests/bank/conftest.py
BOOK = NoteBook(
    breaks={1: CaredBreak(1, 10, True), 2: CaredBreak(2, 10, False)},
    may_care=frozenset({10, 11}),
    used={},
)


def order(number: int = 1, **changed: Any) -> NoteOrder:
    said = {"break_id": 1, "by": 10, "at": None, "text": "Rang the bank."}
    return NoteOrder(UUID(int=number), **(said | changed))


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"by": 12, "break_id": 9}, NoteStatus.NOT_PERMITTED),
        ({"break_id": 9, "text": ""}, NoteStatus.NOT_FOUND),
        ({"text": " "}, NoteStatus.TEXT_MISSING),
        ({"text": "x" * 2_001}, NoteStatus.TEXT_TOO_LONG),
        ({"break_id": 2, "owner_id": 11}, NoteStatus.ALREADY_CLOSED),
        ({"owner_id": 12}, NoteStatus.OWNER_MAY_NOT),
        ({"owner_id": 10}, NoteStatus.ALREADY_THEIRS),
        ({"break_id": 2}, NoteStatus.NOTED),
        ({"owner_id": 11}, NoteStatus.NOTED),
    ],
)
def test_the_first_failed_check_wins(changed: dict[str, Any], status: NoteStatus) -> None:
    assert decide_notes([order(**changed)], BOOK) == [status]


def test_a_break_given_away_is_the_new_owners_for_the_next_order() -> None:
    orders = [order(1, owner_id=11), order(2, owner_id=11), order(1, owner_id=11), order(1)]
    assert decide_notes(orders, BOOK) == [
        NoteStatus.NOTED,
        NoteStatus.ALREADY_THEIRS,
        NoteStatus.EXISTS,
        NoteStatus.EXISTS_WITH_DIFFERENT_FIELDS,
    ]


def test_a_note_changes_the_owner_and_is_never_changed(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.happens(charged(3_50, "EUR"))
    desk.import_()
    row = BankBreak.objects.get()
    said = NoteOrder(UUID(int=1), row.pk, desk.ann.pk, desk.at, "Bob knows the bank.", desk.bob.pk)
    (first,), (again,) = operations.note_breaks([said]), operations.note_breaks([said])
    assert (first.status, again.status) == (NoteStatus.NOTED, NoteStatus.EXISTS)
    row.refresh_from_db()
    assert row.owner_id == desk.bob.pk and BreakNote.objects.count() == 1
    trail = AuditEntry.objects.filter(action="bank.hand_break_over", outcome="noted").get()
    assert (trail.before, trail.after) == ({"owner_id": desk.ann.pk}, {"owner_id": desk.bob.pk})
    for change in (BreakNote.objects.all().delete, lambda: BreakNote.objects.update(text="x")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
