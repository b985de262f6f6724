"""Gifts as their member meets them, and as staff plan, give and take them back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.web.conftest import Person
from tests.web.staff.conftest import browser
from tuppence import platform
from tuppence.growth.models import Campaign, Grant, Offer
from tuppence.growth.offer import Claim, OfferKind, Terms
from tuppence.growth.operations.offers import open_offers
from tuppence.growth.plan import BudgetLine, Goal, Plan, plan_as_json
from tuppence.growth.queries.campaigns import plan_of
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.market.models import Investment
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.rules.rulebook import BOOKS_FOLDER

pytestmark = pytest.mark.django_db

PACKET = Terms(
    OfferKind.RED_PACKET,
    "Five for a loan",
    Claim.CODE,
    10,
    5_00,
    code="FIVE",
    title_zh="五元红包",
    minimum_minor=100_00,
)


@pytest.fixture
def running(staff: Callable[..., User]) -> Callable[..., Campaign]:
    """A running campaign with these offers and a budget to give."""

    def make(*offers: Terms, gives_minor: int = 50_00) -> Campaign:
        now = timezone.now()
        today = platform.business_day(now)
        plan = Plan(
            "Spring",
            Goal.FIRST_INVESTORS,
            10,
            today,
            today + timedelta(days=30),
            budget=(BudgetLine("referral", 0, gives_minor, 10),),
            offers=offers,
        )
        row = Campaign.objects.create(
            key=uuid4(),
            name=plan.name,
            state="running",
            goal=plan.goal,
            plan=plan_as_json(plan),
            plan_digest="x",
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            spend_minor=0,
            gives_minor=gives_minor,
            currency="EUR",
            owner=staff("gwen", Role.GROWTH_OPERATOR),
            made_at=now,
            launched_at=now,
        )
        kinds = (AccountKind.AUTHORITY, AccountKind.BUDGET_AVAILABLE)
        keys = [AccountKey(kind, row.pk, "EUR") for kind in kinds]
        ids = ledger.open_accounts(keys, at=now)
        key = uuid4()
        debit, credit = (ids[each] for each in keys)
        ledger.post_all(
            [Transfer(key, debit, credit, gives_minor, "budget_granted", now, now, key)]
        )
        open_offers(row, at=now)
        return row

    return make


def typed(page, **changes: object) -> dict[str, object]:
    """What a form holds, with changes, as a browser sends it."""
    values = {field.name: field.value() for field in page.context["form"]}
    return {name: value for name, value in (values | changes).items() if value is not None}


def test_a_code_brings_an_offer_that_an_investment_takes_along(
    running: Callable[..., Campaign],
    member: Callable[..., Person],
    listing: Callable[..., int],
) -> None:
    running(PACKET)
    ann, shop = member("ann", 500_00), listing()
    page = ann.client.get(reverse("gifts"))
    wrong = ann.client.post(reverse("gifts"), typed(page, code="SIX"))
    assert "not known" in wrong.content.decode()
    sent = typed(page, code="five")
    assert ann.client.post(reverse("gifts"), sent).status_code == 302
    assert ann.client.post(reverse("gifts"), sent).status_code == 302  # sent twice: one offer
    held = Grant.objects.get()
    assert (held.state, held.reserved_minor) == ("granted", 5_00)
    assert "Five for a loan" in ann.client.get(reverse("gifts")).content.decode()
    assert "Five for a loan" in ann.client.get(reverse("home")).content.decode()

    key = str(uuid4())
    review = reverse("invest_review", args=[shop])
    small = ann.client.get(review, {"amount": "75", "key": key})
    assert "offers" not in small.context["form"].fields  # it asks for 100.00
    page = ann.client.get(review, {"amount": "125", "key": key})
    assert page.context["form"]["offers"].value() == [str(held.pk)]
    order = typed(page, offers=[str(held.pk)], consent="on")
    receipt = ann.client.post(reverse("invest_confirm", args=[shop]), order)
    again = ann.client.post(reverse("invest_confirm", args=[shop]), order)
    assert receipt["Location"] == again["Location"]
    placed = Investment.objects.get()
    held.refresh_from_db()
    assert (held.state, held.investment_id, held.base_minor) == ("taken", placed.pk, 125_00)
    assert "Five for a loan" in ann.client.get(receipt["Location"]).content.decode()


def test_an_offer_that_does_not_fit_is_said_and_nothing_is_placed(
    running: Callable[..., Campaign], member: Callable[..., Person], listing: Callable[..., int]
) -> None:
    running(PACKET)
    ann, bob, shop = member("ann", 500_00), member("bea", 500_00), listing("carl")
    page = ann.client.get(reverse("gifts"))
    ann.client.post(reverse("gifts"), typed(page, code="five"))
    held = Grant.objects.get()
    order = {"key": str(uuid4()), "amount": "125", "consent": "on", "offers": [str(held.pk)]}
    page = bob.client.post(reverse("invest_confirm", args=[shop]), order)
    assert "There is no such offer." in page.content.decode()
    assert not Investment.objects.exists()


def test_where_the_rulebook_forbids_gifts_the_page_names_the_rule(
    running: Callable[..., Campaign], member: Callable[..., Person], settings, tmp_path: Path
) -> None:
    # A book that bars every incentive, as the British and Indian rules do.
    strict = (BOOKS_FOLDER / "eu.toml").read_text().replace("no_listing_incentive", "no_incentive")
    settings.TUPPENCE_RULEBOOK = str(tmp_path / "strict.toml")
    (tmp_path / "strict.toml").write_text(strict)
    running(PACKET)
    page = member("ann").client.get(reverse("gifts")).content.decode()
    assert "EU-INC-1" in page and "You have a code" not in page


def test_an_operator_puts_offers_in_a_plan_and_editing_it_keeps_them(
    running: Callable[..., Campaign], staff: Callable[..., User]
) -> None:
    row = running()
    Campaign.objects.filter(id=row.pk).update(state="draft")
    grower = browser(staff("gina", Role.GROWTH_OPERATOR))
    url = reverse("staff_new_offer", args=[row.pk, "booster"])
    whole = typed(
        grower.get(url), title="Two more", amount="1000", share="2", total="20", days="90"
    )
    refused = grower.post(url, whole | {"claim": "code", "code": ""})
    assert "A code is needed" in refused.content.decode()
    assert grower.post(url, whole | {"claim": "given"}).status_code == 302
    row.refresh_from_db()
    (offer,) = plan_of(row).offers
    assert (offer.kind, offer.worst_minor) == (OfferKind.BOOSTER, 4_94)
    page = grower.get(reverse("staff_campaign", args=[row.pk])).content.decode()
    assert "Two more" in page and "98.80" in page  # 20 x 4.94 at worst
    edit = reverse("staff_campaign_plan", args=[row.pk])
    grower.post(edit, typed(grower.get(edit), name="Spring again"))
    row.refresh_from_db()
    assert (row.name, plan_of(row).offers) == ("Spring again", (offer,))
    out = reverse("staff_remove_offer", args=[row.pk, 0])
    grower.post(out, typed(grower.get(out)))
    row.refresh_from_db()
    assert plan_of(row).offers == ()


def test_an_offer_is_given_by_hand_and_taken_back_with_a_reason(
    running: Callable[..., Campaign], member: Callable[..., Person], staff: Callable[..., User]
) -> None:
    running(replace(PACKET, claim=Claim.GIVEN, code=""))
    grower, ann = browser(staff("gina", Role.GROWTH_OPERATOR)), member("ann")
    offer = Offer.objects.get()
    url = reverse("staff_give_offer", args=[offer.pk])
    unknown = grower.post(url, typed(grower.get(url), member="999999"))
    assert "no such member" in unknown.content.decode()
    sent = typed(grower.get(url), member=str(ann.member_id))
    assert grower.post(url, sent).status_code == grower.post(url, sent).status_code == 302
    held = Grant.objects.get()
    back = reverse("staff_take_back_reward", args=[held.pk])
    grower.post(back, typed(grower.get(back), reason="Two accounts of one person."))
    held.refresh_from_db()
    assert (held.state, held.reserved_minor) == ("taken_back", 0)
    page = grower.get(reverse("staff_offer", args=[offer.pk])).content.decode()
    assert "Two accounts of one person." in page
    assert "Two accounts of one person." in ann.client.get(reverse("gifts")).content.decode()


def test_a_stranger_sees_no_gifts(client: Client) -> None:
    assert client.get(reverse("gifts")).status_code == 302
