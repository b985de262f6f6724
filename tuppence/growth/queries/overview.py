"""What money bought, channel by channel, out of the books."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from tuppence.growth.models import Campaign, Channel
from tuppence.growth.queries.campaigns import plan_of
from tuppence.ledger.chart import AccountKind


@dataclass(frozen=True, slots=True)
class ChannelCost:
    """A channel with what it cost; amounts are of the channel itself, not of those below it."""

    id: int
    code: str
    name: str
    depth: int
    paid: bool
    is_open: bool
    month_minor: int  # for days of the month so far
    total_minor: int  # since it opened
    showings: int
    clicks: int


@dataclass(frozen=True, slots=True)
class CostsAndBooks:
    """All channels, and what the trial balance says of them."""

    channels: tuple[ChannelCost, ...]
    books_minor: int  # marketing expense in the trial balance

    @property
    def total_minor(self) -> int:
        """What the channels cost together."""
        return sum(each.total_minor for each in self.channels)

    @property
    def month_minor(self) -> int:
        """What they cost this month."""
        return sum(each.month_minor for each in self.channels)

    @property
    def difference_minor(self) -> int:
        """Books less channels: zero, or something is wrong."""
        return self.books_minor - self.total_minor


def channel_costs(currency: str, *, today: date) -> CostsAndBooks:
    """Every channel in the order of the tree, with its spend from rows and the books beside it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE tree AS (
                SELECT id, 1 AS depth, ARRAY[id] AS path FROM growth_channel
                WHERE parent_id IS NULL
                UNION ALL
                SELECT child.id, tree.depth + 1, tree.path || child.id
                FROM growth_channel AS child JOIN tree ON child.parent_id = tree.id
            ), spent AS (
                SELECT activity.channel_id,
                       sum(spend.amount_minor)::bigint AS total_minor,
                       coalesce(sum(spend.amount_minor) FILTER (WHERE spend.day >= %(first)s),
                                0)::bigint AS month_minor,
                       coalesce(sum(spend.showings), 0)::bigint AS showings,
                       coalesce(sum(spend.clicks), 0)::bigint AS clicks
                FROM growth_spendrow AS spend
                JOIN growth_activity AS activity ON activity.id = spend.activity_id
                WHERE spend.reversed_at IS NULL AND spend.currency = %(currency)s
                GROUP BY 1
            )
            SELECT channel.id, channel.code, channel.name, tree.depth, channel.paid,
                   channel.closed_at IS NULL, coalesce(spent.month_minor, 0),
                   coalesce(spent.total_minor, 0), coalesce(spent.showings, 0),
                   coalesce(spent.clicks, 0)
            FROM tree
            JOIN growth_channel AS channel USING (id)
            LEFT JOIN spent ON spent.channel_id = channel.id
            ORDER BY tree.path
            """,
            {"first": today.replace(day=1), "currency": currency},
        )
        channels = tuple(ChannelCost(*row) for row in cursor.fetchall())
        cursor.execute(
            "SELECT coalesce(sum(balance_minor), 0)::bigint FROM ledger_account"
            " WHERE kind = %s AND currency = %s",
            [AccountKind.MARKETING_EXPENSE.value, currency],
        )
        ((books_minor,),) = cursor.fetchall()
    return CostsAndBooks(channels, int(books_minor))


@dataclass(frozen=True, slots=True)
class LineSpent:
    """One line of a campaign's budget with what is booked against it."""

    channel_id: int
    code: str
    name: str
    budget_minor: int
    spent_minor: int
    gives_minor: int
    expected_results: int
    clicks: int


def budget_lines(row: Campaign) -> list[LineSpent]:
    """A campaign's budget by channel with spend from the books; channels not planned for, last."""
    names = {each.code: (each.pk, each.name) for each in Channel.objects.all()}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT activity.channel_id, coalesce(sum(spend.amount_minor), 0)::bigint,
                   coalesce(sum(spend.clicks), 0)::bigint
            FROM growth_activity AS activity
            LEFT JOIN growth_spendrow AS spend
                ON spend.activity_id = activity.id AND spend.reversed_at IS NULL
            WHERE activity.campaign_id = %s GROUP BY 1
            """,
            [row.pk],
        )
        spent = {channel: (minor, clicks) for channel, minor, clicks in cursor.fetchall()}
    found = []
    for line in plan_of(row).budget:
        number, name = names.get(line.channel, (0, line.channel))
        minor, clicks = spent.pop(number, (0, 0))
        found.append(
            LineSpent(
                number,
                line.channel,
                name,
                line.spend_minor,
                minor,
                line.gives_minor,
                line.expected_results,
                clicks,
            )
        )
    by_number = {number: (code, name) for code, (number, name) in names.items()}
    found += [
        LineSpent(number, *by_number[number], 0, minor, 0, 0, clicks)
        for number, (minor, clicks) in sorted(spent.items())
        if minor or clicks
    ]
    return found


@dataclass(frozen=True, slots=True)
class CampaignCard:
    """A campaign as lists and the board show it."""

    id: int
    name: str
    state: str
    goal: str
    goal_number: int
    starts_on: date
    ends_on: date
    cost_minor: int
    spent_minor: int
    currency: str
    owner: str
    made_at: datetime


def campaign_cards() -> list[CampaignCard]:
    """All campaigns, the latest first, with what is spent on each."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT campaign.id, campaign.name, campaign.state, campaign.goal,
                   (campaign.plan ->> 'goal_number')::bigint, campaign.starts_on,
                   campaign.ends_on, campaign.spend_minor + campaign.gives_minor,
                   coalesce(spent.minor, 0), campaign.currency, owner.email, campaign.made_at
            FROM growth_campaign AS campaign
            JOIN members_user AS owner ON owner.id = campaign.owner_id
            LEFT JOIN (
                SELECT activity.campaign_id, sum(account.balance_minor)::bigint AS minor
                FROM growth_activity AS activity
                JOIN ledger_account AS account
                    ON account.owner_id = activity.id AND account.kind = 'marketing_expense'
                WHERE activity.campaign_id IS NOT NULL GROUP BY 1
            ) AS spent ON spent.campaign_id = campaign.id
            ORDER BY campaign.starts_on DESC, campaign.id DESC
            """
        )
        return [CampaignCard(*row) for row in cursor.fetchall()]
