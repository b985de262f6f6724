"""What ends a loan on a chosen day: shown with how it comes about, on paper, and paid as shown."""

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tuppence import platform
from tuppence.lending.models import Loan
from tuppence.lending.queries.loan_pages import payoff_quote
from tuppence.web.reads.payouts import own_reference

sys.path.insert(0, str(Path(__file__).parent))
from conftest import Person
from page_checks import faults_of

pytestmark = pytest.mark.django_db


def test_a_later_day_counts_on_the_instalments_before_it(
    loan: Callable[..., tuple[Loan, Person, Person]], client_bank: object
) -> None:
    row, borrower, lender = loan()
    today = platform.business_day(timezone.now())
    url = f"/loans/{row.pk}/pay-off/"
    now = borrower.client.get(url)
    assert now.context["basis"].quote == payoff_quote(row.pk, today) and now.context["is_today"]
    page = borrower.client.get(url, {"on": (today + timedelta(days=75)).isoformat()})
    basis = page.context["basis"]
    assert len(basis.ahead) == 2
    assert basis.quote.principal_minor < now.context["basis"].quote.principal_minor
    assert sum(line.amount_minor for line in page.context["how"]) == basis.quote.amount_minor
    assert "nothing is taken by itself" in page.content.decode()
    assert own_reference(borrower.member_id) in now.content.decode()  # today money is missing
    assert faults_of(page.content, language="en") == []
    assert lender.client.get(f"/loans/{row.pk}/pay-off.pdf").status_code == 404


def test_a_day_that_makes_no_quote_is_refused_in_words(
    loan: Callable[..., tuple[Loan, Person, Person]],
) -> None:
    row, borrower, _lender = loan()
    today = platform.business_day(timezone.now())
    url = f"/loans/{row.pk}/pay-off/"
    for wrong in ((today - timedelta(days=1)).isoformat(), "2099-01-01", "soon", "2026-02-30"):
        page = borrower.client.get(url, {"on": wrong})
        assert page.context["days"].errors["on"], wrong
        assert page.context["basis"].quote.on == today
        assert borrower.client.get(f"/loans/{row.pk}/pay-off.pdf", {"on": wrong}).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_quote_is_a_paper_with_the_way_to_pay_it(
    loan: Callable[..., tuple[Loan, Person, Person]], client_bank: object, language: str
) -> None:
    row, borrower, _lender = loan()
    borrower.client.cookies["django_language"] = language
    answer = borrower.client.get(f"/loans/{row.pk}/pay-off.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert "payoff-" in answer["Content-Disposition"]
