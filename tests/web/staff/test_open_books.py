"""Open books: the published figures are those of the books, and no name is in any file."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tuppence import platform
from tuppence.insight.arrears import together
from tuppence.lending import operations as lending
from tuppence.lending.models import Holding, Loan, Payment
from tuppence.web.reads.open_books import read_open_books

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    cache.clear()


def file_of(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_figures_are_those_of_loans_holdings_and_payments(loan: Callable[..., Loan]) -> None:
    row = loan()
    lending.close_day(platform.business_day(timezone.now() - timedelta(days=1)), at=timezone.now())
    found = read_open_books("EUR", at=timezone.now())
    sums = Loan.objects.aggregate(lent=Sum("principal_minor"), open=Sum("outstanding_minor"))
    assert (found.totals.lent_minor, found.totals.outstanding_minor) == (sums["lent"], sums["open"])
    assert together(found.ages).balance_minor == sums["open"]
    assert sum(each.lent_minor for each in found.vintages) == sums["lent"]
    assert found.months[-1].closing_minor == sums["open"]
    lenders = Holding.objects.values("member_id").distinct().count()
    assert (found.totals.lenders, found.totals.borrowers) == (lenders, 1)
    interest = Payment.objects.aggregate(paid=Sum("interest_minor"))["paid"] or 0
    assert sum(month.flows.interest_minor for month in found.months) == interest
    assert row.currency == found.currency


def test_anybody_reads_the_books_and_takes_their_files(
    client: Client, loan: Callable[..., Loan]
) -> None:
    row = loan()
    page = client.get(reverse("open_books"))
    assert page.status_code == 200 and "Balance at risk" in page.content.decode()
    ages = file_of(client, reverse("open_books") + "?arrears_format=csv")
    assert sum(int(each["loans"]) for each in ages) == 1
    (quarter,) = file_of(client, reverse("open_books") + "?vintages_format=csv")
    assert quarter["loans"] == "1"
    (told,) = file_of(client, reverse("loan_book") + "?format=csv")
    name = row.borrower.legal_name
    assert name not in str(told) and str(row.borrower_id) not in (told["borrower"], told["loan"])
    again = file_of(client, reverse("loan_book") + "?format=csv")
    assert again == [told] and len(told["borrower"]) == 12


def test_a_platform_without_loans_says_so(client: Client) -> None:
    for name in ("open_books", "loan_book"):
        page = client.get(reverse(name)).content.decode()
        assert "Loans stand here once the first is paid out." in page


def test_the_page_asks_a_fixed_number_of_questions(
    client: Client,
    loan: Callable[..., Loan],
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    loan()
    with django_assert_max_num_queries(22):
        client.get(reverse("open_books"))
    with django_assert_max_num_queries(4):
        client.get(reverse("open_books"))
