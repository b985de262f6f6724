"""What a loan takes of a borrower's month."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.lending.affordability import Affordability, a_month
from tuppence.money.months import Unit

AMOUNTS = st.integers(0, 10**12)


def test_a_worked_month() -> None:
    # 4,000 of income, 2,500 spent, 300 for loans here, 200 for this one: 5 % and 12.5 % of income.
    month = Affordability(4_000_00, 2_500_00, 200_00, 300_00)
    assert (month.left_minor, month.after_minor) == (1_500_00, 1_000_00)
    assert (month.share, month.share_of_all) == (Fraction(5, 100), Fraction(125, 1000))


def test_what_was_not_stated_stays_unknown() -> None:
    for month in (Affordability(None, 1, 2, 3), Affordability(1, None, 2, 3)):
        assert month.left_minor is None and month.after_minor is None
    assert Affordability(None, 1, 2, 3).share is None
    assert Affordability(0, 0, 2, 3).share_of_all is None  # no income, no share of it


@pytest.mark.parametrize(
    ("every", "unit", "minor"),
    [
        (1, Unit.MONTHS, 120_00),
        (3, Unit.MONTHS, 40_00),
        (1, Unit.WEEKS, 520_00),
        (2, Unit.WEEKS, 260_00),
        (1, Unit.YEARS, 10_00),
        (1, Unit.DAYS, 3_650_00),
    ],
)
def test_an_instalment_of_120_a_month(every: int, unit: Unit, minor: int) -> None:
    assert a_month(120_00, every, unit) == minor


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_all_debts_never_take_less_than_this_one(
    income: int, spending: int, new: int, running: int
) -> None:
    month = Affordability(income, spending, new, running)
    assert month.left_minor is not None and month.after_minor is not None
    assert month.after_minor <= month.left_minor
    if income:
        assert month.share is not None and month.share_of_all is not None
        assert month.share <= month.share_of_all
