"""Write notes on breaks at the bank, and give a break to another person's care."""

from collections.abc import Sequence

from django.db import transaction

from tuppence.bank.break_notes import (
    CaredBreak,
    NoteBook,
    NoteOrder,
    NoteOutcome,
    NoteStatus,
    decide_notes,
)
from tuppence.bank.models import BankBreak, BreakNote
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.queries import permissions_of_user
from tuppence.members.roles import Permission


@transaction.atomic
def note_breaks(orders: Sequence[NoteOrder]) -> list[NoteOutcome]:
    """Keep these notes, and change owners where an order names one; one outcome an order.

    The same key again gives the first outcome. Notes are never changed.
    """
    if not orders:
        return []
    book = load_notes(orders)
    statuses = decide_notes(orders, book)
    done = [o for o, s in zip(orders, statuses, strict=True) if s is NoteStatus.NOTED]
    BreakNote.objects.bulk_create(
        BreakNote(
            key=order.key,
            bank_break_id=order.break_id,
            by_id=order.by,
            at=order.at,
            text=order.text,
            owner_id=order.owner_id,
        )
        for order in done
    )
    for order in done:
        if order.owner_id is not None:
            BankBreak.objects.filter(id=order.break_id).update(owner_id=order.owner_id)
    audit([audited(o, s, book) for o, s in zip(orders, statuses, strict=True)])
    return [NoteOutcome(o.key, s) for o, s in zip(orders, statuses, strict=True)]


def load_notes(orders: Sequence[NoteOrder]) -> NoteBook:
    """The breaks, locked in the order of their numbers, and who may see to them."""
    rows = (
        BankBreak.objects.select_for_update(no_key=True)
        .filter(id__in=[order.break_id for order in orders])
        .order_by("id")
    )
    people = {order.by for order in orders} | {o.owner_id for o in orders if o.owner_id}
    used = BreakNote.objects.filter(key__in=[order.key for order in orders])
    return NoteBook(
        breaks={row.pk: CaredBreak(row.pk, row.owner_id, row.closed_at is None) for row in rows},
        may_care=frozenset(
            user_id for user_id in people if Permission.MANUAL_ENTRY in permissions_of_user(user_id)
        ),
        used={row.key: (row.bank_break_id, row.text, row.owner_id) for row in used},
    )


def audited(order: NoteOrder, status: NoteStatus, book: NoteBook) -> Audit:
    """What the trail tells of a note: the owner before and after, where it names one."""
    row = book.breaks.get(order.break_id)
    hands_over = order.owner_id is not None and row is not None
    return Audit(
        at=order.at,
        user_id=order.by,
        action="bank.hand_break_over" if hands_over else "bank.note_break",
        outcome=status.value,
        subject_kind="bank_break",
        subject_id=order.break_id,
        before={"owner_id": row.owner_id} if row is not None and hands_over else {},
        after={"owner_id": order.owner_id} if hands_over else {},
        why=order.text,
    )
