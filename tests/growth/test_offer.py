"""What offers are worth, reserve and earn: worked by hand, and for any terms."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.growth.offer import (
    YIELDING,
    Claim,
    OfferKind,
    Terms,
    Tier,
    reward_minor,
    terms_as_json,
    terms_from_json,
    terms_gaps,
)
from tuppence.growth.using import GrantFacts, GrantState, Use, UseStatus, use_grants
from tuppence.growth.yielding import Running, earn_days

PACKET = Terms(OfferKind.RED_PACKET, "Ten for fifty", Claim.REGISTERED, 100, 10_00)
CASHBACK = Terms(
    OfferKind.CASHBACK, "One per cent", Claim.CODE, 100, 20_00, Fraction(1, 100), code="ONE"
)
TIERS = replace(
    CASHBACK,
    amount_minor=0,
    share=Fraction(0),
    tiers=(Tier(100_00, 1_00), Tier(500_00, 8_00)),
)
BOOSTER = Terms(OfferKind.BOOSTER, "Two more", Claim.GIVEN, 50, 1_000_00, Fraction(2, 100), days=90)


def test_the_worst_case_of_each_form_is_worked_by_hand() -> None:
    assert PACKET.worst_minor == 10_00
    assert CASHBACK.worst_minor == 20_00
    assert TIERS.worst_minor == 8_00
    # 1,000.00 x 2 % x 90 / 365 = 4.9315, and the promise is reserved whole.
    assert BOOSTER.worst_minor == 4_94
    assert (PACKET.worst_total_minor, PACKET.expected_total_minor) == (1_000_00, 1_000_00)
    assert replace(PACKET, expected_share=Fraction(2, 5)).expected_total_minor == 400_00


def test_a_share_stops_at_its_cap_and_tiers_at_theirs() -> None:
    assert [reward_minor(CASHBACK, base) for base in (99, 150_00, 5_000_00)] == [0, 1_50, 20_00]
    assert [reward_minor(TIERS, base) for base in (99_99, 100_00, 499_99, 9_000_00)] == [
        0,
        1_00,
        1_00,
        8_00,
    ]
    assert reward_minor(PACKET, 1) == 10_00


def test_terms_that_contradict_themselves_are_named() -> None:
    assert [terms_gaps(each) for each in (PACKET, CASHBACK, TIERS, BOOSTER)] == [[]] * 4
    assert terms_gaps(replace(CASHBACK, code="")) == ["code"]
    assert terms_gaps(replace(PACKET, share=Fraction(1, 10))) == ["share"]
    assert terms_gaps(replace(BOOSTER, days=0, amount_minor=0)) == ["amount_minor", "days"]
    falling = (Tier(100_00, 9_00), Tier(500_00, 8_00))
    assert terms_gaps(replace(TIERS, tiers=falling)) == ["tiers"]
    assert terms_gaps(replace(PACKET, term_months_min=24, term_months_max=12)) == [
        "term_months_max"
    ]


@pytest.mark.parametrize("terms", [PACKET, CASHBACK, TIERS, BOOSTER])
def test_terms_come_back_as_they_were_written(terms: Terms) -> None:
    assert terms_from_json(terms_as_json(terms)) == terms


@given(
    base=st.integers(0, 10**12),
    share=st.fractions(min_value=0, max_value=1),
    cap=st.integers(0, 10**9),
)
def test_no_reward_is_above_what_was_reserved(base: int, share: Fraction, cap: int) -> None:
    for kind in set(OfferKind) - YIELDING:
        terms = Terms(kind, "x", Claim.GIVEN, 1, cap, share)
        assert 0 <= reward_minor(terms, base) <= terms.worst_minor


@given(
    steps=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10**9)), min_size=1, max_size=40),
    share=st.fractions(min_value=Fraction(1, 10_000), max_value=1),
    days=st.integers(1, 400),
    cap=st.integers(1, 10**8),
)
def test_an_extra_rate_earns_the_same_however_it_is_booked_and_never_above_the_worst_case(
    steps: list[tuple[int, int]], share: Fraction, days: int, cap: int
) -> None:
    terms = Terms(OfferKind.BOOSTER, "x", Claim.GIVEN, 1, cap, share, days)
    by_step = Running(share, cap, days, 0, 0)
    exact = Fraction(0)
    for count, outstanding in steps:
        counted = min(count, by_step.days_left)
        exact += share * min(outstanding, cap) * counted / 365
        earned = earn_days(by_step, outstanding, count)
        assert earned.amount_minor >= 0
        by_step = Running(
            share,
            cap,
            earned.days_left,
            earned.principal_days,
            by_step.booked_minor + earned.amount_minor,
        )
    assert by_step.booked_minor == int(exact)
    assert by_step.booked_minor <= terms.worst_minor


DAY = date(2026, 11, 27)
USE = Use(member_id=7, amount_minor=100_00, term_months=12, on=DAY, first_time=True)


def held(terms: Terms, **changes: object) -> GrantFacts:
    whole = GrantFacts(1, 7, 3, GrantState.GRANTED, DAY, terms)
    return replace(whole, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("grants", "use", "status"),
    [
        ([held(PACKET)], USE, UseStatus.FITS),
        ([None], USE, UseStatus.NOT_FOUND),
        ([held(PACKET, member_id=8)], USE, UseStatus.NOT_YOURS),
        ([held(PACKET, state=GrantState.TAKEN)], USE, UseStatus.WRONG_STATE),
        ([held(PACKET, last_day=date(2026, 11, 26))], USE, UseStatus.TOO_LATE),
        ([held(replace(PACKET, minimum_minor=100_01))], USE, UseStatus.BELOW_MINIMUM),
        ([held(TIERS)], replace(USE, amount_minor=99_99), UseStatus.BELOW_MINIMUM),
        ([held(replace(PACKET, term_months_min=13))], USE, UseStatus.TERM_TOO_SHORT),
        ([held(replace(PACKET, term_months_max=11))], USE, UseStatus.TERM_TOO_LONG),
        (
            [held(replace(PACKET, first_time=True))],
            replace(USE, first_time=False),
            UseStatus.NOT_FIRST_TIME,
        ),
        ([held(PACKET)], replace(USE, borrowing=True), UseStatus.WRONG_KIND),
        ([held(PACKET), held(BOOSTER)], USE, UseStatus.DOES_NOT_STACK),
        (
            [held(replace(PACKET, stacks=True)), held(replace(BOOSTER, stacks=True))],
            USE,
            UseStatus.FITS,
        ),
        (
            [held(replace(PACKET, stacks=True)), held(replace(PACKET, stacks=True), id=2)],
            USE,
            UseStatus.DOES_NOT_STACK,
        ),
    ],
)
def test_an_offer_fits_an_order_or_the_first_reason_is_named(
    grants: list[GrantFacts | None], use: Use, status: UseStatus
) -> None:
    assert use_grants(grants, use) is status
