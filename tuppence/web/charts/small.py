"""Small drawings beside words: the spark line, the meter of two sides, the bar of a budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString

from tuppence.web.charts.chart import Text
from tuppence.web.charts.svg import element, percent, px

SPARK_WIDTH, SPARK_HEIGHT = 96, 28
BAR_HEIGHT = 12


@dataclass(frozen=True, slots=True)
class Spark:
    """The last values of a figure, oldest first; `label` says in words what they did."""

    values: Sequence[int | Fraction]
    label: Text
    hue: int = 8


@dataclass(frozen=True, slots=True)
class Meter:
    """Two sides of one thing against each other, such as money waiting against loans waiting."""

    left_name: Text
    left_minor: int
    right_name: Text
    right_minor: int
    currency: str
    verdict: Text = ""  # which side is short, and by how much
    left_url: str = ""
    right_url: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """What of a plan is spent and reserved, and how much of its time is gone."""

    planned_minor: int
    reserved_minor: int
    spent_minor: int
    currency: str
    time_gone: Fraction | None = None  # 0 to 1
    until: Text = ""  # the day it ends, in words

    @property
    def left_minor(self) -> int:
        """What may still be promised; below zero where more is spent than planned."""
        return self.planned_minor - self.reserved_minor - self.spent_minor


def spark_svg(spark: Spark) -> SafeString:
    """A line without axes, its last point marked. The lowest value stands at the bottom."""
    values = [Fraction(value) for value in spark.values]
    if len(values) < 2:
        return SafeString("")
    low, high = min(values), max(values)
    room_x, room_y = SPARK_WIDTH - 8, SPARK_HEIGHT - 8
    points = [
        (
            4 + Fraction(room_x * index, len(values) - 1),
            4 + room_y * (1 - ((value - low) / (high - low) if high > low else Fraction(1, 2))),
        )
        for index, value in enumerate(values)
    ]
    size = {"width": str(SPARK_WIDTH), "height": str(SPARK_HEIGHT)}
    last_x, last_y = points[-1]
    return element(
        "svg",
        {"class": "spark", **size, "role": "img", "aria-label": str(spark.label)},
        element(
            "polyline",
            {"points": " ".join(f"{px(x)},{px(y)}" for x, y in points), "class": f"l{spark.hue}"},
        ),
        element("circle", {"cx": px(last_x), "cy": px(last_y), "r": "3", "class": f"f{spark.hue}"}),
    )


def meter_svg(meter: Meter) -> SafeString:
    """Both sides from the middle outwards; the larger one fills its half."""
    largest = max(meter.left_minor, meter.right_minor, 1)
    left, right = Fraction(meter.left_minor, largest) / 2, Fraction(meter.right_minor, largest) / 2
    return _bar_svg(
        [
            (Fraction(0), Fraction(1), "base"),
            (Fraction(1, 2) - left, left, "f1"),
            (Fraction(1, 2), right, "f2"),
        ],
        Fraction(1, 2),
    )


def budget_svg(budget: Budget) -> SafeString:
    """Spent, then reserved, of what is planned; the mark is how much of the time is gone."""
    whole = max(budget.planned_minor, budget.spent_minor + budget.reserved_minor, 1)
    spent, held = Fraction(budget.spent_minor, whole), Fraction(budget.reserved_minor, whole)
    planned = Fraction(budget.planned_minor, whole)
    mark = None if budget.time_gone is None else budget.time_gone * planned
    return _bar_svg(
        [
            (Fraction(0), planned, "base"),
            (Fraction(0), spent, "f1"),
            (spent, held, "hold"),
        ],
        mark,
    )


def share_svg(share: Fraction) -> SafeString:
    """A share of a whole as a bar."""
    return _bar_svg([(Fraction(0), Fraction(1), "base"), (Fraction(0), share, "f2")], None)


def _bar_svg(parts: list[tuple[Fraction, Fraction, str]], mark: Fraction | None) -> SafeString:
    """A bar of parts across the whole width; the words beside it say the same."""
    boxes = [
        element(
            "rect",
            {"x": percent(start), "width": percent(length), "y": "4", "height": str(BAR_HEIGHT)}
            | {"class": name},
        )
        for start, length, name in parts
    ]
    line = {"y1": "0", "y2": str(BAR_HEIGHT + 8), "class": "mark-line"}
    if mark is not None:
        boxes.append(element("line", {"x1": percent(mark), "x2": percent(mark)} | line))
    size = {"width": "100%", "height": str(BAR_HEIGHT + 8)}
    return element("svg", {"class": "bar", **size, "aria-hidden": "true"}, *boxes)
