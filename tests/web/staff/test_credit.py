"""A loan's life by clicks of staff: decided, published, paid out by two, serviced, written off."""

import re
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from html import unescape
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.conftest import Person, deposit, form_key
from tests.web.staff.conftest import applied, browser, days_ago
from tuppence import platform
from tuppence.lending import operations as lending
from tuppence.lending.models import (
    Application,
    ApplicationDecision,
    ApplicationWithdrawal,
    Contact,
    Contract,
    Loan,
    Payment,
    PaymentReversal,
    PlanChange,
    Product,
    Promise,
    WriteOff,
)
from tuppence.lending.orders import PaymentOrder
from tuppence.market.models import Listing
from tuppence.members.models import ApprovalRequest, User
from tuppence.members.roles import Role

APPROVAL = {
    "word": "approve",
    "grade": "B",
    "annual_rate": "8.4",
    "expected_loss": "1.9",
    "reasons": "Steady trade, low debt.",
}


@pytest.fixture
def credit(staff: Callable[..., User]) -> Client:
    """A credit officer's browser."""
    return browser(staff("carla", Role.CREDIT_OFFICER))


@pytest.fixture
def finance(staff: Callable[..., User]) -> Client:
    """A finance officer's browser."""
    return browser(staff("fritz", Role.FINANCE_OFFICER))


@pytest.fixture
def waiting(product: Product, member: Callable[..., Person]) -> Application:
    """An application that nobody has decided on."""
    return applied(product, member("berta").member_id, 12_000_00)


def send(client: Client, path: str, **fields: object) -> tuple[int, str]:
    """Open a page, fill its form in and send it; status and where it leads."""
    key = form_key(client.get(path).content)
    answer = client.post(path, {"key": str(key), **fields})
    return answer.status_code, answer.get("Location", "")


def approve(client: Client, path: str) -> str:
    """Open a request and approve it; what the page says then."""
    request = ApprovalRequest.objects.get(pk=int(path.rstrip("/").rsplit("/", 1)[1]))
    said = {"payload_hash": request.payload_hash, "word": "approve", "reason": ""}
    return client.post(path, said, follow=True).content.decode()


# --- Decision, contract, listing ---------------------------------------------------------------
def test_the_queue_and_the_case_show_what_a_decision_needs(
    credit: Client, waiting: Application
) -> None:
    queue = credit.get("/staff/applications/").content.decode()
    assert waiting.title in queue and "€12,000.00" in queue
    case = credit.get(f"/staff/applications/{waiting.pk}/").content.decode()
    assert "€1,500.00" in case  # left a month
    assert "EU-SCP-1" in case  # the book in force is for business only, and Berta is a person
    assert "A second oven lets the night shift end at four." in case


