"""All discount rates at which dated flows are worth nothing, counted with proof.

With x = ln(1 + rate), the present value of flows c at the times t (in years) is the sum of
c * exp(-x * t). For x >= 0 the earliest flow outlasts the others as x grows; for x < 0 the latest
does as x falls, so each half of the line is the same search, once with the times counted from the
first flow and once, backwards, from the last.

On a half, the sum of the inflows and the sum of the outflows both fall steadily, and so do their
derivatives. The values at the two ends of an interval therefore bound the present value and its
slope everywhere between them. Intervals are halved until either the bounds leave zero out (no
root there) or the slope keeps its sign (one root if the ends differ in sign, else none). Nothing
is sampled: between the points there is no room for a root that was missed. Bounds are widened by
the rounding of the arithmetic; roots closer to one another than CLOSENESS count as one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

CLOSENESS = 1e-7
"""Roots no further apart than this, in ln(1 + rate), count as one."""
AMOUNT_BOUND = 10**30
"""Every amount is below this, so that the smallest still counts beside the largest."""

# The width at which halving stops: what is left there is the blur of a multiple root.
_TINY = 1e-9
_EPSILON = float(np.finfo(np.float64).eps)
_CELLS_AT_ONCE = 2_000_000
_CELLS_MAX = 400_000_000


@dataclass(frozen=True, slots=True)
class _Half:
    """One half of the line: gaps from its leading flow (0 first, rising), and the flows."""

    gaps: Column
    values: Column
    sign_at_zero: int

    @property
    def reach(self) -> float:
        """Beyond this point the leading flow outweighs all others together."""
        others = float(np.abs(self.values[1:]).sum())
        return max(0.0, math.log(4 * others / abs(float(self.values[0]))) / float(self.gaps[1]))

    def sign_at(self, point: float) -> int:
        """Return the sign of the sum at a point, exact at zero and plain beyond it."""
        if point == 0:
            return self.sign_at_zero
        return int(np.sign(np.exp(-point * self.gaps) @ self.values))


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Intervals with the bounds of the sum and of its slope on each, and the signs at the ends."""

    low: Column
    high: Column
    value_min: Column
    value_max: Column
    slope_min: Column
    slope_max: Column
    sign_low: NDArray[np.int64]
    sign_high: NDArray[np.int64]


def all_roots(times: Sequence[Fraction], amounts: Sequence[int]) -> list[float] | None:
    """Return every x with a present value of zero, rising; None if they could not be told apart.

    The times rise strictly, no amount is zero, and there are at least two.
    """
    upward, downward = _halves(times, amounts)
    above, below = _isolate(upward), _isolate(downward)
    if above is None or below is None:
        return None
    roots = [-root for root in reversed(below)] + above
    if upward.sign_at_zero == 0:
        # The total is exact: zero is a root, and what lies close to it is the rounding of it.
        return sorted([0.0, *(root for root in roots if abs(root) > CLOSENESS)])
    apart = [True, *(after - before > CLOSENESS for before, after in pairwise(roots))]
    return [root for root, is_apart in zip(roots, apart, strict=False) if is_apart]


def only_root(times: Sequence[Fraction], amounts: Sequence[int]) -> float:
    """Return the root of flows that change sign once, which Descartes' rule makes the only one."""
    upward, downward = _halves(times, amounts)
    if upward.sign_at_zero == 0:
        return 0.0
    if np.sign(upward.values[0]) != upward.sign_at_zero:
        return _bisect(upward, 0.0, upward.reach)
    return -_bisect(downward, 0.0, downward.reach)


def _halves(times: Sequence[Fraction], amounts: Sequence[int]) -> tuple[_Half, _Half]:
    assert len(times) == len(amounts) >= 2
    assert all(before < after for before, after in pairwise(times)) and all(amounts)
    largest = max(abs(amount) for amount in amounts)
    assert largest < AMOUNT_BOUND
    values = np.array([amount / largest for amount in amounts])
    total = sum(amounts)
    sign_of_total = (total > 0) - (total < 0)
    # Gaps are taken before they become floats: one of a day stays exact beside one of decades.
    from_first = np.array([float(time - times[0]) for time in times])
    to_last = np.array([float(times[-1] - time) for time in reversed(times)])
    return _Half(from_first, values, sign_of_total), _Half(to_last, values[::-1], sign_of_total)


def _isolate(half: _Half) -> list[float] | None:
    """Return the roots on one half, rising, or None where the work would have no end."""
    edges = np.linspace(0.0, half.reach, 17) if half.reach else np.zeros(1)
    low, high = edges[:-1], edges[1:]
    flagged: list[tuple[float, float]] = []
    cells = 0
    while low.size:
        cells += 2 * low.size * half.gaps.size
        if cells > _CELLS_MAX:
            return None
        bounds = _bound(half, low, high)
        open_ = (bounds.value_min <= 0) & (bounds.value_max >= 0)
        steady = (bounds.slope_min > 0) | (bounds.slope_max < 0)
        tiny = high - low <= _TINY * (1 + low)
        flagged += _flag(bounds, open_ & (steady | tiny), tiny)
        split = open_ & ~steady & ~tiny
        middle = (low[split] + high[split]) / 2
        low, high = np.concatenate((low[split], middle)), np.concatenate((middle, high[split]))
    return _settle(half, sorted(flagged))


