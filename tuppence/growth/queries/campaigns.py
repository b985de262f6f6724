"""Campaigns as operations read them: locked, with what the books hold for them."""

from datetime import datetime

from django.db import connection

from tuppence import platform
from tuppence.bank.promo_float.queries import promo_float
from tuppence.growth.campaign import CampaignFacts, State
from tuppence.growth.models import Campaign, Channel
from tuppence.growth.plan import PastResult, Plan, plan_from_json, plan_gaps
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.rules.allowances import incentive_ban


def lock_campaign(campaign_id: int) -> Campaign | None:
    """The campaign, held to the end of the transaction."""
    return Campaign.objects.select_for_update(no_key=True).filter(id=campaign_id).first()


def plan_of(row: Campaign) -> Plan:
    """The campaign's plan."""
    return plan_from_json(row.plan)


def open_codes() -> frozenset[str]:
    """The codes of channels that can be planned with."""
    return frozenset(Channel.objects.filter(closed_at=None).values_list("code", flat=True))


def campaign_facts(row: Campaign, *, at: datetime) -> CampaignFacts:
    """What the decision on an act needs to know."""
    plan = plan_of(row)
    return CampaignFacts(
        state=State(row.state),
        plan_digest=row.plan_digest,
        plan_gaps=tuple(plan_gaps(plan, open_codes())),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        gives_minor=row.gives_minor,
        float_free_minor=float_free_minor(row.currency),
        incentives_allowed=incentive_ban(
            platform.rulebook(platform.business_day(at)),
            tied_to_listing=any(terms.tied_to_listing for terms in plan.offers),
        )
        is None,
    )


def float_free_minor(currency: str) -> int:
    """The firm's money in the client bank that no running campaign may give away."""
    return promo_float(currency).free_minor


def budget_minor(row: Campaign) -> dict[AccountKind, int]:
    """What of the campaign's authority is available, reserved and used."""
    kinds = (
        AccountKind.BUDGET_AVAILABLE,
        AccountKind.BUDGET_RESERVED,
        AccountKind.BUDGET_USED,
    )
    keys = {kind: AccountKey(kind, row.pk, row.currency) for kind in kinds}
    found = balances(list(keys.values()))
    return {kind: found[key] for kind, key in keys.items()}


def past_results(goal: str, *, but: int = 0) -> list[PastResult]:
    """Ended campaigns of a goal with what they cost in the books and brought by their count."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT campaign.name, campaign.results_counted,
                   coalesce((SELECT sum(account.balance_minor)
                             FROM growth_activity AS activity
                             JOIN ledger_account AS account
                               ON account.owner_id = activity.id
                              AND account.kind = 'marketing_expense'
                             WHERE activity.campaign_id = campaign.id), 0)::bigint
                   + coalesce((SELECT balance_minor FROM ledger_account
                               WHERE kind = 'budget_used' AND owner_id = campaign.id), 0)
            FROM growth_campaign AS campaign
            WHERE campaign.goal = %s AND campaign.state IN ('ended', 'reviewed')
              AND campaign.id <> %s AND campaign.currency = %s
            ORDER BY campaign.ended_at
            """,
            [goal, but, platform.currency()],
        )
        return [
            PastResult(name, int(cost), results or 0) for name, results, cost in cursor.fetchall()
        ]
