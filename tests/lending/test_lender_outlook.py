"""What an amount would bring a lender: a platform's published example, and what must hold."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tuppence.lending.lender_outlook import LenderTerms, outlook_of
from tuppence.lending.schedule import build_schedule
from tuppence.lending.terms import LoanTerms, Method
from tuppence.money.day_count import DayCount

START = date(2025, 1, 1)


def loan(rate: Fraction, instalments: int = 36, principal_minor: int = 10_000_00) -> LoanTerms:
    """A loan with level monthly instalments."""
    return LoanTerms(
        principal_minor=principal_minor,
        currency="EUR",
        annual_rate=rate,
        instalments=instalments,
        start=START,
        method=Method.ANNUITY,
        day_count=DayCount("30/360"),
    )


def test_the_example_of_funding_circle() -> None:
    """Gross 10.5 %, bad debt 2.3 % and fee 1.0 % a year: 7.2 % a year, compounded 7.4 %."""
    rows = build_schedule(loan(Fraction(105, 1000)))
    terms = LenderTerms(Fraction(10, 105), Fraction(0), Fraction(23, 1000))
    yearly = outlook_of(rows, START, terms).yearly
    assert yearly is not None
    # Months of 30 days there, days of the calendar here.
    assert abs(float(yearly) - 0.072) < 0.0003
    assert abs(float(1 + yearly / 12) ** 12 - 1 - 0.0744) < 0.0003


def test_each_part_is_taken_off_once() -> None:
    rows = build_schedule(loan(Fraction(12, 100), 12, 1_200_00))
    found = outlook_of(rows, START, LenderTerms(Fraction(1, 10), Fraction(1, 4), Fraction(0)))
    assert found.total_minor == 1_200_00 + found.interest_minor
    assert abs(found.fee_minor * 10 - found.interest_minor) <= 5
    assert (
        found.left_minor
        == found.net_minor
        == (found.total_minor - found.fee_minor - found.tax_minor)
    )


def test_without_an_expected_loss_nothing_is_said_after_it() -> None:
    rows = build_schedule(loan(Fraction(12, 100)))
    found = outlook_of(rows, START, LenderTerms(Fraction(0), Fraction(0), None))
    assert found.left_minor is None and found.yearly is None


@given(
    st.fractions(0, Fraction(1, 4), max_denominator=1000),
    st.fractions(0, Fraction(1, 2), max_denominator=100),
    st.fractions(0, Fraction(1, 2), max_denominator=100),
    st.fractions(0, 2, max_denominator=100),
    st.integers(1, 60),
)
def test_what_is_left_is_never_more_than_what_comes(
    rate: Fraction, fee: Fraction, tax: Fraction, loss: Fraction, instalments: int
) -> None:
    rows = build_schedule(loan(rate, instalments))
    found = outlook_of(rows, START, LenderTerms(fee, tax, loss))
    assert found.left_minor is not None and found.loss_minor is not None
    assert found.left_minor <= found.net_minor <= found.total_minor
    assert 0 <= found.loss_minor <= found.principal_minor
    assert found.yearly is not None and found.yearly <= rate + Fraction(1, 100)