def test_a_decision_says_what_is_missing_and_keeps_what_was_typed(
    credit: Client, waiting: Application
) -> None:
    path = f"/staff/applications/{waiting.pk}/"
    key = form_key(credit.get(path).content)
    answer = credit.post(
        path, {**APPROVAL, "key": str(key), "grade": "", "annual_rate": "99", "reasons": "Because"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "An approval needs this." in page and "Because" in page
    outside = credit.post(path, {**APPROVAL, "key": str(key), "annual_rate": "99"})
    assert "Choose a rate in the range of the product." in outside.content.decode()
    assert not ApplicationDecision.objects.filter(application=waiting).exists()


def test_an_application_goes_from_decision_to_listing_once(
    credit: Client, waiting: Application
) -> None:
    path = f"/staff/applications/{waiting.pk}/"
    key = form_key(credit.get(path).content)
    for _ in range(2):
        assert credit.post(path, {**APPROVAL, "key": str(key)}).status_code == 302
    decision = ApplicationDecision.objects.get(application=waiting)
    assert decision.approved and decision.annual_rate == Fraction(84, 1000)
    for _ in range(2):
        assert send(credit, f"{path}contract/")[0] == 302
    assert Contract.objects.filter(application=waiting).count() == 1
    for _ in range(2):
        status, place = send(credit, f"{path}publish/", window_days="10")
        assert status == 302 and place.startswith("/staff/listings/")
    listing = Listing.objects.get(application=waiting)
    assert (listing.closes_at - listing.opens_at) == timedelta(days=10)


def test_support_reads_a_case_and_decides_nothing(
    staff: Callable[..., User], waiting: Application
) -> None:
    support = browser(staff("sue", Role.SUPPORT))
    path = f"/staff/applications/{waiting.pk}/"
    page = support.get(path).content.decode()
    assert "Your decision" not in page
    assert support.post(path, {**APPROVAL, "key": str(uuid4())}).status_code == 403
    assert support.get(f"{path}contract/").status_code == 403
    assert not ApplicationDecision.objects.exists()


def test_a_listing_is_withdrawn_once_and_gives_everything_back(
    credit: Client, funded: Callable[..., int]
) -> None:
    listing_id = funded()
    for _ in range(2):
        assert send(credit, f"/staff/listings/{listing_id}/withdraw/")[0] == 302
    listing = Listing.objects.get(pk=listing_id)
    assert (listing.state, listing.funded_minor) == ("withdrawn", 0)


# --- Pay-out by two people ---------------------------------------------------------------------
def test_a_full_listing_is_paid_out_by_two_people(
    credit: Client, finance: Client, funded: Callable[..., int]
) -> None:
    listing_id = funded()
    path = f"/staff/listings/{listing_id}/pay-out/"
    key = form_key(credit.get(path).content)
    places = {credit.post(path, {"key": str(key)})["Location"] for _ in range(2)}
    (asked,) = places  # sent twice, it is one request
    assert not Loan.objects.exists()
    assert "Another person has to agree" in credit.get(asked).content.decode()
    assert "Approved and carried out" in approve(finance, asked)
    loan = Loan.objects.get()
    assert loan.principal_minor == 2_000_00
    assert "Approved and carried out" in approve(finance, asked)  # the first answer, once more
    assert Loan.objects.count() == 1
    page = credit.get(f"/staff/loans/{loan.pk}/").content.decode()
    assert "Paid out" in page and "€2,000.00" in page


def test_what_the_borrower_took_back_meanwhile_is_not_paid_out(
    credit: Client, finance: Client, funded: Callable[..., int]
) -> None:
    listing_id = funded()
    _, asked = send(credit, f"/staff/listings/{listing_id}/pay-out/")
    application_id = Listing.objects.get(pk=listing_id).application_id
    ApplicationWithdrawal.objects.create(application_id=application_id, withdrawn_at=days_ago(0))
    assert "can&#x27;t be carried out" in approve(finance, asked)
    assert not Loan.objects.exists()


def test_an_open_listing_says_what_stands_in_the_way(
    credit: Client, listing: Callable[..., int]
) -> None:
    listing_id = listing()
    page = credit.get(f"/staff/listings/{listing_id}/").content.decode()
    assert "The listing is not full." in page
    path = f"/staff/listings/{listing_id}/pay-out/"
    key = form_key(credit.get(path).content)
    assert "The listing is not full." in credit.post(path, {"key": str(key)}).content.decode()
    assert not ApprovalRequest.objects.exists()


# --- Servicing ---------------------------------------------------------------------------------
def test_a_payment_entered_late_is_booked_once_and_explained(
    finance: Client, loan: Callable[..., Loan]
) -> None:
    running = loan()
    deposit(running.borrower_id, 500_00, days_ago(7))
    path = f"/staff/loans/{running.pk}/payment/"
    today = platform.business_day(timezone.now())
    first = form_key(finance.get(path).content)
    for _ in range(2):
        said = {"key": str(first), "amount": "100.00", "on": today.isoformat()}
        assert finance.post(path, said).status_code == 302
    assert Payment.objects.count() == 1
    earlier = (today - timedelta(days=1)).isoformat()
    status, _ = send(finance, path, amount="20.00", on=earlier)
    assert status == 302
    page = finance.get(f"/staff/loans/{running.pk}/").content.decode()
    assert "Why payments were counted again" in page
    assert "20.00 EUR with the value date" in page


def test_a_payment_of_too_much_is_refused_at_its_field(
    finance: Client, loan: Callable[..., Loan]
) -> None:
    running = loan()
    path = f"/staff/loans/{running.pk}/payment/"
    key = form_key(finance.get(path).content)
    for amount, sentence in (
        ("5000.00", "The borrower has less than that"),
        ("-5", "amount"),
        ("１００", "amount"),
        ("1e9", "amount"),
    ):
        today = platform.business_day(timezone.now()).isoformat()
        answer = finance.post(path, {"key": str(key), "amount": amount, "on": today})
        page = answer.content.decode()
        assert answer.status_code == 200 and sentence in page and 'id="id_amount"' in page
    assert not Payment.objects.exists()


def test_a_payment_is_taken_back_by_two_people(
    credit: Client, finance: Client, loan: Callable[..., Loan]
) -> None:
    running = loan()
    deposit(running.borrower_id, 500_00, days_ago(7))
    today = platform.business_day(timezone.now()).isoformat()
    send(finance, f"/staff/loans/{running.pk}/payment/", amount="100.00", on=today)
    payment = Payment.objects.get()
    path = f"/staff/loans/payments/{payment.pk}/take-back/"
    key = form_key(credit.get(path).content)
    said = {"key": str(key), "why": "The bank took it back."}
    (asked,) = {credit.post(path, said)["Location"] for _ in range(2)}
    assert not PaymentReversal.objects.exists()
    shown = finance.get(asked).content.decode()
    assert "€100.00" in shown and "The bank took it back." in shown
    assert "Approved and carried out" in approve(finance, asked)
    assert PaymentReversal.objects.count() == 1
    page = finance.get(f"/staff/loans/payments/{payment.pk}/").content.decode()
    assert "Taken back by the bank" in page
    _, again = send(credit, path, why="Once more.")
    assert "taken back already" in approve(finance, again)


def test_nobody_has_a_payment_of_their_own_loan_taken_back(
    staff: Callable[..., User], loan: Callable[..., Loan]
) -> None:
    running = loan()
    deposit(running.borrower_id, 500_00, days_ago(7))
    today = platform.business_day(timezone.now())
    lending.record_payments([PaymentOrder(uuid4(), running.pk, today, 100_00, timezone.now())])
    officer = staff("otto", Role.FINANCE_OFFICER)
    User.objects.filter(member=running.borrower_id).update(human=officer.human)
    path = f"/staff/loans/payments/{Payment.objects.get().pk}/take-back/"
    own = browser(officer)
    key = form_key(own.get(path).content)
    answer = own.post(path, {"key": str(key), "why": "Returned."})
    assert "This is your own case." in answer.content.decode()
    assert not ApprovalRequest.objects.exists()


def test_a_loan_is_written_off_by_two_people_and_recovered(
    credit: Client, finance: Client, loan: Callable[..., Loan]
) -> None:
    running = loan()
    today = platform.business_day(timezone.now()).isoformat()
    path = f"/staff/loans/{running.pk}/write-off/"
    status, asked = send(credit, path, on=today, why="The borrower is bankrupt.")
    assert status == 302 and not WriteOff.objects.exists()
    assert "Approved and carried out" in approve(finance, asked)
    running.refresh_from_db()
    assert running.state == "written_off" and running.claim_minor > 0
    deposit(running.borrower_id, 300_00, days_ago(1))
    recovery = f"/staff/loans/{running.pk}/recovery/"
    key = form_key(finance.get(recovery).content)
    for _ in range(2):
        said = {"key": str(key), "amount": "200.00", "cost": "50.00", "on": today}
        assert finance.post(recovery, said).status_code == 302
    assert Payment.objects.get().kind == "recovery"
    too_costly = {"key": str(uuid4()), "amount": "10.00", "cost": "50.00", "on": today}
    page = finance.post(recovery, too_costly).content.decode()
    assert "The cost is more than the amount." in page


def test_contacts_and_promises_stand_in_the_story(
    staff: Callable[..., User], loan: Callable[..., Loan]
) -> None:
    running, support = loan(), browser(staff("sue", Role.SUPPORT))
    path = f"/staff/loans/{running.pk}"
    today = platform.business_day(timezone.now())
    note = {"channel": "phone", "note": "Pays next week."}
    assert send(support, f"{path}/contact/", **note)[0] == 302
    said = {"amount": "150.00", "by_day": (today + timedelta(days=7)).isoformat(), "note": ""}
    assert send(support, f"{path}/promise/", **said)[0] == 302
    gone = {**said, "by_day": (today - timedelta(days=1)).isoformat()}
    assert send(support, f"{path}/promise/", **gone)[0] == 200
    page = support.get(f"{path}/").content.decode()
    assert "Pays next week." in page and "€150.00" in page
    assert (Contact.objects.count(), Promise.objects.count()) == (1, 1)
    assert support.get(f"{path}/payment/").status_code == 403


def test_loans_are_found_by_bucket_and_number(finance: Client, loan: Callable[..., Loan]) -> None:
    running = loan()
    late = finance.get("/staff/loans/?bucket=1-30").content.decode()
    assert f"Loan {running.pk}" in late
    on_time = finance.get("/staff/loans/?bucket=current").content.decode()
    assert f"Loan {running.pk}" not in on_time
    assert finance.get(f"/staff/loans/?q={running.pk}")["Location"] == f"/staff/loans/{running.pk}/"


# --- Products ----------------------------------------------------------------------------------
PRODUCT = {
    "code": "tools",
    "name": "Tools",
    "amount_min": "500.00",
    "amount_max": "5000.00",
    "instalments_min": "3",
    "instalments_max": "24",
    "every": "1",
    "unit": "months",
    "method": "annuity",
    "day_count": "30/360",
    "annual_rate_min": "5",
    "annual_rate_max": "12.5",
    "grace_principal": "0",
    "grace_interest": "0",
    "origination_fee": "1.5",
    "servicing_fee": "10",
    "vat": "19",
    "withholding_tax": "0",
    "late_fee": "5.00",
    "late_fee_share": "0",
    "grace_days": "5",
    "prepayment_compensation": "0",
    "window_days": "14",
    "investment_min": "25.00",
    "investment_step": "25.00",
    "partial_floor": "80",
}


def test_a_product_is_offered_and_taken_off(credit: Client) -> None:
    answer = credit.post("/staff/products/new/", PRODUCT)
    product = Product.objects.get(code="tools")
    assert answer["Location"] == f"/staff/products/{product.pk}/"
    assert product.partial_floor == Fraction(4, 5) and product.late_fee_minor == 5_00
    again = credit.post("/staff/products/new/", PRODUCT)
    assert "Another product has this code." in again.content.decode()
    swapped = credit.post(
        "/staff/products/new/", {**PRODUCT, "code": "swap", "annual_rate_min": "20"}
    )
    assert "The lowest rate is above the highest" in swapped.content.decode()
    assert send(credit, f"/staff/products/{product.pk}/retire/")[0] == 302
    product.refresh_from_db()
    assert product.retired_at is not None


def test_a_key_of_another_page_is_no_key(credit: Client, waiting: Application) -> None:
    path = f"/staff/applications/{waiting.pk}/"
    answer = credit.post(path, {**APPROVAL, "key": "not a key"})
    assert "This page is out of date." in answer.content.decode()
    assert UUID(str(form_key(credit.get(path).content)))


# --- Another plan ------------------------------------------------------------------------------
def test_another_plan_is_looked_at_then_agreed_by_two(
    credit: Client, finance: Client, loan: Callable[..., Loan]
) -> None:
    path = f"/staff/loans/{(row := loan()).pk}/"
    said = {
        "instalments": "20",
        "grace_principal": "2",
        "annual_rate": "6",
        "why": "Ill for a month.",
        "key": str(form_key(credit.get(f"{path}plan/").content)),
    }
    shown = credit.post(f"{path}plan/", said).content.decode()
    assert "What it changes" in shown and not ApprovalRequest.objects.exists()
    reviewed = re.search(r'name="reviewed" value="([^"]+)"', shown)
    assert reviewed is not None
    seen = said | {"reviewed": unescape(reviewed.group(1))}
    other = credit.post(f"{path}plan/", seen | {"instalments": "25"})
    assert other.status_code == 200 and not ApprovalRequest.objects.exists()
    asked = credit.post(f"{path}plan/", seen)
    assert asked.status_code == 302
    approve(finance, asked["Location"])
    change = PlanChange.objects.get(loan=row)
    assert len(change.rows) == 20 and change.cause == "rescheduled"
    story = credit.get(path).content.decode()
    assert "Another plan agreed" in story and "Restructured" in story
    listed = credit.get("/staff/loans/").content.decode()
    assert "Of these with another plan: 1" in listed


def test_a_change_that_cannot_be_is_told_at_its_field(
    credit: Client, loan: Callable[..., Loan]
) -> None:
    path = f"/staff/loans/{loan().pk}/waiver/"
    key = str(form_key(credit.get(path).content))
    today = platform.business_day(timezone.now()).isoformat()
    said = {"key": key, "component": "penalty", "amount": "5", "on": today, "why": "Kind."}
    assert "more than was due" in credit.post(path, said).content.decode()
