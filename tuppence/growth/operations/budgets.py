"""Set what channels may cost in a month, and record alerts, each once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from tuppence import platform
from tuppence.growth.budgets import (
    Budget,
    BudgetOrder,
    BudgetStatus,
    Reached,
    decide_budget,
    reached,
)
from tuppence.growth.models import BudgetAlert, ChannelBudget
from tuppence.growth.queries.budgets import usages
from tuppence.growth.queries.channels import open_by_channel
from tuppence.members import queries as members
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.roles import Permission


@transaction.atomic
def set_budgets(orders: Sequence[BudgetOrder]) -> list[BudgetStatus]:
    """Set budgets of channels; one status an order. The same key again is `EXISTS`."""
    known = set(
        ChannelBudget.objects.filter(key__in=[order.key for order in orders]).values_list(
            "key", flat=True
        )
    )
    channels, statuses, made = open_by_channel(), [], []
    for order in orders:
        status = BudgetStatus.EXISTS
        if Permission.MANAGE_CAMPAIGNS not in members.permissions_of_user(order.by):
            status = BudgetStatus.NOT_PERMITTED
        elif order.key not in known:
            this_month = platform.business_day(order.at).replace(day=1)
            status = decide_budget(order, channels=channels, this_month=this_month)
        if status is BudgetStatus.DONE:
            made.append(_row(order))
            known.add(order.key)
        statuses.append(status)
    ChannelBudget.objects.bulk_create(made)
    audit([_entry(row) for row in made])
    return statuses


def _row(order: BudgetOrder) -> ChannelBudget:
    return ChannelBudget(
        key=order.key,
        channel_id=order.channel_id,
        month=order.month,
        amount_minor=order.amount_minor,
        currency=platform.currency(),
        by_id=order.by,
        at=order.at,
    )


def _entry(row: ChannelBudget) -> Audit:
    return Audit(
        at=row.at,
        user_id=row.by_id,
        action="channel.budget",
        outcome="done",
        subject_kind="channel",
        subject_id=row.channel_id,
        after={"month": row.month.isoformat(), "amount_minor": row.amount_minor},
    )


@transaction.atomic
def record_alerts(*, at: datetime) -> int:
    """Record every share of a budget that is reached and was not recorded; how many are new."""
    month, currency = platform.business_day(at).replace(day=1), platform.currency()
    found = reached(usages(currency, month=month))
    before = BudgetAlert.objects.count()
    # Two at a time record the same alert once: the table says so.
    BudgetAlert.objects.bulk_create(
        [_alert(each, currency, at) for each in found], ignore_conflicts=True
    )
    return BudgetAlert.objects.count() - before


def _alert(each: Reached, currency: str, at: datetime) -> BudgetAlert:
    of_channel = each.usage.budget is Budget.CHANNEL_MONTH
    return BudgetAlert(
        budget=each.usage.budget,
        campaign_id=None if of_channel else each.usage.subject_id,
        channel_id=each.usage.subject_id if of_channel else None,
        month=each.usage.month,
        percent=each.percent,
        used_minor=each.usage.used_minor,
        budget_minor=each.usage.budget_minor,
        currency=currency,
        at=at,
    )


@transaction.atomic
def see_alerts(ids: Sequence[int], *, by: int, at: datetime) -> int:
    """Somebody has seen these alerts, and with each the lower shares of its budget.

    They leave the list and stay in the table; how many left it.
    """
    if Permission.SEE_GROWTH not in members.permissions_of_user(by):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE growth_budgetalert AS alert SET seen_at = %s, seen_by_id = %s
            FROM growth_budgetalert AS shown
            WHERE shown.id = ANY(%s) AND alert.seen_at IS NULL
              AND (alert.budget, alert.campaign_id, alert.channel_id, alert.month)
                  IS NOT DISTINCT FROM
                  (shown.budget, shown.campaign_id, shown.channel_id, shown.month)
              AND alert.percent <= shown.percent
            """,
            [at, by, list(ids)],
        )
        return int(cursor.rowcount)
