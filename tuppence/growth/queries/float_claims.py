"""Which campaigns have claimed what of the firm's float."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class FloatClaim:
    """A campaign and what it may still give, in minor units."""

    campaign_id: int
    name: str
    state: str
    available_minor: int
    reserved_minor: int
    used_minor: int


def float_claims(currency: str) -> list[FloatClaim]:
    """Campaigns that have a claim on the float, the largest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT campaign.id, campaign.name, campaign.state,
                   coalesce(sum(account.balance_minor)
                            FILTER (WHERE account.kind = 'budget_available'), 0)::bigint,
                   coalesce(sum(account.balance_minor)
                            FILTER (WHERE account.kind = 'budget_reserved'), 0)::bigint,
                   coalesce(sum(account.balance_minor)
                            FILTER (WHERE account.kind = 'budget_used'), 0)::bigint
            FROM ledger_account AS account
            JOIN growth_campaign AS campaign ON campaign.id = account.owner_id
            WHERE account.kind IN ('budget_available', 'budget_reserved', 'budget_used')
              AND account.currency = %s
            GROUP BY 1
            HAVING sum(account.balance_minor) FILTER (WHERE account.kind <> 'budget_used') > 0
            ORDER BY sum(account.balance_minor) FILTER (WHERE account.kind <> 'budget_used') DESC,
                     campaign.id
            """,
            [currency],
        )
        return [FloatClaim(*row) for row in cursor.fetchall()]
