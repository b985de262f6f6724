"""Say whose an unidentified receipt is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tuppence.bank.allocation import (
    Actor,
    Assignment,
    AssignOrder,
    AssignStatus,
    Receipt,
    decide_assignments,
)
from tuppence.bank.journal import Group, assigned_entry, available
from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankLine, LineMatch
from tuppence.bank.operations.booking import book
from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.ledger.ids import derive_id
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.queries import members, permissions_of_user, ties_of
from tuppence.members.roles import Permission

# One that was set aside as doubled may turn out to be a payment of its own after all.
NOBODYS = (Meaning.UNALLOCATED, Meaning.DOUBLED)


@transaction.atomic
def assign_unallocated(orders: Sequence[AssignOrder]) -> list[Assignment]:
    """Give unidentified receipts to the members whose they are; one outcome an order, in order.

    The same key again gives the first outcome.
    """
    if not orders:
        return []
    loaded = load(orders)
    statuses = decide_assignments(
        orders,
        receipts={line_id: item.receipt for line_id, item in loaded.items()},
        member_ids=frozenset(members(order.member_id for order in orders)),
        actors=actors(orders),
        used=used_keys(orders),
    )
    done = [o for o, s in zip(orders, statuses, strict=True) if s is AssignStatus.ASSIGNED]
    write(done, loaded)
    audit(
        [
            Audit(
                at=order.at,
                user_id=order.by,
                action="bank.assign_receipt",
                outcome=status.value,
                subject_kind="bank_line",
                subject_id=order.line_id,
                after={"member_id": order.member_id},
                why=order.why,
            )
            for order, status in zip(orders, statuses, strict=True)
        ]
    )
    return [Assignment(o.key, status) for o, status in zip(orders, statuses, strict=True)]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A receipt's row, the match that holds now, and what the decision needs of both."""

    line: BankLine
    match: LineMatch
    receipt: Receipt


def load(orders: Sequence[AssignOrder]) -> dict[int, Loaded]:
    """The open matches of these lines, locked in the order of the lines."""
    matches = (
        LineMatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("line__account")
        .filter(line_id__in=[order.line_id for order in orders], ends_at=None)
        .order_by("line_id")
    )
    return {
        match.line_id: Loaded(match.line, match, Receipt(match.line_id, match.meaning in NOBODYS))
        for match in matches
    }


def actors(orders: Sequence[AssignOrder]) -> dict[int, Actor]:
    """Who assigns, whether they may, and whose receipts they must leave to others."""
    return {
        user_id: Actor(
            permitted=Permission.ASSIGN_RECEIPT in permissions_of_user(user_id),
            acts_for=ties_of(user_id),
        )
        for user_id in {order.by for order in orders}
    }


def used_keys(orders: Sequence[AssignOrder]) -> dict[UUID, tuple[int, int | None]]:
    """What earlier orders with these keys assigned."""
    rows = LineMatch.objects.filter(key__in=[order.key for order in orders])
    return {row.key: (row.line_id, row.member_id) for row in rows}


def write(orders: Sequence[AssignOrder], loaded: dict[int, Loaded]) -> None:
    """End the old matches, write the new ones with their entries and events."""
    if not orders:
        return
    for order in orders:
        LineMatch.objects.filter(id=loaded[order.line_id].match.pk).update(ends_at=order.at)
    LineMatch.objects.bulk_create(
        LineMatch(
            line_id=order.line_id,
            meaning=Meaning.DEPOSIT,
            member_id=order.member_id,
            reason=order.why[:200],
            matched_by_id=order.by,
            starts_at=order.at,
            key=order.key,
        )
        for order in orders
    )
    book([group(order, loaded[order.line_id].line) for order in orders], at=orders[0].at)
    record(
        [
            Event(
                "deposit.received",
                order.at,
                member_id=order.member_id,
                subject_kind="bank_line",
                subject_id=order.line_id,
                amount_minor=loaded[order.line_id].line.amount_minor,
                currency=loaded[order.line_id].line.account.currency,
            )
            for order in orders
        ]
    )


def group(order: AssignOrder, line: BankLine) -> Group:
    """The entry of one assignment, recorded and occurred when it was made."""
    credit = available(order.member_id, line.account.currency)
    return Group(
        id=derive_id("bank.assign", order.key),
        entries=(assigned_entry(credit, line.amount_minor, kind="deposit", line_id=line.pk),),
        occurred_at=order.at,
        recorded_at=order.at,
    )
