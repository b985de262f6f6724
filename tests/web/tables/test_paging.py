"""Pages of a table: every row once, forward and back, whatever is tied or empty."""

import csv
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from tuppence.members.models import User
from tuppence.web import tables
from tuppence.web.tables import TableOnPage

PEOPLE = tables.Table(
    "people",
    "People",
    columns=(
        tables.text("email", "E-mail", "email", sort=True),
        tables.moment("seen", "Seen", "last_login", sort=True),
    ),
    filters=(tables.Search("q", "E-mail", ("email",)),),
    page_size=3,
)
AMOUNTS = tables.Table(
    "amounts",
    "Amounts",
    columns=(
        tables.text("name", "Name", "name", sort=True),
        tables.money("amount", "Amount", "amount_minor", sort=True, total=True),
    ),
    filters=(tables.Range("amount", "Amount", "amount_minor"),),
    page_size=2,
)
ROWS = [
    SimpleNamespace(name=name, amount_minor=amount, currency="EUR")
    for name, amount in (("=cmd", 300), ("b", 100), ("c", 100), ("d", 200), ("e", 100))
]


def on_page(table: tables.Table, rows: object, query: str = "") -> TableOnPage:
    """A table as one address shows it."""
    return table.of(RequestFactory().get(f"/people/?{query.removeprefix('/people/?')}"), rows)


def walked(table: tables.Table, rows: object, query: str) -> tuple[list[object], list[object]]:
    """All rows by going forward to the end, and by going back from there to the beginning."""
    page = on_page(table, rows, query)
    forward = list(page.slice.rows)
    while page.older_url:
        page = on_page(table, rows, page.older_url)
        forward += page.slice.rows
    backward = list(page.slice.rows)
    while page.newer_url:
        page = on_page(table, rows, page.newer_url)
        backward = page.slice.rows + backward
    return forward, backward


@pytest.fixture
def people(db: None) -> None:
    """Ten users: moments tied in threes, and some without one."""
    for number in range(10):
        seen = datetime(2026, 1, 1 + number % 3, tzinfo=UTC) if number % 4 else None
        user = User.objects.create_user(f"p{number}@member.example")
        User.objects.filter(pk=user.pk).update(last_login=seen)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("sort", ["", "seen", "-seen", "email", "-email"])
def test_every_row_is_met_once_forward_and_back(sort: str) -> None:
    forward, backward = walked(PEOPLE, User.objects.all(), f"sort={sort}")
    assert forward == backward
    assert len({row.pk for row in forward}) == len(forward) == 10
    seen = [row.last_login for row in forward]
    if sort.endswith("seen"):
        dated = [at for at in seen if at]
        assert dated == sorted(dated, reverse=sort == "-seen")
        assert seen[len(dated) :] == [None] * 3  # without a moment: last, either way


@pytest.mark.parametrize("sort", ["", "name", "amount", "-amount"])
def test_lists_are_paged_alike(sort: str) -> None:
    forward, backward = walked(AMOUNTS, ROWS, f"sort={sort}")
    assert forward == backward
    assert sorted(row.name for row in forward) == sorted(row.name for row in ROWS)


@pytest.mark.usefixtures("people")
def test_what_an_address_says_wrong_is_said_and_left_out() -> None:
    page = on_page(PEOPLE, User.objects.all(), "sort=colour&at=nonsense&q=")
    assert len(page.slice.rows) == 3
    assert len(page.notes) == 2
    wrong = on_page(AMOUNTS, ROWS, "amount_from=abc")
    assert len(wrong.notes) == 1 and wrong.totals.count == 5


def test_totals_are_those_of_all_filtered_rows() -> None:
    page = on_page(AMOUNTS, ROWS, "amount_to=2.00")
    assert len(page.rows) == 2
    assert page.totals.count == 4
    assert page.totals.sums == {"amount": (500, "EUR")}


def test_a_file_holds_all_rows_with_stable_heads_and_harmless_cells() -> None:
    page = on_page(AMOUNTS, ROWS, "format=csv&sort=-amount")
    assert page.wants_file
    lines = b"".join(page.file()).decode().splitlines()
    assert list(csv.reader(lines))[:2] == [["name", "amount", "currency"], ["'=cmd", "3.00", "EUR"]]
    assert len(lines) == 6
