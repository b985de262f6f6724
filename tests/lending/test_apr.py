"""Annual percentage rates against the examples of the law."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.lending.apr import RateNotFoundError, eu_apr, us_apr
from tuppence.lending.apr_periods import (
    YEAR,
    UnitPeriod,
    UnitPeriodUnit,
    eu_years,
    find_unit_period,
    unit_periods_between,
    years_by_days,
    years_by_months,
)
from tuppence.lending.schedule import build_schedule
from tuppence.lending.schedule_apr import schedule_eu_apr, schedule_us_apr
from tuppence.lending.terms import LoanTerms, Method
from tuppence.money.months import Unit, add_months


def monthly(first: date, amounts: list[int], every: int = 1) -> list[tuple[date, int]]:
    return [(add_months(first, index * every), amount) for index, amount in enumerate(amounts)]


def weekly(first: date, amounts: list[int], weeks: int = 1) -> list[tuple[date, int]]:
    return [(first + timedelta(weeks=weeks * n), amount) for n, amount in enumerate(amounts)]


def twice_a_month(amounts: list[int]) -> list[tuple[date, int]]:
    days = [add_months(date(1978, 3, day), n) for n in range(12) for day in (1, 16)]
    return list(zip(days, amounts, strict=True))


MONTH = UnitPeriod(1, UnitPeriodUnit.MONTHS)
QUARTER = UnitPeriod(3, UnitPeriodUnit.MONTHS)
HALF_MONTH = UnitPeriod(1, UnitPeriodUnit.HALF_MONTHS)
WEEK = UnitPeriod(1, UnitPeriodUnit.WEEKS)
FOUR_WEEKS = UnitPeriod(4, UnitPeriodUnit.WEEKS)


def percent(rate: Decimal) -> Decimal:
    return round(rate * 100, 2)


# Regulation Z, appendix J (c): amount, day of it, payments, unit-period, (t, f) of the first, rate.
APPENDIX_J = {
    "c1i": (
        5000_00,
        date(1978, 1, 10),
        monthly(date(1978, 2, 10), [230_00] * 24),
        MONTH,
        1,
        "0",
        "9.69",
    ),
    "c1ii": (
        6000_00,
        date(1978, 2, 10),
        monthly(date(1978, 4, 1), [200_00] * 36),
        MONTH,
        1,
        "19/30",
        "11.82",
    ),
    "c1iii": (
        5000_00,
        date(1978, 2, 23),
        twice_a_month([219_17] * 24),
        HALF_MONTH,
        0,
        "6/15",
        "10.34",
    ),
    "c1iv": (
        10000_00,
        date(1978, 5, 23),
        monthly(date(1978, 10, 1), [385_00] * 40, 3),
        QUARTER,
        1,
        "39/90",
        "8.97",
    ),
    "c1v": (
        500_00,
        date(1978, 3, 20),
        weekly(date(1978, 4, 21), [17_60] * 30),
        WEEK,
        4,
        "4/7",
        "14.96",
    ),
    "c2i": (
        5000_00,
        date(1978, 1, 10),
        monthly(date(1978, 2, 10), [250_00] + [230_00] * 23),
        MONTH,
        1,
        "0",
        "10.08",
    ),
    "c2ii": (
        400_00,
        date(1978, 10, 10),
        weekly(date(1978, 11, 12), [39_50] + [38_31] * 11, 4),
        FOUR_WEEKS,
        1,
        "5/28",
        "28.50",
    ),
    "c3i": (
        5000_00,
        date(1978, 1, 10),
        monthly(date(1978, 2, 10), [230_00] * 23 + [280_00]),
        MONTH,
        1,
        "0",
        "10.50",
    ),
    "c4i": (
        5000_00,
        date(1978, 1, 10),
        monthly(date(1978, 2, 10), [250_00] + [230_00] * 22 + [280_00]),
        MONTH,
        1,
        "0",
        "10.90",
    ),
}


@pytest.mark.parametrize("example", APPENDIX_J.values(), ids=APPENDIX_J)
def test_appendix_j(example):
    amount, start, payments, unit_period, whole, odd, expected = example
    days = [day for day, _ in payments]
    assert find_unit_period(start, days) == unit_period
    times = [(*unit_periods_between(start, day, unit_period), paid) for day, paid in payments]
    assert times[0][:2] == (whole, Fraction(odd))
    assert percent(us_apr(amount, times, unit_period)) == Decimal(expected)


@pytest.mark.parametrize(
    ("drawdown", "payments", "expected"),
    [
        # One payment after 546 days; by 1.5 years it would be 12.92.
        (1000_00, [(date(1995, 7, 1), 1200_00)], "12.96"),
        (950_00, [(date(1995, 7, 1), 1200_00)], "16.90"),
        (1000_00, [(date(1995, 1, 1), 600_00), (date(1996, 1, 1), 600_00)], "13.07"),
        (
            1000_00,
            [(date(1994, 4, 1), 272_00), (date(1994, 7, 1), 272_00), (date(1995, 1, 1), 544_00)],
            "13.19",
        ),
    ],
)
def test_directive_examples(drawdown, payments, expected):
    years = eu_years(date(1994, 1, 1), [day for day, _ in payments])
    times = [(t, amount) for t, (_, amount) in zip(years, payments, strict=True)]
    assert percent(eu_apr(drawdown, times)) == Decimal(expected)


@pytest.mark.parametrize(
    ("start", "end", "by_months", "by_days"),
    [
        (date(1994, 1, 1), date(1995, 7, 1), Fraction(3, 2), Fraction(546, 365)),
        (date(2024, 1, 1), date(2025, 1, 1), Fraction(1), Fraction(1)),
        (date(2024, 1, 31), date(2024, 2, 29), Fraction(1, 12), Fraction(29, 366)),
        # 15 days before one whole month; the year counted back from 1 February 2024 has 365 days
        (
            date(2024, 1, 17),
            date(2024, 3, 1),
            1 / Fraction(12) + Fraction(15, 365),
            Fraction(44, 366),
        ),
    ],
)
def test_years_between(start, end, by_months, by_days):
    assert years_by_months(start, end) == by_months
    assert years_by_days(start, end) == by_days


def test_payments_on_week_steps_count_weeks_and_on_no_step_days():
    start = date(2023, 1, 2)
    assert eu_years(start, [start + timedelta(weeks=n) for n in (1, 2)]) == [
        Fraction(1, 52),
        Fraction(2, 52),
    ]
    assert eu_years(start, [start + timedelta(days=n) for n in (10, 27)]) == [
        Fraction(10, 365),
        Fraction(27, 365),
    ]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([date(2024, 7, 1)], UnitPeriod(6, UnitPeriodUnit.MONTHS)),  # the term itself
        ([date(2024, 1, 31)], UnitPeriod(30, UnitPeriodUnit.DAYS)),
        ([date(2024, 1, 29)], UnitPeriod(28, UnitPeriodUnit.DAYS)),  # not four weeks
        ([date(2026, 1, 1)], YEAR),
        ([date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)], MONTH),
        ([date(2024, 2, 1), date(2024, 3, 1), date(2024, 6, 1), date(2024, 9, 1)], MONTH),
        # No interval twice: 10, 21 and 60 days are 30 on average, the nearest standard is a month.
        ([date(2024, 1, 11), date(2024, 2, 1), date(2024, 3, 31)], MONTH),
    ],
)
def test_the_unit_period_is_the_most_frequent_interval(days, expected):
    assert find_unit_period(date(2024, 1, 1), days) == expected


def test_a_month_end_is_a_whole_month_for_the_unit_period():
    assert unit_periods_between(date(2024, 1, 31), date(2024, 2, 29), MONTH) == (1, Fraction(0))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2024, 1, 1), date(2025, 7, 1), (1, Fraction(6, 12))),
        (date(2024, 1, 1), date(2025, 1, 31), (1, Fraction(30, 365))),
    ],
)
def test_what_is_left_of_a_year_counts_months_or_days(start, end, expected):
    assert unit_periods_between(start, end, YEAR) == expected


def test_without_a_cost_the_rate_is_zero_and_below_it_negative():
    assert eu_apr(100, [(Fraction(1), 100)]) == 0
    assert us_apr(100, [(1, Fraction(0), 50), (2, Fraction(0), 50)], MONTH) == 0
    assert eu_apr(200, [(Fraction(1), 100)]) == Decimal("-0.5")


@pytest.mark.parametrize(
    ("drawdown", "times"),
    [(100, []), (100, [(Fraction(0), 50)]), (100, [(Fraction(0), 100), (Fraction(1), 5)])],
)
def test_no_rate(drawdown, times):
    with pytest.raises(RateNotFoundError):
        eu_apr(drawdown, times)


def test_a_rate_too_large_to_be_written_is_refused():
    with pytest.raises(RateNotFoundError):
        eu_apr(1, [(Fraction(1, 365), 10**15)])


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 20_000).map(lambda n: Fraction(n, 10_000)),
    st.lists(st.tuples(st.fractions("1/12", 10), st.integers(1, 10**6)), min_size=1, max_size=20),
)
def test_payments_worth_the_drawdown_at_a_rate_give_that_rate(rate, rows):
    worth = sum(amount / (1 + float(rate)) ** float(years) for years, amount in rows)
    scale = 10**12
    found = eu_apr(round(worth * scale), [(years, amount * scale) for years, amount in rows])
    assert float(found) == pytest.approx(float(rate), rel=1e-6)


def terms(**changes) -> LoanTerms:
    plain = {
        "principal_minor": 10_000_00,
        "currency": "EUR",
        "annual_rate": Fraction(12, 100),
        "instalments": 24,
        "start": date(2024, 1, 31),
    }
    return LoanTerms(**(plain | changes))


@pytest.mark.parametrize(
    ("changes", "eu", "us"),
    [
        ({}, "12.68", "12.00"),  # 1.01 ** 12
        ({"every": 3, "instalments": 8}, "12.55", "12.00"),  # 1.03 ** 4
        ({"method": Method.INTEREST_ONLY}, "12.68", "12.00"),
        ({"method": Method.BULLET, "instalments": 12}, "12.00", "12.00"),
        ({"unit": Unit.YEARS, "instalments": 3}, "12.00", "12.00"),
        ({"down_payment": Fraction(1, 4)}, "12.68", "12.00"),
        ({"annual_rate": Fraction(0)}, "0.00", "0.00"),
        ({"instalments": 1, "every": 6}, "12.36", "12.00"),  # 1.06 ** 2
    ],
)
def test_rates_of_a_schedule(changes, eu, us):
    loan = terms(**changes)
    rows = build_schedule(loan)
    assert percent(schedule_eu_apr(loan, rows)) == Decimal(eu)
    assert percent(schedule_us_apr(loan, rows)) == Decimal(us)


@pytest.mark.parametrize("unit", [Unit.WEEKS, Unit.MONTHS])
def test_a_schedule_has_the_rate_of_its_dated_payments(unit):
    loan = terms(start=date(2023, 3, 15), first_due=date(2023, 5, 2), unit=unit)
    rows = build_schedule(loan)
    days = [row.due_on for row in rows]
    years = eu_years(loan.start, days)
    amounts = [row.amount_minor for row in rows]
    by_dates = eu_apr(loan.principal_minor, list(zip(years, amounts, strict=True)))
    assert schedule_eu_apr(loan, rows) == by_dates
    found = find_unit_period(loan.start, days)
    times = [
        (*unit_periods_between(loan.start, day, found), amount)
        for day, amount in zip(days, amounts, strict=True)
    ]
    assert schedule_us_apr(loan, rows) == us_apr(loan.principal_minor, times, found)


def test_a_schedule_that_costs_nothing_and_repays_at_once_has_no_rate():
    loan = terms(down_payment=Fraction(1, 2), instalments=2)
    rows = build_schedule(loan)
    assert schedule_eu_apr(loan, rows[:1]) is None
    assert schedule_us_apr(loan, rows[:1]) is None
