"""What PostgreSQL itself refuses, to the app's role and to the owner of the tables alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction

from tuppence.ledger.transfers import AMOUNT_MAX_MINOR
from tuppence.postgres.cluster import Cluster

pytestmark = pytest.mark.django_db(transaction=True)

ROW = """
INSERT INTO ledger_transfer (id, group_id, debit_account_id, credit_account_id, amount_minor, kind,
                             occurred_at, recorded_at)
VALUES (gen_random_uuid(), gen_random_uuid(), {debit}, {credit}, {amount}, 'raw', now(), now())
"""


@pytest.fixture(params=["app", "owner"])
def raw(
    request: pytest.FixtureRequest, cluster: Cluster, transactional_db: None
) -> Iterator[psycopg.Connection[Any]]:
    """A connection of each role that Django does not know of."""
    name = str(connections["default"].settings_dict["NAME"])
    with psycopg.connect(cluster.url(request.param, name), autocommit=True) as connection:
        yield connection


@pytest.fixture
def purses(books: Any) -> dict[str, int]:
    """Committed accounts of every sort, and one transfer."""
    with transaction.atomic():
        return {
            "anna": books.deposit(1, 100),
            "ben": books.account("member_available", 2),
            "bank": books.account("client_bank"),
            "firm": books.account("firm_bank"),
            "dollars": books.account("member_available", 1, "USD"),
            "closed": books.account("member_reserved", 9),
        }


@contextmanager
def refused(said: str) -> Iterator[None]:
    with pytest.raises(psycopg.Error) as error:
        yield
    assert said in str(error.value)


def row(debit: int, credit: int, amount: object) -> str:
    return ROW.format(debit=debit, credit=credit, amount=amount)


def test_a_lawful_row_is_taken_and_moves_the_balances(raw: Any, purses: Any, books: Any) -> None:
    raw.execute(row(purses["anna"], purses["ben"], 40))
    assert (books.balance(purses["anna"]), books.balance(purses["ben"])) == (60, 40)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_transfer SET amount_minor = 1",
        "UPDATE ledger_transfer SET kind = 'x' WHERE false",
        "DELETE FROM ledger_transfer",
        "DELETE FROM ledger_account",
        "UPDATE ledger_account SET floored = false",
        "UPDATE ledger_account SET owner_id = 7",
        "UPDATE ledger_account SET currency = 'USD'",
        "UPDATE ledger_account SET balance_minor = balance_minor + 1",
        (
            "INSERT INTO ledger_account (kind, book, owner_id, currency, debit_normal, floored,"
            " balance_minor, opened_at)"
            " VALUES ('member_available', 'C', 77, 'EUR', false, true, 500, now())"
        ),
    ],
)
def test_history_and_balances_stay_as_they_are(raw: Any, purses: Any, statement: str) -> None:
    with refused("append_only"):
        raw.execute(statement)


@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_account", "events_event"])
def test_nothing_is_emptied(raw: Any, purses: Any, table: str) -> None:
    role = raw.info.user
    with refused("append_only" if role == "tuppence_owner" else "permission denied"):
        raw.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
        "ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_append_only",
        "DROP TRIGGER ledger_transfer_apply ON ledger_transfer",
        "DROP TABLE ledger_transfer CASCADE",
        (
            "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RETURN NEW; END'"
        ),
        "ALTER TABLE ledger_account DROP CONSTRAINT account_floor",
        "SET session_replication_role = replica",
    ],
)
def test_the_app_cannot_switch_a_guard_off(
    app_connection: psycopg.Connection[Any], purses: Any, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection.execute(statement)


@pytest.mark.parametrize(
    ("debit", "credit", "amount", "said"),
    [
        ("anna", "firm", 1, "cross books or currencies"),
        ("anna", "dollars", 1, "cross books or currencies"),
        ("anna", "closed", 1, "unknown or closed"),
        ("anna", "anna", 1, "transfer_accounts_differ"),
        ("anna", "ben", 0, "transfer_amount_bounds"),
        ("anna", "ben", -1, "transfer_amount_bounds"),
        ("anna", "ben", AMOUNT_MAX_MINOR, "transfer_amount_bounds"),
        ("anna", "ben", "'NaN'::numeric", "cannot convert NaN"),
        ("anna", "ben", "'Infinity'::float8", "out of range"),
        ("anna", "ben", "2::numeric ^ 63", "out of range"),
        ("anna", "ben", "NULL", "null value"),
        ("anna", "ben", 101, "account_floor"),
    ],
)
def test_unlawful_rows_are_refused(
    raw: Any, purses: Any, books: Any, debit: str, credit: str, amount: object, said: str
) -> None:
    raw.execute("UPDATE ledger_account SET closed_at = now() WHERE id = %s", [purses["closed"]])
    with refused(said):
        raw.execute(row(purses[debit], purses[credit], amount))
    assert books.balance(purses["anna"]) == 100


def test_an_unknown_account_is_refused(raw: Any, purses: Any) -> None:
    with refused("unknown or closed"):
        raw.execute(row(purses["anna"], 10**9, 1))


def test_one_unlawful_row_refuses_its_whole_statement(raw: Any, purses: Any, books: Any) -> None:
    lawful = row(purses["anna"], purses["ben"], 1)
    crossing = f"{lawful}, " + row(purses["anna"], purses["firm"], 1).split("VALUES")[1]
    with refused("cross books"):
        raw.execute(crossing)
    assert books.balance(purses["ben"]) == 0


def test_a_lawful_statement_may_touch_several_books(raw: Any, purses: Any, books: Any) -> None:
    expense = books.account("firm_loss")
    two = row(purses["anna"], purses["ben"], 5) + ", "
    raw.execute(two + row(expense, purses["firm"], 7).split("VALUES")[1])
    assert [books.balance(a) for a in (purses["ben"], expense, purses["firm"])] == [5, 7, -7]


def test_an_upsert_cannot_change_a_row(raw: Any, purses: Any) -> None:
    (existing,) = raw.execute("SELECT id FROM ledger_transfer").fetchone()
    upsert = row(purses["anna"], purses["ben"], 1).replace("gen_random_uuid(),", "%s,", 1)
    with refused("append_only"):
        raw.execute(f"{upsert} ON CONFLICT (id) DO UPDATE SET amount_minor = 7", [existing])


def test_the_same_transfer_is_not_reversed_twice(raw: Any, purses: Any) -> None:
    reversal = (
        row(purses["anna"], purses["bank"], 1)
        .replace("recorded_at)", "recorded_at, reverses_id)")
        .replace("now())", "now(), %s)")
    )
    (original,) = raw.execute("SELECT id FROM ledger_transfer").fetchone()
    raw.execute(reversal, [original])
    with refused("transfer_reversed_once"):
        raw.execute(reversal, [original])


def test_an_account_with_money_is_not_closed(raw: Any, purses: Any) -> None:
    with refused("account_closed_is_empty"):
        raw.execute("UPDATE ledger_account SET closed_at = now() WHERE id = %s", [purses["anna"]])
