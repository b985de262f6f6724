"""The checks of the client bank find what is wrong, and nothing where all is right."""

from typing import Any

import pytest
from django.db import connection

from tuppence.bank.controls.queries import controls
from tuppence.bank.small_bank import carried_out, charged, paid_in

pytestmark = pytest.mark.django_db
Desk = Any  # of tests/bank/conftest.py, which is not importable by name


def failing() -> set[str]:
    return {found.name for found in controls() if not found.holds}


def plant(statement: str) -> None:
    """Change rows past every trigger and check."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount != 0
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def days(desk: Desk) -> Desk:
    """Paid in, unidentified, charged; taken out and paid, asked, and put back."""
    desk.pays("anna", 100_00)
    desk.pays("ben", 50_00)
    desk.happens(paid_in(7_00, "EUR", payer="X", payer_account="", text="gift"))
    desk.import_()
    desk.approves(desk.asks("anna", 30_00))
    desk.sends()
    sent = desk.sent_file()
    desk.tomorrow()
    desk.happens(*carried_out(sent), charged(1_50, "EUR", text="account fee"))
    desk.import_()
    desk.asks("ben", 20_00)
    return desk


def test_a_right_bank_holds_and_is_counted(days: Desk) -> None:
    assert failing() == set()
    counted = {found.name: found.count for found in controls()}
    assert counted["client bank"] == 1
    assert counted["bank lines"] == 4
    assert counted["withdrawals"] == 2
    assert counted["breaks"] == 1
    assert counted["stated balances"] == 1


@pytest.mark.parametrize(
    ("defect", "names"),
    [
        ("UPDATE bank_bankline SET amount_minor = amount_minor + 1 WHERE amount_minor = 10000",
         {"client bank", "stated balances", "bank lines"}),
        ("UPDATE bank_accountstatement SET closing_minor = closing_minor + 1",
         {"stated balances"}),
        ("DELETE FROM ledger_transfer WHERE kind = 'deposit'", {"client bank", "bank lines"}),
        ("UPDATE ledger_transfer SET amount_minor = amount_minor - 1 WHERE kind = 'deposit'",
         {"client bank", "bank lines"}),
        (("INSERT INTO ledger_transfer (id, group_id, debit_account_id, credit_account_id,"
         " amount_minor, kind, subject_kind, subject_id, occurred_at, recorded_at)"
         " SELECT gen_random_uuid(), group_id, debit_account_id, credit_account_id, amount_minor,"
         " kind, subject_kind, subject_id, occurred_at, recorded_at FROM ledger_transfer"
         " WHERE kind = 'withdrawal_paid'"), {"client bank", "withdrawals"}),
        ("UPDATE bank_withdrawal SET state = 'sent' WHERE state = 'paid'",
         {"payouts in flight", "withdrawals"}),
        ("UPDATE bank_withdrawal SET amount_minor = amount_minor + 1 WHERE state = 'asked'",
         {"payouts in flight", "withdrawals"}),
        ("UPDATE bank_withdrawal SET state = 'cancelled' WHERE state = 'asked'",
         {"payouts in flight", "withdrawals"}),
        ("UPDATE bank_bankbreak SET closed_at = now() WHERE kind = 'fee'", {"breaks"}),
        ("UPDATE bank_bankbreak SET amount_minor = amount_minor + 1", {"breaks"}),
    ],
)  # fmt: skip
def test_planted_defects_are_found(days: Desk, defect: str, names: set[str]) -> None:
    plant(defect)
    assert failing() == names


def test_money_without_any_bank_account_is_found(db: None) -> None:
    """Client money that no statement tells of is nowhere."""
    plant(
        "INSERT INTO ledger_account (kind, book, owner_id, currency, debit_normal, floored,"
        " balance_minor, opened_at) VALUES ('client_bank', 'C', 0, 'USD', true, false, 0, now()),"
        " ('unallocated', 'C', 0, 'USD', false, false, 0, now())"
    )
    assert failing() == set()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (id, group_id, debit_account_id, credit_account_id,"
            " amount_minor, kind, occurred_at, recorded_at) SELECT gen_random_uuid(),"
            " gen_random_uuid(), bank.id, other.id, 5, 'x', now(), now()"
            " FROM ledger_account AS bank, ledger_account AS other"
            " WHERE bank.kind = 'client_bank' AND other.kind = 'unallocated'"
        )
    assert failing() == {"client bank"}
