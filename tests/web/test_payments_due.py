"""All that a member has to pay, in one place, with the ways to pay it."""

import csv
import io
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tuppence import platform
from tuppence.lending.models import Instalment, Loan
from tuppence.web.reads.dues import dues_of
from tuppence.web.reads.payouts import own_reference
from tuppence.web.reads.purse import purse_of

sys.path.insert(0, str(Path(__file__).parent))
from conftest import Person
from page_checks import faults_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_overdue_and_coming_stands_with_the_ways_to_pay(
    loan: Callable[..., tuple[Loan, Person, Person]], client_bank: object, language: str
) -> None:
    row, borrower, lender = loan(days_ago=40)
    borrower.client.cookies["django_language"] = language
    page = borrower.client.get("/borrowing/payments/")
    wanted = "en" if language == "en" else "zh-Hans"
    assert faults_of(page.content, language=wanted) == []
    dues, today = page.context["dues"], platform.business_day(timezone.now())
    first = Instalment.objects.get(loan_id=row.pk, number=1)
    whole = first.principal_minor + first.interest_minor + first.fee_minor
    assert dues.overdue_minor == dues.due_minor == whole
    assert [each.state for each in dues.rows] == ["late", "coming", "coming"]
    assert all(each.due_on <= today + timedelta(days=62) for each in dues.rows)
    cash = purse_of(borrower.member_id).available_minor
    assert page.context["missing_minor"] == max(dues.coming_minor - cash, 0)
    text = page.content.decode()
    assert own_reference(borrower.member_id) in text
    assert f"/loans/{row.pk}/pay/" in text and f"/loans/{row.pk}/trouble/" in text
    assert row.application.title not in lender.client.get("/borrowing/payments/").content.decode()


def test_the_list_is_a_file(loan: Callable[..., tuple[Loan, Person, Person]]) -> None:
    row, borrower, _lender = loan(days_ago=40)
    answer = borrower.client.get("/borrowing/payments/?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert {each["loan_number"] for each in rows} == {str(row.pk)}
    assert [each["state"] for each in rows] == ["late", "coming", "coming"]


def test_what_is_paid_is_not_asked_for_again(
    loan: Callable[..., tuple[Loan, Person, Person]],
    django_assert_num_queries: Callable[..., CaptureQueriesContext],
) -> None:
    row, borrower, _lender = loan(days_ago=40)
    today = platform.business_day(timezone.now())
    before = dues_of(borrower.member_id, on=today, until=today)
    key = borrower.client.get(f"/loans/{row.pk}/pay/").context["form"]["key"].value()
    borrower.client.post(f"/loans/{row.pk}/pay/", {"key": key, "on": today.isoformat()})
    with django_assert_num_queries(2):
        after = dues_of(borrower.member_id, on=today, until=today)
    assert before.due_minor > 0 == after.due_minor and after.rows == []
    assert borrower.client.get("/borrowing/").context["owes"] is True


def test_who_owes_nothing_is_told_so(member: Callable[..., Person]) -> None:
    page = member("ann").client.get("/borrowing/payments/")
    assert "You have no running loan" in page.content.decode()
