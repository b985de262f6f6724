"""Statements of accounts with their running balance, the journal, and the event of a transfer."""

import csv
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.conftest import Person, deposit
from tests.web.page_checks import HTML_BYTES_MAX
from tests.web.staff.conftest import Desk, ask, browser, days_ago
from tuppence import platform
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.models import Side, Transfer
from tuppence.ledger.queries import account_ids, statement
from tuppence.ledger.queries.sides import Mark, balance_at, balances_after
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.models import Loan


@pytest.fixture
def ann(desk: Desk) -> Client:
    """A finance officer's browser."""
    return browser(desk.ann)


def purse(person: Person) -> int:
    """The account of a member's available money."""
    key = AccountKey(AccountKind.MEMBER_AVAILABLE, person.member_id, "EUR")
    return account_ids([key])[key]


def rows_of(page: object) -> list[object]:
    """The rows that a page's table shows."""
    table = page.context["table"]  # type: ignore[attr-defined]
    return list(table.adapt(table.slice.rows))


# --- Statements --------------------------------------------------------------------------------
def test_the_running_balance_goes_on_over_pages_and_in_the_file(
    ann: Client, member: Callable[..., Person]
) -> None:
    person = member("lena", 100_00)
    for _ in range(55):
        ask(person, 1_00)
    path = f"/staff/books/accounts/{purse(person)}/"
    first = ann.get(path)
    table = first.context["table"]
    assert rows_of(first)[0].balance_minor == 45_00
    assert len(first.content) <= HTML_BYTES_MAX
    second = ann.get(table.older_url)
    assert rows_of(second)[0].balance_minor == rows_of(first)[-1].balance_minor + 1_00
    assert rows_of(second)[-1].balance_minor == 100_00
    assert len(rows_of(first)) + len(rows_of(second)) == 56
    assert table.totals.sums["in"][0] - table.totals.sums["out"][0] == 45_00
    head, *lines = csv.reader(
        b"".join(ann.get(f"{path}?format=csv").streaming_content).decode().splitlines()
    )
    balances = [Decimal(line[head.index("balance")]) for line in lines]
    assert balances == [Decimal(45 + number) for number in range(56)]


def test_a_filter_leaves_each_balance_as_it_was(ann: Client, member: Callable[..., Person]) -> None:
    person = member("lena", 100_00)
    ask(person, 30_00)
    deposit(person.member_id, 5_00, timezone.now())
    ask(person, 20_00)
    path = f"/staff/books/accounts/{purse(person)}/"
    asked = ann.get(f"{path}?kind=withdrawal_asked")
    assert [row.balance_minor for row in rows_of(asked)] == [55_00, 70_00]
    assert asked.context["table"].totals.sums["out"] == (50_00, "EUR")
    wrong = ann.get(f"{path}?about=loan").content.decode()
    assert "enter its number" in wrong


def test_days_show_the_balances_around_them(ann: Client, member: Callable[..., Person]) -> None:
    person = member("lena")
    deposit(person.member_id, 70_00, days_ago(9))
    deposit(person.member_id, 5_00, days_ago(4))
    deposit(person.member_id, 1_00, days_ago(1))
    today = platform.business_day(timezone.now())
    first, last = today - timedelta(days=6), today - timedelta(days=3)
    page = ann.get(
        f"/staff/books/accounts/{purse(person)}/?recorded_from={first}&recorded_to={last}"
    )
    values = [line.value for line in page.context["period"]]
    assert values == ["€70.00", "€75.00"] and len(rows_of(page)) == 1


def test_a_statement_costs_as_many_queries_whatever_it_holds(
    ann: Client, member: Callable[..., Person]
) -> None:
    person = member("lena", 100_00)
    ask(person, 1_00)
    path = f"/staff/books/accounts/{purse(person)}/"
    ann.get(path)
    counts = []
    for more in (0, 12):
        for _ in range(more):
            ask(person, 1_00)
        with CaptureQueriesContext(connection) as captured:
            ann.get(path)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("desk")
