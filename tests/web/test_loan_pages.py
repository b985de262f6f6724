"""A loan's pages: who sees it, what is due, paying, paying off, and the portfolio of its lender."""

import csv
import io
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from tuppence import platform
from tuppence.lending.models import Loan, Payment
from tuppence.lending.queries.loan_pages import loan_state
from tuppence.lending.servicing.prepayment_choices import coming
from tuppence.web.reads.activity import activity, own_account
from tuppence.web.reads.purse import purse_of

sys.path.insert(0, str(Path(__file__).parent))
from conftest import LENT_MINOR, Person, deposit
from page_checks import faults_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_borrower_and_lender_see_the_loan_and_nobody_else(
    loan: Callable[..., tuple[Loan, Person, Person]],
    member: Callable[..., Person],
    language: str,
) -> None:
    row, borrower, lender = loan()
    for person, paths in (
        (borrower, ("", "pay/", "pay-off/", "prepay/")),
        (lender, ("",)),
    ):
        person.client.cookies["django_language"] = language
        for path in paths:
            page = person.client.get(f"/loans/{row.pk}/{path}")
            assert page.status_code == 200
            wanted = "en" if language == "en" else "zh-Hans"
            assert faults_of(page.content, language=wanted) == []
        for path in ("/home/", "/portfolio/", "/borrowing/", "/cash/"):
            page = person.client.get(path)
            assert faults_of(page.content, language=wanted) == [], path
    stranger = member("eve")
    assert stranger.client.get(f"/loans/{row.pk}/").status_code == 404
    assert lender.client.get(f"/loans/{row.pk}/pay-off/").status_code == 404
    assert stranger.client.post(f"/loans/{row.pk}/pay/", {}).status_code == 404


def test_the_pay_off_shown_is_what_is_paid_once(
    loan: Callable[..., tuple[Loan, Person, Person]],
) -> None:
    row, borrower, lender = loan()
    deposit(borrower.member_id, 100_00, timezone.now())
    page = f"/loans/{row.pk}/pay-off/"
    before = purse_of(borrower.member_id).available_minor
    assert "€2,4" in borrower.client.get(page).content.decode()
    today = platform.business_day(timezone.now())
    sent = {"key": str(uuid4()), "on": today.isoformat()}
    first, again = borrower.client.post(page, sent), borrower.client.post(page, sent)
    assert first["Location"] == again["Location"]
    payment = Payment.objects.get()
    assert before - purse_of(borrower.member_id).available_minor == payment.amount_minor
    receipt = borrower.client.get(first["Location"]).content.decode()
    assert "The loan is paid back" in receipt
    shown = lender.client.get("/portfolio/").content.decode()
    assert "paid back" in shown


def test_a_part_is_compared_by_both_choices_and_paid_once(
    loan: Callable[..., tuple[Loan, Person, Person]],
) -> None:
    row, borrower, _lender = loan()
    url = f"/loans/{row.pk}/prepay/"
    key = str(uuid4())
    looked = borrower.client.post(url, {"key": key, "amount": "1000", "look": "1"})
    assert faults_of(looked.content, language="en") == [] and Payment.objects.count() == 0
    today = looked.context["today"]
    (_, _, shorter, saved_more), (_, _, lower, saved_less) = looked.context["choices"]
    assert shorter.instalments < today.instalments == lower.instalments
    assert lower.next_minor < shorter.next_minor == today.next_minor
    assert saved_more > saved_less > 0 and shorter.last_due_on < lower.last_due_on
    sent = {"key": key, "amount": "1000", "choice": "lower_instalments"}
    first, again = borrower.client.post(url, sent), borrower.client.post(url, sent)
    assert first["Location"] == again["Location"]
    assert Payment.objects.get().amount_minor == 1000_00
    after = coming(loan_state(row.pk, platform.business_day(timezone.now())))
    assert (after.instalments, after.next_minor, after.interest_minor) == (
        lower.instalments,
        lower.next_minor,
        lower.interest_minor,
    )


def test_more_than_there_is_asks_to_pay_in_first_and_all_of_it_pays_off(
    loan: Callable[..., tuple[Loan, Person, Person]],
) -> None:
    row, borrower, _lender = loan()
    url = f"/loans/{row.pk}/prepay/"
    whole = borrower.client.post(url, {"key": str(uuid4()), "amount": "99999", "look": "1"})
    assert whole["Location"] == f"/loans/{row.pk}/pay-off/"
    for amount in ("0", "-5", "1e400"):
        page = borrower.client.post(url, {"key": str(uuid4()), "amount": amount, "look": "1"})
        assert page.context["form"].errors["amount"]
    assert Payment.objects.count() == 0


