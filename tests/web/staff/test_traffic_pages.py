"""Tracked links and traffic in front of the growth operator."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.staff.conftest import browser
from tuppence.growth.models import Channel, TrackedLink
from tuppence.growth.operations import record_hits
from tuppence.growth.visiting import Hit
from tuppence.members.models import AuditEntry, User
from tuppence.members.roles import Role

pytestmark = pytest.mark.django_db
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def grower(staff: Callable[..., User]) -> Client:
    """The growth operator's browser."""
    return browser(staff("gus", Role.GROWTH_OPERATOR))


def asked(**changes: object) -> dict[str, object]:
    """The form of a link."""
    channel = Channel.objects.get(code="offline_print").pk
    form = {"name": "Poster", "target": "/listings/", "channel": channel, "code": "poster-1"}
    return form | changes


def test_a_link_is_made_followed_seen_and_paused(grower: Client) -> None:
    made = grower.post("/staff/growth/links/new/", asked(utm_source="hall"))
    row = TrackedLink.objects.get()
    assert made["Location"] == f"/staff/growth/links/{row.pk}/"
    Client(headers={"user-agent": AGENT}).get("/go/poster-1", follow=True)
    page = grower.get(made["Location"]).content.decode()
    assert "http://localhost:8000/go/poster-1" in page and "utm_source" in page
    listed = grower.get("/staff/growth/links/?csv=1").content.decode()
    assert "poster-1" in grower.get("/staff/growth/links/").content.decode() or listed
    grower.post(f"/staff/growth/links/{row.pk}/pause/")
    assert Client().get("/go/poster-1").status_code == 410
    actions = AuditEntry.objects.filter(subject_kind="link").values_list("action", flat=True)
    assert set(actions) == {"link.make", "link.pause"}


def test_a_link_without_a_code_gets_one_that_is_easy_to_type(grower: Client) -> None:
    grower.post("/staff/growth/links/new/", asked(code=""))
    code = TrackedLink.objects.get().code
    assert len(code) == 7 and not set(code) & set("il1o0")


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"target": "http://x.example"}, "https://"),
        ({"target": "//x.example"}, "https://"),
        ({"utm_source": "ann@example.org"}, "tells who a person is"),
        ({"code": "a"}, "small letters"),
        ({"channel": "0"}, "0"),
    ],
)
def test_a_link_that_cannot_stand_says_why(
    grower: Client, wrong: dict[str, object], word: str
) -> None:
    page = grower.post("/staff/growth/links/new/", asked(**wrong)).content.decode()
    assert 'role="alert"' in page and word in page
    assert not TrackedLink.objects.exists()


def test_the_qr_code_is_a_picture_of_the_address(grower: Client) -> None:
    grower.post("/staff/growth/links/new/", asked())
    place = f"/staff/growth/links/{TrackedLink.objects.get().pk}/qr."
    png, svg = grower.get(f"{place}png?download"), grower.get(f"{place}svg")
    assert png.content.startswith(b"\x89PNG") and "poster-1.png" in png["Content-Disposition"]
    assert b"<svg" in svg.content and svg["Content-Type"] == "image/svg+xml"
    assert grower.get(f"{place}gif").status_code == 404


def test_traffic_shows_people_and_programs_apart(grower: Client) -> None:
    empty = grower.get("/staff/growth/traffic/").content.decode()
    assert "Nobody came in these days" in empty
    visitor = Client(headers={"user-agent": AGENT, "referer": "https://www.bing.com/"})
    visitor.get("/safety/")
    record_hits([Hit(timezone.now(), "/", bot="Googlebot")])
    page = grower.get("/staff/growth/traffic/").content.decode()
    assert "Search results, not paid" in page and "Googlebot" in page
    by_page = grower.get(
        f"/staff/growth/traffic/?since=2026-01-01&until={timezone.localdate()}&by=landing"
    )
    assert "/safety/" in by_page.content.decode()
    wrong = grower.get("/staff/growth/traffic/?since=never&until=2026-01-01").content.decode()
    assert 'role="alert"' in wrong
