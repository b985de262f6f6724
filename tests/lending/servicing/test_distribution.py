"""Sharing a payment out: worked tables, and what holds for every payment."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lending.servicing.loans import FEB, fact_id
from tuppence.lending.servicing.contract import LateFeeTo
from tuppence.lending.servicing.distribution import (
    HoldingShare,
    Received,
    distribute,
    received_by_lenders,
    share_changes,
)
from tuppence.lending.servicing.distribution_columns import ReceivedColumns, distribute_columns
from tuppence.lending.servicing.loan_state import PaymentOutcome

RATES = st.fractions(0, 1, max_denominator=1000)
AMOUNTS = st.integers(0, 100_000_00)
HOLDINGS = st.lists(st.integers(0, 50_000_00), min_size=1, max_size=8).filter(any)


def holdings_of(amounts):
    return [HoldingShare(number, amount) for number, amount in enumerate(amounts, 1)]


def test_a_payment_of_103_over_three_lenders():
    """A holds half, B and C a quarter; servicing fee 10 % of the interest, tax 20 % of it.

    | lender | principal | interest | late fee | fee  | tax  | net   |
    |--------|-----------|----------|----------|------|------|-------|
    | A      | 50.00     | 1.51     | 2.50     | 0.15 | 0.30 | 53.56 |
    | B      | 25.00     | 0.76     | 1.25     | 0.08 | 0.15 | 26.78 |
    | C      | 25.00     | 0.76     | 1.25     | 0.07 | 0.15 | 26.79 |
    """
    shares = distribute(
        Received(100_00, 3_03, 5_00),
        holdings_of([150_00, 75_00, 75_00]),
        servicing_fee=Fraction(1, 10),
        tax_rate=Fraction(1, 5),
    )
    table = [
        (
            share.principal_minor,
            share.interest_minor,
            share.late_fee_minor,
            share.fee_minor,
            share.tax_minor,
            share.net_minor,
        )
        for share in shares
    ]
    assert table == [
        (50_00, 1_51, 2_50, 15, 30, 53_56),
        (25_00, 76, 1_25, 8, 15, 26_78),
        (25_00, 76, 1_25, 7, 15, 26_79),
    ]


@pytest.mark.parametrize(
    ("late_fees_go_to", "late_fee"), [(LateFeeTo.LENDERS, 5_00), (LateFeeTo.FIRM, 0)]
)
def test_late_fees_go_where_the_contract_says(late_fees_go_to, late_fee):
    outcome = PaymentOutcome(fact_id(1), FEB, 120_00, 4_00, 5_00, 3_00, 100_00, 1_00, 0, 7_00, ())
    received = received_by_lenders(outcome, late_fees_go_to)
    assert received == Received(100_00, 3_00, late_fee, 1_00)


def test_a_late_fee_after_the_last_principal_goes_by_what_was_funded():
    holdings = [HoldingShare(1, 0, 200), HoldingShare(2, 0, 100)]
    shares = distribute(Received(0, 0, 6_00), holdings)
    assert [share.late_fee_minor for share in shares] == [4_00, 2_00]


def test_more_principal_than_is_held_is_our_own_mistake():
    with pytest.raises(AssertionError):
        distribute(Received(101, 0), holdings_of([60, 40]))


def test_the_fee_takes_no_more_than_the_interest():
    shares = distribute(
        Received(0, 3), holdings_of([1, 1, 1, 1]), servicing_fee=Fraction(1), tax_rate=Fraction(1)
    )
    assert [(share.interest_minor, share.fee_minor, share.net_minor) for share in shares] == [
        (1, 1, 0),
        (1, 1, 0),
        (1, 1, 0),
        (0, 0, 0),
    ]


@settings(max_examples=200, deadline=None)
@given(HOLDINGS, st.fractions(0, 1), AMOUNTS, AMOUNTS, AMOUNTS, RATES, RATES)
def test_shares_sum_to_what_was_received_and_nobody_is_off_by_a_unit(
    amounts, part, interest, late_fee, compensation, fee_rate, tax_rate
):
    held = sum(amounts)
    received = Received(int(held * part), interest, late_fee, compensation)
    shares = distribute(received, holdings_of(amounts), servicing_fee=fee_rate, tax_rate=tax_rate)
    for name in ("principal_minor", "interest_minor", "late_fee_minor", "compensation_minor"):
        total = getattr(received, name)
        parts = [getattr(share, name) for share in shares]
        assert sum(parts) == total
        exact = [Fraction(total * amount, held) for amount in amounts]
        assert all(abs(got - want) < 1 for got, want in zip(parts, exact, strict=True))
    for share, amount in zip(shares, amounts, strict=True):
        assert 0 <= share.principal_minor <= amount
        assert 0 <= share.fee_minor <= share.interest_minor
        assert 0 <= share.tax_minor <= share.interest_minor - share.fee_minor
        assert share.net_minor >= 0
    assert abs(sum(share.fee_minor for share in shares) - interest * fee_rate) <= Fraction(1, 2)


@settings(max_examples=100, deadline=None)
@given(HOLDINGS, st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_repaid_to_the_end_each_holding_is_exactly_zero(amounts, weights):
    left = list(amounts)
    for number, weight in enumerate(weights):
        held = sum(left)
        is_last = number == len(weights) - 1
        repaid = held if is_last else held * weight // 100
        exact = [Fraction(held - repaid, sum(amounts)) * amount for amount in amounts]
        shares = distribute(Received(repaid, 0), holdings_of(left)) if held else []
        left = [
            amount - share.principal_minor for amount, share in zip(left, shares, strict=False)
        ] or left
        drift = [abs(got - want) for got, want in zip(left, exact, strict=True)]
        # Weighted by what is still held, drift never outgrows the number of payments.
        assert max(drift) <= number + 1
    assert left == [0] * len(amounts)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 10_000), HOLDINGS, AMOUNTS, RATES)
def test_two_lenders_of_x_together_get_what_one_of_2x_gets(x, others, interest, fee_rate):
    two = distribute(Received(0, interest), holdings_of([x, x, *others]), servicing_fee=fee_rate)
    one = distribute(Received(0, interest), holdings_of([2 * x, *others]), servicing_fee=fee_rate)
    assert abs(two[0].interest_minor + two[1].interest_minor - one[0].interest_minor) <= 1
    assert sum(share.fee_minor for share in two) == sum(share.fee_minor for share in one)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(HOLDINGS, st.fractions(0, 1), AMOUNTS, AMOUNTS), min_size=1, max_size=4),
    RATES,
    RATES,
)
def test_columns_give_the_same_shares(payments, fee_rate, tax_rate):
    received = [
        Received(int(sum(amounts) * part), interest, other, other // 3)
        for amounts, part, interest, other in payments
    ]
    expected = [
        share
        for payment, (amounts, *_) in zip(received, payments, strict=True)
        for share in distribute(
            payment, holdings_of(amounts), servicing_fee=fee_rate, tax_rate=tax_rate
        )
    ]
    columns = distribute_columns(
        ReceivedColumns.of(received),
        np.array([amount for amounts, *_ in payments for amount in amounts], dtype=np.int64),
        np.array([len(amounts) for amounts, *_ in payments], dtype=np.int64),
        servicing_fee=fee_rate,
        tax_rate=tax_rate,
    )
    for name in (
        "principal_minor",
        "interest_minor",
        "late_fee_minor",
        "compensation_minor",
        "fee_minor",
        "tax_minor",
        "net_minor",
    ):
        assert getattr(columns, name).tolist() == [getattr(share, name) for share in expected]


def test_columns_fall_back_to_what_was_funded():
    columns = distribute_columns(
        ReceivedColumns.of([Received(0, 0, 6_00), Received(10, 0)]),
        np.array([0, 0, 10]),
        np.array([2, 1]),
        funded=np.array([200, 100, 50]),
    )
    assert columns.late_fee_minor.tolist() == [4_00, 2_00, 0]
    assert columns.principal_minor.tolist() == [0, 0, 10]


def test_a_hundred_thousand_lenders_get_all_of_it():
    holdings = np.arange(1, 100_001, dtype=np.int64)
    held = int(holdings.sum())
    columns = distribute_columns(
        ReceivedColumns.of([Received(held, 12_345_67)]),
        holdings,
        np.array([holdings.size]),
        servicing_fee=Fraction(1, 10),
    )
    assert (columns.principal_minor == holdings).all()
    assert int(columns.interest_minor.sum()) == 12_345_67
    assert int(columns.fee_minor.sum()) == 1_234_57


def test_changes_are_new_less_old_for_each_lender():
    old = distribute(Received(100, 10), holdings_of([150, 50]))
    new = distribute(Received(80, 10), [HoldingShare(2, 50), HoldingShare(3, 50)])
    changes = share_changes(old, new)
    assert [(change.member_id, change.principal_minor) for change in changes] == [
        (1, -75),
        (2, 15),
        (3, 40),
    ]
    assert sum(change.net_minor for change in changes) == -20
