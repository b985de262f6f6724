"""Read the money book: rows to values, in bulk."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection

from tuppence.ledger.chart import AccountKind, Book
from tuppence.ledger.transfers import AccountKey, AccountState, Transfer

TRANSFER_COLUMNS = (
    "id, debit_account_id, credit_account_id, amount_minor, kind, occurred_at, recorded_at,"
    " group_id, subject_kind, subject_id, reverses_id"
)


@dataclass(frozen=True, slots=True)
class TrialBalanceLine:
    """All accounts of one kind and currency: what they add up to on each side, in minor units."""

    book: Book
    kind: AccountKind
    currency: str
    accounts: int
    debit_minor: int  # net debit balance, or 0
    credit_minor: int  # net credit balance, or 0


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One transfer seen from one account, with the balance after it."""

    transfer: Transfer
    other_account_id: int
    change_minor: int  # on the account's own side
    balance_minor: int


def account_ids(keys: Iterable[AccountKey]) -> dict[AccountKey, int]:
    """The ids of those accounts that exist."""
    wanted = list(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT account.kind, account.owner_id, account.currency, account.id
            FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS wanted (kind, owner_id, currency)
            JOIN ledger_account AS account USING (owner_id, kind, currency)
            """,
            [
                [key.kind.value for key in wanted],
                [key.owner_id for key in wanted],
                [key.currency for key in wanted],
            ],
        )
        return {
            AccountKey(AccountKind(kind), owner_id, currency): account_id
            for kind, owner_id, currency, account_id in cursor
        }


def lock_accounts(ids: Sequence[int]) -> dict[int, AccountState]:
    """These accounts, locked in id order until the transaction ends."""
    return _accounts(ids, "FOR NO KEY UPDATE")


def accounts(ids: Sequence[int]) -> dict[int, AccountState]:
    """These accounts as they stand, not locked."""
    return _accounts(ids, "")


def balances(keys: Iterable[AccountKey]) -> dict[AccountKey, int]:
    """Balances on each account's own side, in minor units; 0 where there is no account yet."""
    wanted = list(keys)
    ids = account_ids(wanted)
    states = accounts(list(ids.values()))
    return {key: states[ids[key]].balance_minor if key in ids else 0 for key in wanted}


def transfers_by_id(ids: Sequence[UUID]) -> dict[UUID, Transfer]:
    """Those of these transfers that are posted."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {TRANSFER_COLUMNS} FROM ledger_transfer WHERE id = ANY(%s)",  # noqa: S608
            [list(ids)],
        )
        return {row[0]: Transfer(*row) for row in cursor}


def transfers_about(subject_kind: str, subject_id: int) -> list[Transfer]:
    """The journal of one thing: every transfer about it, in the order of recording."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {TRANSFER_COLUMNS} FROM ledger_transfer"  # noqa: S608
            " WHERE subject_id = %s AND subject_kind = %s ORDER BY seq",
            [subject_id, subject_kind],
        )
        return [Transfer(*row) for row in cursor]


def reversed_among(ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of these transfers that already have a reversal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reverses_id FROM ledger_transfer WHERE reverses_id = ANY(%s)", [list(ids)]
        )
        return frozenset(row[0] for row in cursor)


class Dated(StrEnum):
    """Which day counts: when it was written down, or when it happened in the world."""

    RECORDED = "recorded_at"
    OCCURRED = "occurred_at"


def trial_balance(
    *, before: datetime | None = None, dated: Dated = Dated.RECORDED
) -> list[TrialBalanceLine]:
    """The four books, by kind and currency; `before` asks for how they stood at that moment.

    Always added up from the transfers, never from the kept balances.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT account.book, account.kind, account.currency, count(DISTINCT account.id),
                   coalesce(sum(side.debit_minor), 0)::bigint
            FROM ledger_account AS account
            LEFT JOIN (
                SELECT debit_account_id AS account_id, sum(amount_minor) AS debit_minor
                FROM ledger_transfer
                WHERE {dated} < %(before)s OR %(before)s IS NULL GROUP BY 1
                UNION ALL
                SELECT credit_account_id, -sum(amount_minor) FROM ledger_transfer
                WHERE {dated} < %(before)s OR %(before)s IS NULL GROUP BY 1
            ) AS side ON side.account_id = account.id
            WHERE account.opened_at < %(before)s OR %(before)s IS NULL
               OR side.account_id IS NOT NULL
            GROUP BY account.book, account.kind, account.currency
            """,  # noqa: S608 - one of two columns
            {"before": before},
        )
        rows = [
            TrialBalanceLine(
                Book(book), AccountKind(kind), currency, count, max(net, 0), max(-net, 0)
            )
            for book, kind, currency, count, net in cursor
        ]
    books, kinds = list(Book), list(AccountKind)
    return sorted(rows, key=lambda r: (books.index(r.book), kinds.index(r.kind), r.currency))


