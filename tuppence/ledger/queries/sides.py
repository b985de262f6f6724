"""Transfers seen from one account: the balance after each, and at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class Mark:
    """The balance of an account right after the transfer at a place of the order of recording."""

    seq: int
    balance_minor: int


def balances_after(
    account_id: int, seqs: Sequence[int], *, known: Mark | None = None
) -> dict[int, int]:
    """The account's balance on its own side after each of its transfers at these places.

    Counted back from the kept balance over everything newer, or from a balance that is known at a
    newer place; one look, and at the index alone.
    """
    if not seqs:
        return {}
    places = sorted(set(seqs))
    if known is not None and known.seq < places[-1]:
        known = None
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT account.balance_minor, account.debit_normal, newer.place, newer.debit_minor
            FROM ledger_account AS account LEFT JOIN (
                SELECT width_bucket(seq - 1, %(places)s::bigint[]) AS place,
                       sum(CASE WHEN is_debit THEN amount_minor ELSE -amount_minor END)::bigint
                           AS debit_minor
                FROM ledger_side
                WHERE account_id = %(id)s AND seq > %(first)s
                  AND (seq <= %(known)s::bigint OR %(known)s::bigint IS NULL)
                GROUP BY 1
            ) AS newer ON true
            WHERE account.id = %(id)s
            """,
            {
                "id": account_id,
                "places": places,
                "first": places[0],
                "known": known.seq if known else None,
            },
        )
        rows = cursor.fetchall()
    kept, debit_normal = rows[0][0], rows[0][1]
    moved = {place: debit if debit_normal else -debit for *_, place, debit in rows if place}
    balance = known.balance_minor if known else kept
    after = {}
    for place in range(len(places), 0, -1):
        balance -= moved.get(place, 0)
        after[places[place - 1]] = balance
    return after


def balance_at(account_id: int, *, before: datetime) -> int:
    """The account's balance on its own side, counting what was recorded before a moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT account.balance_minor - coalesce((
                SELECT sum(CASE WHEN is_debit = account.debit_normal THEN amount_minor
                                ELSE -amount_minor END)
                FROM ledger_side WHERE account_id = %(id)s AND recorded_at >= %(before)s
            ), 0)::bigint
            FROM ledger_account AS account WHERE account.id = %(id)s
            """,
            {"id": account_id, "before": before},
        )
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"There is no account {account_id}; look it up in the trial balance.")
    return int(row[0])
