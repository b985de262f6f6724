"""The money-weighted return: published figures, exact root counts, extremes, refusals."""

import math
import random
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tuppence.money.day_count import DayCount, year_fraction
from tuppence.money.present_value_roots import all_roots
from tuppence.money.xirr import OUTCOME_SENTENCES, XirrOutcome, XirrResult, xirr

START = date(2021, 1, 1)


def yearly(*amounts: int) -> list[tuple[date, int]]:
    """Flows 365 days apart, so that the k-th is exactly k years after the first."""
    return [(START + timedelta(days=365 * k), amount) for k, amount in enumerate(amounts)]


def present_value(
    flows: Sequence[tuple[date, int]], rate: float, day_count: DayCount = DayCount.ACT_365_FIXED
) -> float:
    """The value at the rate, as a part of the gross sum of what was discounted."""
    first = min(day for day, _ in flows)
    worth = [
        amount * math.exp(-math.log1p(rate) * float(year_fraction(first, day, day_count)))
        for day, amount in flows
    ]
    return math.fsum(worth) / math.fsum(abs(part) for part in worth)


def test_the_spreadsheet_documentation_example() -> None:
    flows = [
        (date(2008, 1, 1), -10_000_00),
        (date(2008, 3, 1), 2_750_00),
        (date(2008, 10, 30), 4_250_00),
        (date(2009, 2, 15), 3_250_00),
        (date(2009, 4, 1), 2_750_00),
    ]
    result = xirr(flows)
    assert result.outcome is XirrOutcome.UNIQUE
    assert result.rate is not None
    assert f"{result.rate:.6f}" == "0.373363"


@pytest.mark.parametrize(
    ("amounts", "outcome", "rate"),
    [
        # worked examples of numpy-financial's documentation
        ((-100, 39, 59, 55, 20), XirrOutcome.UNIQUE, 0.28095),
        ((-100, 0, 0, 74), XirrOutcome.UNIQUE, -0.0955),
        ((-100, 100, 0, 7), XirrOutcome.UNIQUE, 0.06206),
        # two rates that are both below zero: -8.3 % and -67 %
        ((-100, 100, 0, -7), XirrOutcome.SEVERAL_ROOTS, None),
        # textbook projects with two rates: the pump (25 % and 400 %), 10 % and 20 %
        ((-1600, 10000, -10000), XirrOutcome.SEVERAL_ROOTS, None),
        ((-100, 230, -132), XirrOutcome.SEVERAL_ROOTS, None),
        # three: 10 %, 20 %, 30 %
        ((-1000, 3600, -4310, 1716), XirrOutcome.SEVERAL_ROOTS, None),
        # none: v * v - v + 1/2 has no real root
        ((100, -200, 200), XirrOutcome.NO_ROOT, None),
        ((-100, 200, -101), XirrOutcome.NO_ROOT, None),
        # touches zero once, at 10 % and at 0 %
        ((-100, 220, -121), XirrOutcome.UNIQUE, 0.1),
        ((-1, 2, -1), XirrOutcome.UNIQUE, 0.0),
        # 899 % and -99 %: a gain overall, so the positive one
        ((-100, 1000, -10), XirrOutcome.CHOSEN, 8.98999),
        # signs change three times, yet only one rate solves it
        ((-1000, 1200, -300, 200), XirrOutcome.UNIQUE, 0.09294),
        # three equal roots lie in one blur of rounding
        ((-1, 3, -3, 1), XirrOutcome.UNDECIDED, None),
        # nothing to solve
        ((-100, -5), XirrOutcome.ONE_SIGN, None),
        ((100,), XirrOutcome.ONE_SIGN, None),
        ((0, 0), XirrOutcome.NO_FLOWS, None),
        ((), XirrOutcome.NO_FLOWS, None),
        # money back in full is a return of nothing, exactly
        ((-100, 100), XirrOutcome.UNIQUE, 0.0),
        ((-100, 5, 95), XirrOutcome.UNIQUE, 0.0),
        # beside total loss: -99.99 % can be told, -99.9999999999 % cannot
        ((-10_000, 1), XirrOutcome.UNIQUE, -0.9999),
        ((-(10**12), 1), XirrOutcome.OUT_OF_RANGE, None),
    ],
)
def test_yearly_flows(amounts: tuple[int, ...], outcome: XirrOutcome, rate: float | None) -> None:
    result = xirr(yearly(*amounts))
    assert result.outcome is outcome
    assert result.rate == (None if rate is None else pytest.approx(rate, abs=5e-5))


def test_all_on_one_day_has_no_return() -> None:
    assert xirr([(START, -100), (START, 110)]).outcome is XirrOutcome.ONE_SIGN
    assert xirr([(START, -100), (START, 100)]).outcome is XirrOutcome.NO_FLOWS


def test_doubled_overnight() -> None:
    result = xirr([(START, -100), (START + timedelta(days=1), 200)])
    assert result.rate == pytest.approx(2.0**365)


def test_ten_thousandfold_overnight_is_out_of_range() -> None:
    result = xirr([(START, -1), (START + timedelta(days=1), 10_000)])
    assert result.outcome is XirrOutcome.OUT_OF_RANGE


def test_a_small_reward_before_the_deposit_does_not_hide_the_return() -> None:
    result = xirr(
        [
            (START, 1_00),
            (START + timedelta(days=1), -1000_00),
            (START + timedelta(days=366), 1100_00),
        ]
    )
    assert result.outcome is XirrOutcome.CHOSEN
    assert result.rate == pytest.approx(1100 / 999 - 1, abs=1e-6)


