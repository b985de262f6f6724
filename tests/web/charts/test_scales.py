"""Ticks are rounded and hold the values; labels don't touch; stacks and classes lose nothing."""

import doctest
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.web.charts import cohorts, scales, svg

numbers = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=1000)


@given(numbers, numbers, st.integers(2, 10), st.booleans(), st.booleans())
def test_an_axis_holds_its_values_between_few_rounded_ticks(
    one: Fraction, other: Fraction, steps_max: int, whole: bool, zero: bool
) -> None:
    low, high = sorted((one, other))
    scale = scales.scale_of(low, high, steps_max=steps_max, whole=whole, zero=zero)
    steps = {after - before for before, after in zip(scale.ticks, scale.ticks[1:], strict=False)}
    (step,) = steps
    assert scale.low <= low <= high <= scale.high
    assert 2 <= len(scale.ticks) <= steps_max + 1
    assert all(tick % step == 0 for tick in scale.ticks)
    assert not whole or step.denominator == 1
    assert not zero or 0 in scale.ticks
    mantissa = step
    while mantissa >= 10:
        mantissa /= 10
    while mantissa < 1:
        mantissa *= 10
    assert mantissa in {1, 2, 5}
    assert 0 <= scale.share(low) <= scale.share(high) <= 1


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 0, ["0", "1/2", "1"]),
        (0, 873, ["0", "500", "1000"]),
        (-3, 14, ["-5", "0", "5", "10", "15"]),
        (0, 40, ["0", "10", "20", "30", "40"]),
    ],
)
def test_ticks_by_example(low: int, high: int, ticks: list[str]) -> None:
    assert [str(tick) for tick in scales.scale_of(Fraction(low), Fraction(high)).ticks] == ticks


@given(st.lists(st.integers(1, 120), min_size=1, max_size=60), st.integers(40, 900))
def test_labels_that_stand_never_touch(widths: list[int], room: int) -> None:
    step = scales.label_step(widths, room)
    standing = list(range(0, len(widths), step))
    place = Fraction(room, len(widths))
    for before, after in pairwise(standing):
        between = (after - before) * place
        assert between >= Fraction(widths[before] + widths[after], 2) + scales.LABEL_GAP_PX


@given(st.integers(1, 8), st.integers(1, 8), st.data())
def test_stacks_are_as_long_as_their_values_and_never_overlap(
    series: int, places: int, data: st.DataObject
) -> None:
    row = st.lists(numbers, min_size=places, max_size=places)
    columns = data.draw(st.lists(row, min_size=series, max_size=series))
    parts = scales.stacks(columns)
    for values, drawn in zip(columns, parts, strict=True):
        assert [high - low for low, high in drawn] == [abs(value) for value in values]
    for place in range(places):
        ends = sorted(row[place] for row in parts if row[place][0] < row[place][1])
        assert all(before[1] <= after[0] for before, after in pairwise(ends))
        total = sum(column[place] for column in columns if column[place] > 0)
        assert max((high for _, high in ends), default=Fraction(0)) == max(total, 0) or total == 0


@given(st.lists(numbers, max_size=50), st.integers(2, 12))
def test_every_value_is_in_one_class(values: list[Fraction], classes_max: int) -> None:
    found = scales.classes(values, classes_max=classes_max)
    assert sum(each.count for each in found) == len(values)
    for each in found:
        assert each.count == sum(each.low <= value < each.high for value in values)
    assert len(found) <= classes_max + 1


@given(st.fractions(0, 1), st.fractions(0, 1))
def test_shades_are_darker_for_more(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert 0 <= cohorts.shade(low, Fraction(1)) <= cohorts.shade(high, Fraction(1)) <= 6
    assert (cohorts.shade(low, Fraction(1)) == 0) == (low == 0)


@pytest.mark.parametrize("module", [scales, svg, cohorts])
def test_examples_in_the_guide_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
