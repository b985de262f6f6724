"""Day counts against published tables.

The 30/360 tables are those of ISDA's worked spreadsheet of December 2008 on 30/360 conventions,
for 30/360 US with the February rule; the ACT/ACT ones are the examples of ISDA's memorandum of
November 1998 on actual/actual.
"""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.money.day_count import (
    DayCount,
    days_30_360_bond_basis,
    days_30_360_us,
    days_30e_360,
    whole_months,
    year_fraction,
)
from tuppence.money.months import add_months

dates = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "eurobond", "bond_basis", "us"),
    [
        # no end of February
        ("2006-08-20", "2007-02-20", 180, 180, 180),
        ("2007-02-20", "2007-08-20", 180, 180, 180),
        ("2007-08-20", "2008-02-20", 180, 180, 180),
        ("2008-02-20", "2008-08-20", 180, 180, 180),
        ("2008-08-20", "2009-02-20", 180, 180, 180),
        ("2009-02-20", "2009-08-20", 180, 180, 180),
        # ends of February and of August
        ("2006-08-31", "2007-02-28", 178, 178, 178),
        ("2007-02-28", "2007-08-31", 182, 183, 180),
        ("2007-08-31", "2008-02-29", 179, 179, 179),
        ("2008-02-29", "2008-08-31", 181, 182, 180),
        ("2008-08-31", "2009-02-28", 178, 178, 178),
        ("2009-02-28", "2009-08-31", 182, 183, 180),
        # miscellaneous
        ("2006-01-31", "2006-02-28", 28, 28, 28),
        ("2006-01-30", "2006-02-28", 28, 28, 28),
        ("2006-02-28", "2006-03-03", 5, 5, 3),
        ("2006-02-14", "2006-02-28", 14, 14, 14),
        ("2006-09-30", "2006-10-31", 30, 30, 30),
        ("2006-10-31", "2006-11-28", 28, 28, 28),
        ("2007-08-31", "2008-02-28", 178, 178, 178),
        ("2008-02-28", "2008-08-28", 180, 180, 180),
        ("2008-02-28", "2008-08-30", 182, 182, 182),
        ("2008-02-28", "2008-08-31", 182, 183, 183),
        ("2007-02-26", "2008-02-28", 362, 362, 362),
        ("2007-02-26", "2008-02-29", 363, 363, 363),
        ("2008-02-29", "2009-02-28", 359, 359, 360),
        ("2008-02-28", "2008-03-30", 32, 32, 32),
        ("2008-02-28", "2008-03-31", 32, 33, 33),
    ],
)
def test_the_published_30_360_table(
    start: str, end: str, eurobond: int, bond_basis: int, us: int
) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert days_30e_360(first, last) == eurobond
    assert days_30_360_bond_basis(first, last) == bond_basis
    assert days_30_360_us(first, last) == us
    assert year_fraction(first, last, DayCount.THIRTY_E_360) == Fraction(eurobond, 360)
    assert year_fraction(first, last, DayCount.THIRTY_360_BOND_BASIS) == Fraction(bond_basis, 360)
    assert year_fraction(first, last, DayCount.THIRTY_360_US) == Fraction(us, 360)


@pytest.mark.parametrize(
    ("start", "end", "in_common_years", "in_leap_years", "published"),
    [
        ("2003-11-01", "2004-05-01", 61, 121, "0.497724380567"),
        ("1999-02-01", "1999-07-01", 150, 0, "0.410958904110"),
        ("1999-07-01", "2000-07-01", 184, 182, "1.001377348600"),
        ("2002-08-15", "2003-07-15", 334, 0, "0.915068493151"),
        ("2003-07-15", "2004-01-15", 170, 14, "0.504004790778"),
        ("1999-07-30", "2000-01-30", 155, 29, "0.503892506924"),
        ("2000-01-30", "2000-06-30", 0, 152, "0.415300546448"),
    ],
)
def test_the_published_act_act_examples(
    start: str, end: str, in_common_years: int, in_leap_years: int, published: str
) -> None:
    part = year_fraction(date.fromisoformat(start), date.fromisoformat(end), DayCount.ACT_ACT_ISDA)
    assert part == Fraction(in_common_years, 365) + Fraction(in_leap_years, 366)
    assert float(part) == pytest.approx(float(published), abs=1e-10)


def test_actual_days() -> None:
    start, end = date(2024, 1, 1), date(2025, 1, 1)
    assert year_fraction(start, end, DayCount.ACT_365_FIXED) == Fraction(366, 365)
    assert year_fraction(start, end, DayCount.ACT_360) == Fraction(366, 360)
    assert year_fraction(start, end, DayCount.ACT_ACT_ISDA) == 1


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [
        (date(2025, 1, 31), date(2025, 2, 28), Fraction(1, 12)),
        (date(2025, 1, 15), date(2025, 7, 15), Fraction(1, 2)),
        (date(2024, 2, 29), date(2025, 2, 28), Fraction(1)),
        (date(2025, 1, 15), date(2025, 2, 20), Fraction(1, 12) + Fraction(5, 360)),
        (date(2025, 1, 15), date(2025, 1, 25), Fraction(10, 360)),
    ],
)
def test_nominal_months(start: date, end: date, part: Fraction) -> None:
    assert year_fraction(start, end, DayCount.PERIOD_30_360) == part


@given(dates, dates, st.sampled_from(list(DayCount)))
def test_backwards_is_the_opposite_and_a_year_is_about_one(
    start: date, end: date, convention: DayCount
) -> None:
    part = year_fraction(start, end, convention)
    assert part == -year_fraction(end, start, convention)
    years = Fraction((end - start).days, 365)
    assert abs(part - years) <= abs(years) / 60 + Fraction(4, 360)


@given(dates, st.integers(0, 4000), st.sampled_from(list(DayCount)))
def test_a_later_end_never_counts_less(start: date, days: int, convention: DayCount) -> None:
    end = start + timedelta(days=days)
    later = year_fraction(start, end + timedelta(days=1), convention)
    assert later >= year_fraction(start, end, convention) >= 0


@given(dates, dates, dates)
def test_actual_conventions_add_up(first: date, second: date, third: date) -> None:
    for convention in (DayCount.ACT_365_FIXED, DayCount.ACT_360, DayCount.ACT_ACT_ISDA):
        parts = year_fraction(first, second, convention) + year_fraction(second, third, convention)
        assert parts == year_fraction(first, third, convention)


@given(dates, st.integers(0, 1000))
def test_whole_months_count_what_fits(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    months = whole_months(start, end)
    assert add_months(start, months) <= end < add_months(start, months + 1)
