"""Splitting an amount into parts that always sum to it (largest remainder)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_INT64_MAX = int(np.iinfo(np.int64).max)


def split(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weight; the parts always sum to it.

    Each part is the exact share rounded down; the units left over go to the largest remainders,
    the earlier position first among equals. A weight of zero gets zero.

    >>> split(100_00, [1, 1, 1])
    [3334, 3333, 3333]
    >>> split(5, [0, 1, 1])
    [0, 3, 2]
    """
    total = sum(weights)
    assert amount_minor >= 0
    assert total > 0 and min(weights) >= 0
    shares = [divmod(amount_minor * weight, total) for weight in weights]
    parts = [quotient for quotient, _ in shares]
    left = amount_minor - sum(parts)
    by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
    for i in by_remainder[:left]:
        parts[i] += 1
    assert sum(parts) == amount_minor
    return parts


def split_array(amount_minor: int, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Split an amount over a column of weights: the same answer as `split`, faster.

    Where a product of the amount and a weight, or the sum of the weights, could pass 64 bits,
    the exact integers of Python do the work.
    """
    assert 0 <= amount_minor <= _INT64_MAX
    assert weights.size > 0 and int(weights.min()) >= 0
    heaviest = int(weights.max())
    if heaviest * max(amount_minor, weights.size) > _INT64_MAX:
        return np.array(split(amount_minor, weights.tolist()), dtype=np.int64)
    total = int(weights.sum())
    assert total > 0
    parts, remainders = np.divmod(weights * np.int64(amount_minor), np.int64(total))
    left = amount_minor - int(parts.sum())
    if left:
        parts[np.argsort(-remainders, kind="stable")[:left]] += 1
    assert int(parts.sum()) == amount_minor
    return parts


def split_many(
    amounts_minor: NDArray[np.int64], weights: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Split many amounts, each over its own run of weights, in one pass.

    `weights` holds the runs one after the other, `sizes` how long each is. The answer for each
    run is that of `split`. A run is not empty, and its weights are not all zero.

    >>> split_many(np.array([100, 5]), np.array([1, 1, 1, 0, 1]), np.array([3, 2])).tolist()
    [34, 33, 33, 0, 5]
    """
    assert amounts_minor.size == sizes.size and int(sizes.sum()) == weights.size
    if not sizes.size:
        return np.zeros(0, dtype=np.int64)
    assert int(sizes.min()) > 0
    assert int(amounts_minor.min()) >= 0 and int(weights.min()) >= 0
    reach = max(int(amounts_minor.max()), int(sizes.max()))
    if int(weights.max()) * reach > _INT64_MAX:
        return _split_many_exactly(amounts_minor, weights, sizes)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    totals = np.add.reduceat(weights, starts)
    assert int(totals.min()) > 0
    run = np.repeat(np.arange(sizes.size), sizes)
    parts, remainders = np.divmod(weights * amounts_minor[run], totals[run])
    left = amounts_minor - np.add.reduceat(parts, starts)
    # Sorted by run, then by falling remainder; the sort is stable, so position breaks ties.
    order = np.lexsort((-remainders, run))
    rank_in_run = np.arange(weights.size) - starts[run]
    parts[order] += rank_in_run < left[run]
    assert (np.add.reduceat(parts, starts) == amounts_minor).all()
    return parts


def _split_many_exactly(
    amounts_minor: NDArray[np.int64], weights: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.int64]:
    runs = np.split(weights, np.cumsum(sizes)[:-1])
    return np.concatenate(
        [split_array(amount, run) for amount, run in zip(amounts_minor.tolist(), runs, strict=True)]
    )
