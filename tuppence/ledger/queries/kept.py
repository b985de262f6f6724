"""The balances that the ledger keeps with every transfer, now and at the end of a past day.

A trigger moves them in the same statement that writes a transfer, so they cost one look at the
accounts and none at the transfers. A past moment is the kept balance less everything recorded from
that moment on, read in one snapshot. `trial_balance` adds all transfers up instead.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tuppence.ledger.chart import AccountKind, Book
from tuppence.ledger.queries import TrialBalanceLine
from tuppence.ledger.transfers import AccountKey

AT_MOMENT = """
    WITH later AS (
        SELECT account_id, sum(debit_minor) AS debit_minor FROM (
            SELECT debit_account_id AS account_id, sum(amount_minor) AS debit_minor
            FROM ledger_transfer
            WHERE recorded_at >= coalesce(%(before)s, 'infinity'::timestamptz) GROUP BY 1
            UNION ALL
            SELECT credit_account_id, -sum(amount_minor) FROM ledger_transfer
            WHERE recorded_at >= coalesce(%(before)s, 'infinity'::timestamptz) GROUP BY 1
        ) AS side GROUP BY 1
    ), stood AS (
        SELECT account.id, book, kind, owner_id, currency, debit_normal,
               (CASE WHEN debit_normal THEN balance_minor ELSE -balance_minor END
                   - coalesce(later.debit_minor, 0))::bigint AS net_minor,
               opened_at < coalesce(%(before)s, 'infinity'::timestamptz) AS opened
        FROM ledger_account AS account LEFT JOIN later ON later.account_id = account.id
    )
"""


@dataclass(frozen=True, slots=True)
class StoodAccount:
    """An account as it stood at a moment; the balance is on its own side, in minor units."""

    id: int
    key: AccountKey
    debit_normal: bool
    balance_minor: int


def kept_trial_balance(*, before: datetime | None = None) -> list[TrialBalanceLine]:
    """The four books by kind and currency from the kept balances; `before` as of that moment."""
    rows = _fetch(
        f"{AT_MOMENT} SELECT book, kind, currency, count(*), sum(net_minor)::bigint"  # noqa: S608 - a constant
        " FROM stood WHERE opened OR net_minor <> 0 GROUP BY book, kind, currency",
        {"before": before},
    )
    lines = [
        TrialBalanceLine(Book(book), AccountKind(kind), currency, count, max(net, 0), max(-net, 0))
        for book, kind, currency, count, net in rows
    ]
    books, kinds = list(Book), list(AccountKind)
    return sorted(lines, key=lambda r: (books.index(r.book), kinds.index(r.kind), r.currency))


def accounts_stood(kinds: list[AccountKind], *, before: datetime) -> list[StoodAccount]:
    """Every account of these kinds as it stood at a moment, the largest first."""
    rows = _fetch(
        f"{AT_MOMENT} SELECT id, kind, owner_id, currency, debit_normal,"  # noqa: S608 - a constant
        " CASE WHEN debit_normal THEN net_minor ELSE -net_minor END AS own_minor"
        " FROM stood WHERE kind = ANY(%(kinds)s) AND (opened OR net_minor <> 0)"
        " ORDER BY own_minor DESC, id",
        {"before": before, "kinds": [kind.value for kind in kinds]},
    )
    return [
        StoodAccount(id_, AccountKey(AccountKind(kind), owner_id, currency), debit_normal, own)
        for id_, kind, owner_id, currency, debit_normal, own in rows
    ]


def _fetch(query: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