def test_balances_after_agree_with_the_whole_statement(member: Callable[..., Person]) -> None:
    person = member("lena", 100_00)
    for amount in (1_00, 2_00, 4_00, 8_00):
        ask(person, amount)
    number = purse(person)
    places = dict(Side.objects.filter(account_id=number).values_list("id", "seq"))
    told = {places[line.transfer.id]: line.balance_minor for line in statement(number)}
    assert balances_after(number, list(told)) == told
    some = sorted(told)[1::2]
    assert balances_after(number, some) == {seq: told[seq] for seq in some}
    last = max(told)
    older = [seq for seq in told if seq < last]
    assert balances_after(number, older, known=Mark(last, told[last])) == {
        seq: told[seq] for seq in older
    }
    bank = AccountKey(AccountKind.CLIENT_BANK, 0, "EUR")
    assert balance_at(account_ids([bank])[bank], before=timezone.now()) == 100_00


def test_a_statement_is_read_from_the_indexes_of_its_account(
    member: Callable[..., Person],
) -> None:
    number = purse(member("lena", 100_00))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        rows = Side.objects.filter(account_id=number).order_by("-seq")[:41]
        plan = rows.explain()
    assert "transfer_debit" in plan and "transfer_credit" in plan and "Merge Append" in plan, plan
    assert "Sort" not in plan.replace("Sort Key", ""), plan


# --- The journal -------------------------------------------------------------------------------
def test_the_journal_is_narrowed_by_day_kind_subject_and_event(
    ann: Client, member: Callable[..., Person], loan: Callable[..., Loan]
) -> None:
    running = loan()
    member("lena", 500_00)
    today = platform.business_day(timezone.now())
    journal = "/staff/books/journal/"
    whole = ann.get(journal)
    assert whole.context["table"].totals.count == Transfer.objects.count()
    assert len(whole.content) <= HTML_BYTES_MAX
    early = today - timedelta(days=8)
    day = ann.get(f"{journal}?recorded_from={early}&recorded_to={early}")
    assert {row.recorded_at.date() for row in rows_of(day)} == {days_ago(8).date()}
    lent = ann.get(f"{journal}?kind=principal_lent")
    assert [row.subject_id for row in rows_of(lent)] == [running.pk]
    about = ann.get(f"{journal}?about=loan&about_number={running.pk}")
    assert {(row.subject_kind, row.subject_id) for row in rows_of(about)} == {("loan", running.pk)}
    event = ann.get(f"{journal}?part_of={rows_of(lent)[0].id}")
    assert {row.book.value for row in rows_of(event)} >= {"C", "L"}
    assert len({row.group_id for row in rows_of(event)}) == 1


def test_what_cannot_be_filtered_by_is_said_and_shows_everything(
    ann: Client, member: Callable[..., Person]
) -> None:
    member("lena", 500_00)
    for query, sentence in (
        ("about=loan", "enter its number"),
        ("about=nothing&about_number=1", "enter its number"),
        ("about_number=7", "Choose what it is about"),
        ("part_of=seven", "no transfer of that number"),
        (f"part_of={uuid4()}", "no transfer of that number"),
        ("kind=nothing", "no such choice"),
    ):
        page = ann.get(f"/staff/books/journal/?{query}")
        assert sentence in page.content.decode() and len(rows_of(page)) == 1, query


def test_a_transfer_shows_all_of_its_event_in_all_books(
    ann: Client, loan: Callable[..., Loan]
) -> None:
    running = loan()
    lent = Transfer.objects.get(kind="principal_lent", subject_id=running.pk)
    page = ann.get(f"/staff/books/transfers/{lent.pk}/")
    books = [part.book.value for part in page.context["page"].parts]
    assert books == sorted(books, key="CFLB".index) and {"C", "L"} <= set(books)
    everything = Transfer.objects.filter(group_id=lent.group_id)
    assert {line.transfer.id for line in page.context["page"].lines} == {
        row.pk for row in everything
    }
    assert f"part_of={lent.pk}" in page.content.decode()


def test_the_journal_as_a_file_names_both_accounts(
    ann: Client, member: Callable[..., Person]
) -> None:
    member("lena", 500_00)
    answer = ann.get("/staff/books/journal/?format=csv")
    head, row = csv.reader(b"".join(answer.streaming_content).decode().splitlines())
    told = dict(zip(head, row, strict=True))
    assert (told["debit"], told["credit"]) == ("client_bank", "member_available")
    assert (told["book"], told["amount"], told["currency"]) == ("C", "500.00", "EUR")
    assert told["event"] and told["transfer"] and told["kind"] == "deposit"
