"""How a payoff is computed: its parts are those of the quote, and a later day counts the way."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lending.servicing.loans import day, loan, paid, repaid_early
from tuppence.lending.servicing.contract import EarlyRepaymentPolicy, contract_of
from tuppence.lending.servicing.facts import EarlyChoice
from tuppence.lending.servicing.fold import apply_facts, fold, quote_of
from tuppence.lending.servicing.payoff_basis import paid_as_planned, payoff_basis
from tuppence.lending.terms import LoanTerms, Method

START = date(2025, 1, 1)


def year_loan(method=Method.ANNUITY, instalments=12):
    """12,000.00 at 12 % a year, compensation 1 % and half of it in the last year."""
    terms = LoanTerms(12_000_00, "EUR", Fraction(12, 100), instalments, START, method=method)
    policy = EarlyRepaymentPolicy(
        compensation_rate=Fraction(1, 100), compensation_rate_last_year=Fraction(1, 200)
    )
    return replace(contract_of(terms), early_repayment=policy)


def test_the_parts_of_a_quote_in_the_middle_of_a_period():
    # Paid on 1 February and 1 March of 300.00 in three; then 100.00 with 1.00 on 1 April.
    state = fold(loan(), [paid(1, "02-01", 103_00), paid(2, "03-01", 102_00)], as_of=day("03-16"))
    basis = payoff_basis(state, day("03-16"))
    running = basis.running
    assert (running.days, running.days_whole, running.of_360) == (15, 30, True)
    assert (running.planned_minor, running.accrued_minor, running.owed_minor) == (1_00, 50, 50)
    assert basis.quote.amount_minor == 100_50
    assert basis.spared_minor == 50 and basis.day_costs_minor == 3
    assert basis.ahead == ()


def test_what_is_overdue_stays_in_the_quote_and_what_comes_is_counted_as_paid():
    state = fold(loan(), [], as_of=day("02-10"))  # 103.00 of 1 February is overdue
    basis = payoff_basis(state, day("03-16"))
    assert [(row.due_on, row.amount_minor) for row in basis.ahead] == [(day("03-01"), 102_00)]
    # The thought payment of 1 March settles February first; as much stays open.
    assert basis.due_principal_minor + basis.due_interest_minor == 103_00
    assert basis.quote.amount_minor == 103_00 + 100_00 + 50


def test_an_instalment_on_the_very_day_is_part_of_the_quote():
    state = fold(loan(), [paid(3, "02-01", 103_00)], as_of=day("02-10"))
    basis = payoff_basis(state, day("03-01"))
    assert basis.ahead == () and basis.quote.amount_minor == 102_00 + 100_00
    assert basis.running.owed_minor == 0


def test_after_the_plan_has_ended_the_loan_nothing_is_left_to_quote():
    state = fold(loan(), [], as_of=day("01-10"))
    assert payoff_basis(state, day("04-02")) is None
    closed = fold(loan(), [paid(4, "02-01", 400_00)], as_of=day("02-01"))
    settled = fold(
        loan(), [repaid_early(5, "01-05", 400_00, EarlyChoice.SETTLE)], as_of=day("02-01")
    )
    assert payoff_basis(settled, day("02-01")) is None
    assert payoff_basis(closed, day("02-01")) is not None  # the rest is the borrower's


@pytest.mark.parametrize(("instalments", "is_last"), [(12, True), (36, False)])
def test_the_compensation_names_its_rate_and_never_exceeds_what_is_spared(instalments, is_last):
    state = fold(year_loan(instalments=instalments), [], as_of=date(2025, 1, 16))
    found = payoff_basis(state, date(2025, 1, 16)).compensation
    assert found.is_last_year is is_last
    assert found.rate == (Fraction(1, 200) if is_last else Fraction(1, 100))
    assert found.amount_minor == 12_000_00 * found.rate <= found.spared_minor
    late = payoff_basis(state, date(2025, 12, 31) if is_last else date(2027, 12, 31))
    assert late.compensation.amount_minor <= late.compensation.spared_minor


@given(
    method=st.sampled_from([Method.ANNUITY, Method.EQUAL_PRINCIPAL, Method.BULLET, Method.FLAT]),
    today=st.integers(0, 350),
    later=st.integers(0, 350),
)
def test_paying_the_way_and_then_the_quote_is_what_the_basis_says(method, today, later):
    state = fold(year_loan(method), [], as_of=START + timedelta(days=today))
    on = state.as_of + timedelta(days=later)
    basis = payoff_basis(state, on)
    if basis is None:
        return
    then = paid_as_planned(state, basis.ahead, on)
    assert quote_of(then, on) == basis.quote
    assert basis.due_principal_minor + basis.early_principal_minor == basis.quote.principal_minor
    running = basis.running.owed_minor if basis.running else 0
    assert basis.due_interest_minor + running == basis.quote.interest_minor
    assert basis.compensation.amount_minor == basis.quote.compensation_minor
    open_minor = sum(row.open_minor for row in then.instalments)
    assert basis.spared_minor == open_minor - basis.quote.amount_minor
    assert apply_facts(state, [], as_of=on).due_minor >= basis.due_principal_minor