def test_a_page_of_yesterday_pays_nothing(
    loan: Callable[..., tuple[Loan, Person, Person]],
) -> None:
    row, borrower, _ = loan()
    yesterday = platform.business_day(timezone.now()) - timedelta(days=1)
    sent = {"key": str(uuid4()), "on": yesterday.isoformat()}
    assert borrower.client.post(f"/loans/{row.pk}/pay-off/", sent).status_code == 200
    assert Payment.objects.count() == 0


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_instalment_leads_to_what_paid_it_and_back(
    loan: Callable[..., tuple[Loan, Person, Person]], language: str
) -> None:
    row, borrower, lender = loan(days_ago=40)
    today = platform.business_day(timezone.now())
    sent = {"key": str(uuid4()), "on": today.isoformat()}
    receipt = borrower.client.post(f"/loans/{row.pk}/pay/", sent)["Location"]
    payment = Payment.objects.get()
    borrower.client.cookies["django_language"] = language
    path = f"/loans/{row.pk}/instalments/1/"
    page = borrower.client.get(path)
    assert faults_of(page.content, language="en" if language == "en" else "zh-Hans") == []
    (part,) = page.context["found"].paid
    assert (part.payment_id, part.amount_minor) == (payment.pk, payment.amount_minor)
    assert page.context["found"].row.open_minor == 0
    assert receipt in page.content.decode()
    assert path in borrower.client.get(receipt).content.decode()
    assert path in borrower.client.get(f"/loans/{row.pk}/").content.decode()
    assert borrower.client.get(f"/loans/{row.pk}/instalments/2/").context["found"].paid == []
    assert borrower.client.get(f"/loans/{row.pk}/instalments/99/").status_code == 404
    assert lender.client.get(path).status_code == 200


def test_schedule_and_payments_are_files_that_add_up(
    loan: Callable[..., tuple[Loan, Person, Person]],
) -> None:
    row, borrower, _lender = loan(days_ago=40)
    today = platform.business_day(timezone.now())
    borrower.client.post(f"/loans/{row.pk}/pay/", {"key": str(uuid4()), "on": today.isoformat()})

    def rows_of(address: str) -> list[dict[str, str]]:
        answer = borrower.client.get(f"/loans/{row.pk}/?{address}")
        return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))

    def cents(text: str) -> int:
        return round(float(text) * 100)

    plan, paid = rows_of("format=csv"), rows_of("paid_format=csv")
    assert sum(cents(each["principal"]) for each in plan) == LENT_MINOR
    assert [each["state"] for each in plan][:2] == ["paid", "coming"]
    (payment,) = paid
    assert cents(payment["paid"]) == Payment.objects.get().amount_minor == cents(plan[0]["paid"])
    assert payment["receipt"] == str(Payment.objects.get().pk)


def test_nothing_due_is_said(loan: Callable[..., tuple[Loan, Person, Person]]) -> None:
    row, borrower, _ = loan()
    page = borrower.client.get(f"/loans/{row.pk}/pay/").content.decode()
    assert "Nothing is due today." in page


def test_lines_of_an_account_turn_pages_without_losing_the_balance(
    member: Callable[..., Person],
) -> None:
    person = member("ann", 10_00)
    for _ in range(5):
        deposit(person.member_id, 10_00, timezone.now())
    account = own_account(person.member_id)
    assert account is not None
    whole = activity(account, limit=50)
    assert [line.balance_minor for line in whole.lines] == [6000, 5000, 4000, 3000, 2000, 1000]
    assert whole.older_than == 0
    found, cursor = [], 0
    for _ in range(3):
        page = activity(account, older_than=cursor, limit=2)
        found += page.lines
        cursor = page.older_than
    assert found == whole.lines and cursor == 0


def test_each_line_leads_to_its_transfer_and_only_its_owner_sees_it(
    member: Callable[..., Person],
) -> None:
    person, stranger = member("ann", 10_00), member("eve")
    account = own_account(person.member_id)
    assert account is not None
    line = activity(account).lines[0]
    path = f"/cash/transfers/{line.id}/"
    assert str(line.id) in person.client.get(path).content.decode()
    assert stranger.client.get(path).status_code == 404
