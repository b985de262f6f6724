"""Where ticks and labels stand, and how values are stacked and counted. Pure and exact."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import east_asian_width

STEPS = (Fraction(1), Fraction(2), Fraction(5), Fraction(10))
LATIN_PX, WIDE_PX = 7, 12  # how wide a sign of a label is at most, at 12 px
LABEL_GAP_PX = 10
Value = int | Fraction | None


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from its first tick to its last."""

    ticks: tuple[Fraction, ...]

    @property
    def low(self) -> Fraction:
        """Where the axis begins."""
        return self.ticks[0]

    @property
    def high(self) -> Fraction:
        """Where it ends."""
        return self.ticks[-1]

    def share(self, value: Fraction) -> Fraction:
        """How far up the axis a value stands: 0 at the first tick, 1 at the last."""
        return (value - self.low) / (self.high - self.low)


def scale_of(
    low: Fraction, high: Fraction, *, steps_max: int = 4, whole: bool = False, zero: bool = True
) -> Scale:
    """An axis with rounded ticks (1, 2 or 5 times a power of ten) that holds both values.

    `zero` takes zero in, so lengths can be compared; `whole` has no ticks between whole numbers.

    >>> [int(tick) for tick in scale_of(Fraction(0), Fraction(873)).ticks]
    [0, 500, 1000]
    >>> [int(tick) for tick in scale_of(Fraction(-3), Fraction(14)).ticks]
    [-5, 0, 5, 10, 15]
    """
    assert low <= high and steps_max >= 2
    if zero:
        low, high = min(low, Fraction(0)), max(high, Fraction(0))
    if low == high:
        high = low + 1
    step = _first_step((high - low) / steps_max)
    if whole:
        step = max(step, Fraction(1))
    while math.ceil(high / step) - math.floor(low / step) > steps_max:
        step = _next_step(step)
    first, last = math.floor(low / step), math.ceil(high / step)
    if last == first:
        last += 1
    return Scale(tuple(step * number for number in range(first, last + 1)))


def _first_step(at_least: Fraction) -> Fraction:
    """The smallest rounded step that is not below this."""
    power = Fraction(10) ** (len(str(max(math.floor(at_least), 1))) - 1)
    while power > at_least:
        power /= 10
    return next(step * power for step in STEPS if step * power >= at_least)


def _next_step(step: Fraction) -> Fraction:
    return _first_step(step * Fraction(3, 2))


def label_width(text: str) -> int:
    """About how wide a label is, in px; rather too wide than too narrow."""
    return sum(WIDE_PX if east_asian_width(sign) in "WF" else LATIN_PX for sign in text)


def label_step(widths: Sequence[int], room_px: int) -> int:
    """Every how manieth label can stand so that none touches the next.

    >>> label_step([40] * 12, 700), label_step([40] * 12, 280)
    (1, 3)
    """
    if not widths:
        return 1
    widest = max(widths) + LABEL_GAP_PX
    place = Fraction(room_px, len(widths))
    return max(1, math.ceil(widest / place)) if place else len(widths)


def stacks(columns: Sequence[Sequence[Fraction]]) -> list[list[tuple[Fraction, Fraction]]]:
    """For each series and place, from where to where its part of the stack goes.

    Gains pile up from zero, losses hang down from it.

    >>> [[(int(a), int(b)) for a, b in row] for row in stacks([[Fraction(3)], [Fraction(-2)]])]
    [[(0, 3)], [(-2, 0)]]
    """
    places = len(columns[0]) if columns else 0
    above, below = [Fraction(0)] * places, [Fraction(0)] * places
    parts: list[list[tuple[Fraction, Fraction]]] = []
    for values in columns:
        row = []
        for place, value in enumerate(values):
            pile = above if value >= 0 else below
            start = pile[place]
            pile[place] = start + value
            row.append((min(start, pile[place]), max(start, pile[place])))
        parts.append(row)
    return parts


@dataclass(frozen=True, slots=True)
class ValueClass:
    """A class of a distribution, from its lower edge up to its upper, which it leaves out."""

    low: Fraction
    high: Fraction
    count: int


def classes(values: Sequence[Fraction], *, classes_max: int = 10) -> list[ValueClass]:
    """Count values into classes with rounded edges; every value is counted once.

    >>> [(int(each.low), each.count) for each in classes([Fraction(n) for n in (1, 12, 39)])]
    [(0, 1), (5, 0), (10, 1), (15, 0), (20, 0), (25, 0), (30, 0), (35, 1)]
    """
    if not values:
        return []
    scale = scale_of(min(values), max(values), steps_max=classes_max, zero=False)
    step = scale.ticks[1] - scale.ticks[0]
    edges = [tick for tick in scale.ticks if tick <= max(values)]
    counts = [0] * len(edges)
    for value in values:
        counts[math.floor((value - scale.low) / step)] += 1
    return [ValueClass(edge, edge + step, n) for edge, n in zip(edges, counts, strict=True)]
