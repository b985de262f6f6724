"""Keep that two lines which look alike are two payments."""

from collections.abc import Sequence

from django.db import transaction

from tuppence.bank.models import LineMatch, SeparatePayment
from tuppence.bank.operations.taking_back import deposit_of
from tuppence.bank.separate_payments import SeparateOrder, SeparateStatus, decide_separate
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.queries import permissions_of_user
from tuppence.members.roles import Permission


@transaction.atomic
def keep_separate(orders: Sequence[SeparateOrder]) -> list[SeparateStatus]:
    """Keep that lines which look alike are payments of their own; one status an order, in order.

    The same key again gives the first outcome. Nothing is booked.
    """
    if not orders:
        return []
    lines = {order.line_id for order in orders} | {order.other_id for order in orders}
    rows = LineMatch.objects.filter(line_id__in=lines, ends_at=None).select_related("line__account")
    statuses = decide_separate(
        orders,
        deposits={row.line_id: deposit_of(row) for row in rows},
        permitted=frozenset(
            user_id
            for user_id in {order.by for order in orders}
            if Permission.ASSIGN_RECEIPT in permissions_of_user(user_id)
        ),
        kept=dict(SeparatePayment.objects.filter(line_id__in=lines).values_list("line_id", "key")),
    )
    SeparatePayment.objects.bulk_create(
        SeparatePayment(
            key=order.key,
            line_id=order.line_id,
            other_id=order.other_id,
            by_id=order.by,
            at=order.at,
            why=order.why,
        )
        for order, status in zip(orders, statuses, strict=True)
        if status is SeparateStatus.KEPT
    )
    audit(
        [
            Audit(
                at=order.at,
                user_id=order.by,
                action="bank.keep_separate",
                outcome=status.value,
                subject_kind="bank_line",
                subject_id=order.line_id,
                after={"other_line_id": order.other_id},
                why=order.why,
            )
            for order, status in zip(orders, statuses, strict=True)
        ]
    )
    return statuses
