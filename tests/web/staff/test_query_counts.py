"""Lists cost as many queries whatever they hold."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.conftest import Person
from tests.web.page_checks import HTML_BYTES_MAX
from tests.web.staff.conftest import ask, browser, newcomer
from tuppence.lending.models import Application
from tuppence.market.operations import invest
from tuppence.market.operations.paying_out import PayOutOrder, pay_out
from tuppence.market.orders import InvestOrder
from tuppence.members.models import User
from tuppence.members.roles import Role

LISTS = (
    *(
        "/staff/applications/",
        "/staff/listings/",
        "/staff/loans/",
        "/staff/arrears/",
        "/staff/members/",
    ),
    *("/staff/identity/", "/staff/bank-accounts/", "/staff/withdrawals/", "/staff/audit/"),
    *("/staff/books/accounts/?kind=member_available", "/staff/people/"),
    *("/staff/books/", "/staff/books/journal/"),
)


def queries_of(client: Client) -> dict[str, int]:
    """How many queries each list takes."""
    found = {}
    for path in LISTS:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(path).status_code == 200
        found[path] = len(captured)
    return found


@pytest.mark.django_db
def test_lists_cost_the_same_at_any_size(
    staff: Callable[..., User],
    member: Callable[..., Person],
    approved: Callable[..., tuple[Application, Person]],
    listing: Callable[..., int],
    loan: Callable[..., object],
    desk: object,
) -> None:
    everybody = browser(staff("everybody", *Role))

    def grow(tag: str) -> None:
        newcomer(f"{tag.capitalize()} Newcomer")
        ask(member(f"{tag}lena", 500_00), 20_00)
        approved(f"{tag}bob")
        listing(f"{tag}bill")
        loan(f"{tag}berta")

    grow("one")
    everybody.get("/staff/")
    before = queries_of(everybody)
    grow("two")
    grow("three")
    assert queries_of(everybody) == before


def test_a_long_life_stays_a_short_page(
    staff: Callable[..., User], funded: Callable[..., int]
) -> None:
    listing_id = funded("long", instalments=52)
    (paid,) = pay_out([PayOutOrder(listing_id, timezone.now() - timedelta(days=8))])
    reader = browser(staff("everybody", *Role))
    page = reader.get(f"/staff/loans/{paid.loan_id}/")
    assert len(page.context["page"].schedule) == 36
    assert len(page.content) <= HTML_BYTES_MAX
    assert "part of 52 instalments" in page.content.decode()
    whole = reader.get(f"/staff/loans/{paid.loan_id}/?all=1")
    assert len(whole.context["page"].schedule) == 52


def test_a_journal_goes_on_page_by_page(
    staff: Callable[..., User], member: Callable[..., Person], listing: Callable[..., int]
) -> None:
    listing_id, investor = listing(), member("ivy", 10_000_00)
    orders = [
        InvestOrder(uuid4(), investor.member_id, listing_id, 25_00, timezone.now(), consent=True)
        for _ in range(60)
    ]
    assert all(outcome.status.accepted for outcome in invest(orders))
    reader = browser(staff("everybody", *Role))
    path = f"/staff/books/journal/listing/{listing_id}/"
    first = reader.get(path)
    second = reader.get(first.context["table"].older_url)
    shown = [row.pk for page in (first, second) for row in page.context["table"].slice.rows]
    assert len(shown) == len(set(shown)) == 60
    assert len(first.content) <= HTML_BYTES_MAX and not second.context["table"].older_url
