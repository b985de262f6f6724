"""A lender's return: published figures, idle cash, losses to come, and what must always hold."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.lending.lender_return import (
    DAYS_MIN,
    LOSS_WHEN_LATE,
    FlowKind,
    LenderFlow,
    OpenHolding,
    Worth,
    returns_of,
    worth_of,
)
from tuppence.lending.servicing.arrears import BUCKETS

START = date(2024, 1, 1)
YEAR = timedelta(days=365)


def lent(on: date, amount_minor: int) -> LenderFlow:
    """Money that went into a loan."""
    return LenderFlow(on, FlowKind.LENT, -amount_minor)


def back(on: date, amount_minor: int) -> LenderFlow:
    """Money that came back from one."""
    return LenderFlow(on, FlowKind.CAME_BACK, amount_minor)


def paid_in(on: date, amount_minor: int) -> LenderFlow:
    """Money from outside."""
    return LenderFlow(on, FlowKind.PAID_IN, amount_minor)


def test_the_spreadsheet_documentation_example_as_a_loan() -> None:
    """XIRR's example in the documentation of Excel: 10,000 out, four payments back, 37.34 %."""
    flows = [
        lent(date(2008, 1, 1), 10_000_00),
        back(date(2008, 3, 1), 2_750_00),
        back(date(2008, 10, 30), 4_250_00),
        back(date(2009, 2, 15), 3_250_00),
        back(date(2009, 4, 1), 2_750_00),
    ]
    found = returns_of(flows, Worth(0, 0, 0, 0), date(2009, 4, 1))
    assert found.lent.rate == Fraction(373363, 10**6) == found.lent_after_loss.rate


def test_idle_cash_drags_the_return_of_all_money() -> None:
    """1,000 paid in, 500 of it lent for a year at 10 %: 10 % on what was lent, 5 % on all."""
    flows = [paid_in(START, 1_000_00), lent(START, 500_00), back(START + YEAR, 550_00)]
    found = returns_of(flows, Worth(0, 0, 1_050_00, 0), START + YEAR)
    assert found.lent.rate == Fraction(1, 10)
    assert found.whole.rate == Fraction(1, 20)


def test_expected_losses_are_taken_off_the_last_value() -> None:
    """100 lent, 10 of interest after a year, 100 still out of which 5 are expected to be lost."""
    flows = [paid_in(START, 100_00), lent(START, 100_00), back(START + YEAR, 10_00)]
    found = returns_of(flows, Worth(100_00, 5_00, 10_00, 0), START + YEAR)
    assert (found.lent.rate, found.lent_after_loss.rate) == (Fraction(1, 10), Fraction(1, 20))
    assert (found.whole.rate, found.whole_after_loss.rate) == (Fraction(1, 10), Fraction(1, 20))
    assert found.lent_after_loss.value_minor == 95_00


def test_a_young_book_states_no_yearly_return() -> None:
    flows = [paid_in(START, 100_00), lent(START, 100_00)]
    for days, is_young in ((DAYS_MIN - 1, True), (DAYS_MIN, False)):
        found = returns_of(flows, Worth(101_00, 0, 0, 0), START + timedelta(days=days))
        assert found.is_young is is_young
        assert (found.lent.rate is None) is is_young


def test_who_never_lent_has_no_return() -> None:
    found = returns_of([paid_in(START, 100_00)], Worth(0, 0, 100_00, 0), START + YEAR)
    assert found.is_young and found.whole.rate is None


def test_what_the_platform_advanced_is_no_gain() -> None:
    flows = [paid_in(START, 100_00), lent(START, 100_00), back(START + YEAR, 120_00)]
    found = returns_of(flows, Worth(0, 0, 120_00, 0, owed_minor=10_00), START + YEAR)
    assert found.lent.rate == found.whole.rate == Fraction(1, 10)


@pytest.mark.parametrize(
    ("days_past_due", "share"),
    [(0, "0.019"), (3, "0.019"), (20, "0.1"), (70, "0.5"), (200, "0.75")],
)
def test_the_later_a_loan_the_more_is_expected_to_be_lost(days_past_due: int, share: str) -> None:
    held = OpenHolding(100_00, Fraction(19, 1000), Fraction(365), days_past_due, 5)
    assert held.loss_share == Fraction(share)


HOLDINGS = st.builds(
    OpenHolding,
    st.integers(1, 10**9),
    st.fractions(0, 1, max_denominator=1000),
    st.fractions(0, 4000, max_denominator=30),
    st.integers(0, 400),
    st.integers(0, 15),
)


@given(HOLDINGS)
def test_a_loss_is_never_more_than_what_is_open_nor_less_when_later(held: OpenHolding) -> None:
    assert 0 <= held.expected_loss_minor <= held.outstanding_minor
    later = OpenHolding(
        held.outstanding_minor,
        held.expected_loss,
        held.life_days,
        held.days_past_due + 1,
        held.grace_days,
    )
    assert later.expected_loss_minor >= held.expected_loss_minor


def test_the_assumed_losses_rise_with_lateness() -> None:
    shares = [LOSS_WHEN_LATE[bucket] for bucket in BUCKETS]
    assert shares == sorted(shares) and shares[0] == 0


@given(
    st.lists(st.tuples(st.integers(0, 700), st.integers(1, 10**7)), min_size=1, max_size=12),
    st.lists(HOLDINGS, max_size=5),
    st.integers(0, 10**8),
)
def test_losses_to_come_never_raise_a_return(
    given_back: Any, holdings: list[OpenHolding], cash_minor: int
) -> None:
    on = START + timedelta(days=800)
    paid = sum(amount for _, amount in given_back)
    flows = [paid_in(START, 10**7), lent(START, 10**7)]
    flows += [back(START + timedelta(days=days), amount) for days, amount in given_back]
    worth = worth_of(holdings, cash_minor=cash_minor, promised_minor=0)
    found = returns_of(flows, worth, on)
    assert paid > 0 and worth.expected_loss_minor <= worth.lent_minor
    for before, after in (
        (found.lent, found.lent_after_loss),
        (found.whole, found.whole_after_loss),
    ):
        assert after.value_minor <= before.value_minor
        if before.rate is not None and after.rate is not None:
            assert after.rate <= before.rate


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_cash_that_only_lay_there_earned_nothing(first_minor: int, more_minor: int) -> None:
    """Lent and paid back the same day at cost: what was paid in is what is there."""
    flows = [
        paid_in(START, first_minor),
        paid_in(START + YEAR, more_minor),
        lent(START, first_minor),
        back(START, first_minor),
    ]
    worth = Worth(0, 0, first_minor + more_minor, 0)
    found = returns_of(flows, worth, START + 2 * YEAR)
    assert found.whole.rate == 0
