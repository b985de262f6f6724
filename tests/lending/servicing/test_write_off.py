"""Write-off and recovery: the amounts, the order, the cost."""

import pytest

from tests.lending.servicing.loans import (
    back,
    day,
    fact_id,
    given_up,
    late_fee,
    loan,
    paid,
    recovered,
)
from tuppence.lending.servicing.arrears import Bucket
from tuppence.lending.servicing.contract import LateFeeRule, RecoveryOrder
from tuppence.lending.servicing.fold import fold, payoff_quote
from tuppence.lending.servicing.loan_state import Claims, PaymentKind, Status

# On 16 March: principal 200.00 (one instalment of three was paid), interest 2.00 due and 0.50
# accrued, a late fee of 5.00.
RULE = LateFeeRule(5_00)
LIFE = [paid(1, "02-01", 103_00), late_fee(2, "03-02", 2, 5_00), given_up(3, "03-16")]
CLAIMS = Claims(principal_minor=200_00, interest_minor=2_50, penalty_minor=5_00, fee_minor=0)


def test_a_write_off_claims_principal_and_the_interest_earned_so_far():
    state = fold(loan(late_fee=RULE), LIFE, as_of=day("12-31"))
    assert (state.status, state.closed_on) == (Status.WRITTEN_OFF, day("03-16"))
    assert state.written_off == state.claims == CLAIMS
    assert (state.outstanding_principal_minor, state.overdue_minor) == (0, 0)


def test_nothing_accrues_and_nothing_ages_after_it():
    state = fold(loan(late_fee=RULE), LIFE, as_of=day("12-31"))
    assert state.earned_interest_minor == 3_00 + 2_50
    assert (state.days_past_due, state.bucket) == (15, Bucket.DAYS_1_30)


@pytest.mark.parametrize(
    ("order", "amount", "cost", "expected"),
    [
        # (principal, interest, late fee, credit) of the net amount
        (RecoveryOrder.PRINCIPAL_FIRST, 100_00, 18_00, (82_00, 0, 0, 0)),
        (RecoveryOrder.PRINCIPAL_FIRST, 206_00, 0, (200_00, 2_50, 3_50, 0)),
        (RecoveryOrder.PRINCIPAL_FIRST, 300_00, 0, (200_00, 2_50, 5_00, 92_50)),
        (RecoveryOrder.PRO_RATA, 103_75, 0, (100_00, 1_25, 2_50, 0)),
        (RecoveryOrder.PRO_RATA, 1, 0, (1, 0, 0, 0)),
        (RecoveryOrder.WATERFALL, 10_00, 1_00, (1_50, 2_50, 5_00, 0)),
        (RecoveryOrder.PRINCIPAL_FIRST, 10_00, 10_00, (0, 0, 0, 0)),
    ],
)
def test_a_recovery_pays_the_claims_after_its_cost(order, amount, cost, expected):
    contract = loan(late_fee=RULE, recovery_order=order)
    state = fold(contract, [*LIFE, recovered(4, "06-01", amount, cost)], as_of=day("06-01"))
    outcome = state.outcome(fact_id(4))
    assert (
        outcome.principal_minor,
        outcome.interest_minor,
        outcome.penalty_minor,
        outcome.credit_minor,
    ) == expected
    assert (outcome.cost_minor, outcome.kind) == (cost, PaymentKind.RECOVERY)
    assert state.claims.total_minor == CLAIMS.total_minor - sum(expected[:3])
    assert state.written_off == CLAIMS


def test_a_payment_after_the_write_off_is_a_recovery_without_cost():
    state = fold(loan(late_fee=RULE), [*LIFE, paid(4, "06-01", 50_00)], as_of=day("06-01"))
    outcome = state.outcome(fact_id(4))
    assert (outcome.principal_minor, outcome.kind) == (50_00, PaymentKind.RECOVERY)


def test_the_payoff_of_a_written_off_loan_is_its_claims():
    quote = payoff_quote(loan(late_fee=RULE), [*LIFE, recovered(4, "06-01", 50_00)], day("07-01"))
    assert (quote.principal_minor, quote.amount_minor) == (150_00, 157_50)


def test_a_loan_that_turns_out_to_be_paid_is_not_written_off():
    found = paid(4, "03-15", 203_00, recorded_on=day("05-01"))
    late = paid(5, "03-15", 1_00, recorded_on=day("05-01"))
    facts = [paid(1, "02-01", 103_00), paid(6, "04-01", 1_00), given_up(3, "04-16"), found, late]
    state = fold(loan(), facts, as_of=day("06-01"))
    assert state.status is Status.WRITTEN_OFF
    facts.append(paid(7, "04-01", 98_00 + 3_00, recorded_on=day("05-02")))
    state = fold(loan(), facts, as_of=day("06-01"))
    assert (state.status, state.written_off) == (Status.PAID, None)


def test_a_payment_reversed_before_the_write_off_raises_the_claims():
    state = fold(loan(late_fee=RULE), [*LIFE, back(4, "04-01", 1)], as_of=day("04-01"))
    assert state.claims.principal_minor == 300_00


def test_a_recovery_on_a_loan_not_written_off_pays_what_is_due():
    state = fold(loan(), [recovered(1, "02-02", 50_00, 5_00)], as_of=day("02-02"))
    outcome = state.outcomes[0]
    assert (outcome.interest_minor, outcome.principal_minor, outcome.cost_minor) == (
        3_00,
        42_00,
        5_00,
    )
