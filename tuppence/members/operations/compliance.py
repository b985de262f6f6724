"""Marks, blocks and notes by compliance; consents and declarations by members."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.members import queries
from tuppence.members.audit_trail import Audit
from tuppence.members.compliance import (
    ActStatus,
    ConsentOrder,
    DeclarationOrder,
    MarkOrder,
    SayStatus,
    decide_act,
    decide_consent,
    decide_declaration,
)
from tuppence.members.models import Block, ComplianceNote, Mark, Member
from tuppence.members.naming import clean_text
from tuppence.members.operations.audit import audit
from tuppence.members.roles import Permission
from tuppence.postgres import bulk


@transaction.atomic
def set_mark(order: MarkOrder, *, by: int) -> ActStatus:
    """Put a finding on a member in place of the one that stands; a clear one holds nothing up."""
    refused = refusal(order.member_id, Permission.SET_MARKS, by=by, text=order.remark)
    status = refused or ActStatus.DONE
    standing = dict(queries.open_marks([order.member_id]).get(order.member_id, frozenset()))
    before = standing.get(order.kind)
    if refused is None:
        Mark.objects.filter(member_id=order.member_id, kind=order.kind, ends_at=None).update(
            ends_at=order.at
        )
        Mark.objects.create(
            member_id=order.member_id,
            kind=order.kind.value,
            finding=order.finding.value,
            remark=clean_text(order.remark),
            set_by_id=by,
            starts_at=order.at,
        )
    audit(
        [
            Audit(
                at=order.at,
                user_id=by,
                action=f"mark.{order.kind}",
                outcome=status.value,
                subject_kind="member",
                subject_id=order.member_id,
                before={"finding": before.value if before else None},
                after={"finding": order.finding.value},
            )
        ]
    )
    return status


@transaction.atomic
def block_member(member_id: int, *, by: int, at: datetime, reason: str) -> ActStatus:
    """Stop a member from acting until the block is lifted."""
    status = refusal(member_id, Permission.BLOCK_MEMBERS, by=by, text=reason, needs_text=True)
    if status is None and Block.objects.filter(member_id=member_id, ends_at=None).exists():
        status = ActStatus.NOTHING_TO_DO
    if status is None:
        Block.objects.create(
            member_id=member_id, reason=clean_text(reason), set_by_id=by, starts_at=at
        )
        Member.objects.filter(id=member_id).update(blocked_at=at)
        record([Event("member.blocked", at, member_id=member_id)])
    return written("member.block", member_id, status, by=by, at=at)


@transaction.atomic
def lift_block(member_id: int, *, by: int, at: datetime, reason: str) -> ActStatus:
    """Let a member act again."""
    status = refusal(member_id, Permission.BLOCK_MEMBERS, by=by, text=reason, needs_text=True)
    if status is None:
        lifted = Block.objects.filter(member_id=member_id, ends_at=None).update(
            ends_at=at, ended_by_id=by
        )
        Member.objects.filter(id=member_id).update(blocked_at=None)
        status = None if lifted else ActStatus.NOTHING_TO_DO
    if status is None:
        record([Event("member.unblocked", at, member_id=member_id)])
    return written("member.lift_block", member_id, status, by=by, at=at)


@transaction.atomic
def write_note(member_id: int, *, by: int, at: datetime, text: str) -> ActStatus:
    """Note something about a member, for compliance to read."""
    permission = Permission.WRITE_COMPLIANCE_NOTES
    status = refusal(member_id, permission, by=by, text=text, needs_text=True)
    if status is None:
        ComplianceNote.objects.create(
            member_id=member_id, text=clean_text(text), written_by_id=by, written_at=at
        )
    return written("member.note", member_id, status, by=by, at=at)


def refusal(
    member_id: int, permission: Permission, *, by: int, text: str, needs_text: bool = False
) -> ActStatus | None:
    """Why `by` cannot act on a member; the member stays locked."""
    return decide_act(
        found=member_id in queries.lock_members([member_id]),
        permitted=permission in queries.permissions_of_user(by),
        own=member_id in queries.ties_of(by),
        text=text,
        needs_text=needs_text,
    )


def written(
    action: str, member_id: int, refused: ActStatus | None, *, by: int, at: datetime
) -> ActStatus:
    """Put the act on the trail and say what became of it. What was written is not repeated."""
    status = refused or ActStatus.DONE
    audit(
        [
            Audit(
                at=at,
                user_id=by,
                action=action,
                outcome=status.value,
                subject_kind="member",
                subject_id=member_id,
            )
        ]
    )
    return status


@transaction.atomic
def record_consents(orders: Sequence[ConsentOrder]) -> list[SayStatus]:
    """Append what members agree to or no longer do; one status an order, in order."""
    members = queries.lock_members(order.member_id for order in orders)
    latest = latest_consents(list(members))
    statuses: list[SayStatus] = []
    for order in orders:
        place = (order.member_id, order.purpose)
        found = order.member_id in members
        status = decide_consent(order, found=found, latest=latest.get(place))
        if status is SayStatus.RECORDED:
            latest[place] = (order.given, order.text_version)
        statuses.append(status)
    fresh = [o for o, s in zip(orders, statuses, strict=True) if s is SayStatus.RECORDED]
    bulk.copy_rows(
        "members_consent",
        ("member_id", "purpose", "given", "text_version", "at"),
        [(o.member_id, o.purpose, o.given, o.text_version, o.at) for o in fresh],
    )
    record(
        [
            Event(
                "consent.given" if order.given else "consent.withdrawn",
                order.at,
                member_id=order.member_id,
                properties={"purpose": order.purpose},
            )
            for order in fresh
        ]
    )
    return statuses


def latest_consents(member_ids: Sequence[int]) -> dict[tuple[int, str], tuple[bool, str]]:
    """What each member last said of each purpose, and in which words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (member_id, purpose) member_id, purpose, given, text_version"
            " FROM members_consent WHERE member_id = ANY(%s)"
            " ORDER BY member_id, purpose, id DESC",
            [list(member_ids)],
        )
        return {(row[0], row[1]): (row[2], row[3]) for row in cursor}


@transaction.atomic
def record_declarations(orders: Sequence[DeclarationOrder]) -> list[SayStatus]:
    """Append what members declare; one status an order, in order. The latest one counts."""
    members = queries.lock_members(order.member_id for order in orders)
    statuses = [decide_declaration(o, found=o.member_id in members) for o in orders]
    fresh = [o for o, s in zip(orders, statuses, strict=True) if s is SayStatus.RECORDED]
    bulk.copy_rows(
        "members_declaration",
        ("member_id", "kind", "amount_minor", "currency", "declared_at"),
        [(o.member_id, o.kind.value, o.amount_minor, o.currency, o.at) for o in fresh],
    )
    return statuses