def statement(
    account_id: int,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
    dated: Dated = Dated.RECORDED,
    limit: int = 10_000,
) -> list[StatementLine]:
    """An account's transfers by day, each with the balance after it.

    Within a moment they stand in the order of writing. A batch may be dated earlier than one
    written before it, so the day comes first: a statement up to a day ends on the balance that
    the trial balance of that day counts.
    """
    account = accounts([account_id]).get(account_id)
    if account is None:
        raise LookupError(f"There is no account {account_id}; look it up in the trial balance.")
    sign = 1 if account.debit_normal else -1
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {TRANSFER_COLUMNS}, change, balance FROM (
                SELECT *, sum(change) OVER (ORDER BY {dated}, seq)::bigint AS balance FROM (
                    SELECT *, amount_minor * %(sign)s AS change FROM ledger_transfer
                    WHERE debit_account_id = %(id)s
                    UNION ALL
                    SELECT *, -amount_minor * %(sign)s FROM ledger_transfer
                    WHERE credit_account_id = %(id)s
                ) AS side
            ) AS line
            WHERE ({dated} >= %(since)s OR %(since)s IS NULL)
              AND ({dated} < %(before)s OR %(before)s IS NULL)
            ORDER BY {dated}, seq LIMIT %(limit)s
            """,  # noqa: S608 - one of two columns
            {"id": account_id, "sign": sign, "since": since, "before": before, "limit": limit},
        )
        return [
            StatementLine(transfer, _other(transfer, account_id), change, balance)
            for *fields, change, balance in cursor
            for transfer in [Transfer(*fields)]
        ]


def stream_transfers(*, since: datetime | None, before: datetime | None) -> Iterator[Transfer]:
    """All transfers recorded in a period, in the order of writing, without holding them all."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {TRANSFER_COLUMNS} FROM ledger_transfer"  # noqa: S608
            " WHERE (recorded_at >= %(since)s OR %(since)s IS NULL)"
            " AND (recorded_at < %(before)s OR %(before)s IS NULL) ORDER BY seq",
            {"since": since, "before": before},
        )
        for row in cursor:
            yield Transfer(*row)


def first_recorded_at() -> datetime | None:
    """The earliest day in the books; None while they are empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(recorded_at) FROM ledger_transfer")
        row = cursor.fetchone()
    return row[0] if row else None


def currencies() -> list[str]:
    """The currencies of the books."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT currency FROM ledger_account ORDER BY currency")
        return [currency for (currency,) in cursor]


def net_debits(ids: Sequence[int], *, before: datetime | None) -> dict[int, int]:
    """Debits less credits of these accounts; the kept balances, or added up to a past moment."""
    with connection.cursor() as cursor:
        if before is None:
            cursor.execute(
                "SELECT id, CASE WHEN debit_normal THEN balance_minor ELSE -balance_minor END"
                " FROM ledger_account WHERE id = ANY(%s)",
                [list(ids)],
            )
            return dict(cursor.fetchall())
        cursor.execute(
            """
            SELECT account_id, sum(debit_minor)::bigint FROM (
                SELECT debit_account_id AS account_id, amount_minor AS debit_minor
                FROM ledger_transfer
                WHERE debit_account_id = ANY(%(ids)s) AND recorded_at < %(before)s
                UNION ALL
                SELECT credit_account_id, -amount_minor FROM ledger_transfer
                WHERE credit_account_id = ANY(%(ids)s) AND recorded_at < %(before)s
            ) AS side GROUP BY account_id
            """,
            {"ids": list(ids), "before": before},
        )
        return dict.fromkeys(ids, 0) | dict(cursor.fetchall())


def account_keys(ids: Iterable[int]) -> dict[int, AccountKey]:
    """What these accounts are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, owner_id, currency FROM ledger_account WHERE id = ANY(%s)",
            [sorted(set(ids))],
        )
        return {
            account_id: AccountKey(AccountKind(kind), owner_id, currency)
            for account_id, kind, owner_id, currency in cursor
        }


def _other(transfer: Transfer, account_id: int) -> int:
    if transfer.debit_account_id == account_id:
        return transfer.credit_account_id
    return transfer.debit_account_id


def _accounts(ids: Sequence[int], lock: str) -> dict[int, AccountState]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, book, currency, debit_normal, floored, closed_at IS NOT NULL,"  # noqa: S608
            f" balance_minor FROM ledger_account WHERE id = ANY(%s) ORDER BY id {lock}",
            [list(ids)],
        )
        return {row[0]: AccountState(*row) for row in cursor}
