"""The contract on paper: who gets it, what stands on it, and that it adds up."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from tests.web.conftest import Person, deposit
from tests.web.staff.conftest import browser
from tuppence import platform
from tuppence.lending.application_rules import ContractOrder
from tuppence.lending.models import Application, Instalment, Loan
from tuppence.lending.operations import make_contracts, record_payments
from tuppence.lending.operations.payments import early_repay
from tuppence.lending.orders import EarlyRepayOrder, PaymentOrder
from tuppence.lending.servicing.facts import EarlyChoice
from tuppence.members.models import Member, User
from tuppence.members.roles import Role
from tuppence.web.reads.contracts import contract_of_loan

pytestmark = pytest.mark.django_db
AMOUNT = re.compile(r"\d[\d,]*\.\d\d")


def words_of(answer: Any) -> str:
    """The text of a downloaded paper on one line."""
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def people_of(loan: Loan) -> tuple[Member, Member]:
    """Borrower and only lender."""
    return loan.borrower, loan.holdings.get().member


def client_of(member: Member) -> Client:
    """The browser of a member."""
    assert member.user is not None
    return browser(member.user)


def test_the_paper_names_amounts_plan_cost_and_signature(loan: Callable[..., Loan]) -> None:
    row = loan()
    borrower, lender = people_of(row)
    answer = client_of(borrower).get(f"/loans/{row.pk}/contract.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    text = words_of(answer)
    plan = list(Instalment.objects.filter(loan=row).order_by("number"))
    interest = sum(each.agreed_interest_minor for each in plan)
    for amount in (row.principal_minor, interest, row.principal_minor + interest):
        assert f"{amount / 100:,.2f}" in text
    for each in plan:
        due = each.agreed_principal_minor + each.agreed_interest_minor
        assert f"{each.agreed_principal_minor / 100:,.2f}" in text and f"{due / 100:,.2f}" in text
    signature = row.application.contract.signatures.get()
    assert signature.sha256 in text.replace("\u200b", "").replace(" ", "")
    assert borrower.legal_name in text and lender.pseudonym in text
    assert lender.legal_name not in text


def test_each_reader_gets_only_the_names_that_are_theirs(
    loan: Callable[..., Loan], member: Callable[..., Person], staff: Callable[..., User]
) -> None:
    row = loan()
    borrower, lender = people_of(row)
    path = f"/loans/{row.pk}/contract.pdf"
    lent = words_of(client_of(lender).get(path))
    assert lender.legal_name in lent and borrower.pseudonym in lent
    assert borrower.legal_name not in lent and "kept by the platform" in lent
    officer = browser(staff("carla", Role.CREDIT_OFFICER))
    seen = words_of(officer.get(f"/staff{path}"))
    assert borrower.legal_name in seen and lender.legal_name in seen
    assert member("eve").client.get(path).status_code == 404
    own = f"/applications/{row.application_id}/contract.pdf"
    assert client_of(borrower).get(own).status_code == 200
    assert client_of(lender).get(own).status_code == 404


def test_the_same_contract_is_the_same_file_today_and_tomorrow(
    loan: Callable[..., Loan],
) -> None:
    row = loan()
    borrower, _ = people_of(row)
    path = f"/loans/{row.pk}/contract.pdf"
    first = client_of(borrower).get(path).content
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        assert client_of(borrower).get(path).content == first


def test_before_it_is_signed_the_paper_says_so_in_chinese_too(
    approved: Callable[..., tuple[Application, Person]],
) -> None:
    application, borrower = approved()
    path = f"/applications/{application.pk}/contract.pdf"
    assert borrower.client.get(path).status_code == 404
    Application.objects.filter(pk=application.pk).update(title='Oven #panic() "]*')
    make_contracts([ContractOrder(application.pk, timezone.now())])
    text = words_of(borrower.client.get(path))
    assert "Nobody has signed yet" in text and "€24,000.00" in text
    assert 'Oven #panic() "]*' in text
    borrower.client.cookies["django_language"] = "zh-hans"
    chinese = words_of(borrower.client.get(path))
    assert "借款合同" in chinese and "24,000.00" in chinese and "€" in chinese
    assert "LOAN CONTRACT" in chinese  # the text that is signed stays in its language


def test_a_loan_without_a_contract_offers_none(loan: Callable[..., Loan]) -> None:
    row = loan()
    borrower, _ = people_of(row)
    link = f'href="/loans/{row.pk}/contract.pdf"'
    assert link in client_of(borrower).get(f"/loans/{row.pk}/").content.decode()
    bare = Application.objects.get(pk=row.application_id)
    bare.pk, bare.key = None, uuid4()
    bare.save()
    row.pk, row.key, row.application = None, uuid4(), bare
    row.save()
    assert client_of(borrower).get(f"/loans/{row.pk}/contract.pdf").status_code == 404
    assert contract_of_loan(row.pk) is None and contract_of_loan(0) is None


def test_the_loan_account_shows_payments_and_at_the_end_that_nothing_is_owed(
    loan: Callable[..., Loan],
) -> None:
    row = loan()
    borrower, lender = people_of(row)
    path = f"/loans/{row.pk}/account.pdf"
    assert client_of(lender).get(path).status_code == 404
    assert "Nothing was paid yet" in words_of(client_of(borrower).get(path))
    deposit(borrower.pk, 3_000_00, timezone.now())
    on = platform.business_day(timezone.now())
    part = PaymentOrder(uuid4(), row.pk, on, 120_00, timezone.now())
    (booked,) = record_payments([part])
    assert booked.status.accepted, booked
    running = words_of(client_of(borrower).get(path))
    assert "Loan account" in running and "120.00" in running
    row.refresh_from_db()
    assert f"{row.outstanding_minor / 100:,.2f}" in running
    order = EarlyRepayOrder(uuid4(), row.pk, on, EarlyChoice.SETTLE, timezone.now())
    (settled,) = early_repay([order])
    assert settled.status.accepted, settled
    ended = words_of(client_of(borrower).get(path))
    assert "Confirmation: loan paid back" in ended and "owes nothing more" in ended
    paid = sum(each.amount_minor for each in row.payments.all())
    assert f"{paid / 100:,.2f}" in ended
