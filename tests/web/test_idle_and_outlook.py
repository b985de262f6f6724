"""What 100 would bring beside its risk, and the one suggestion for idle money."""

import re
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.conftest import Person
from tests.web.page_checks import faults_of
from tuppence.market.operations import invest
from tuppence.market.orders import InvestOrder
from tuppence.members.models import Member
from tuppence.web.reads.listings import listing_page, outlook, preview_schedule

pytestmark = pytest.mark.django_db


def text_of(client: Client, path: str) -> str:
    """A page's words, tags left out."""
    answer = client.get(path)
    assert answer.status_code == 200 and faults_of(answer.content, language="en") == []
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_what_100_would_bring_stands_with_fee_and_expected_loss(
    listing: Callable[..., int],
) -> None:
    number, now = listing(), timezone.now()
    page = listing_page(number)
    assert page is not None and page.fee_with_vat == Fraction(1, 10)
    rows = preview_schedule(page, principal_minor=100_00, at=now)
    found = outlook(page, rows, at=now)
    text = text_of(Client(), f"/listings/{number}/")
    assert found.loss_minor is not None and found.left_minor is not None
    for amount in (found.total_minor, found.fee_minor, found.loss_minor, found.left_minor):
        assert f"€{amount / 100:.2f}" in text
    assert found.left_minor == found.total_minor - found.fee_minor - found.loss_minor
    # 8.4 % less a tenth of it and 1.9 %.
    assert found.yearly is not None and abs(float(found.yearly) - 0.0566) < 0.0005
    assert "up to all of it can be lost" in text


def test_idle_money_has_one_suggestion_with_its_reason(
    member: Callable[..., Person], listing: Callable[..., int]
) -> None:
    ann, number = member("ann", 500_00), listing()
    for path in ("/home/", "/portfolio/"):
        text = text_of(ann.client, path)
        assert "€500.00 of your cash earns nothing" in text
        assert "nothing in grade B" in text and "expected loss 1.90 %" in text
        assert f'href="/listings/{number}/"' in ann.client.get(path).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"test_passed_on": None},
        {"test_passed_on": timezone.now().date() - timedelta(days=3 * 366)},
        {"warning_acknowledged_at": None},
        {"verified_at": None},
        {"blocked_at": timezone.now()},
    ],
)
def test_nothing_is_suggested_to_whom_lending_does_not_suit(
    change: dict[str, object], member: Callable[..., Person], listing: Callable[..., int]
) -> None:
    ann, number = member("ann", 500_00), listing()
    Member.objects.filter(pk=ann.member_id).update(**change)
    for path in ("/home/", "/portfolio/"):
        assert "earns nothing" not in text_of(ann.client, path).replace("cash that earns", "")
    if "blocked_at" not in change:
        assert "first steps are open" in text_of(ann.client, f"/listings/{number}/")


def test_nothing_is_suggested_with_a_borrower_one_has_or_for_too_little(
    member: Callable[..., Person], listing: Callable[..., int]
) -> None:
    ann, ben, number = member("ann", 500_00), member("ben", 24_00), listing()
    order = InvestOrder(uuid4(), ann.member_id, number, 100_00, timezone.now())
    assert invest([order])[0].status.accepted
    for person in (ann, ben):
        assert "Nobody pays for standing here" not in text_of(person.client, "/home/")
    own = text_of(ann.client, f"/listings/{number}/")
    assert "You have €100.00 with this borrower already, 100.0 % of what you lent" in own


def test_a_listing_of_ones_own_has_no_form(
    approved: Callable[..., object], listing: Callable[..., int]
) -> None:
    number = listing()
    page = listing_page(number)
    assert page is not None
    client = Client()
    client.force_login(Member.objects.get(pk=page.borrower_id).user)
    assert 'name="amount"' not in client.get(f"/listings/{number}/").content.decode()


def test_the_suggestion_costs_the_same_however_many_listings_are_open(
    member: Callable[..., Person], listing: Callable[..., int]
) -> None:
    ann = member("ann", 500_00)
    counts = []
    for name in ("bob", "bea", "ben"):
        number = listing(name)
        for path in ("/home/", f"/listings/{number}/"):
            with CaptureQueriesContext(connection) as captured:
                assert ann.client.get(path).status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:4] == counts[4:] and max(counts) < 28