def _flag(
    bounds: _Bounds, done: NDArray[np.bool_], tiny: NDArray[np.bool_]
) -> list[tuple[float, float]]:
    """Return the finished intervals that hold a root; an end on a root stands for itself."""
    flagged = []
    for index in np.flatnonzero(done).tolist():
        low, high = float(bounds.low[index]), float(bounds.high[index])
        signs = int(bounds.sign_low[index]), int(bounds.sign_high[index])
        if signs[0] * signs[1] < 0 or tiny[index] or signs == (0, 0):
            flagged.append((low, high))
        elif 0 in signs:
            end = low if signs[0] == 0 else high
            flagged.append((end, end))
    return flagged


def _settle(half: _Half, flagged: list[tuple[float, float]]) -> list[float] | None:
    """Merge what lies together, and narrow each interval down to its root."""
    clusters: list[tuple[float, float]] = []
    for interval in flagged:
        low, high = _narrow(half, *interval)
        if clusters and low - clusters[-1][1] <= CLOSENESS:
            clusters[-1] = (clusters[-1][0], max(high, clusters[-1][1]))
        else:
            clusters.append((low, high))
    if any(high - low > 10 * CLOSENESS for low, high in clusters):
        return None
    return [(low + high) / 2 for low, high in clusters]


def _narrow(half: _Half, low: float, high: float) -> tuple[float, float]:
    if half.sign_at(low) * half.sign_at(high) >= 0:
        return low, high
    root = _bisect(half, low, high)
    return root, root


def _bisect(half: _Half, low: float, high: float) -> float:
    sign_low = half.sign_at(low)
    while high - low > 2 * _EPSILON * high:
        middle = (low + high) / 2
        if not low < middle < high:
            break
        sign = half.sign_at(middle)
        if sign == 0:
            return middle
        low, high = (middle, high) if sign == sign_low else (low, middle)
    return (low + high) / 2


def _bound(half: _Half, low: Column, high: Column) -> _Bounds:
    at_low, at_high = _moments(half, low), _moments(half, high)
    in_low, out_low = at_low[:, 0::2], at_low[:, 1::2]
    in_high, out_high = at_high[:, 0::2], at_high[:, 1::2]
    width = high - low
    # Columns: the sum, its slope turned positive, its curvature. All figures fall along the half.
    net_low, net_high = in_low - out_low, in_high - out_high
    least, most = in_high - out_low, in_low - out_high
    noise = _noise(half, low, in_low + out_low)
    curve = np.maximum(np.abs(least[:, 2]), np.abs(most[:, 2])) + noise[:, 2]
    slope_min, slope_max = _tighten(net_low, net_high, least, most, 1, curve * width / 2)
    slope_min, slope_max = slope_min - noise[:, 1], slope_max + noise[:, 1]
    steepest = np.maximum(np.abs(slope_min), np.abs(slope_max))
    value_min, value_max = _tighten(net_low, net_high, least, most, 0, steepest * width / 2)
    return _Bounds(
        low=low,
        high=high,
        value_min=value_min - noise[:, 0],
        value_max=value_max + noise[:, 0],
        slope_min=slope_min,
        slope_max=slope_max,
        sign_low=_signs(half, low, net_low[:, 0], noise[:, 0]),
        sign_high=_signs(half, high, net_high[:, 0], noise[:, 0]),
    )


def _tighten(
    net_low: Column, net_high: Column, least: Column, most: Column, column: int, sway: Column
) -> tuple[Column, Column]:
    """Bound a figure both by what rises and falls in it and by how far it can sway between ends."""
    ends_min = np.minimum(net_low[:, column], net_high[:, column])
    ends_max = np.maximum(net_low[:, column], net_high[:, column])
    return np.maximum(least[:, column], ends_min - sway), np.minimum(
        most[:, column], ends_max + sway
    )


def _moments(half: _Half, points: Column) -> Column:
    """Return for each point six sums: inflows and outflows, times gap to the power of 0, 1, 2."""
    inflows, outflows = np.maximum(half.values, 0), np.maximum(-half.values, 0)
    weights = np.column_stack(
        [flow * half.gaps**power for power in range(3) for flow in (inflows, outflows)]
    )
    rows = max(1, _CELLS_AT_ONCE // half.gaps.size)
    blocks = [
        np.exp(-np.outer(points[start : start + rows], half.gaps)) @ weights
        for start in range(0, points.size, rows)
    ]
    return np.concatenate(blocks)


def _noise(half: _Half, points: Column, gross: Column) -> Column:
    """Bound the rounding of the sums: of adding up, and of the exponents.

    A term that still counts beside the leading flow has an exponent below the logarithm of
    AMOUNT_BOUND times the number of flows, which caps what its rounding can do.
    """
    adding = (8 + math.sqrt(half.gaps.size)) * _EPSILON * gross
    exponents = 4 * _EPSILON * points[:, None] * float(half.gaps[-1]) * gross
    return adding + np.minimum(exponents, 128 * _EPSILON * gross)


def _signs(half: _Half, points: Column, net: Column, noise: Column) -> NDArray[np.int64]:
    signs = np.where(np.abs(net) <= noise, 0, np.sign(net)).astype(np.int64)
    return np.where(points == 0, half.sign_at_zero, signs)
