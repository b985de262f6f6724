"""The columns of the day close give what the one-loan functions give."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.lending.servicing.accrual import (
    accrued_columns,
    accrued_in_period,
    counts_days_of_360,
    elapsed_days,
)
from tuppence.lending.servicing.arrears import BUCKETS, Bucket, arrears_columns, bucket_of
from tuppence.lending.servicing.contract import LoanContract, Row
from tuppence.lending.servicing.plan import Plan
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit

DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.none() | DAYS, min_size=1, max_size=8), DAYS, st.integers(0, 20))
def test_arrears_of_a_column(oldest, on, grace_days):
    column = np.array([day or "NaT" for day in oldest], dtype="datetime64[D]")
    days, buckets = arrears_columns(column, on, grace_days=grace_days)
    expected = [max((on - day).days, 0) if day else 0 for day in oldest]
    assert days.tolist() == expected
    assert [BUCKETS[position] for position in buckets] == [
        bucket_of(late, grace_days) for late in expected
    ]
    assert buckets.dtype == np.int8


def test_no_loans_have_no_arrears():
    days, buckets = arrears_columns(np.array([], dtype="datetime64[D]"), date(2025, 1, 1))
    assert (days.size, buckets.size) == (0, 0)


def test_a_long_grace_reaches_into_the_later_buckets():
    assert bucket_of(40, 45) is Bucket.GRACE
    assert bucket_of(46, 45) is Bucket.DAYS_31_60


@settings(max_examples=200, deadline=None)
@given(
    DAYS,
    st.integers(0, 400),
    st.integers(0, 10**9),
    st.integers(-5, 420),
    st.integers(0, 60),
    st.integers(0, 10**6),
    st.booleans(),
)
def test_accrual_of_a_column(start, length, interest, elapsed, counted, counted_interest, of_360):
    end, on = start + timedelta(days=length), start + timedelta(days=elapsed)
    contract = LoanContract(
        (Row(1, end, 1, interest),),
        "EUR",
        start,
        day_count=DayCount("30/360" if of_360 else "ACT/365F"),
    )
    plan = Plan((1,), (start,), (end,), (interest,), (1,), (counted,), (counted_interest,))
    accrued = accrued_columns(
        np.array([start], dtype="datetime64[D]"),
        np.array([end], dtype="datetime64[D]"),
        np.array([interest]),
        on,
        of_360=np.array([of_360]),
        counted=np.array([counted]),
        counted_interest=np.array([counted_interest]),
    )
    assert accrued.tolist() == [accrued_in_period(contract, plan, 0, interest, on)]


@settings(max_examples=100, deadline=None)
@given(DAYS, st.integers(1, 60), st.integers(0, 10_000), st.booleans())
def test_the_days_of_a_period_add_up_to_its_interest(start, length, interest, of_360):
    end = start + timedelta(days=length)
    day_count = DayCount("30/360" if of_360 else "ACT/365F")
    contract = LoanContract((Row(1, end, 1, interest),), "EUR", start, day_count=day_count)
    plan = Plan((1,), (start,), (end,), (interest,), (1,), (0,), (0,))
    accrued = [
        accrued_in_period(contract, plan, 0, interest, start + timedelta(days=day))
        for day in range(length + 3)
    ]
    assert accrued == sorted(accrued)
    assert (accrued[0], accrued[length], accrued[-1]) == (0, interest, interest)


def test_days_of_360_are_for_months_and_years_only():
    assert counts_days_of_360(DayCount("30/360"), Unit.MONTHS)
    assert not counts_days_of_360(DayCount("30/360"), Unit.WEEKS)
    assert not counts_days_of_360(DayCount("ACT/360"), Unit.MONTHS)
    assert elapsed_days(date(2024, 2, 29), date(2024, 3, 31), of_360=False) == 31
