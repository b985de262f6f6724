"""The waterfall: which dues a payment covers."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.lending.allocation import (
    DEFAULT_ORDER,
    Component,
    Direction,
    Due,
    DuePaid,
    allocate,
)

MARCH = Due(
    "March",
    date(2025, 3, 31),
    fee_minor=5,
    penalty_minor=3,
    interest_minor=10,
    principal_minor=100,
)
APRIL = Due("April", date(2025, 4, 30), interest_minor=9, principal_minor=101)


def covered(payment, dues, *arguments) -> tuple[list[tuple[int, int, int, int]], int]:
    """Return (fee, penalty, interest, principal) of each due and the credit."""
    answer = allocate(payment, dues, *arguments)
    return [
        (row.fee_minor, row.penalty_minor, row.interest_minor, row.principal_minor)
        for row in answer.paid
    ], answer.credit_minor


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        (0, ([(0, 0, 0, 0), (0, 0, 0, 0)], 0)),
        (4, ([(4, 0, 0, 0), (0, 0, 0, 0)], 0)),
        (7, ([(5, 2, 0, 0), (0, 0, 0, 0)], 0)),
        (20, ([(5, 3, 10, 2), (0, 0, 0, 0)], 0)),
        (120, ([(5, 3, 10, 100), (0, 0, 2, 0)], 0)),
        (228, ([(5, 3, 10, 100), (0, 0, 9, 101)], 0)),
        (300, ([(5, 3, 10, 100), (0, 0, 9, 101)], 72)),
    ],
)
def test_fee_penalty_interest_principal_of_the_oldest_due_first(payment, expected):
    assert covered(payment, [MARCH, APRIL]) == expected


def test_the_answer_keeps_the_order_of_the_dues():
    answer = allocate(20, [APRIL, MARCH])
    assert answer.paid == [
        DuePaid("April"),
        DuePaid("March", fee_minor=5, penalty_minor=3, interest_minor=10, principal_minor=2),
    ]


def test_another_order_of_the_components():
    order = [Component.PRINCIPAL, Component.INTEREST, Component.FEE, Component.PENALTY]
    assert covered(106, [MARCH, APRIL], order) == ([(0, 0, 6, 100), (0, 0, 0, 0)], 0)


def test_a_component_left_out_of_the_order_is_not_covered():
    assert covered(50, [APRIL], [Component.INTEREST]) == ([(0, 0, 9, 0)], 41)


def test_vertical_covers_a_component_of_all_dues_before_the_next():
    assert covered(30, [MARCH, APRIL], DEFAULT_ORDER, Direction.VERTICAL) == (
        [(5, 3, 10, 3), (0, 0, 9, 0)],
        0,
    )


@pytest.mark.parametrize("direction", Direction)
def test_a_lower_rank_comes_before_an_older_date(direction):
    senior = Due("senior", date(2025, 5, 31), rank=1, interest_minor=10, principal_minor=10)
    junior = Due("junior", date(2025, 1, 31), rank=2, interest_minor=10, principal_minor=10)
    expected = ([(0, 0, 5, 0), (0, 0, 10, 10)], 0)
    assert covered(25, [junior, senior], DEFAULT_ORDER, direction) == expected


def test_dues_of_one_day_are_covered_in_the_order_given():
    one, two = (Due(name, date(2025, 3, 31), principal_minor=10) for name in ("one", "two"))
    assert [row.principal_minor for row in allocate(12, [one, two]).paid] == [10, 2]
    assert [row.name for row in allocate(12, [two, one]).paid] == ["two", "one"]


AMOUNTS = st.integers(0, 50)
DUES = st.lists(
    st.builds(
        Due,
        name=st.just("due"),
        due_on=st.dates(date(2025, 1, 1), date(2025, 1, 5)),
        rank=st.integers(0, 2),
        fee_minor=AMOUNTS,
        penalty_minor=AMOUNTS,
        interest_minor=AMOUNTS,
        principal_minor=AMOUNTS,
    ),
    max_size=6,
)
ORDERS = st.permutations(list(Component))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1000), DUES, ORDERS, st.sampled_from(Direction))
def test_nothing_is_lost_and_nothing_is_overpaid(payment, dues, order, direction):
    answer = allocate(payment, dues, order, direction)
    assert sum(row.total_minor for row in answer.paid) + answer.credit_minor == payment
    for due, row in zip(dues, answer.paid, strict=True):
        assert 0 <= row.fee_minor <= due.fee_minor
        assert 0 <= row.penalty_minor <= due.penalty_minor
        assert 0 <= row.interest_minor <= due.interest_minor
        assert 0 <= row.principal_minor <= due.principal_minor
    owed = sum(due.amount_minor(component) for due in dues for component in Component)
    assert answer.credit_minor == max(payment - owed, 0)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), DUES, ORDERS, st.sampled_from(Direction))
def test_two_payments_cover_what_one_of_their_sum_covers(first, second, dues, order, direction):
    once = allocate(first + second, dues, order, direction)
    before = allocate(first, dues, order, direction)
    left = [
        Due(
            due.name,
            due.due_on,
            due.rank,
            due.fee_minor - paid.fee_minor,
            due.penalty_minor - paid.penalty_minor,
            due.interest_minor - paid.interest_minor,
            due.principal_minor - paid.principal_minor,
        )
        for due, paid in zip(dues, before.paid, strict=True)
    ]
    after = allocate(second + before.credit_minor, left, order, direction)
    totals = [a.total_minor + b.total_minor for a, b in zip(before.paid, after.paid, strict=True)]
    assert totals == [row.total_minor for row in once.paid]
