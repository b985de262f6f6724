"""Budgets with what is used of them, out of rows of spend and the book of commitments."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from tuppence.growth.budgets import Budget, Usage
from tuppence.growth.models import BudgetAlert
from tuppence.growth.pacing import Pacing, pacing
from tuppence.growth.settlement import month_after


def usages(currency: str, *, month: date) -> list[Usage]:
    """Every budget that may raise an alert: campaigns that run, channels of the month."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT campaign.id, coalesce(spent.minor, 0)::bigint, campaign.spend_minor,
                   coalesce(given.minor, 0)::bigint, campaign.gives_minor
            FROM growth_campaign AS campaign
            LEFT JOIN (
                SELECT activity.campaign_id, sum(account.balance_minor) AS minor
                FROM growth_activity AS activity
                JOIN ledger_account AS account
                    ON account.owner_id = activity.id AND account.kind = 'marketing_expense'
                WHERE activity.campaign_id IS NOT NULL GROUP BY 1
            ) AS spent ON spent.campaign_id = campaign.id
            LEFT JOIN (
                SELECT owner_id, sum(balance_minor) AS minor FROM ledger_account
                WHERE kind IN ('budget_reserved', 'budget_used') GROUP BY 1
            ) AS given ON given.owner_id = campaign.id
            WHERE campaign.state IN ('running', 'paused') AND campaign.currency = %s
            ORDER BY campaign.id
            """,
            [currency],
        )
        found = []
        for number, spent, spend, given, gives in cursor.fetchall():
            found.append(Usage(Budget.CAMPAIGN_SPEND, number, None, spent, spend))
            found.append(Usage(Budget.CAMPAIGN_GIVES, number, None, given, gives))
    found += [
        Usage(Budget.CHANNEL_MONTH, number, month, spent, budget)
        for number, budget, spent in _channel_months(currency, month)
    ]
    return found


def _channel_months(currency: str, month: date) -> list[tuple[int, int, int]]:
    """Channel, its budget of the month and its cost in it; without either, left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH planned AS (
                SELECT DISTINCT ON (channel_id) channel_id, amount_minor
                FROM growth_channelbudget WHERE month = %(month)s AND currency = %(currency)s
                ORDER BY channel_id, id DESC
            ), spent AS (
                SELECT activity.channel_id, sum(spend.amount_minor)::bigint AS minor
                FROM growth_spendrow AS spend
                JOIN growth_activity AS activity ON activity.id = spend.activity_id
                WHERE spend.reversed_at IS NULL AND spend.day >= %(month)s
                  AND spend.day < %(next)s AND spend.currency = %(currency)s
                GROUP BY 1
            )
            SELECT channel_id, coalesce(planned.amount_minor, 0), coalesce(spent.minor, 0)
            FROM planned FULL JOIN spent USING (channel_id) ORDER BY channel_id
            """,
            {"month": month, "next": month_after(month), "currency": currency},
        )
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class ChannelMonth:
    """A channel's month: its budget, what is spent, and how it goes."""

    channel_id: int
    code: str
    name: str
    depth: int
    is_open: bool
    budget_minor: int
    spent_minor: int
    pacing: Pacing
    currency: str

    @property
    def left_minor(self) -> int:
        """What is left; below zero where more was spent."""
        return self.budget_minor - self.spent_minor


def channel_months(currency: str, *, month: date, today: date) -> list[ChannelMonth]:
    """Every channel in the order of the tree with its month."""
    found = {number: (budget, spent) for number, budget, spent in _channel_months(currency, month)}
    last = month_after(month) - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE tree AS (
                SELECT id, 1 AS depth, ARRAY[id] AS path FROM growth_channel
                WHERE parent_id IS NULL
                UNION ALL
                SELECT child.id, tree.depth + 1, tree.path || child.id
                FROM growth_channel AS child JOIN tree ON child.parent_id = tree.id
            )
            SELECT channel.id, channel.code, channel.name, tree.depth, channel.closed_at IS NULL
            FROM tree JOIN growth_channel AS channel USING (id) ORDER BY tree.path
            """
        )
        channels = cursor.fetchall()
    rows = []
    for number, code, name, depth, is_open in channels:
        budget, spent = found.get(number, (0, 0))
        if is_open or budget or spent:
            pace = pacing(spent, budget, starts_on=month, ends_on=last, today=today)
            rows.append(
                ChannelMonth(number, code, name, depth, is_open, budget, spent, pace, currency)
            )
    return rows


def open_alerts(*, limit: int) -> list[BudgetAlert]:
    """Alerts that nobody has seen, of each budget the highest share, the latest first."""
    subject = ("budget", "campaign_id", "channel_id", "month")
    highest = BudgetAlert.objects.filter(seen_at=None).order_by(*subject, "-percent")
    rows = BudgetAlert.objects.filter(id__in=highest.distinct(*subject).values("id"))
    return list(rows.select_related("campaign", "channel").order_by("-at", "-id")[:limit])
