"""Visits, links and stitching on a real PostgreSQL: nothing twice, nothing merged, all undoable."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.growth.conftest import AT
from tuppence.growth.arriving import Arrival, LinkFacts, SourceKind, Utm, decide_source
from tuppence.growth.channels import STARTING_TREE
from tuppence.growth.links import LinkError, NewLink, check_target, landing_address
from tuppence.growth.models import Channel, LinkDay, Visit, VisitorLink
from tuppence.growth.operations import (
    follow_links,
    make_link,
    name_visit,
    pause_link,
    record_hits,
    stitch,
    unstitch,
)
from tuppence.growth.queries.links import link_facts, open_link
from tuppence.growth.queries.touches import channel_of, credited_touches, touches_of
from tuppence.growth.stitching import Cause, StitchFacts, StitchOrder, StitchStatus, decide_stitches
from tuppence.growth.touches import Rule, TouchGoal, credited
from tuppence.growth.visiting import Beginning, Hit, Visitor, goes_on
from tuppence.members.operations import register_members
from tuppence.members.registration import MemberKind, RegisterOrder

CODES = frozenset(each.code for each in STARTING_TREE)
HOUR = timedelta(hours=1)
numbers = iter(range(1, 10**6))


def member(name: str, *, at: datetime = AT) -> int:
    """A member who registered then."""
    order = RegisterOrder(
        uuid4(), MemberKind.PERSON, f"{name} Fletcher", "DE", at, None, date(1985, 5, 5)
    )
    (outcome,) = register_members([order])
    assert outcome.member_id is not None
    return outcome.member_id


def visit(visitor: UUID | None, arrival: Arrival, *, at: datetime) -> Hit:
    """The first page of a visit."""
    source = decide_source(arrival, CODES)
    beginning = Beginning(arrival, source, "/listings/")
    return Hit(at, "/listings/", "phone", "en", visitor, next(numbers), beginning)


def events(verb: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_event WHERE verb = %s", [verb])
        return int(cursor.fetchone()[0])


SEARCH = Arrival(referrer_host="www.bing.com")
MAIL = Arrival(utm=Utm(medium="email"))
DIRECT = Arrival()


# --- Pure ---------------------------------------------------------------------------------------


def test_a_visit_ends_after_thirty_minutes_or_with_another_tagged_address() -> None:
    visitor = Visitor(uuid4(), AT, 5, AT, MAIL.fingerprint)
    assert goes_on(visitor, DIRECT, at=AT + timedelta(minutes=30))
    assert not goes_on(visitor, DIRECT, at=AT + timedelta(minutes=30, seconds=1))
    assert goes_on(visitor, SEARCH, at=AT + timedelta(minutes=5))
    assert goes_on(visitor, MAIL, at=AT + timedelta(minutes=5))  # a reload
    assert not goes_on(visitor, Arrival(utm=Utm(medium="cpc")), at=AT + timedelta(minutes=5))
    assert not goes_on(replace(visitor, visit=0), DIRECT, at=AT)
    assert not goes_on(visitor, DIRECT, at=AT - timedelta(hours=1))  # a clock set back


def test_a_number_lives_180_days_however_often_it_comes_back() -> None:
    visitor = Visitor(uuid4(), AT, 5, AT + timedelta(days=179))
    assert visitor.alive(AT + timedelta(days=179))
    assert not visitor.alive(AT + timedelta(days=180))


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4), st.booleans()), max_size=30),
    st.dictionaries(st.integers(1, 4), st.integers(1, 4)),
)
def test_two_members_never_become_one(
    asked: list[tuple[int, int, bool]], owners: dict[int, int]
) -> None:
    orders = [
        StitchOrder(UUID(int=visitor), member, Cause.STAFF if staff else Cause.SIGN_IN, AT)
        for visitor, member, staff in asked
    ]
    facts = StitchFacts({UUID(int=v): m for v, m in owners.items()}, frozenset())
    statuses = decide_stitches(orders, facts)
    held = dict(facts.owners)
    for order, status in zip(orders, statuses, strict=True):
        if status is StitchStatus.LINKED:
            assert order.visitor_id not in held
            held[order.visitor_id] = order.member_id
        assert status.stands == (held[order.visitor_id] == order.member_id)


@pytest.mark.parametrize(
    "target",
    ["//evil.example/", "/\\evil.example", "http://plain.example/", "https://", "javascript:x",
     "https://user@evil.example/", "https://host/ path", "listings/", "https://[x", "/a\nb"],
)  # fmt: skip
def test_a_link_leads_nowhere_odd(target: str) -> None:
    with pytest.raises(LinkError):
        check_target(target)


def test_a_link_adds_to_what_its_target_asks() -> None:
    utm = Utm("plaza", "poster", "first 500")
    assert landing_address("/listings/?grade=A#top", "x7k", utm) == (
        "/listings/?grade=A&utm_source=plaza&utm_medium=poster&utm_campaign=first+500&via=x7k#top"
    )
    assert landing_address("https://shop.example/a", "x7k", Utm()) == "https://shop.example/a"


# --- On the database ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_hit_again_begins_no_second_visit() -> None:
    hit = visit(uuid4(), SEARCH, at=AT)
    record_hits([hit])
    record_hits([replace(hit, page="/")])
    row = Visit.objects.get()
    assert (row.channel.code, row.kind, row.reason) == (
        "organic_search",
        "referrer",
        "www.bing.com",
    )
    assert (events("visit.began"), events("page.viewed")) == (1, 2)


@pytest.mark.django_db
def test_programs_are_kept_apart() -> None:
    record_hits([Hit(AT, "/", bot="Googlebot")])
    assert (Visit.objects.count(), events("bot.viewed"), events("page.viewed")) == (0, 1, 0)


@pytest.mark.django_db
def test_a_visit_of_nobody_is_given_to_a_visitor_once() -> None:
    hit = visit(None, SEARCH, at=AT)
    record_hits([hit])
    visitor = uuid4()
    assert hit.visit is not None
    assert name_visit(hit.visit, visitor)
    assert not name_visit(hit.visit, uuid4())
    assert Visit.objects.get().visitor_id == visitor


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["kind = 'utm'", "visitor_id = NULL", "at = now()"])
def test_the_database_refuses_to_change_a_visit(change: str) -> None:
    record_hits([visit(uuid4(), SEARCH, at=AT)])
    refused = pytest.raises((ProgrammingError, InternalError))
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE growth_visit SET {change}")


@pytest.mark.django_db
def test_first_and_last_touch_over_two_devices() -> None:
    phone, laptop = uuid4(), uuid4()
    record_hits(
        [
            visit(phone, SEARCH, at=AT - 9 * HOUR),
            visit(laptop, MAIL, at=AT - 5 * HOUR),
            visit(laptop, DIRECT, at=AT - HOUR),
            visit(laptop, Arrival(click_id="gclid"), at=AT + HOUR),
        ]
    )
    ann = member("Ann")
    orders = [StitchOrder(phone, ann, Cause.SIGN_IN, AT + 2 * HOUR),
              StitchOrder(laptop, ann, Cause.SIGN_UP, AT)]  # fmt: skip
    assert stitch(orders) == [StitchStatus.LINKED] * 2
    assert stitch(orders) == [StitchStatus.ALREADY] * 2
    touches = touches_of([ann])[ann]
    assert [t.channel for t in touches] == ["organic_search", "email", "direct", "paid_search"]
    ids = dict(Channel.objects.values_list("code", "id"))
    assert channel_of([ann], Rule.FIRST) == {ann: ids["organic_search"]}
    assert channel_of([ann], Rule.LAST) == {ann: ids["email"]}
    assert channel_of([ann], Rule.LAST, TouchGoal.FIRST_INVESTMENT) == {}


@pytest.mark.django_db
def test_the_statement_credits_as_the_pure_rule_does() -> None:
    arrivals = [SEARCH, MAIL, DIRECT, Arrival(click_id="gclid"), DIRECT]
    people = []
    for start in range(6):
        visitor, joined = uuid4(), AT + start * HOUR
        record_hits(
            [
                visit(visitor, arrivals[(start + n) % 5], at=AT + (2 * n - 1) * HOUR)
                for n in range(start)
            ]
        )
        someone = member(f"Someone{start}", at=joined)
        stitch([StitchOrder(visitor, someone, Cause.SIGN_UP, joined)])
        people.append((someone, joined))
    touches = touches_of(number for number, _ in people)
    for rule in Rule:
        found = credited_touches(rule, TouchGoal.REGISTRATION)
        for number, joined in people:
            assert found.get(number) == credited(touches.get(number, []), rule, until=joined)
    assert any(number not in touches for number, _ in people)


@pytest.mark.django_db
def test_a_wrong_link_is_undone_and_all_that_follows_from_it(staff: Callable[..., int]) -> None:
    visitor, ann, ben = uuid4(), member("Ann"), member("Ben")
    record_hits([visit(visitor, SEARCH, at=AT - HOUR)])
    stitch([StitchOrder(visitor, ann, Cause.SIGN_IN, AT)])
    other = StitchOrder(visitor, ben, Cause.SIGN_IN, AT)
    assert stitch([other]) == [StitchStatus.OTHER_MEMBER]
    link = VisitorLink.objects.get(undone_at=None)
    assert VisitorLink.objects.get(member_id=ben).undone_by_id is None  # a note, no link
    officer = staff("sue")
    assert unstitch(link.pk, by=officer, at=AT, why="A shared computer in a library")
    assert not unstitch(link.pk, by=officer, at=AT, why="again")
    assert channel_of([ann, ben], Rule.FIRST) == {}
    again = StitchOrder(visitor, ann, Cause.SIGN_IN, AT)
    assert stitch([again]) == [StitchStatus.UNLINKED_BEFORE]
    assert stitch([other]) == [StitchStatus.LINKED]
    assert list(channel_of([ann, ben], Rule.FIRST)) == [ben]
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitorLink.objects.filter(pk=link.pk).update(undone_at=None, undone_why="")


@pytest.mark.django_db
def test_a_link_is_made_followed_and_paused(grower: int, search: Channel) -> None:
    asked = NewLink("poster-1", "Poster at the station", search.pk, "/listings/", utm=Utm("db"))
    row = make_link(asked, by=grower, at=AT)
    with pytest.raises(LinkError):
        make_link(asked, by=grower, at=AT)
    follow_links({row.pk: 2}, bot=False, at=AT)
    follow_links({row.pk: 1}, bot=False, at=AT)
    follow_links({row.pk: 5}, bot=True, at=AT)
    day = LinkDay.objects.get()
    assert (day.clicks, day.bot_clicks, day.day) == (3, 5, AT.date())
    assert link_facts("poster-1") == LinkFacts(row.pk, "poster-1", "paid_search")
    assert pause_link(row.pk, paused=True, by=grower, at=AT)
    assert not pause_link(row.pk, paused=True, by=grower, at=AT)
    assert open_link("poster-1") is None and link_facts("poster-1") is not None
    assert pause_link(row.pk, paused=False, by=grower, at=AT)
    assert open_link("poster-1") is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"code": "A b"}, {"code": "x"}, {"name": " "}, {"target": "//x.example"},
     {"creative": "ann@example.org"}, {"utm": Utm(source="<b>")}, {"channel_id": 0}],
)  # fmt: skip
def test_a_link_that_cannot_stand_is_refused(
    grower: int, search: Channel, wrong: dict[str, object]
) -> None:
    asked = NewLink("poster-1", "Poster", search.pk, "/listings/")
    with pytest.raises(LinkError):
        make_link(replace(asked, **wrong), by=grower, at=AT)  # type: ignore[arg-type]


def test_kinds_of_sources_fit_their_column() -> None:
    assert max(len(kind.value) for kind in SourceKind) <= 10
    assert AT.tzinfo is UTC
