"""The oracle is proven able to fail: each defect is planted, and the right check finds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from tuppence.ledger import operations
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.checks import DIFFERENCES_SHOWN_MAX, Check, Difference, check, compare
from tuppence.ledger.controls.pairs import PAIRS
from tuppence.ledger.controls.queries import controls
from tuppence.ledger.transfers import Status

pytestmark = pytest.mark.django_db


@contextmanager
def unguarded() -> Iterator[Any]:
    """As somebody with all power over the server, past every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def failing() -> dict[str, Check]:
    return {found.name: found for found in controls() if not found.holds}


@pytest.fixture
def ids(books: Any) -> dict[str, int]:
    """A little of everything, all right."""
    anna, ben = books.deposit(1, 100_00), books.deposit(2, 50_00)
    loan, holdings = books.account("principal_owed", 7), books.account("holdings", 7)
    sent = books.transfer(anna, ben, 10_00, "sent")
    assert set(books.post(sent, books.transfer(loan, holdings, 40_00))) == {Status.CREATED}
    operations.reverse([sent.id], key=uuid4(), at=sent.recorded_at)
    assert failing() == {}
    return {"anna": anna, "ben": ben, "loan": loan, "bank": books.account("client_bank")}


def test_right_books_hold_and_say_what_was_compared(ids: dict[str, int]) -> None:
    counted = {found.name: found.count for found in controls()}
    assert counted["balances"] == 5
    assert counted["no crossing"] == 5
    assert counted["reversals"] == 1
    assert counted["floors"] == 4
    assert counted["both sides of principal owed"] == 1


def test_empty_books_hold() -> None:
    assert failing() == {}


def test_a_changed_balance_is_found_with_its_account(ids: dict[str, int]) -> None:
    with unguarded() as cursor:
        cursor.execute(
            "UPDATE ledger_account SET balance_minor = balance_minor + 1 WHERE id = %s",
            [ids["anna"]],
        )
    found = failing()
    assert set(found) == {"balances", "books balance"}
    assert found["balances"].differences == (
        Difference(f"account {ids['anna']} C member_available 1 EUR", "10000", "10001"),
    )


def test_two_changed_balances_that_still_add_up_are_found(ids: dict[str, int]) -> None:
    with unguarded() as cursor:
        cursor.execute(
            "UPDATE ledger_account SET balance_minor = balance_minor + sign FROM"
            " (VALUES (%s, 5), (%s, -5)) AS moved (id, sign) WHERE ledger_account.id = moved.id",
            [ids["anna"], ids["ben"]],
        )
    assert {name: each.different for name, each in failing().items()} == {"balances": 2}


@pytest.mark.parametrize(
    ("defect", "names"),
    [
        ("UPDATE ledger_transfer SET amount_minor = amount_minor + 1 WHERE kind = 'test'",
         {"balances"}),
        ("DELETE FROM ledger_transfer WHERE debit_account_id = {bank}", {"balances"}),
        ("DELETE FROM ledger_transfer WHERE id IN (SELECT reverses_id FROM ledger_transfer)",
         {"balances", "reversals"}),
        ("UPDATE ledger_transfer SET credit_account_id = {loan} WHERE credit_account_id = {ben}",
         {"balances", "no crossing"}),
        ("UPDATE ledger_transfer SET credit_account_id = 999999 WHERE credit_account_id = {ben}",
         {"balances", "no crossing"}),
        ("UPDATE ledger_account SET floored = false WHERE id = {anna}", {"chart"}),
        ("UPDATE ledger_account SET kind = 'tax_due' WHERE id = {anna}", {"chart"}),
        ("UPDATE ledger_account SET currency = 'USD' WHERE id = {anna}", {"no crossing"}),
        ("DELETE FROM ledger_account WHERE id = {ben}", {"balances", "no crossing"}),
    ],
)  # fmt: skip
def test_planted_defects_are_found(ids: dict[str, int], defect: str, names: set[str]) -> None:
    with unguarded() as cursor:
        cursor.execute(defect.format(**ids))
    assert names <= set(failing())


def test_a_second_reversal_is_found(ids: dict[str, int]) -> None:
    with unguarded() as cursor:
        cursor.execute("DROP INDEX transfer_reversed_once")
        cursor.execute(
            "INSERT INTO ledger_transfer (id, group_id, debit_account_id, credit_account_id,"
            " amount_minor, kind, occurred_at, recorded_at, reverses_id)"
            " SELECT gen_random_uuid(), group_id, debit_account_id, credit_account_id,"
            " amount_minor, kind, occurred_at, recorded_at, reverses_id"
            " FROM ledger_transfer WHERE reverses_id IS NOT NULL"
        )
    assert failing()["reversals"].different == 2


def test_a_negative_purse_is_found(ids: dict[str, int]) -> None:
    with unguarded() as cursor:
        cursor.execute("ALTER TABLE ledger_account DROP CONSTRAINT account_floor")
        cursor.execute(
            "INSERT INTO ledger_transfer (id, group_id, debit_account_id, credit_account_id,"
            " amount_minor, kind, occurred_at, recorded_at)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), %s, %s, 9999999, 'x', now(), now())",
            [ids["anna"], ids["bank"]],
        )
    assert failing()["floors"].differences[0].found == str(100_00 - 99_999_99)


@pytest.mark.parametrize("trigger", ["ledger_transfer_append_only", "ledger_transfer_apply"])
def test_a_guard_that_is_off_is_found(ids: dict[str, int], trigger: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE ledger_transfer DISABLE TRIGGER {trigger}")
    assert failing()["guards"].differences == (Difference(trigger, "on", "off"),)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {trigger} ON ledger_transfer")
    assert failing()["guards"].differences == (Difference(trigger, "on", "gone"),)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_one_side_of_a_pair_alone_is_found(books: Any, pair: Any) -> None:
    """A fee that reached one book only, a holding without a loan: lawful rows, wrong books."""
    other = {"C": "unallocated", "F": "firm_bank"}
    for kinds in (pair.left, pair.right):
        for kind in kinds:
            book = kind_book(kind)
            if book not in other:
                continue
            one, two = books.account(kind), books.account(other[book])
            books.post(books.transfer(one, two, 5))
            assert pair.name in failing()
            books.post(books.transfer(two, one, 5))
            assert failing() == {}
    assert pair.left != pair.right


def kind_book(kind: AccountKind) -> str:
    from tuppence.ledger.chart import CHART

    return CHART[kind].book.value


def test_many_differences_are_counted_and_some_are_shown() -> None:
    found = check("c", "I1", "x with y", count=500, differences=[Difference("a", "1", "2")] * 250)
    assert (found.different, len(found.differences)) == (250, DIFFERENCES_SHOWN_MAX)
    assert not found.holds
    assert compare("c", "I1", "x with y", [("a", 1, 1), ("b", 1, 2)]).differences == (
        Difference("b", "1", "2"),
    )
