"""Rates are read exactly and written with the decimals that are asked for."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.money.rates import (
    PERCENT_DECIMALS_MAX,
    PERCENT_MAX,
    RateError,
    format_percent,
    format_percent_exact,
    parse_percent,
)
from tuppence.money.rounding import Rounding


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("8.4", Fraction(84, 1000)),
        ("0", Fraction(0)),
        ("100", Fraction(1)),
        ("0.0000000001", Fraction(1, 10**12)),
        ("10000", Fraction(100)),
        ("12.345678", Fraction(12345678, 10**8)),
    ],
)
def test_a_percentage_is_exact(text: str, rate: Fraction) -> None:
    assert parse_percent(text) == rate


@pytest.mark.parametrize(
    ("text", "what_to_do"),
    [
        ("", "Enter a number, for example 8.4"),
        ("-1", "leave it out"),
        ("8.4%", "use only the digits"),
        ("8,4", "leave out commas"),
        ("nan", "write it out in digits"),
        ("inf", "write it out in digits"),
        ("1e400", "write it out in digits"),
        ("1e-3", "write it out in digits"),
        (" 8.4", "leave them out"),
        ("\uff18.\uff14", "digits 0 to 9"),
        ("\u0668", "digits 0 to 9"),
        ("84/1000", "use only the digits"),
        ("10000.0000000001", "at most 10000"),
        ("10001", "at most 10000"),
        ("9" * 5000, "at most 10000"),
        ("0.00000000001", "at most 10 decimals"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(text: str, what_to_do: str) -> None:
    with pytest.raises(RateError) as refusal:
        parse_percent(text)
    assert what_to_do in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_a_caller_sets_its_own_bounds() -> None:
    with pytest.raises(RateError, match="zero: enter more than that"):
        parse_percent("0.000", allow_zero=False)
    with pytest.raises(RateError, match="at most 100"):
        parse_percent("100.01", percent_max=100)
    assert parse_percent("100.00", percent_max=100) == 1


@given(st.integers(0, PERCENT_MAX * 10**PERCENT_DECIMALS_MAX))
def test_the_exact_text_reads_back(units: int) -> None:
    rate = Fraction(units, 100 * 10**PERCENT_DECIMALS_MAX)
    assert parse_percent(format_percent_exact(rate)) == rate


@pytest.mark.parametrize(
    ("rate", "decimals", "mode", "text"),
    [
        (Fraction(84, 1000), 2, Rounding.HALF_EVEN, "8.40"),
        (Fraction(1, 3), 4, Rounding.DOWN, "33.3333"),
        (Fraction(2, 3), 0, Rounding.HALF_UP, "67"),
        (Fraction(12345, 10**6), 2, Rounding.HALF_EVEN, "1.23"),
        (Fraction(12350, 10**6), 2, Rounding.HALF_EVEN, "1.24"),
        (Fraction(12350, 10**6), 1, Rounding.HALF_EVEN, "1.2"),
        (Fraction(-1, 200), 1, Rounding.HALF_UP, "-0.5"),
        (Fraction(-1, 10**6), 2, Rounding.HALF_UP, "0.00"),  # no minus before nothing
        (Fraction(1, 10**5), 3, Rounding.HALF_UP, "0.001"),
    ],
)
def test_a_rate_as_percent(rate: Fraction, decimals: int, mode: Rounding, text: str) -> None:
    assert format_percent(rate, decimals, mode) == text
