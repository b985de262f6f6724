"""Columns of schedules say what `build_schedule` says, loan by loan."""

import csv
import gzip
import importlib.util
import os
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tuppence.lending.schedule import amortise
from tuppence.lending.schedule_columns import ScheduleColumns, annuity_schedules
from tuppence.lending.terms import LoanTerms, RoundingRule
from tuppence.money.rounding import Rounding, round_to_minor

SHARED_DATA = Path(
    os.environ.get("TUPPENCE_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data")
)
TAPE = SHARED_DATA / "lendingclub_2010_2011.csv.gz"
START = date(2024, 1, 1)
RULES = st.builds(RoundingRule, st.sampled_from([1, 5, 100]), st.sampled_from(list(Rounding)))
CENT = RoundingRule()


def assert_as_built(columns: ScheduleColumns, loan: int, terms: LoanTerms) -> None:
    expected = amortise(terms)
    assert columns.instalment_minor[loan] == expected.instalment_minor
    assert columns.principal_minor[loan].tolist() == [r.principal_minor for r in expected.rows]
    assert columns.interest_minor[loan].tolist() == [r.interest_minor for r in expected.rows]
    assert columns.balance_minor[loan].tolist() == [r.balance_minor for r in expected.rows]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 10**15 - 1) | st.integers(1, 10**7), st.integers(0, 3_000_000)),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 40),
    RULES,
    RULES,
)
@example([(252_000_001, 1_000_000), (10**15 - 1, 999_999)], 36, CENT, CENT)
@example([(1, 0), (7, 0), (10**15 - 1, 0)], 12, CENT, CENT)
@example([(3, 12_000_000)], 2, CENT, CENT)
@example([(150, 9_000_000)], 4, RoundingRule(1, Rounding.UP), RoundingRule(100, Rounding.DOWN))
def test_every_figure_is_that_of_build_schedule(loans, instalments, interest, instalment):
    principals, rates = (np.array(column, dtype=np.int64) for column in zip(*loans, strict=True))
    columns = annuity_schedules(
        principals,
        rates,
        instalments=instalments,
        interest_rounding=interest,
        instalment_rounding=instalment,
    )
    for loan, (principal, rate) in enumerate(loans):
        terms = LoanTerms(
            principal,
            "EUR",
            Fraction(rate, 10**6),
            instalments,
            start=START,
            interest_rounding=interest,
            instalment_rounding=instalment,
        )
        assert_as_built(columns, loan, terms)


@pytest.mark.parametrize("mode", Rounding)
def test_instalments_that_lie_on_a_boundary_are_decided_exactly(mode):
    # At 100 % a period two instalments are 4/3 * principal / 2 each: thirds, and whole at each 3rd.
    # At 0 % four instalments are quarters, among them halves. Both at sizes no float tells apart.
    principals = np.arange(10**14, 10**14 + 50, dtype=np.int64)
    rule = RoundingRule(1, mode)
    doubled = annuity_schedules(
        principals,
        np.full(50, 12_000_000),
        instalments=2,
        instalment_rounding=rule,
    )
    free = annuity_schedules(
        principals, np.zeros(50, dtype=np.int64), instalments=4, instalment_rounding=rule
    )
    for loan, principal in enumerate(principals.tolist()):
        third = round_to_minor(Fraction(4 * principal, 3), mode)
        assert doubled.instalment_minor[loan] == third
        assert free.instalment_minor[loan] == round_to_minor(Fraction(principal, 4), mode)


def test_a_fortnight_of_thirty_three_hundredths_of_a_percent():
    columns = annuity_schedules(
        np.array([1000_00]),
        np.array([33]),
        rate_scale=10_000,
        instalments=3,
        period_years=Fraction(14, 360),
    )
    assert columns.principal_minor.sum() == 1000_00
    assert columns.interest_minor.tolist() == [[13, 9, 4]]


def test_no_loans_at_all():
    empty = np.array([], dtype=np.int64)
    assert annuity_schedules(empty, empty, instalments=36).balance_minor.shape == (0, 36)


@pytest.mark.parametrize(("principal", "rate"), [(0, 1), (10**15, 1), (1, -1), (1, 100_000_001)])
def test_figures_out_of_bounds_break_the_contract(principal, rate):
    with pytest.raises(AssertionError):
        annuity_schedules(np.array([principal]), np.array([rate]), instalments=12)


def test_the_bench_compares_like_with_like():
    path = Path(__file__).parents[2] / "bench" / "schedules.py"
    spec = importlib.util.spec_from_file_location("bench_schedules", path)
    schedules = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(schedules)
    figures = schedules.run(loans=100, repeats=1)
    assert figures["ratio"] == figures["numpy_financial_s"] / figures["columns_s"]


@pytest.mark.skipif(not TAPE.exists(), reason="the shared data with the loan tape is not here")
def test_instalments_of_a_real_tape():
    """LendingClub 2010-2011: as the data's README counts them, 32,585 within a cent."""
    within_cent = within_five = 0
    for months in (36, 60):
        stated, principals, rates = _tape(months)
        columns = annuity_schedules(principals, rates, instalments=months)
        differences = np.abs(columns.instalment_minor - stated)
        within_cent += int((differences <= 1).sum())
        within_five += int((differences <= 5).sum())
    assert within_cent >= 32_585
    assert within_five >= 34_208


def _tape(months: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return instalment and amount in cents and the rate in millionths, of one term."""
    with gzip.open(TAPE, "rt", encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if int(float(row["term"])) == months]
    scaled = [
        [int(Fraction(row[name]) * scale) for row in rows]
        for name, scale in (("installment", 100), ("funded_amnt", 100), ("int_rate", 10**6))
    ]
    stated, principals, rates = (np.array(column, dtype=np.int64) for column in scaled)
    return stated, principals, rates
