"""A statement is imported whole, each line once, and the books follow."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from threading import Barrier
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections, transaction

from tuppence.bank import operations, queries
from tuppence.bank.matching import Meaning
from tuppence.bank.models import AccountStatement, BankBreak, BankLine, LineMatch, StatementFile
from tuppence.bank.operations import ClientAccount, ImportStatus
from tuppence.bank.small_bank import charged, paid_in
from tuppence.bank.statement import StatementError
from tuppence.ledger.chart import AccountKind, Book
from tuppence.ledger.queries import trial_balance
from tuppence.members.operations import NotPermittedError
from tuppence.members.payment_reference import payment_reference

Desk = Any  # of tests/bank/conftest.py, which is not importable by name


def events() -> list[tuple[str, int | None, int]]:
    """What was told since the start: verb, member, amount."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verb, member_id, amount_minor FROM events_event"
            " WHERE subject_kind IN ('bank_line', 'withdrawal', 'bank_break') ORDER BY id"
        )
        return list(cursor.fetchall())


def books_balance() -> bool:
    """Whether each book's debits are its credits."""
    lines = trial_balance()
    return all(
        sum(line.debit_minor - line.credit_minor for line in lines if line.book is book) == 0
        for book in Book
    )


def test_deposits_by_reference_and_an_unknown_one(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.pays("dora", 250_00)
    desk.pays("eve", 30_00, "happy birthday")
    outcome = desk.import_()
    assert outcome.status is ImportStatus.IMPORTED
    assert outcome.meanings == {Meaning.DEPOSIT: 2, Meaning.UNALLOCATED: 1}
    assert (desk.has("cleo"), desk.has("dora"), desk.has("eve")) == (100_00, 250_00, 0)
    assert desk.balance(AccountKind.CLIENT_BANK) == 380_00
    assert desk.balance(AccountKind.UNALLOCATED) == 30_00
    assert events() == [
        ("deposit.received", desk.member("cleo"), 100_00),
        ("deposit.received", desk.member("dora"), 250_00),
        ("receipt.unallocated", None, 30_00),
    ]
    (waiting,) = queries.unmatched_lines()
    assert (waiting.amount_minor, waiting.remittance) == (30_00, "happy birthday")
    (position,) = queries.client_money_positions()
    assert (position.stated_minor, position.books_minor) == (380_00, 380_00)
    assert position.difference_minor == 0
    assert books_balance()


def test_the_same_file_again_gives_the_first_outcome(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    first = desk.import_()
    again = desk.import_(desk.file())
    assert again == replace(first, status=ImportStatus.EXISTS)
    assert desk.has("cleo") == 100_00


def test_overlapping_files_book_each_line_once(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    monday = desk.day
    desk.import_()
    desk.tomorrow()
    desk.pays("cleo", 100_00)
    outcome = desk.import_(desk.file(monday, desk.day))
    assert (outcome.new_lines, outcome.known_lines) == (1, 1)
    assert desk.has("cleo") == 200_00
    assert BankBreak.objects.count() == 0


def test_a_day_told_in_two_parts_and_then_whole(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    morning = desk.file()
    desk.pays("dora", 50_00)
    desk.import_()
    assert desk.import_(morning).new_lines == 0
    assert queries.client_money_positions()[0].difference_minor == 0
    assert BankBreak.objects.count() == 0


def test_a_missing_statement_is_a_gap_until_it_comes(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    monday = desk.file()
    desk.tomorrow()
    desk.pays("dora", 50_00)
    desk.import_()
    (gap,) = queries.open_breaks(at=desk.at + timedelta(days=3, hours=1))
    assert (gap.kind, gap.amount_minor, gap.age_days) == ("gap", -100_00, 3)
    assert gap.owner_id == desk.ann.pk
    assert queries.client_money_positions()[0].difference_minor == -100_00
    desk.import_(monday)
    assert queries.open_breaks(at=desk.at) == []
    assert desk.balance(AccountKind.CLIENT_BANK) == 150_00


def test_a_charge_of_the_bank_is_a_break_and_holds_nothing_back_from_members(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.happens(charged(3_50, "EUR"))
    desk.import_()
    (fee,) = queries.open_breaks(at=desk.at)
    assert (fee.kind, fee.amount_minor, fee.owner_id) == ("fee", 3_50, desk.ann.pk)
    assert desk.balance(AccountKind.BREAKS) == 3_50
    assert desk.balance(AccountKind.CLIENT_BANK) == 96_50
    assert desk.has("cleo") == 100_00
    assert books_balance()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda day: replace(day, account="CH9300762011623852957"), "no client account"),
        (lambda day: replace(day, currency="USD", lines=()), "no client account"),
        (lambda day: replace(day, on=day.on + timedelta(days=1)), "only days up to 2026-03-02"),
    ],
)
def test_a_file_that_cannot_be_ours_leaves_nothing(
    desk: Desk, change: Callable[[Any], Any], says: str
) -> None:
    desk.pays("cleo", 100_00)
    with pytest.raises(StatementError, match=says):
        desk.import_(desk.file(desk.day, change(desk.day)))
    assert (StatementFile.objects.count(), BankLine.objects.count()) == (0, 0)
    assert desk.has("cleo") == 0


def test_one_format_an_account(desk: Desk) -> None:
    with pytest.raises(StatementError, match="Choose the account"):
        operations.import_statement(b"Date", "csv", at=desk.at, by=None, account_id=desk.account_id)
    with pytest.raises(StatementError, match=r"read as camt\.053 or csv"):
        operations.import_statement(b"x", "mt940", at=desk.at, by=None)


def test_a_csv_statement_books_like_another(desk: Desk) -> None:
    maps = resources.files("tuppence.bank") / "maps"
    member_id = desk.member("cleo")
    account = ClientAccount(
        key=UUID(int=5),
        holder_name="Client money",
        account="0012345678",
        currency="USD",
        responsible_id=desk.ann.pk,
        statement_format="csv",
        csv_map=(maps / "signed.toml").read_text("utf-8"),
    )
    account_id = operations.open_client_account(account, at=desk.at)
    data = (
        "Date,Amount,Currency,Name,Account,Text,Reference\n"
        f"2026-03-02,12.50,USD,,,{payment_reference(member_id)},\n"
    )
    outcome = operations.import_statement(
        data.encode(), "csv", at=desk.at, by=desk.ann.pk, account_id=account_id
    )
    assert outcome.meanings == {Meaning.DEPOSIT: 1}


def test_who_may_import(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    with pytest.raises(NotPermittedError):
        operations.import_statement(desk.file(), "camt.053", at=desk.at, by=desk.users["cleo"].pk)
    assert StatementFile.objects.count() == 0


@pytest.mark.parametrize("size", [1, 300])
def test_an_import_costs_the_same_queries_at_any_size(
    desk: Desk, size: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(size):
        desk.happens(
            paid_in(100 + number, "EUR", payer="X", payer_account="", text=f"gift {number}")
        )
    data = desk.file()
    with django_assert_max_num_queries(45):
        outcome = desk.import_(data)
    assert outcome.new_lines == size


def test_history_cannot_be_changed(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.import_()
    for statement in (
        "UPDATE bank_bankline SET amount_minor = 1",
        "DELETE FROM bank_statementfile",
    ):
        with (
            pytest.raises(Exception, match="append-only"),
            connection.cursor() as cursor,
            transaction.atomic(),
        ):
            cursor.execute(statement)
    assert AccountStatement.objects.count() == 1
    assert LineMatch.objects.count() == 1


def test_a_line_is_once_in_the_table_itself(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.import_()
    line = BankLine.objects.get()
    line.pk = None
    with pytest.raises(Exception, match="bank_line_once"), transaction.atomic():
        line.save(force_insert=True)
    assert BankLine.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_file_at_the_same_time_is_booked_once(lasting_desk: Callable[[], Desk]) -> None:
    desk = lasting_desk()
    desk.pays("cleo", 100_00)
    data = desk.file()
    together = Barrier(4)

    def upload(_: int) -> ImportStatus:
        together.wait()
        try:
            return desk.import_(data).status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(upload, range(4)))
    assert statuses == [ImportStatus.EXISTS] * 3 + [ImportStatus.IMPORTED]
    assert desk.has("cleo") == 100_00


@pytest.mark.django_db(transaction=True)
def test_the_app_role_cannot_change_lines(
    lasting_desk: Callable[[], Desk], app_connection: psycopg.Connection[Any]
) -> None:
    desk = lasting_desk()
    desk.pays("cleo", 100_00)
    desk.import_()
    with pytest.raises(psycopg.Error):
        app_connection.execute("UPDATE bank_bankline SET amount_minor = 1")
    with pytest.raises(psycopg.Error):
        app_connection.execute("TRUNCATE bank_bankline CASCADE")
    assert BankLine.objects.get().amount_minor == 100_00
