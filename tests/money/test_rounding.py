"""Rounding modes against decimal arithmetic, which names the same four."""

import decimal
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.money.rounding import (
    Rounding,
    div_round,
    div_round_array,
    round_fraction,
    round_to_minor,
)

DECIMAL_MODES = {
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.DOWN: decimal.ROUND_DOWN,
}
modes = st.sampled_from(list(Rounding))


@pytest.mark.parametrize(
    ("tenths", "half_even", "half_up", "up", "down"),
    [
        (5, 0, 1, 1, 0),
        (15, 2, 2, 2, 1),
        (25, 2, 3, 3, 2),
        (24, 2, 2, 3, 2),
        (26, 3, 3, 3, 2),
        (20, 2, 2, 2, 2),
        (-25, -2, -3, -3, -2),
        (-24, -2, -2, -3, -2),
        (-5, 0, -1, -1, 0),
        (1, 0, 0, 1, 0),
    ],
)
def test_each_mode(tenths: int, half_even: int, half_up: int, up: int, down: int) -> None:
    answers = [div_round(tenths, 10, mode) for mode in Rounding]
    assert answers == [half_even, half_up, up, down]


@given(st.integers(-(10**30), 10**30), modes)
def test_as_decimal_rounds(thousandths: int, mode: Rounding) -> None:
    with decimal.localcontext(prec=60):
        quantum = Decimal(thousandths).scaleb(-3).quantize(Decimal(1), DECIMAL_MODES[mode])
    assert div_round(thousandths, 1000, mode) == int(quantum)
    assert div_round(thousandths, -1000, mode) == -int(quantum)


@given(st.fractions(), modes, st.integers(1, 1000))
def test_a_step_is_kept_and_the_figure_moves_by_less_than_it(
    value: Fraction, mode: Rounding, step_minor: int
) -> None:
    rounded = round_to_minor(value, mode, step_minor)
    assert rounded % step_minor == 0
    assert abs(rounded - value) < step_minor
    if mode in (Rounding.HALF_EVEN, Rounding.HALF_UP):
        assert 2 * abs(rounded - value) <= step_minor


def test_rounding_to_cents_and_to_five_hundredths() -> None:
    assert round_fraction(Fraction("2.675"), Rounding.HALF_UP, step=Fraction(1, 100)) == Fraction(
        "2.68"
    )
    assert round_fraction(Fraction("2.675"), Rounding.DOWN, step=Fraction(5, 100)) == Fraction(
        "2.65"
    )


@given(
    st.lists(st.integers(-(2**63) + 1, 2**63 - 1), max_size=20),
    st.integers(1, 2**63 - 1) | st.integers(1, 20),
    modes,
)
def test_columns_round_like_single_figures(
    numerators: list[int], denominator: int, mode: Rounding
) -> None:
    column = div_round_array(np.array(numerators, dtype=np.int64), denominator, mode)
    assert column.tolist() == [div_round(n, denominator, mode) for n in numerators]
    assert column.dtype == np.int64


def test_a_column_may_have_a_denominator_for_each_row() -> None:
    column = div_round_array(np.array([5, 5, -5]), np.array([2, 3, 2]), Rounding.HALF_EVEN)
    assert column.tolist() == [2, 2, -2]
