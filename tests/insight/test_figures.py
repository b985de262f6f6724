"""Published figures: worked examples, and what must hold of any book."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tuppence.insight.arrears import AGES, FIRST_DAYS, Age, AgeSums, age_of, at_risk_share, together
from tuppence.insight.concentration import largest_share
from tuppence.insight.returns import Flows, annualised, months_of, net_annualised_return
from tuppence.insight.vintages import Vintage, ages_reached, loss_curve, quarter_name

BOOK = {
    Age.CURRENT: AgeSums(8, 800_00, 0),
    Age.DAYS_1_30: AgeSums(1, 120_00, 10_00),
    Age.DAYS_91_180: AgeSums(1, 80_00, 30_00),
}


@given(st.integers(0, 2000))
def test_every_day_has_one_age(days: int) -> None:
    age = age_of(days)
    first = 0 if age is Age.CURRENT else FIRST_DAYS[AGES.index(age) - 1]
    assert first <= days and age_of(max(days - 1, 0)) in {age, AGES[max(AGES.index(age) - 1, 0)]}


def test_risk_is_a_share_of_what_is_outstanding() -> None:
    assert [at_risk_share(BOOK, days) for days in (0, 30, 90)] == [
        Fraction(200, 1000),
        Fraction(80, 1000),
        Fraction(80, 1000),
    ]
    assert at_risk_share({}, 30) is None
    assert together(BOOK) == AgeSums(10, 1000_00, 40_00)


def test_a_curve_ends_where_the_youngest_loan_of_its_quarter_is() -> None:
    vintage = Vintage(date(2025, 1, 1), 10, 1000, 400, 1, 100, 30)
    assert (vintage.lost_minor, vintage.loss_share) == (70, Fraction(7, 100))
    assert ages_reached(date(2025, 1, 1), date(2025, 12, 31)) == [3, 6, 9]
    curve = loss_curve(vintage, [(5, 100), (8, -30), (12, 50)], date(2025, 12, 31))
    assert curve == [(3, 0), (6, Fraction(1, 10)), (9, Fraction(7, 100))]
    assert quarter_name(date(2025, 10, 1)) == "2025-Q4"


def test_a_book_that_earns_one_per_cent_a_month_earns_12_68_a_year() -> None:
    flows = {date(2025, month, 1): Flows(interest_minor=10_00) for month in range(2, 13)}
    flows[date(2025, 1, 1)] = Flows(lent_minor=1000_00)
    months = months_of(flows, date(2025, 12, 31))
    assert [month.opening_minor for month in months[:2]] == [0, 1000_00]
    found = net_annualised_return(months, date(2025, 12, 31))
    assert found == annualised(110_00, 11_000_00) == Fraction(101, 100) ** 12 - 1


def test_losses_and_fees_take_from_what_a_month_brought() -> None:
    flows = Flows(
        repaid_minor=5,
        written_off_minor=50,
        interest_minor=100,
        servicing_fee_minor=10,
        recovered_minor=7,
    )
    assert (flows.gain_minor, flows.grown_minor) == (47, -55)


@given(st.lists(st.integers(1, 10**9), max_size=10))
def test_the_largest_never_hold_more_than_all(amounts: list[int]) -> None:
    largest = sorted(amounts, reverse=True)
    shares = [largest_share(largest, sum(amounts), count=count) for count in (1, 10)]
    if amounts:
        assert 0 < shares[0] <= shares[1] == 1
    else:
        assert shares == [None, None]
