"""Whom to call next: one reason for every late loan."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.lending.arrears_desk import QUIET_DAYS, LateCase, NextStep, next_step
from tuppence.lending.collection_records import PromiseState

TODAY = date(2026, 6, 20)
DUE = date(2026, 6, 1)


def on(day: int) -> date:
    return date(2026, 6, day)


@pytest.mark.parametrize(
    ("case", "step"),
    [
        (LateCase(DUE, 0), NextStep.NEVER_CONTACTED),
        (LateCase(DUE, 30), NextStep.IN_GRACE),
        (LateCase(DUE, 0, on(19)), NextStep.CONTACTED),
        (LateCase(DUE, 0, on(13)), NextStep.CONTACT_OLD),
        (LateCase(DUE, 0, date(2026, 5, 1)), NextStep.NEVER_CONTACTED),
        (LateCase(DUE, 0, on(10), on(15), PromiseState.BROKEN), NextStep.PROMISE_BROKEN),
        (LateCase(DUE, 0, on(16), on(15), PromiseState.BROKEN), NextStep.CONTACTED),
        (LateCase(DUE, 0, on(10), TODAY, PromiseState.OPEN), NextStep.PROMISED_TODAY),
        (LateCase(DUE, 0, on(10), on(25), PromiseState.OPEN), NextStep.PROMISE_RUNS),
        (LateCase(DUE, 0, with_collector=True), NextStep.WITH_COLLECTOR),
    ],
)
def test_the_reason_why_a_loan_is_next(case: LateCase, step: NextStep) -> None:
    assert next_step(case, TODAY) is step


@given(st.integers(0, 60), st.integers(1, 90), st.integers(0, 120))
def test_a_late_loan_without_promise_is_called_within_a_week(
    grace: int, late: int, silent: int
) -> None:
    case = LateCase(TODAY - timedelta(days=late), grace, TODAY - timedelta(days=silent))
    if late > grace and silent >= QUIET_DAYS:
        assert next_step(case, TODAY) in (NextStep.NEVER_CONTACTED, NextStep.CONTACT_OLD)
