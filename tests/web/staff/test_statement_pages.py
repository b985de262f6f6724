"""Statement pages: the figures of the books, files with fixed heads, years for the tax return."""

import csv
import io
import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.conftest import Person, deposit
from tests.web.page_checks import faults_of
from tests.web.staff.conftest import browser
from tuppence import platform
from tuppence.lending import operations as lending
from tuppence.lending.models import Holding, Loan
from tuppence.lending.orders import RecoverOrder, WriteOffOrder
from tuppence.web.periods import month_of, year_of
from tuppence.web.reads.earnings import years_earned
from tuppence.web.reads.movements import Movements
from tuppence.web.reads.purse import purse_of
from tuppence.web.reads.statements import period_sums, statement_of
from tuppence.web.tables.cursor import Cursor, Side

pytestmark = pytest.mark.django_db

HEADS = (
    "day,kind,amount,balance,principal,interest,late_fee,compensation,surplus,fee,tax,"
    "subject,subject_number,recorded_at,happened_at,transfer,currency"
)


def rows_of(answer: Any) -> list[dict[str, str]]:
    """A CSV file as rows."""
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_months_follow_one_another_to_the_balance_of_today(
    member: Callable[..., Person],
) -> None:
    ann, today = member("ann"), platform.business_day(timezone.now())
    for months, amount_minor in ((14, 100_00), (13, 20_00), (2, 3_00)):
        deposit(ann.member_id, amount_minor, timezone.now() - timedelta(days=31 * months))
    years, by_month = period_sums(ann.member_id, today=today)
    assert by_month[0].period == month_of(today)
    assert by_month[0].closing_minor == years[0].closing_minor == 123_00
    assert by_month[-1].opening_minor == years[-1].opening_minor == 0
    for later, earlier in itertools.pairwise(by_month):
        assert later.opening_minor == earlier.closing_minor
    assert sum(each.in_minor for each in years) == 123_00
    assert sum(each.count for each in by_month) == 3


def test_a_statement_page_ties_to_the_balance_and_its_file_has_fixed_heads(
    repaid: Callable[[], tuple[Loan, Any]],
) -> None:
    _, lender = repaid()
    client, year = browser(lender.user), year_of(platform.business_day(timezone.now())).name
    page = client.get(f"/statements/{year}/")
    assert faults_of(page.content, language="en") == []
    file = client.get(f"/statements/{year}/?format=csv")
    text = b"".join(file.streaming_content).decode()
    assert text.splitlines()[0] == HEADS
    rows = list(csv.DictReader(io.StringIO(text)))
    cash = f"{purse_of(lender.pk).available_minor / 100:.2f}"
    assert rows[-1]["balance"] == cash and cash in page.content.decode()
    assert round(sum(float(row["amount"]) for row in rows), 2) == float(cash)
    (back,) = [row for row in rows if row["kind"] == "repayment"]
    parts = {name: float(back[name]) for name in ("principal", "interest", "fee", "tax")}
    assert parts["interest"] > 0 and parts["fee"] > 0
    net = parts["principal"] + parts["interest"] - parts["fee"] - parts["tax"]
    assert round(net, 2) == float(back["amount"])


def test_each_kind_of_movement_leads_to_its_rows(repaid: Callable[[], tuple[Loan, Any]]) -> None:
    _, lender = repaid()
    client, year = browser(lender.user), year_of(platform.business_day(timezone.now())).name
    found = rows_of(client.get(f"/statements/{year}/?kind=in-repayment&format=csv"))
    assert [row["kind"] for row in found] == ["repayment"]
    assert b'href="?kind=in-repayment#' in client.get(f"/statements/{year}/").content


def test_a_tax_year_holds_interest_fee_loss_and_what_was_recovered(
    repaid: Callable[[], tuple[Loan, Any]],
) -> None:
    loan, lender = repaid()
    now = timezone.now()
    today = platform.business_day(now)
    held = Holding.objects.get(loan=loan)
    lost_minor = held.outstanding_minor
    given_up = WriteOffOrder(uuid4(), loan.pk, today, "gone", now)
    assert lending.write_off([given_up])[0].status.accepted
    deposit(loan.borrower_id, 90_00, now)
    (recovered,) = lending.recover([RecoverOrder(uuid4(), loan.pk, today, 90_00, 10_00, now)])
    assert recovered.status.accepted, recovered
    (year,) = years_earned(lender.pk)
    found = statement_of(lender.pk, year_of(today), now=timezone.now())
    assert year.parts == found.parts and year.parts.interest_minor > 0
    assert year.recovered_minor == found.recovered_minor == 80_00
    assert year.losses_minor == found.losses_minor == lost_minor
    earned = year.parts.interest_minor - year.parts.fee_minor
    assert year.result_minor == earned - lost_minor + 80_00
    client = browser(lender.user)
    (row,) = rows_of(client.get("/statements/tax/?format=csv"))
    assert row["recoveries"] == "80.00" and row["losses"] == f"-{lost_minor / 100:.2f}"
    assert faults_of(client.get("/statements/tax/").content, language="en") == []


def test_years_and_months_take_as_many_queries_however_many(
    member: Callable[..., Person],
) -> None:
    ann, ben = member("ann", 10_00), member("ben", 10_00)
    for month in range(30):
        deposit(ben.member_id, 5_00, timezone.now() - timedelta(days=31 * month))
    counts = []
    for person in (ann, ben):
        for path in ("/statements/", "/statements/tax/", f"/statements/{timezone.now():%Y-%m}/"):
            with CaptureQueriesContext(connection) as captured:
                assert person.client.get(path).status_code == 200
            counts.append(len(captured))
    assert counts[:3] == counts[3:] and max(counts) < 20


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_somebody_without_money_reads_what_will_stand_there(
    language: str, member: Callable[..., Person]
) -> None:
    ann = member("ann")
    ann.client.cookies["django_language"] = language
    shown = "zh-Hans" if language == "zh-hans" else "en"
    for path in ("/statements/", "/statements/tax/", f"/statements/{timezone.now():%Y}/"):
        answer = ann.client.get(path)
        assert answer.status_code == 200 and faults_of(answer.content, language=shown) == []


def test_periods_that_never_began_have_no_page(member: Callable[..., Person]) -> None:
    ann = member("ann")
    for name in ("2026-13", f"{timezone.now().year + 1}", "never"):
        assert ann.client.get(f"/statements/{name}/").status_code == 404


def test_every_movement_is_met_once_page_by_page_with_the_balance_after_it(
    member: Callable[..., Person],
) -> None:
    ann, now = member("ann"), timezone.now()
    for number in range(70):
        deposit(ann.member_id, 1_00 + number, now - timedelta(minutes=70 - number))
    found = statement_of(ann.member_id, year_of(platform.business_day(now)), now=now)
    rows = Movements(found)
    (whole,) = rows.all()
    assert [row.balance_minor for row in whole] == list(
        itertools.accumulate(row.change_minor for row in whole)
    )
    first = rows.page(None, 60)
    second = rows.page(Cursor(Side.AFTER, None, first.edges[-1][1]), 60)
    assert [*first.rows, *second.rows] == whole
    assert (first.has_before, first.has_after) == (False, True)
    assert (second.has_before, second.has_after) == (True, False)
    assert rows.page(Cursor(Side.BEFORE, None, second.edges[0][1]), 60) == first
    path = f"/statements/{found.period.name}/"
    assert len(rows_of(ann.client.get(f"{path}?kind=in-{whole[0].kind}&format=csv"))) == 70
    assert ann.client.get(f"{path}?at=a.999").status_code == 200
