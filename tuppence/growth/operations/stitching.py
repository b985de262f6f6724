"""Link browsers to members, and take a link back: nothing is merged, so nothing is lost."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from tuppence.growth.models import VisitorLink
from tuppence.growth.queries.touches import stitch_facts
from tuppence.growth.stitching import StitchFacts, StitchOrder, StitchStatus, decide_stitches
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit

# Two sign-ins on one browser at once would both find it free.
LOCK = 7_160_202
SHARED = "the browser is another member's"


@transaction.atomic
def stitch(orders: Sequence[StitchOrder]) -> list[StitchStatus]:
    """Link visitors to members; one answer an order. Whatever is read of touches follows at once.

    A visitor of another member stays that member's.
    """
    _lock()
    facts = stitch_facts([order.visitor_id for order in orders])
    statuses = decide_stitches(orders, facts)
    VisitorLink.objects.bulk_create(
        VisitorLink(
            visitor_id=order.visitor_id,
            member_id=order.member_id,
            cause=order.cause.value,
            by_id=order.by,
            at=order.at,
        )
        for order, status in zip(orders, statuses, strict=True)
        if status is StitchStatus.LINKED
    )
    _note_shared(orders, statuses, facts)
    return statuses


def _note_shared(
    orders: Sequence[StitchOrder], statuses: Sequence[StitchStatus], facts: StitchFacts
) -> None:
    """That a second member used a browser is kept, as a link that never stood: it counts for no
    touch, and who looks at rewards for invitations sees it."""
    shared = {
        (order.visitor_id, order.member_id): order
        for order, status in zip(orders, statuses, strict=True)
        if status is StitchStatus.OTHER_MEMBER
        and (order.visitor_id, order.member_id) not in facts.used
    }
    VisitorLink.objects.bulk_create(
        VisitorLink(
            visitor_id=order.visitor_id,
            member_id=order.member_id,
            cause=order.cause.value,
            by_id=order.by,
            at=order.at,
            undone_at=order.at,
            undone_why=SHARED,
        )
        for order in shared.values()
    )


@transaction.atomic
def unstitch(link_id: int, *, by: int, at: datetime, why: str) -> bool:
    """Take a link back: its visits are no longer the member's. Whether it stood."""
    _lock()
    row = VisitorLink.objects.filter(id=link_id, undone_at=None).first()
    if row is None:
        return False
    row.undone_at, row.undone_by_id, row.undone_why = at, by, why
    row.save(update_fields=["undone_at", "undone_by", "undone_why"])
    audit(
        [
            Audit(
                at=at,
                user_id=by,
                action="visitor.unlink",
                outcome="done",
                subject_kind="member",
                subject_id=row.member_id,
                why=why,
            )
        ]
    )
    return True


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
