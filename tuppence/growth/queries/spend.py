"""Spend as the books and the rows hold it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection

from tuppence import platform
from tuppence.growth.models import SpendRow
from tuppence.growth.queries.channels import (
    launched_by_campaign,
    open_by_channel,
    partners_among,
)
from tuppence.growth.spend import PaidFrom, SpendFacts, SpendLine
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.money.currency import minor_digits


def standing_rows(names: Sequence[UUID]) -> dict[UUID, tuple[int, Decimal]]:
    """Rows that stand for these identities: number, and amount as stated, in major units."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity, id, coalesce(stated, amount_minor * 10::numeric ^ %s)"
            " FROM growth_spendrow WHERE identity = ANY(%s) AND reversed_at IS NULL",
            [-minor_digits(platform.currency()), list(names)],
        )
        return {identity: (number, stated) for identity, number, stated in cursor.fetchall()}


def rows_by_key(keys: Sequence[UUID]) -> dict[UUID, SpendRow]:
    """Rows of these orders."""
    found = SpendRow.objects.filter(key__in=list(keys)).select_related("activity")
    return {row.key: row for row in found}


def spend_facts(
    lines: Sequence[SpendLine], names: Sequence[UUID], *, currency: str, today: date
) -> SpendFacts:
    """Everything that these lines name, in a few reads."""
    partner_ids = {line.partner_id for line in lines if line.partner_id is not None}
    prepaid = {
        line.partner_id
        for line in lines
        if line.paid_from is PaidFrom.PREPAID and line.partner_id is not None
    }
    keys = {
        AccountKey(AccountKind.PREPAID_ADVERTISING, number, currency): number for number in prepaid
    }
    left = balances(list(keys)) if keys else {}
    return SpendFacts(
        today=today,
        channels=open_by_channel(),
        campaigns=launched_by_campaign(
            {line.campaign_id for line in lines if line.campaign_id is not None}
        ),
        partner_ids=partners_among(partner_ids),
        booked={name: number for name, (number, _) in standing_rows(names).items()},
        prepaid_minor={number: left.get(key, 0) for key, number in keys.items()},
    )
