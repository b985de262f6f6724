"""A crowd for the benchmarks: members with purses and money, made in bulk."""

from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from django.db import connection, transaction

from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey, TransferColumns
from tuppence.postgres import bulk

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def random_keys(count: int, seed: int) -> np.ndarray:
    """Random sixteen-byte keys."""
    return np.frombuffer(np.random.default_rng(seed).bytes(16 * count), dtype="V16")


@transaction.atomic
def crowd(count: int, *, currency: str = "EUR") -> np.ndarray:
    """Register verified members; returns their ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO members_member (key, kind, pseudonym, legal_name, name_key, country,
                registration_number, payment_reference, joined_at, verified_at, test_passed_on,
                simulated_on, sophisticated, warning_acknowledged_at, net_worth_minor)
            SELECT gen_random_uuid(), 'person', 'bench-' || gen_random_uuid()::text::varchar(30),
                'Bench Member', 'bench member', 'DE', '', left(gen_random_uuid()::text, 25),
                %s, %s, %s, %s, false, %s, 10000000
            FROM generate_series(1, %s) RETURNING id
            """,
            [START, START, START.date(), START.date(), START, count],
        )
        ids = np.array([row[0] for row in cursor.fetchall()])
        cursor.execute(
            """
            INSERT INTO ledger_account (kind, book, owner_id, currency, debit_normal, floored,
                                        balance_minor, opened_at)
            SELECT kind, 'C', owner_id, %s, false, true, 0, %s
            FROM unnest(%s::bigint[]) AS owner_id
            CROSS JOIN unnest(ARRAY['member_available', 'member_reserved']) AS kind
            ON CONFLICT DO NOTHING
            """,
            [currency, START, bulk.int_array_literal(ids)],
        )
    return np.sort(ids)


@transaction.atomic
def deposit(member_ids: np.ndarray, amount_minor: int, *, seed: int, currency: str = "EUR") -> None:
    """Give each member money through the client bank."""
    bank_key = AccountKey(AccountKind.CLIENT_BANK, 0, currency)
    bank = ledger.open_accounts([bank_key], at=START)[bank_key]
    owners, ids = bulk.fetch_columns(
        "SELECT array_send(array_agg(owner_id)), array_send(array_agg(id)) FROM ledger_account"
        " WHERE kind = 'member_available' AND currency = %s AND owner_id = ANY(%s::bigint[])",
        [currency, bulk.int_array_literal(member_ids)],
    )
    count = len(owners)
    keys = random_keys(count, seed)
    moment = np.full(count, np.datetime64(START.replace(tzinfo=None), "us"))
    ledger.append(
        TransferColumns(
            ids=keys,
            group_ids=keys,
            debit_account_ids=np.full(count, bank),
            credit_account_ids=ids,
            amounts_minor=np.full(count, amount_minor),
            occurred_at=moment,
            recorded_at=moment,
            subject_ids=owners,
            kind="deposit",
            subject_kind="member",
        )
    )


def key_of(keys: np.ndarray, index: int) -> UUID:
    """One key of a column."""
    return UUID(bytes=keys[index].tobytes())
