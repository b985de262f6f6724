"""The offer page: asked beside offered, the whole schedule, signing and declining it."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.utils import timezone

from tuppence import platform
from tuppence.lending.application_rules import ContractOrder
from tuppence.lending.models import ApplicationDecision, ApplicationWithdrawal, Product, Signature
from tuppence.lending.operations import make_contracts
from tuppence.market.models import Listing
from tuppence.market.operations import PublishOrder, invest, publish
from tuppence.market.orders import InvestOrder
from tuppence.web.offers_in_words import range_change
from tuppence.web.reads.offers import Offer, offer_on
from tuppence.web.reads.purse import purse_of
from tuppence.web.templatetags.money import percent

pytestmark = pytest.mark.django_db


def offer_today(application_id: int) -> Offer:
    """The offer as the page shows it."""
    found = offer_on(application_id, on=platform.business_day(timezone.now()))
    assert found is not None
    return found


@pytest.mark.parametrize("nets", [True, False])
def test_the_plan_and_the_cost_of_an_offer_add_up(
    approved: Callable[..., object], nets: bool
) -> None:
    Product.objects.update(origination_fee=Fraction(2, 100), vat=0, pays_out_net=nets)
    application, _person = approved()
    offer = offer_today(application.pk)
    charged = sum(row.charges_minor for row in offer.plan)
    assert offer.offered.fee_minor == 480_00
    # What arrives and what is charged later come to the principal less the fee, however it is paid.
    assert offer.paid_out_minor - charged == offer.offered_minor - offer.offered.fee_minor
    paid = sum(row.amount_minor for row in offer.plan) + offer.held_minor
    assert paid == offer.to_pay_minor == offer.offered_minor + offer.offered.cost_minor
    assert offer.plan[-1].balance_minor == 0


def test_what_changed_is_said_for_each_figure(approved: Callable[..., object]) -> None:
    application, person = approved()
    page = person.client.get(f"/applications/{application.pk}/offer/")
    said = {str(line.name): str(line.change) for line in page.context["compared"]}
    assert said["Amount"] == said["Term"] == "as you asked"
    product = application.product
    gap = product.annual_rate_max - Fraction(84, 1000)
    assert said["Rate a year"] == f"{float(gap) * 100:.2f} percentage points below the highest"
    ApplicationDecision.objects.update(annual_rate=product.annual_rate_max)
    page = person.client.get(f"/applications/{application.pk}/offer/")
    said = {str(line.name): str(line.change) for line in page.context["compared"]}
    assert said["Rate a year"] == said["Cost in total"] == "the highest you were shown"


@pytest.mark.parametrize(
    ("least", "most", "offered", "said"),
    [
        (5, 5, 5, "as you were shown"),
        (4, 9, 4, "the lowest you were shown"),
        (4, 9, 9, "the highest you were shown"),
        (4, 9, 12, "3.00 % above what you were shown"),
        (4, 9, 1, "3.00 % below what you were shown"),
        (4, 9, 6, "3.00 % below the highest"),
    ],
)
def test_where_a_figure_stands_in_its_range(least: int, most: int, offered: int, said: str) -> None:
    shares = [Fraction(each, 100) for each in (least, most, offered)]
    assert range_change(*shares, percent) == said


def test_an_amount_and_term_that_the_contract_lowers_are_named(
    approved: Callable[..., object],
) -> None:
    application, person = approved()
    make_contracts([ContractOrder(application.pk, timezone.now())])
    application.amount_minor, application.instalments = 25_000_00, 30
    application.save()
    page = person.client.get(f"/applications/{application.pk}/offer/")
    said = {str(line.name): str(line.change) for line in page.context["compared"]}
    assert said["Amount"] == "€1,000.00 less than you asked"
    assert said["Term"] == "6 months shorter than you asked"


def test_the_schedule_of_an_offer_is_a_file_that_adds_up(approved: Callable[..., object]) -> None:
    application, person = approved()
    answer = person.client.get(f"/applications/{application.pk}/offer/?format=csv")
    assert f"schedule-application-{application.pk}.csv" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 25)]
    assert sum(round(float(row["principal"]) * 100) for row in rows) == 24_000_00
    assert rows[-1]["owed_after"] == "0.00" and rows[0]["currency"] == "EUR"


def test_there_is_no_offer_before_a_decision_or_after_a_refusal(
    approved: Callable[..., object],
) -> None:
    application, person = approved()
    ApplicationDecision.objects.update(approved=False, annual_rate=None)
    path = f"/applications/{application.pk}/"
    assert person.client.get(f"{path}offer/")["Location"] == path
    ApplicationDecision.objects.all().delete()
    assert person.client.get(f"{path}offer/")["Location"] == path


def test_a_signature_stands_with_its_moment_address_and_fingerprint(
    approved: Callable[..., object],
) -> None:
    application, person = approved()
    path = f"/applications/{application.pk}/contract/"
    person.client.post(path)
    application.refresh_from_db()
    sha256 = application.contract.sha256
    sent = {"key": str(uuid4()), "sha256": sha256, "read": "on"}
    person.client.post(f"{path}sign/", sent, REMOTE_ADDR="192.0.2.7")
    signature = Signature.objects.get()
    assert (signature.sha256, signature.address) == (sha256, "192.0.2.7")
    page = person.client.get(path).content.decode()
    assert "192.0.2.7" in page and sha256 in page and "I have read the contract" not in page
    offer = person.client.get(f"/applications/{application.pk}/offer/").content.decode()
    assert "You signed it at" in offer and "Read the contract" not in offer


def test_declining_says_what_goes_back_to_whom_and_gives_it_back(
    approved: Callable[..., object], member: Callable[..., object]
) -> None:
    application, person = approved()
    investor, now = member("ann", 500_00), timezone.now()
    (listed,) = publish([PublishOrder(application.pk, now - timedelta(days=1))])
    invest([InvestOrder(uuid4(), investor.member_id, listed.listing_id, 500_00, now, True)])
    path = f"/applications/{application.pk}/withdraw/"
    page = person.client.get(path).content.decode()
    assert "€500.00 promised by investors goes back to them at once" in page
    answer = person.client.post(path, {"reason": "other_lender"}, follow=True).content.decode()
    assert "You declined the offer. You owe nothing for it." in answer
    assert "Your reason: I borrow somewhere else." in answer
    assert ApplicationWithdrawal.objects.count() == 1
    assert Listing.objects.get().state == "withdrawn"
    assert purse_of(investor.member_id).available_minor == 500_00


def test_the_term_of_a_loan_counts_its_step(approved: Callable[..., object]) -> None:
    Product.objects.update(every=3)
    application, person = approved()
    (listed,) = publish([PublishOrder(application.pk, timezone.now() - timedelta(days=1))])
    for path, said in (
        ("/borrow/", "every 3 months"),
        ("/borrow/business/apply/?amount=10000&instalments=8", "€10,000.00 over 24 months"),
        (f"/applications/{application.pk}/", "24 · every 3 months"),
        (f"/applications/{application.pk}/offer/", "24 times, every 3 months"),
        ("/listings/", "72 months"),
        (f"/listings/{listed.listing_id}/", "72 months"),
    ):
        assert said in person.client.get(path).content.decode(), path


def test_the_plan_of_an_offer_runs_from_the_pay_out_once_there_is_one(
    loan: Callable[..., object],
) -> None:
    row, borrower, _lender = loan(days_ago=40)
    page = borrower.client.get(f"/applications/{row.application_id}/offer/")
    plan = page.context["offer"].plan
    due = row.instalments.order_by("number").values_list("due_on", flat=True)
    assert [each.due_on for each in plan] == list(due)
