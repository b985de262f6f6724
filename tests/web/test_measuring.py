"""From a link to a member: what is kept of a visitor who agrees, and of one who does not."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.web.conftest import Person
from tuppence.growth.links import NewLink
from tuppence.growth.models import Channel, LinkDay, TrackedLink, Visit, VisitorLink
from tuppence.growth.operations import make_link, pause_link
from tuppence.growth.queries.touches import credited_touches, touches_of
from tuppence.growth.touches import Rule, TouchGoal
from tuppence.members.models import Member, User
from tuppence.members.roles import Role
from tuppence.web.measuring.choice import CHOICE_COOKIE
from tuppence.web.measuring.visitor_cookie import VISITOR_COOKIE

pytestmark = pytest.mark.django_db
AGENT = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
)
PASSWORD = "a long enough one"


def browser(**headers: str) -> Client:
    """A person's browser in front of the public pages."""
    return Client(headers={"user-agent": AGENT, **headers})


def agreed() -> Client:
    """A browser that has said yes."""
    client = browser()
    client.cookies[CHOICE_COOKIE] = "yes"
    return client


def inside(path: str) -> dict[str, str]:
    """The headers of a click on one of our own pages."""
    return {"referer": f"http://testserver{path}", "sec-fetch-site": "same-origin"}


def events(verb: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT visitor_id, member_id, subject_id, properties ->> 'page' FROM events_event"
            " WHERE verb = %s ORDER BY id",
            [verb],
        )
        return cursor.fetchall()


@pytest.fixture
def poster(staff: Callable[..., User]) -> TrackedLink:
    """A link on a poster."""
    channel = Channel.objects.get(code="offline_print")
    by = staff("gus", Role.GROWTH_OPERATOR).pk
    asked = NewLink("poster-1", "Poster at the station", channel.pk, "/listings/")
    return make_link(asked, by=by, at=timezone.now())


def test_a_visitor_comes_by_a_link_agrees_joins_and_is_known(poster: TrackedLink) -> None:
    client = browser(referer="https://forum.example/thread/5?user=ann")
    landing = client.get("/go/poster-1")
    assert landing["Location"] == "/listings/?via=poster-1"
    assert LinkDay.objects.get().clicks == 1
    page = client.get(landing["Location"])
    asked = re.search(r'name="origin" value="([^"]+)"', page.content.decode())
    assert asked is not None and VISITOR_COOKIE not in client.cookies
    answer = {"measuring": "yes", "origin": asked.group(1), "next": landing["Location"]}
    assert client.post("/privacy/measuring/", answer)["Location"] == landing["Location"]
    client.get(landing["Location"])
    client.get("/calculators/", headers=inside("/listings/"))
    row = Visit.objects.get()  # the landing, the reload and the next page are one visit
    assert (row.link, row.channel.code, row.kind) == (poster, "offline_print", "link")
    assert (row.landing, row.referrer_host, row.device) == ("/listings/", "forum.example", "phone")
    pages = events("page.viewed")
    assert [page for *_, page in pages] == ["/listings/", "/listings/", "/calculators/"]
    assert [visitor for visitor, *_ in pages] == [None, row.visitor_id, row.visitor_id]

    joining = {"email": "ann@member.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", joining)
    user = User.objects.get(email="ann@member.example")
    client.force_login(user)
    profile = {"kind": "person", "your_name": "Ann Fletcher", "born_on": "1985-05-05",
               "country": "DE", "key": str(uuid4())}  # fmt: skip
    assert client.post("/profile/", profile)["Location"] == "/identity/"
    member = Member.objects.get(user=user)
    for rule in Rule:
        touch = credited_touches(rule, TouchGoal.REGISTRATION)[member.pk]
        assert (touch.visit, touch.link_id) == (row.pk, poster.pk)
    # The book knows numbers of browsers; whose they are stands in one place, and can be undone.
    assert {member_id for _, member_id, *_ in events("page.viewed")} == {None}


def test_before_an_answer_no_number_is_given_and_pages_are_counted(poster: TrackedLink) -> None:
    client = browser(referer="https://www.bing.com/")
    page = client.get("/listings/").content.decode()
    assert 'class="ask"' in page and VISITOR_COOKIE not in client.cookies
    client.get("/safety/", headers=inside("/listings/"))
    row = Visit.objects.get()
    assert (row.visitor_id, row.channel.code) == (None, "organic_search")
    assert [visitor for visitor, *_ in events("page.viewed")] == [None, None]


@pytest.mark.parametrize("signal", [{"sec-gpc": "1"}, {"dnt": "1"}])
def test_a_signal_of_the_browser_goes_before_every_answer(signal: dict[str, str]) -> None:
    client = browser(**signal)
    client.cookies[CHOICE_COOKIE] = "yes"
    page = client.get("/safety/").content.decode()
    assert 'class="ask"' not in page and VISITOR_COOKIE not in client.cookies
    client.post("/privacy/measuring/", {"measuring": "yes"})
    assert client.cookies[CHOICE_COOKIE].value == "no" and VISITOR_COOKIE not in client.cookies
    assert Visit.objects.get().visitor_id is None


