"""The public list of listings: filtered, sorted and paged by its address, without an account."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tuppence.lending.models import Application, ApplicationDecision, Product
from tuppence.market.models import Listing, ListingState
from tuppence.web.listing_table import LISTINGS_A_PAGE

pytestmark = pytest.mark.django_db
TITLE = re.compile(r'<th scope="row"><a href="/listings/\d+/">([^<]*)</a>')


@pytest.fixture
def offer(approved: Callable[..., tuple[Application, object]]) -> Callable[..., Listing]:
    """Make a listing like the first, but for what is named."""
    first, _borrower = approved("bob")

    def make(title: str, **changed: object) -> Listing:
        now = timezone.now()
        application = Application.objects.get(pk=first.pk)
        decision = ApplicationDecision.objects.get(application=first)
        application.pk, application.key, application.title = None, uuid4(), title
        application.instalments = changed.get("instalments", 24)
        application.business_purpose = changed.get("business", False)
        application.product = changed.get("product", first.product)
        application.save()
        decision.pk, decision.application = None, application
        decision.annual_rate = changed.get("rate", Fraction(84, 1000))
        decision.grade = changed.get("grade", "B")
        decision.save()
        return Listing.objects.create(
            application=application,
            borrower_id=first.borrower_id,
            currency="EUR",
            target_minor=changed.get("target", 1_000_00),
            funded_minor=changed.get("funded", 0),
            investment_minor_min=25_00,
            investment_minor_step=25_00,
            floor_minor=500_00,
            state=changed.get("state", ListingState.OPEN),
            opens_at=now - timedelta(days=20),
            closes_at=now + changed.get("closes", timedelta(days=10)),
        )

    return make


def titles(query: str = "") -> list[str]:
    """The loans in the list as a stranger sees it."""
    page = Client().get(f"/listings/?{query}")
    assert page.status_code == 200
    return TITLE.findall(page.content.decode())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["soon", "van", "oven"]),
        ("grade=C", ["van"]),
        ("rate_from=8.4", ["soon", "van"]),
        ("rate_from=8.4&rate_to=8.4", ["soon"]),
        ("term=6-12", ["van"]),
        ("term=12-24", ["soon"]),
        ("term=36-", ["oven"]),
        ("purpose=business", ["oven"]),
        ("left_to=400", ["van"]),
        ("closing=3", ["soon"]),
        ("q=VAN", ["van"]),
        ("sort=-rate", ["van", "soon", "oven"]),
        ("sort=term", ["van", "soon", "oven"]),
        ("sort=left", ["van", "soon", "oven"]),
        ("state=full", ["full"]),
        ("state=ended", ["ended"]),
        ("state=all&sort=-closes", ["full", "oven", "van", "soon", "over", "ended"]),
    ],
)
def test_an_address_says_what_is_listed(
    offer: Callable[..., Listing], query: str, found: list[str]
) -> None:
    offer("oven", rate=Fraction(5, 100), instalments=48, business=True, target=2_000_00)
    offer(
        "van",
        rate=Fraction(121, 1000),
        grade="C",
        instalments=12,
        funded=700_00,
        closes=timedelta(days=9),
    )
    offer("soon", closes=timedelta(days=2))
    offer("full", state=ListingState.FULL, closes=timedelta(days=11))
    offer("over", closes=timedelta(seconds=-1))
    offer("ended", state=ListingState.EXPIRED, closes=timedelta(days=-1))
    assert titles(query) == found


def test_terms_in_weeks_stand_among_terms_in_months(
    offer: Callable[..., Listing], product: Product
) -> None:
    weekly = Product.objects.get(pk=product.pk)
    weekly.pk, weekly.code, weekly.unit = None, "weekly", "weeks"
    weekly.save()
    offer("30 weeks", instalments=30, product=weekly)
    offer("6 months", instalments=6)
    offer("8 months", instalments=8)
    assert titles("sort=term") == ["6 months", "30 weeks", "8 months"]
    assert titles("term=0-6") == ["6 months"]


def test_every_listing_stands_on_one_page_of_the_list(offer: Callable[..., Listing]) -> None:
    wanted = {f"loan {number}" for number in range(LISTINGS_A_PAGE + 3)}
    for title in wanted:
        offer(title)
    page = Client().get("/listings/?sort=rate").content.decode()
    older = re.search(r'href="/listings/(\?[^"]*at=[^"]*)" rel="next"', page)
    assert older is not None
    first, second = TITLE.findall(page), titles(older.group(1)[1:].replace("&amp;", "&"))
    assert len(first) == LISTINGS_A_PAGE
    assert len(second) == 3
    assert {*first, *second} == wanted


def test_the_file_has_exact_numbers_under_names_that_stay(offer: Callable[..., Listing]) -> None:
    made = offer("van", funded=250_00)
    answer = Client().get("/listings/?format=csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["id"] == str(made.pk)
    assert (row["rate"], row["term"], row["unit"]) == ("0.084", "24", "months")
    assert (row["left"], row["wanted"], row["currency"]) == ("750.00", "1000.00", "EUR")


def test_an_empty_list_says_what_to_do() -> None:
    page = Client().get("/listings/").content.decode()
    assert "is open just now" in page
    assert 'href="?state=paid_out"' in page
    narrowed = Client().get("/listings/?grade=A").content.decode()
    assert "Nothing matches these filters" in narrowed


def test_a_rate_that_is_none_is_named_and_nothing_is_hidden(offer: Callable[..., Listing]) -> None:
    offer("van")
    page = Client().get("/listings/?rate_from=8,4").content.decode()
    assert "Rate a year, %:" in page
    assert "van" in TITLE.findall(page)
