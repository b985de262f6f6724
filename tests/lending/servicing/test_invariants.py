"""What holds for every contract and every life of a loan."""

import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lending.servicing.loans import contracts, fact_id, lives
from tuppence.lending.allocation import Component, Due, allocate
from tuppence.lending.servicing.accrual import accrued_columns, counts_days_of_360
from tuppence.lending.servicing.contract import Excess
from tuppence.lending.servicing.facts import (
    EarlyChoice,
    EarlyRepayment,
    PaymentReceived,
    fact_key,
)
from tuppence.lending.servicing.fold import apply_facts, apply_payments, fold, payoff_quote
from tuppence.lending.servicing.loan_state import PaymentKind, Status

END = date(2027, 1, 1)
RANDOM = settings(max_examples=150, deadline=None)


@RANDOM
@given(lives())
def test_every_payment_is_accounted_for(life):
    contract, facts = life
    state = fold(contract, facts, as_of=END)
    for outcome in state.outcomes:
        assert sum(part.amount_minor for part in outcome.parts) == (
            outcome.applied_minor - outcome.compensation_minor
        )
        assert min(part.amount_minor for part in outcome.parts) > 0 if outcome.parts else True
        assert outcome.credit_minor >= 0
    assert sum(map(sum, state.paid)) == sum(
        outcome.applied_minor - outcome.compensation_minor
        for outcome in state.outcomes
        if outcome.kind is not PaymentKind.RECOVERY
    )


@RANDOM
@given(lives())
def test_principal_is_open_paid_or_written_off(life):
    contract, facts = life
    state = fold(contract, facts, as_of=END)
    assert min(min(column) for column in (*state.open, *state.paid)) >= 0
    paid = sum(state.paid[3])
    assert paid + sum(state.open[3]) == contract.principal_minor
    if state.written_off is not None:
        assert paid + state.written_off.principal_minor == contract.principal_minor
        recovered = sum(
            outcome.principal_minor
            for outcome in state.outcomes
            if outcome.kind is PaymentKind.RECOVERY
        )
        assert state.claims.principal_minor + recovered == state.written_off.principal_minor
    else:
        assert paid + state.outstanding_principal_minor == contract.principal_minor
    assert (state.status is Status.PAID) == (
        state.written_off is None and not any(map(sum, state.open))
    )


@RANDOM
@given(lives(), st.integers(0, 12))
def test_added_later_is_folded_at_once(life, cut):
    contract, facts = life
    ordered = sorted(facts, key=fact_key)
    first, rest = ordered[:cut], ordered[cut:]
    between = first[-1].on if first else contract.starts_on
    state = fold(contract, first, as_of=between)
    assert apply_facts(state, rest, as_of=END) == fold(contract, facts, as_of=END)


@RANDOM
@given(lives(), st.randoms(use_true_random=False))
def test_the_order_of_the_argument_does_not_matter(life, order: random.Random):
    contract, facts = life
    shuffled = list(facts)
    order.shuffle(shuffled)
    assert fold(contract, shuffled, as_of=END) == fold(contract, facts, as_of=END)


@RANDOM
@given(
    lives(kinds=["payment", "late_fee", "fee"]),
    st.integers(0, 400),
    st.lists(st.integers(1, 3_000_00), min_size=1, max_size=5),
)
def test_paid_in_parts_is_paid_in_one(life, after, parts):
    contract, facts = life
    on = contract.starts_on + timedelta(days=after)
    in_parts = [
        PaymentReceived(fact_id(500 + number), on, part, on, 500 + number)
        for number, part in enumerate(parts)
    ]
    in_one = PaymentReceived(fact_id(500), on, sum(parts), on, 500)
    several = fold(contract, [*facts, *in_parts], as_of=END)
    one = fold(contract, [*facts, in_one], as_of=END)
    horizontal = (several.open, several.paid, several.status, several.earned_interest_minor)
    assert horizontal == (one.open, one.paid, one.status, one.earned_interest_minor)


@RANDOM
@given(contracts())
def test_paid_as_planned_the_loan_ends_with_its_last_row(contract):
    facts = [
        PaymentReceived(fact_id(row.number), row.due_on, row.amount_minor, row.due_on)
        for row in contract.rows
        if row.amount_minor
    ]
    state = fold(contract, facts, as_of=END)
    assert (state.status, state.closed_on) == (Status.PAID, contract.rows[-1].due_on)
    assert state.earned_interest_minor == sum(row.interest_minor for row in contract.rows)
    assert all(outcome.credit_minor == 0 for outcome in state.outcomes)


