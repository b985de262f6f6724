"""Statements: opening, movements and closing agree to the minor unit, on the read and on paper."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.web.conftest import Person, deposit
from tests.web.staff.conftest import browser
from tuppence import platform
from tuppence.lending.models import DistributionShare, Loan
from tuppence.web.periods import Period, month_of, months_between, period_named, year_of
from tuppence.web.reads.movements import Movements, StatementRow
from tuppence.web.reads.purse import purse_of
from tuppence.web.reads.statements import Statement, statement_of

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = st.dates(date(2001, 1, 1), date(2998, 12, 31))


@given(DAYS)
def test_a_day_lies_in_its_month_and_year_and_the_next_begins_where_it_ends(on: date) -> None:
    for period in (month_of(on), year_of(on)):
        assert period.holds(on) and period_named(period.name) == period
        after = month_of(period.last + timedelta(days=1))
        assert period.bounds(BERLIN)[1] == after.bounds(BERLIN)[0]


@pytest.mark.parametrize("name", ["", "26", "2026-13", "2026-00", "2026-1", "1926", "2026-01-01"])
def test_other_names_are_no_period(name: str) -> None:
    assert period_named(name) is None


def test_months_between_two_days_come_latest_first() -> None:
    found = months_between(date(2025, 11, 30), date(2026, 2, 1))
    assert [each.name for each in found] == ["2026-02", "2026-01", "2025-12", "2025-11"]
    assert months_between(date(2026, 2, 1), date(2026, 1, 31)) == []


def rows_of(found: Statement) -> list[StatementRow]:
    """Every movement of a statement."""
    (rows,) = Movements(found).all()
    return rows


def whole(on: date) -> Period:
    """A period that holds everything of these tests."""
    return Period("2026", on - timedelta(days=200), on + timedelta(days=1))


@pytest.mark.django_db
def test_opening_rows_and_closing_agree_with_the_books(
    repaid: Callable[[], tuple[Loan, Any]],
) -> None:
    _, lender = repaid()
    now = timezone.now()
    found = statement_of(lender.pk, whole(now.date()), now=now)
    assert found.opening_minor == 0
    assert found.closing_minor == purse_of(lender.pk).available_minor
    assert found.promised_minor == purse_of(lender.pk).reserved_minor
    assert sum(row.change_minor for row in rows_of(found)) == found.closing_minor
    assert sum(each.change_minor for each in found.sums) == found.closing_minor
    share = DistributionShare.objects.get(member=lender)
    assert found.parts.interest_minor == share.interest_minor > 0
    assert found.parts.fee_minor == share.servicing_fee_minor > 0
    (came_back,) = [row for row in rows_of(found) if row.kind == "repayment"]
    assert came_back.parts == found.parts
    assert found.parts.net_minor == came_back.change_minor


@pytest.mark.django_db
def test_what_was_recorded_before_is_the_opening_balance_of_the_next(
    repaid: Callable[[], tuple[Loan, Any]],
) -> None:
    _, lender = repaid()
    now = timezone.now()
    day = platform.business_day(now)
    cut = day - timedelta(days=3)
    one = statement_of(lender.pk, Period("a", cut - timedelta(days=100), cut), now=now)
    two = statement_of(lender.pk, Period("b", cut + timedelta(days=1), day), now=now)
    assert one.is_over and not two.is_over
    assert one.closing_minor == two.opening_minor == 0  # everything was lent
    assert len(rows_of(one)) == 2 and [row.kind for row in rows_of(two)] == ["repayment"]


@pytest.mark.django_db
def test_queries_do_not_grow_with_movements(
    member: Callable[..., Person], django_assert_num_queries: Any
) -> None:
    ann = member("ann", 500_00)
    now = timezone.now()
    for number in range(12):
        deposit(ann.member_id, 10_00 + number, now - timedelta(hours=number))
    with django_assert_num_queries(7):
        found = statement_of(ann.member_id, whole(now.date()), now=now)
        rows = rows_of(found)
    assert len(rows) == found.count == 13


def paper_of(answer: Any) -> str:
    """The words of a paper on one line."""
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.django_db
def test_the_paper_shows_the_balances_and_every_movement(
    repaid: Callable[[], tuple[Loan, Any]],
) -> None:
    _, lender = repaid()
    now = timezone.now()
    found = statement_of(lender.pk, year_of(platform.business_day(now)), now=now)
    client = browser(lender.user)
    text = paper_of(client.get(f"/statements/{found.period.name}.pdf"))
    for amount in (found.closing_minor, found.parts.interest_minor, found.parts.fee_minor):
        assert f"{amount / 100:,.2f}" in text
    for row in rows_of(found):
        assert f"{abs(row.change_minor) / 100:,.2f}" in text
        assert f"{row.balance_minor / 100:,.2f}" in text
    assert lender.legal_name in text and "Interest received" in text
    client.cookies["django_language"] = "zh-hans"
    assert "期末余额" in paper_of(client.get(f"/statements/{found.period.name}.pdf"))


@pytest.mark.django_db
def test_only_own_statements_of_periods_that_have_begun(member: Callable[..., Person]) -> None:
    ann = member("ann", 500_00)
    today = platform.business_day(timezone.now())
    after = month_of(month_of(today).last + timedelta(days=1))
    for name in (after.name, "2026-13", "never"):
        assert ann.client.get(f"/statements/{name}.pdf").status_code == 404
    empty = paper_of(ann.client.get("/statements/2019-05.pdf"))
    assert "Nothing moved" in empty and "€0.00" in empty


@pytest.mark.django_db
def test_a_closed_period_is_the_same_file_at_any_later_time(
    member: Callable[..., Person],
) -> None:
    ann = member("ann")
    month = month_of(platform.business_day(timezone.now()) - timedelta(days=40))
    moment = datetime.combine(month.first, datetime.min.time(), BERLIN) + timedelta(days=3)
    deposit(ann.member_id, 77_00, moment)
    path = f"/statements/{month.name}.pdf"
    first = ann.client.get(path).content
    deposit(ann.member_id, 5_00, timezone.now())
    assert ann.client.get(path).content == first
