"""Credit loses nothing, and a source is paid back by all that came back, not by one month."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tuppence.growth.return_on_spend import (
    FIGURES,
    Brought,
    MemberValue,
    Month,
    added,
    annualised_minor,
    credit,
    paid_back_in,
)

ANN = MemberValue(
    registered=1, verified=1, first_investors=1, invested_minor=500_00, fees_minor=100
)
VALUES = st.builds(MemberValue, *(st.integers(-(10**9), 10**9) for _ in FIGURES))


@given(
    members=st.dictionaries(st.integers(1, 20), VALUES, max_size=8),
    weights=st.dictionaries(
        st.integers(1, 20),
        st.dictionaries(st.sampled_from("abcd"), st.integers(1, 5), min_size=1),
        max_size=12,
    ),
)
def test_whatever_is_credited_sums_to_what_was_brought(
    members: dict[int, MemberValue], weights: dict[int, dict[str, int]]
) -> None:
    found = credit(members, weights)
    assert added(list(found.values())) == added(list(members.values()))


def test_a_member_without_a_touch_is_unattributed_and_one_with_three_is_split() -> None:
    found = credit({1: ANN, 2: ANN}, {1: {"search": 2, "social": 1}})
    assert found[None] == ANN
    assert (found["search"].fees_minor, found["social"].fees_minor) == (67, 33)
    assert (found["search"].registered, found["social"].registered) == (1, 0)


def test_a_source_is_worth_what_its_people_left_less_what_it_cost() -> None:
    source = Brought(300_00, replace(ANN, fees_minor=450_00, incentives_minor=60_00), visits=90)
    assert source.cost_minor == 360_00
    assert source.contribution_minor == 90_00
    assert source.return_share == Fraction(1, 4)
    assert source.paid_back == Fraction(5, 4)
    assert source.cost_each("visits") == Fraction(4_00)
    assert source.cost_each("first_investors") == Fraction(360_00)
    free = Brought(0, ANN)
    assert (free.return_share, free.paid_back) == (None, None)


def test_half_a_year_counts_half() -> None:
    assert annualised_minor(1_000_00, 365) == 1_000_00
    assert annualised_minor(1_000_00, 182) == 498_63  # 1,000.00 x 182 / 365 = 498.6301


def test_payback_sets_all_that_came_back_against_all_that_was_spent() -> None:
    def months(*pairs: tuple[int, int]) -> list[Month]:
        return [Month(date(2026, place, 1), *pair) for place, pair in enumerate(pairs, start=1)]

    assert paid_back_in(months((100, 0), (0, 60), (0, 50))) == date(2026, 3, 1)
    assert paid_back_in(months((100, 0), (0, 60))) is None
    # February alone looks paid back; January's spend says it is not.
    assert paid_back_in(months((100, 0), (10, 20))) is None
    # Paid back, then spent again, then paid back again: the last time counts.
    assert paid_back_in(months((10, 20), (100, 0), (0, 90))) == date(2026, 3, 1)
    assert paid_back_in([]) is None