def test_a_choice_can_be_changed_as_easily_as_it_was_made() -> None:
    client = agreed()
    client.get("/safety/")
    assert client.cookies[VISITOR_COOKIE]["httponly"]
    assert client.cookies[VISITOR_COOKIE]["samesite"] == "Lax"
    page = client.get("/privacy/").content.decode()
    yes, no = (page.index(f'name="measuring" value="{each}"') for each in ("yes", "no"))
    assert page.count('<button class="btn" name="measuring"') == 2 and yes < no
    client.post("/privacy/measuring/", {"measuring": "no", "next": "https://evil.example/"})
    assert client.cookies[VISITOR_COOKIE].value == ""
    client.get("/safety/")
    assert client.cookies[VISITOR_COOKIE].value == ""
    assert len(events("consent.refused")) == 1


@pytest.mark.parametrize("forged", ["x", "a.1.2.3.:sig", "\x00", "é", "0" * 5000])
def test_a_forged_number_is_worth_nothing(forged: str) -> None:
    client = agreed()
    client.get("/safety/")
    first = Visit.objects.get().visitor_id
    client.cookies[VISITOR_COOKIE] = forged
    assert client.get("/safety/").status_code == 200
    assert Visit.objects.count() == 2
    assert Visit.objects.exclude(visitor_id=first).get().visitor_id is not None


def test_a_number_with_a_changed_letter_is_worth_nothing() -> None:
    client = agreed()
    client.get("/safety/")
    value = client.cookies[VISITOR_COOKIE].value
    client.cookies[VISITOR_COOKIE] = ("1" if value[0] != "1" else "2") + value[1:]
    client.get("/safety/")
    assert Visit.objects.values("visitor_id").distinct().count() == 2


def test_thirty_minutes_without_a_page_end_a_visit() -> None:
    client = agreed()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.get("/safety/")
        clock.shift(timedelta(minutes=29))
        client.get("/glossary/", headers=inside("/safety/"))
        clock.shift(timedelta(minutes=31))
        client.get("/help/", headers=inside("/glossary/"))
    rows = list(Visit.objects.order_by("at"))
    assert [row.landing for row in rows] == ["/safety/", "/help/"]
    assert rows[0].visitor_id == rows[1].visitor_id


def test_programs_staff_parts_and_prefetches_are_no_visits(
    staff: Callable[..., User], poster: TrackedLink
) -> None:
    Client(headers={"user-agent": "Googlebot/2.1"}).get("/go/poster-1", follow=True)
    Client().get("/safety/")
    day = LinkDay.objects.get()
    assert (day.clicks, day.bot_clicks) == (0, 1)
    assert [page for *_, page in events("bot.viewed")] == ["/listings/", "/safety/"]
    agreed().get("/safety/", headers={"sec-purpose": "prefetch"})
    agreed().get("/listings/", headers={"hx-request": "true"})
    agreed().get("/nowhere/")
    worker = agreed()
    worker.force_login(staff("will", Role.GROWTH_OPERATOR))
    worker.get("/staff/growth/")
    worker.get("/safety/")
    assert Visit.objects.count() == 0 and events("page.viewed") == []


def test_two_members_on_one_computer_stay_two(member: Callable[..., Person], settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    ann, ben = member("ann"), member("ben")
    client = agreed()
    client.get("/safety/", headers={"referer": "https://www.bing.com/"})
    for person in (ann, ben, ann):
        login = {"login": person.user.email, "password": PASSWORD}
        assert client.post("/accounts/login/", login).status_code == 302
        client.get("/home/", headers=inside("/accounts/login/"))
        client.post("/accounts/logout/")
    touches = touches_of([ann.member_id, ben.member_id])
    assert [touch.channel for touch in touches[ann.member_id]][:1] == ["organic_search"]
    assert all(t.kind == "unknown" for t in touches[ben.member_id])
    assert VisitorLink.objects.filter(member_id=ben.member_id, undone_at=None).count() == 1


def test_a_link_elsewhere_warns_first_and_a_paused_one_says_so(poster: TrackedLink) -> None:
    away = make_link(
        NewLink("shop", "Partner's shop", poster.channel_id, "https://shop.example/a?b=<c>"),
        by=poster.owner_id,
        at=timezone.now(),
    )
    page = browser().get("/go/SHOP")
    assert page.status_code == 200
    assert "https://shop.example/a?b=&lt;c&gt;" in page.content.decode()
    pause_link(away.pk, paused=True, by=poster.owner_id, at=timezone.now())
    for code in ("shop", "nothing-there"):
        assert browser().get(f"/go/{code}").status_code == 410
    assert LinkDay.objects.get().clicks == 1


def test_what_is_kept_of_an_address_tells_nobody(poster: TrackedLink) -> None:
    client = browser(referer="https://mail.example/u/ann@example.org?inbox=1")
    client.get("/listings/?utm_source=ann@example.org&utm_medium=email&gclid=Cj0K&via=%00")
    row = Visit.objects.get()
    kept = " ".join(str(value) for value in vars(row).values())
    assert "ann" not in kept and "Cj0K" not in kept and row.channel.code == "email"
