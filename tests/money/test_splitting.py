"""Splitting gives away every unit, and nothing twice."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.money.splitting import split, split_array, split_many

INT64_MAX = 2**63 - 1
amounts = st.integers(0, 10**15) | st.integers(0, 50)
# Every sum of such weights still fits 64 bits, while products with amounts do not.
weight_lists = st.lists(st.integers(0, 10**15) | st.integers(0, 3), min_size=1, max_size=30).filter(
    any
)


@pytest.mark.parametrize(
    ("amount_minor", "weights", "parts"),
    [
        (100_00, [1, 1, 1], [3334, 3333, 3333]),
        (0, [1, 2], [0, 0]),
        (1, [0, 0, 1], [0, 0, 1]),
        (2, [0, 1, 1, 1], [0, 1, 1, 0]),  # equal remainders: the earlier positions
        (10, [1, 2, 4], [1, 3, 6]),  # 1.43, 2.86, 5.71: two units left, to .86 and .71
        (7, [7], [7]),
    ],
)
def test_worked_examples(amount_minor: int, weights: list[int], parts: list[int]) -> None:
    assert split(amount_minor, weights) == parts


@given(amounts, weight_lists)
def test_parts_sum_to_the_whole_and_stay_within_one_unit(
    amount_minor: int, weights: list[int]
) -> None:
    parts = split(amount_minor, weights)
    total = sum(weights)
    assert sum(parts) == amount_minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount_minor * weight, total)) < 1
        assert weight or part == 0


@given(amounts, weight_lists)
def test_a_heavier_weight_never_gets_less(amount_minor: int, weights: list[int]) -> None:
    parts = split(amount_minor, weights)
    by_weight = sorted(zip(weights, parts, strict=True))
    for (lighter, small), (heavier, large) in pairwise(by_weight):
        assert small <= large or lighter == heavier


@given(amounts, weight_lists)
def test_the_column_gives_the_same_answer(amount_minor: int, weights: list[int]) -> None:
    parts = split_array(amount_minor, np.array(weights, dtype=np.int64))
    assert parts.dtype == np.int64
    assert parts.tolist() == split(amount_minor, weights)


@pytest.mark.parametrize(
    ("amount_minor", "weights"),
    [
        (INT64_MAX, [1, 1]),  # the largest amount
        (10**15 - 1, [10**15, 10**15 - 1, 1]),  # a product of 100 bits
        (3, [INT64_MAX, INT64_MAX, 1]),  # weights whose sum leaves 64 bits
        (INT64_MAX // 3, [3, 2]),  # the last product that fits
        (INT64_MAX // 3 + 1, [3, 2]),  # the first that does not
    ],
)
def test_nothing_overflows(amount_minor: int, weights: list[int]) -> None:
    column = np.array(weights, dtype=np.int64)
    assert split_array(amount_minor, column).tolist() == split(amount_minor, weights)
    many = split_many(np.array([amount_minor]), column, np.array([len(weights)]))
    assert many.tolist() == split(amount_minor, weights)


@given(st.lists(st.tuples(amounts, weight_lists), max_size=8))
def test_many_runs_at_once_give_the_same_answers(runs: list[tuple[int, list[int]]]) -> None:
    flat = [weight for _, weights in runs for weight in weights]
    parts = split_many(
        np.array([amount for amount, _ in runs], dtype=np.int64),
        np.array(flat, dtype=np.int64),
        np.array([len(weights) for _, weights in runs], dtype=np.int64),
    )
    assert parts.tolist() == [part for amount, weights in runs for part in split(amount, weights)]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**6), st.lists(st.integers(0, 9), min_size=1, max_size=9).filter(any)
        ),
        max_size=8,
    )
)
def test_many_small_runs_at_once(runs: list[tuple[int, list[int]]]) -> None:
    parts = split_many(
        np.array([amount for amount, _ in runs], dtype=np.int64),
        np.array([weight for _, weights in runs for weight in weights], dtype=np.int64),
        np.array([len(weights) for _, weights in runs], dtype=np.int64),
    )
    assert parts.tolist() == [part for amount, weights in runs for part in split(amount, weights)]


@pytest.mark.parametrize(("amount_minor", "weights"), [(-1, [1]), (1, []), (1, [0]), (1, [2, -1])])
def test_a_caller_that_breaks_the_rule_is_stopped(amount_minor: int, weights: list[int]) -> None:
    with pytest.raises(AssertionError):
        split(amount_minor, weights)
    with pytest.raises(AssertionError):
        split_array(amount_minor, np.array(weights, dtype=np.int64))