def sturm_count(coefficients: Sequence[int]) -> int:
    """Count the distinct positive real roots of a polynomial exactly, by Sturm's theorem."""
    chain = [[Fraction(c) for c in coefficients]]
    chain.append([k * c for k, c in enumerate(chain[0])][1:])
    while any(chain[-1]):
        rest, divisor = list(chain[-2]), chain[-1]
        while len(rest) >= len(divisor):
            factor = rest[-1] / divisor[-1]
            shift = len(rest) - len(divisor)
            rest = [
                c - (factor * divisor[k - shift] if k >= shift else 0) for k, c in enumerate(rest)
            ][:-1]
        while rest and not rest[-1]:
            rest.pop()
        chain.append([-c for c in rest])
    chain = [poly for poly in chain if poly]

    def changes(signs: list[Fraction]) -> int:
        kept = [sign for sign in signs if sign]
        return sum((a < 0) != (b < 0) for a, b in pairwise(kept))

    return changes([poly[0] for poly in chain]) - changes([poly[-1] for poly in chain])


@given(st.lists(st.integers(-30, 30), min_size=2, max_size=7))
def test_every_root_is_found_and_none_is_invented(amounts: list[int]) -> None:
    assume(amounts[0] and amounts[-1])
    kept = [(Fraction(k), amount) for k, amount in enumerate(amounts) if amount]
    roots = all_roots([time for time, _ in kept], [amount for _, amount in kept])
    # Roots of multiplicity three and more may end in a blur, which is answered by None.
    assume(roots is not None)
    assert roots is not None
    assert len(roots) == sturm_count(amounts)


dated_flows = st.lists(
    st.tuples(st.dates(date(2010, 1, 1), date(2030, 12, 31)), st.integers(-(10**9), 10**9)),
    max_size=12,
)


@given(dated_flows, st.sampled_from(list(DayCount)))
def test_a_rate_solves_the_flows(flows: list[tuple[date, int]], day_count: DayCount) -> None:
    result = xirr(flows, day_count)
    if result.rate is not None:
        assert abs(present_value(flows, result.rate, day_count)) < 1e-6
        assert result.rate in result.roots
    for root in result.roots:
        assert abs(present_value(flows, root, day_count)) < 1e-6


@given(dated_flows, st.integers(2, 1000), st.randoms(use_true_random=False))
def test_order_side_and_unit_do_not_matter(
    flows: list[tuple[date, int]], factor: int, chance: random.Random
) -> None:
    mirrored = [(day, -factor * amount) for day, amount in flows]
    chance.shuffle(mirrored)
    here, there = xirr(flows), xirr(mirrored)
    assert here.outcome is there.outcome
    assert here.rate == (None if there.rate is None else pytest.approx(there.rate, rel=1e-6))


@given(
    st.integers(-99, 500),
    st.lists(st.tuples(st.integers(1, 700), st.integers(1, 10**8)), min_size=1, max_size=20),
)
def test_the_rate_that_made_the_flows_is_found(
    percent: int, payments: list[tuple[int, int]]
) -> None:
    growth = 1 + percent / 100
    day, owed, flows = START, 10.0**12, [(START, -(10**12))]
    for gap, paid in payments[:-1]:
        day += timedelta(days=gap)
        owed = owed * growth ** (gap / 365) - paid
        flows.append((day, paid))
    gap = payments[-1][0]
    last = round(owed * growth ** (gap / 365))
    assume(last > 10**7)
    flows.append((day + timedelta(days=gap), last))
    result = xirr(flows)
    assert result.outcome is XirrOutcome.UNIQUE
    assert result.rate == pytest.approx(percent / 100, abs=1e-5)


def test_thousands_of_flows_in_and_out() -> None:
    chance = random.Random(7)
    day, worth = date(2012, 1, 1), 0.0
    flows: list[tuple[date, int]] = []
    for _ in range(5000):
        gap = chance.choice([0, 1, 1, 2])
        day += timedelta(days=gap)
        worth *= 1.08 ** (gap / 365)
        amount = chance.randint(-100_000, 50_000) if worth > 60_000 else -chance.randint(1, 90_000)
        worth -= amount
        flows.append((day, amount))
    flows.append((day + timedelta(days=1), round(worth * 1.08 ** (1 / 365))))
    result = xirr(flows)
    assert result.outcome is XirrOutcome.UNIQUE
    assert result.rate == pytest.approx(0.08, abs=1e-6)


def test_day_counts_differ_as_they_should() -> None:
    flows = [(date(2024, 1, 31), -100_00), (date(2025, 1, 31), 110_00)]
    rates = {day_count: xirr(flows, day_count).rate for day_count in DayCount}
    assert rates[DayCount.PERIOD_30_360] == pytest.approx(0.1)
    assert rates[DayCount.THIRTY_E_360] == pytest.approx(0.1)
    assert rates[DayCount.ACT_365_FIXED] == pytest.approx(1.1 ** (365 / 366) - 1)
    assert rates[DayCount.ACT_360] == pytest.approx(1.1 ** (360 / 366) - 1)


def test_two_days_that_are_one_moment_are_added_up() -> None:
    flows = [(date(2025, 1, 30), -100), (date(2025, 1, 31), 110)]
    assert xirr(flows, DayCount.THIRTY_E_360).outcome is XirrOutcome.ONE_SIGN


def test_every_outcome_has_its_sentence() -> None:
    assert set(OUTCOME_SENTENCES) == set(XirrOutcome)
    assert all(text.endswith(".") for text in OUTCOME_SENTENCES.values())
    with pytest.raises(AssertionError):
        XirrResult(None, XirrOutcome.UNIQUE)
