"""The made-up market is the same for the same seed, and holds what a newcomer should see."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from tuppence.members.naming import clean_name
from tuppence.members.registration import MemberKind
from tuppence.money.months import step
from tuppence.practice.funding import Purse, Wanted, funded_by, tickets, top_ups
from tuppence.practice.loan_stories import (
    HORIZON_DAYS,
    LATE_WINDOWS,
    Fate,
    Story,
    fates,
    stories,
)
from tuppence.practice.logins import PASSWORD, STAFF, demo_logins
from tuppence.practice.paying import Due, pay_ins, pays_on
from tuppence.practice.people import Counts, Inhabitant, Part, inhabitants, of_part
from tuppence.practice.products import SHELF

LAST_DAY = date(2026, 11, 23)
FIRST_DAY = LAST_DAY - timedelta(days=HORIZON_DAYS)


def people(seed: int = 1) -> list[Inhabitant]:
    counts = Counts(lenders=60, borrowers=100, lookers=20)
    return inhabitants(Random(seed), counts, first_day=FIRST_DAY, last_day=LAST_DAY)


def told(seed: int = 1, *, count: int = 90, last_day: date = LAST_DAY) -> list[Story]:
    told_fates = fates(count)
    borrowers = of_part(people(seed), Part.BORROWS)[: len(told_fates)]
    return stories(
        Random(seed), told_fates, borrowers, last_day=last_day, amount_minor_most=9_000_00
    )


def test_the_same_seed_makes_the_same_people_and_another_one_others() -> None:
    assert people(1) == people(1)
    assert people(1) != people(2)
    assert told(1) == told(1)


def test_people_can_sign_up_as_they_are() -> None:
    everybody = people()
    for field in ("legal_name", "email", "iban"):
        assert len({getattr(person, field) for person in everybody}) == len(everybody)
    assert all(clean_name(person.legal_name) == person.legal_name for person in everybody)
    for person in everybody:
        is_business = person.kind is MemberKind.ORGANISATION
        assert bool(person.registration_number and person.representative_name) == is_business
        assert (person.born_on is None) == is_business
        assert FIRST_DAY <= person.joins_on <= LAST_DAY


def test_companies_and_sole_traders_borrow() -> None:
    borrowers = of_part(people(), Part.BORROWS)
    assert {person.kind for person in borrowers} == set(MemberKind)
    assert any("\u4e00" <= person.legal_name[0] <= "\u9fff" for person in borrowers)


@pytest.mark.parametrize("count", [10, 40, 90])
def test_every_fate_is_told_at_every_size(count: int) -> None:
    assert {story.fate for story in told(count=count)} == set(Fate)


@pytest.mark.parametrize("days_on", range(0, 370, 13))
def test_loans_that_stopped_stand_in_each_bucket_whatever_the_last_day_is(days_on: int) -> None:
    last_day = LAST_DAY + timedelta(days=days_on)
    late = [
        (last_day - story.stops_on).days
        for story in told(last_day=last_day)
        if story.fate is Fate.STOPPED and story.stops_on is not None
    ]
    for least, most in LATE_WINDOWS:
        assert any(least <= days <= most for days in late)


@pytest.mark.parametrize("seed", range(5))
def test_stories_fit_their_products_and_the_year(seed: int) -> None:
    for story in told(seed):
        shelf = SHELF[story.shelf]
        assert shelf.amount_minor_min <= story.amount_minor <= shelf.amount_minor_max
        assert shelf.instalments_min <= story.instalments <= shelf.instalments_max
        assert FIRST_DAY + timedelta(days=14) < story.applies_on <= LAST_DAY
        assert story.fate.is_paid_out == (story.pays_out_on is not None)
        if story.stops_on is not None and story.pays_out_on is not None:
            dues = [
                step(story.pays_out_on, n * shelf.every, shelf.unit)
                for n in range(1, story.instalments + 1)
            ]
            assert story.stops_on in dues


def a_story(fate: Fate) -> Story:
    return next(story for story in told() if story.fate is fate)


def test_a_listing_fills_in_whole_steps_up_to_its_share() -> None:
    story = a_story(Fate.CURRENT)
    days = [story.listed_on + timedelta(days=n) for n in range(-1, 8)]
    filled = [funded_by(story, day, step_minor=10_00) for day in days]
    assert filled == sorted(filled)
    assert (filled[0], filled[-1]) == (0, story.amount_minor)
    assert all(amount % 10_00 == 0 for amount in filled)


def test_tickets_fill_what_is_wanted_and_never_more_than_is_idle() -> None:
    purses = [Purse(number, 400_00, (50_00, 300_00), 20_000_00) for number in range(1, 21)]
    wanted = [Wanted(1, 1_990_00, 10_00, 50_00), Wanted(2, 500_00, 10_00, 50_00, frozenset({3}))]
    placed = tickets(Random(3), wanted, purses)
    assert Counter({1: 1_990_00, 2: 500_00}) == sum(
        (Counter({ticket.listing_id: ticket.amount_minor}) for ticket in placed), Counter()
    )
    spent: Counter[int] = Counter()
    for ticket in placed:
        spent[ticket.member_id] += ticket.amount_minor
    assert max(spent.values()) <= 400_00
    assert all(ticket.amount_minor >= 50_00 for ticket in placed)
    assert (2, 3) not in {(ticket.listing_id, ticket.member_id) for ticket in placed}


@pytest.mark.parametrize(
    ("amount_minor", "fills", "placed"),
    [(50_00, False, True), (40_00, False, False), (40_00, True, True), (0, True, False)],
)
def test_only_the_rest_of_a_listing_may_be_small(
    amount_minor: int, fills: bool, placed: bool
) -> None:
    assert Wanted(1, amount_minor, 10_00, 50_00, fills=fills).can_be_placed is placed


def test_the_eager_are_asked_first() -> None:
    purses = [Purse(n, 400_00, (50_00, 300_00), 0, is_eager=n == 17) for n in range(1, 21)]
    first, *_ = tickets(Random(3), [Wanted(1, 1_000_00, 10_00, 50_00)], purses)
    assert first.member_id == 17


def test_a_large_ticket_comes_with_consent() -> None:
    poor, rich = (Purse(1, 0, (1, 1), worth) for worth in (10_000_00, 60_000_00))
    assert poor.asks_consent(1_000_01)
    assert not poor.asks_consent(1_000_00)
    assert not rich.asks_consent(3_000_00)


def test_the_rich_pay_in_when_money_is_short() -> None:
    purses = [Purse(number, 100_00, (1, 1), 1_000_00 * number) for number in range(1, 6)]
    assert top_ups(purses, wanted_minor=200_00, each_minor=50_00, most=5) == []
    paid_in = top_ups(purses, wanted_minor=300_00, each_minor=50_00, most=5)
    assert paid_in == [(5, 50_00), (4, 50_00)]


def test_who_stopped_pays_nothing_more_and_others_pay_before_the_day() -> None:
    stopped = a_story(Fate.STOPPED)
    assert stopped.stops_on is not None
    assert pays_on(stopped, stopped.stops_on) is None
    due_on = LAST_DAY + timedelta(days=2)
    due = Due(7, 1, due_on, 120_00)
    current = {7: a_story(Fate.CURRENT)}
    (sent,) = pay_ins([due], current, {7: 20_00}, on=LAST_DAY)
    assert (sent.loan_id, sent.amount_minor, sent.is_named) == (7, 100_00, True)
    assert pay_ins([due], current, {7: 120_00}, on=LAST_DAY) == []


def test_every_persona_has_a_login() -> None:
    logins = demo_logins()
    assert len(logins.logins) == 2 + len(STAFF)
    assert {login.password for login in logins.logins} == {PASSWORD}
    assert logins.of("compliance officer").email == "compliance@practice.example"
    with pytest.raises(LookupError):
        logins.of("visitor")
