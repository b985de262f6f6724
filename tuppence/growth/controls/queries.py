"""Check spend and campaigns with the money book."""

from tuppence.growth.controls.partners import queries as partners
from tuppence.ledger.checks import Check
from tuppence.ledger.controls.queries import differing


def controls() -> list[Check]:
    """Every check of growth."""
    return [
        _spend_rows(),
        _activities(),
        _imports(),
        _budgets(),
        _grants(),
        _offers(),
        *partners.controls(),
    ]


def _spend_rows() -> Check:
    """Each row that stands and cost something has its one transfer; one taken back, its mirror."""
    return differing(
        "spend booked",
        "I10",
        "every row of spend with the transfer of the same key, amount and activity",
        count="SELECT count(*) FROM growth_spendrow WHERE amount_minor > 0",
        differences="""
            SELECT 'spend ' || spend.id, spend.amount_minor::text,
                   coalesce(t.amount_minor::text, 'nothing'), count(*) OVER ()
            FROM growth_spendrow AS spend
            LEFT JOIN ledger_transfer AS t ON t.id = spend.key
            LEFT JOIN ledger_account AS account ON account.id = t.debit_account_id
            LEFT JOIN ledger_transfer AS mirror ON mirror.reverses_id = t.id
            WHERE spend.amount_minor > 0
              AND ((t.amount_minor, account.kind, account.owner_id)
                   IS DISTINCT FROM
                   (spend.amount_minor, 'marketing_expense', spend.activity_id)
                   OR (mirror.id IS NULL) <> (spend.reversed_at IS NULL))
            ORDER BY spend.id
        """,
    )


def _activities() -> Check:
    """Marketing expense is spend and nothing else: to the penny, activity by activity."""
    return differing(
        "marketing expense",
        "I10",
        "marketing expense of every activity with its rows of spend that stand",
        count="SELECT count(*) FROM ledger_account WHERE kind = 'marketing_expense'",
        differences="""
            SELECT 'activity ' || coalesce(account.owner_id, spent.activity_id) || ' '
                   || coalesce(account.currency, spent.currency),
                   coalesce(spent.minor, 0)::text, coalesce(account.balance_minor, 0)::text,
                   count(*) OVER ()
            FROM (SELECT * FROM ledger_account WHERE kind = 'marketing_expense') AS account
            FULL JOIN (
                SELECT activity_id, currency, sum(amount_minor) AS minor FROM growth_spendrow
                WHERE reversed_at IS NULL GROUP BY 1, 2
            ) AS spent
                ON spent.activity_id = account.owner_id AND spent.currency = account.currency
            WHERE coalesce(spent.minor, 0) <> coalesce(account.balance_minor, 0) ORDER BY 1
        """,
    )


def _imports() -> Check:
    """A file was booked whole: its rows are those that it says, and their sum."""
    return differing(
        "spend imports",
        "I10",
        "every imported file of spend with its rows and their sum",
        count="SELECT count(*) FROM growth_spendimport",
        differences="""
            SELECT 'import ' || batch.id,
                   concat_ws(' ', batch.booked + batch.corrected, batch.booked_minor),
                   concat_ws(' ', coalesce(found.rows, 0), coalesce(found.minor, 0)),
                   count(*) OVER ()
            FROM growth_spendimport AS batch
            LEFT JOIN (
                SELECT batch_id, count(*) AS rows, sum(amount_minor) AS minor
                FROM growth_spendrow WHERE batch_id IS NOT NULL GROUP BY 1
            ) AS found ON found.batch_id = batch.id
            WHERE (coalesce(found.rows, 0), coalesce(found.minor, 0))
                  <> (batch.booked + batch.corrected, batch.booked_minor)
            ORDER BY batch.id
        """,
    )


def _budgets() -> Check:
    """A campaign's authority is what it may give while it lives, and after it what it used."""
    return differing(
        "campaign budgets",
        "I10",
        "every campaign's authority with its plan while it runs, with what it used when it ended",
        count="SELECT count(*) FROM growth_campaign WHERE launched_at IS NOT NULL",
        differences="""
            SELECT 'campaign ' || campaign.id, campaign.gives_minor::text,
                   coalesce(authority.balance_minor, 0)::text, count(*) OVER ()
            FROM growth_campaign AS campaign
            LEFT JOIN ledger_account AS authority
                ON authority.kind = 'authority' AND authority.owner_id = campaign.id
               AND authority.currency = campaign.currency
            LEFT JOIN ledger_account AS available
                ON available.kind = 'budget_available' AND available.owner_id = campaign.id
               AND available.currency = campaign.currency
            WHERE (campaign.state IN ('running', 'paused')
                   AND coalesce(authority.balance_minor, 0) <> campaign.gives_minor)
               OR (campaign.state IN ('ended', 'reviewed')
                   AND coalesce(available.balance_minor, 0) <> 0)
               OR (campaign.launched_at IS NULL AND coalesce(authority.balance_minor, 0) <> 0)
            ORDER BY campaign.id
        """,
    )


def _grants() -> Check:
    """What grants hold and have cost is what stands on their campaign's accounts, to the penny."""
    return differing(
        "offers of campaigns",
        "I10",
        "every campaign's reserved and used budget, incentives and what of them is owed with its"
        " grants",
        count="SELECT count(*) FROM growth_grant",
        differences="""
            WITH held AS (
                SELECT campaign_id, currency, sum(reserved_minor) AS reserved,
                       sum(earned_minor) AS used, sum(earned_minor - paid_minor) AS owed,
                       sum(earned_minor) FILTER (WHERE state <> 'taken_back') AS cost
                FROM growth_grant GROUP BY 1, 2
            ), wanted AS (
                SELECT campaign_id AS owner_id, currency, kind, minor FROM held,
                LATERAL (VALUES ('budget_reserved', reserved), ('budget_used', used),
                                ('incentive_liability', owed),
                                ('incentive_expense', coalesce(cost, 0))) AS each (kind, minor)
            ), stands AS (
                SELECT owner_id, currency, kind, balance_minor FROM ledger_account
                WHERE kind IN ('budget_reserved', 'budget_used', 'incentive_liability',
                               'incentive_expense')
            )
            SELECT kind || ' of campaign ' || owner_id || ' ' || currency,
                   coalesce(minor, 0)::text, coalesce(balance_minor, 0)::text, count(*) OVER ()
            FROM wanted FULL JOIN stands USING (owner_id, currency, kind)
            WHERE coalesce(minor, 0) <> coalesce(balance_minor, 0) ORDER BY 1
        """,
    )


def _offers() -> Check:
    """An offer counts its grants, and gave no more than there were."""
    return differing(
        "offers counted",
        "I10",
        "every offer's count with its grants",
        count="SELECT count(*) FROM growth_offer",
        differences="""
            SELECT 'offer ' || offer.id, count(held.id)::text, offer.granted::text,
                   count(*) OVER ()
            FROM growth_offer AS offer LEFT JOIN growth_grant AS held ON held.offer_id = offer.id
            GROUP BY offer.id, offer.granted HAVING count(held.id) <> offer.granted ORDER BY 1
        """,
    )