@RANDOM
@given(lives(kinds=["payment", "early", "fee"], most=5), st.integers(0, 400))
def test_interest_is_earned_day_by_day_and_never_taken_back(life, first):
    contract, facts = life
    start = contract.starts_on + timedelta(days=first)
    earned = [
        fold(contract, facts, as_of=start + timedelta(days=day)).earned_interest_minor
        for day in range(12)
    ]
    assert earned == sorted(earned)


@RANDOM
@given(lives(most=6), st.integers(0, 400), st.integers(0, 100))
def test_a_day_close_in_columns_earns_what_the_fold_earns(life, after, more):
    contract, facts = life
    on = contract.starts_on + timedelta(days=after)
    known = [fact for fact in facts if fact.on <= on]
    period = fold(contract, known, as_of=on).running_period
    later = on + timedelta(days=more)
    if period is None or later > min(period.ends_on, _next_due(contract, known, on)):
        return
    accrued = accrued_columns(
        np.array([period.starts_on], dtype="datetime64[D]"),
        np.array([period.ends_on], dtype="datetime64[D]"),
        np.array([period.interest_minor]),
        later,
        of_360=counts_days_of_360(contract.day_count, contract.unit),
        counted=period.counted_days,
        counted_interest=period.counted_interest_minor,
    )
    earned = fold(contract, known, as_of=later).earned_interest_minor
    assert period.earned_before_minor + int(accrued[0]) == earned


def _next_due(contract, facts, on):
    """The next due date: a row there may bear interest of its own before a deferred one."""
    dues = fold(contract, facts, as_of=on).plan.dues
    return min((due for due in dues if due > on), default=on)


@RANDOM
@given(lives(kinds=["payment", "early", "late_fee", "fee", "plan"], most=6), st.integers(0, 400))
def test_the_quoted_payoff_closes_the_loan_and_a_cent_less_does_not(life, after):
    contract, facts = life
    on = contract.starts_on + timedelta(days=after)
    known = [fact for fact in facts if fact.on <= on]
    quote = payoff_quote(contract, known, on)
    if not quote.amount_minor:
        return
    for less, status in ((0, Status.PAID), (1, Status.ACTIVE)):
        if quote.amount_minor == less:
            continue
        payoff = EarlyRepayment(
            fact_id(900), on, quote.amount_minor - less, on, EarlyChoice.SETTLE, 900
        )
        state = fold(contract, [*known, payoff], as_of=on)
        late_fees = sum(charge.standing_minor for charge in state.charges if charge.on == on)
        if not late_fees:
            assert state.status is status
            assert state.outcome(payoff.id).credit_minor == 0 or less


@RANDOM
@given(
    lives(kinds=["payment", "early", "early"], most=5),
    st.sampled_from([EarlyChoice.SHORTER_TERM, EarlyChoice.LOWER_INSTALMENTS]),
)
def test_a_new_plan_repays_exactly_what_is_left_and_costs_no_more(life, choice):
    contract, facts = life
    facts = [
        replace(fact, choice=choice) if isinstance(fact, EarlyRepayment) else fact for fact in facts
    ]
    state = fold(contract, facts, as_of=contract.rows[-1].due_on)
    planned = sum(row.interest_minor for row in contract.rows)
    now = sum(row.interest_minor for row in state.instalments)
    # Each row is rounded anew, by at most half a unit each time.
    assert now <= planned + len(contract.rows) * (len(facts) + 1)
    owed = sum(map(sum, state.open))
    if state.status is Status.ACTIVE:
        rest = PaymentReceived(fact_id(900), state.as_of, owed, state.as_of, 900)
        assert apply_payments(state, [rest]).status is Status.PAID


@RANDOM
@given(contracts(), st.integers(1, 5_000_00), st.integers(0, 400))
def test_the_account_pays_as_the_waterfall_allocates(contract, amount_minor, after):
    contract = replace(contract, excess=Excess.CREDIT)
    on = contract.starts_on + timedelta(days=after)
    dues = [
        Due(
            str(row.number),
            row.due_on,
            interest_minor=row.interest_minor,
            principal_minor=row.principal_minor,
        )
        for row in contract.rows
        if row.due_on <= on
    ]
    expected = allocate(amount_minor, dues, contract.waterfall, contract.direction)
    state = fold(contract, [PaymentReceived(fact_id(1), on, amount_minor, on)], as_of=on)
    outcome = state.outcomes[0]
    assert outcome.credit_minor == expected.credit_minor
    for due in expected.paid:
        got = dict.fromkeys(Component, 0)
        for part in outcome.parts:
            if str(part.number) == due.name:
                got[part.component] += part.amount_minor
        assert got[Component.INTEREST] == due.interest_minor
        assert got[Component.PRINCIPAL] == due.principal_minor
