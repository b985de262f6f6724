"""`tuppence books`: the oracle, what it prints, and what other programs make of the export."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core import realization
from click.testing import CliRunner, Result
from django.db import connection, transaction

from tuppence.cli import running
from tuppence.cli.books.export import CSV_COLUMNS
from tuppence.cli.main import main
from tuppence.ledger import beancount, operations, queries
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, Status, Transfer
from tuppence.money.currency import format_plain

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _database_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "platform", nullcontext)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def ids() -> Iterator[dict[AccountKey, int]]:
    """Three days of all four books, in two currencies of two and no decimals."""
    entries = [
        (0, "client_bank", 0, "firm_cover", 0, "EUR", 9_99),
        (0, "client_bank", 0, "member_available", 1, "EUR", 100_00),
        (0, "client_bank", 0, "member_available", 2, "JPY", 5000),
        (1, "member_available", 1, "member_reserved", 1, "EUR", 60_00),
        (1, "marketing_expense", 5, "payables", 6, "EUR", 12_34),
        (1, "firm_cover_asset", 0, "firm_bank", 0, "EUR", 9_99),
        (1, "principal_owed", 7, "holdings", 7, "EUR", 60_00),
        (2, "member_reserved", 1, "member_available", 3, "EUR", 60_00),
        (2, "authority", 4, "budget_available", 4, "EUR", 500_00),
        (2, "budget_available", 4, "budget_reserved", 4, "EUR", 20_00),
        (2, "member_available", 2, "payouts_in_flight", 0, "JPY", 4321),
    ]
    keys = [
        AccountKey(AccountKind(kind), owner, currency)
        for _, debit, debit_owner, credit, credit_owner, currency, _ in entries
        for kind, owner in ((debit, debit_owner), (credit, credit_owner))
    ]
    with transaction.atomic():
        found = operations.open_accounts(keys, at=NOON)
        statuses = [
            operations.post(
                [
                    Transfer(
                        derive_id(number),
                        found[keys[2 * number]],
                        found[keys[2 * number + 1]],
                        amount,
                        "entry",
                        NOON + day * DAY,
                        NOON + day * DAY,
                        derive_id(number),
                        "test",
                        number,
                    )
                ]
            )
            for number, (day, *_, amount) in enumerate(entries)
        ]
    assert statuses == [[Status.CREATED]] * len(entries)
    return found


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["books", *words], catch_exceptions=False)


def test_check_says_what_it_compared_and_finds_money_without_a_bank_line(ids: Any) -> None:
    """The entries above are lawful, but no statement of the bank stands behind them."""
    done = run("check", "--json")
    said = json.loads(done.stdout)
    by_name = {check["name"]: check for check in said["checks"]}
    assert by_name["balances"]["count"] == len(ids)
    assert by_name["balances"]["different"] == 0
    wrong = {name for name, check in by_name.items() if check["different"]}
    assert wrong == {
        *("client bank", "payouts in flight", "marketing expense"),
        *("float for gifts", "partners", "offers of campaigns"),
    }
    assert by_name["client bank"]["differences"][0] == {
        "where": "EUR",
        "expected": "0",
        "found": "10999",
    }
    assert (done.exit_code, said["holds"]) == (1, False)


def test_check_of_empty_books_is_green_and_writes_nothing() -> None:
    done = run("check")
    assert done.exit_code == 0
    assert "The books are right" in done.stdout
    assert "client money" in done.stdout


def test_check_names_each_difference(ids: Any) -> None:
    done = run("check")
    assert done.exit_code == 1
    assert "client bank: EUR: expected 0, found 10999" in done.stdout
    assert "checks differ" in done.stdout


def test_reading_the_books_cannot_write(ids: Any) -> None:
    from django.db import InternalError

    from tuppence.cli.books import snapshot

    with pytest.raises(InternalError, match="read-only"), snapshot():
        operations.open_accounts([AccountKey(AccountKind.BREAKS, 0, "EUR")], at=NOON)
    with snapshot(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)


def balances_by_beancount(path: Path) -> dict[tuple[str, str], Decimal]:
    entries, errors, _ = loader.load_file(str(path))
    assert errors == []
    real = realization.realize(entries)
    return {
        (account.account, position.units.currency): position.units.number
        for account in realization.iter_children(real)
        for position in account.balance.get_positions()
    }


def ours(ids: dict[AccountKey, int], before: datetime | None = None) -> dict[Any, Decimal]:
    nets = queries.net_debits(list(ids.values()), before=before)
    return {
        (beancount.account_name(key), key.currency): Decimal(nets[ids[key]]).scaleb(
            -len(format_plain(0, key.currency).partition(".")[2])
        )
        for key in ids
        if nets[ids[key]]
    }


def test_beancount_adds_up_to_our_balances(ids: Any, tmp_path: Path) -> None:
    path = tmp_path / "books.beancount"
    done = run("export", "--format", "beancount", "-o", str(path))
    assert done.exit_code == 0
    assert "11 transfers" in done.stderr
    assert balances_by_beancount(path) == ours(ids)


def test_each_book_balances_in_beancount(ids: Any, tmp_path: Path) -> None:
    path = tmp_path / "books.beancount"
    run("export", "--format", "beancount", "-o", str(path))
    sums: dict[tuple[str, str], Decimal] = {}
    for (account, currency), number in balances_by_beancount(path).items():
        book = (account.split(":")[1], currency)
        sums[book] = sums.get(book, Decimal(0)) + number
    assert set(sums) == {(b, "EUR") for b in ("Client", "Firm", "Loans", "Budget")} | {
        ("Client", "JPY")
    }
    assert set(sums.values()) == {Decimal(0)}


@pytest.mark.parametrize("day", [2, 3, 4])
def test_a_day_alone_begins_and_ends_on_our_balances(
    ids: dict[AccountKey, int], tmp_path: Path, day: int
) -> None:
    path = tmp_path / "day.beancount"
    done = run("export", "--format", "beancount", "--day", f"2026-03-0{day}", "-o", str(path))
    assert done.exit_code == 0
    found = balances_by_beancount(path)
    expected = ours(ids, datetime(2026, 3, day, 23, tzinfo=UTC))
    touched = {name for name in found if "BroughtForward" not in name[0]}
    assert touched
    assert all(found[name] == expected[name] for name in touched)


def test_beancount_refuses_a_balance_that_is_a_cent_off(ids: Any, tmp_path: Path) -> None:
    path = tmp_path / "books.beancount"
    run("export", "--format", "beancount", "-o", str(path))
    text = path.read_text()
    path.write_text(text.replace("MemberAvailable:M1  -40.00 ~", "MemberAvailable:M1  -40.01 ~"))
    assert path.read_text() != text
    assert len(loader.load_file(str(path))[1]) == 1


def test_csv_holds_every_transfer(ids: Any) -> None:
    done = run("export", "--format", "csv", "--since", "2026-03-03", "--until", "2026-03-03")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 4
    assert tuple(rows[0]) == CSV_COLUMNS
    assert (rows[0]["debit_account"], rows[0]["amount"], rows[0]["currency"]) == (
        "Liabilities:Client:MemberAvailable:M1",
        "60.00",
        "EUR",
    )
    assert rows[0]["recorded_at"] == "2026-03-03T11:00:00+00:00"


def test_empty_books_are_exported_too(tmp_path: Path) -> None:
    path = tmp_path / "books.beancount"
    assert run("export", "--format", "beancount", "-o", str(path)).exit_code == 0
    assert balances_by_beancount(path) == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--day", "2026-03-02", "--since", "2026-03-01"], "not both"),
        (["--since", "2026-03-02", "--until", "2026-03-01"], "swap them"),
        (["--day", "2026-02-30"], "does not match"),
    ],
)
def test_periods_that_make_no_sense_are_refused(words: list[str], said: str) -> None:
    done = run("export", "--format", "csv", *words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_the_trial_balance_shows_four_books_with_sums(ids: Any) -> None:
    done = run("trial-balance")
    for title in ("Client money, EUR", "Client money, JPY", "The firm, EUR", "Budget commitments"):
        assert title in done.stdout
    assert "109.99" in done.stdout
    early = run("trial-balance", "--at", "2026-03-02")
    assert "12.34" not in early.stdout
    assert run("trial-balance", "--at", "2020-01-01").stdout.strip() == "There are no accounts yet."


def test_a_statement_by_name_or_number(ids: dict[AccountKey, int]) -> None:
    number = ids[AccountKey(AccountKind.MEMBER_AVAILABLE, 1, "EUR")]
    by_name = run("statement", "member_available:1:EUR")
    assert by_name.stdout == run("statement", str(number)).stdout
    assert by_name.stdout == run("statement", "member_available:1").stdout
    assert "-60.00" in by_name.stdout
    assert "40.00" in by_name.stdout
    first = run("statement", str(number), "--limit", "1")
    assert "Only the first 1 lines" in first.stderr


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("999999", "There is no account 999999"),
        ("member_available:77", "There is no account"),
        ("cash", "names no account"),
        ("member_available:x", "names no account"),
        ("member_available:1:EUR:2", "names no account"),
        ("１２", "names no account"),
    ],
)
def test_an_account_that_is_none_is_refused_with_a_way_out(
    ids: Any, account: str, said: str
) -> None:
    done = run("statement", account)
    assert done.exit_code == 1
    assert said in done.stderr
