"""A cell is read exactly, or refused with a sentence."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.tapes.cells import (
    CellRefusedError,
    DateFormat,
    RateFormat,
    read_amount,
    read_date,
    read_rate,
    read_term,
)


@pytest.mark.parametrize(
    ("text", "digits", "amount_minor"),
    [
        ("24422.538221283296", 2, 2442254),
        ("0.004999999999999999", 2, 0),
        ("0.005", 2, 1),
        ("0.015", 2, 2),  # half up, where half even and a float would both say 1 or 2 by chance
        ("1.005", 2, 101),  # a float holds 1.00499999999999989
        ("99.995", 2, 10000),
        ("12", 0, 12),
        ("12.5", 0, 13),
        ("0.0005", 3, 1),
        ("0.0", 2, 0),
    ],
)
def test_amounts_round_half_up_from_their_text(text: str, digits: int, amount_minor: int) -> None:
    assert read_amount(text, digits) == amount_minor


@given(st.decimals(0, 10**9, places=15), st.integers(0, 3))
def test_amounts_agree_with_decimal_arithmetic(value: Decimal, digits: int) -> None:
    expected = value.scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP)
    assert read_amount(f"{value:f}", digits) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-1",
        "+1",
        "NaN",
        "inf",
        "1e400",
        "1,000",
        "１２",
        ".5",
        "5.",
        "1_0",
        "$5",
        "9" * 20,
        "1\n",
    ],
)
def test_nonsense_is_no_amount(text: str) -> None:
    with pytest.raises(CellRefusedError):
        read_amount(text, 2)


@pytest.mark.parametrize(
    ("text", "rate_format", "rate"),
    [
        ("0.13720000000000002", RateFormat.FRACTION, Fraction(1372, 10000)),
        ("0.44799999999999995", RateFormat.FRACTION, Fraction(448, 1000)),
        ("14.07", RateFormat.PERCENT, Fraction(1407, 10000)),
        ("10.65%", RateFormat.PERCENT, Fraction(1065, 10000)),
        ("0", RateFormat.FRACTION, Fraction(0)),
    ],
)
def test_rates_are_exact(text: str, rate_format: RateFormat, rate: Fraction) -> None:
    assert read_rate(text, rate_format) == rate


def test_a_percentage_read_as_a_fraction_is_refused() -> None:
    with pytest.raises(CellRefusedError, match="rate format"):
        read_rate("14.07", RateFormat.FRACTION)


@pytest.mark.parametrize("text", ["0", "36.5", "601", "-36", "", "years"])
def test_nonsense_is_no_term(text: str) -> None:
    with pytest.raises(CellRefusedError):
        read_term(text)


@pytest.mark.parametrize(
    ("text", "date_format", "iso"),
    [
        ("2011-02-28", DateFormat.ISO, "2011-02-28"),
        ("Feb-2015", DateFormat.MONTH_NAME, "2015-02-01"),
        ("31/12/2010", DateFormat.DAY_FIRST, "2010-12-31"),
        ("12/31/2010", DateFormat.MONTH_FIRST, "2010-12-31"),
    ],
)
def test_dates_in_each_format(text: str, date_format: DateFormat, iso: str) -> None:
    assert read_date(text, date_format).isoformat() == iso


@pytest.mark.parametrize("date_format", list(DateFormat))
@pytest.mark.parametrize(
    "text", ["2011-02-30", "2011-13-01", "Mai-2011", "31/02/2011", "02/31/2011", "", "0000-01-01"]
)
def test_days_that_do_not_exist_are_refused(text: str, date_format: DateFormat) -> None:
    with pytest.raises(CellRefusedError, match="a day that exists"):
        read_date(text, date_format)
