"""The marks of a chart: bars, lines and areas between its axes."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString

from tuppence.web.charts.chart import Chart
from tuppence.web.charts.paint import Paint
from tuppence.web.charts.scales import Scale, stacks
from tuppence.web.charts.svg import Attributes, element, percent, px
from tuppence.web.formats import Reader

BAR_SHARE = Fraction(3, 4)  # of a place; the rest stays free
STRETCHED = 1000  # units of a plot whose width is not known
NAMED_POINTS_MAX = 60  # above that, points say nothing of their own


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's geometry; without `width`, x are percents of a width not known yet."""

    scale: Scale
    height: int
    top: int
    places: int
    width: int | None

    def y(self, value: Fraction) -> Fraction:
        """A value's place from the top, in px."""
        return self.height - (self.height - self.top) * self.scale.share(value)

    def x(self, share: Fraction) -> str:
        """A share of the width."""
        return percent(share) if self.width is None else px(self.width * share)

    def middle(self, index: int) -> Fraction:
        """The middle of a bar's place, as a share."""
        return Fraction(2 * index + 1, 2 * self.places)

    def point(self, index: int) -> Fraction:
        """A line's point: the first and last stand a little inside the edges."""
        if self.places == 1:
            return Fraction(1, 2)
        return Fraction(1, 100) + Fraction(98, 100) * Fraction(index, self.places - 1)

    @property
    def zero(self) -> Fraction:
        """Where bars begin: zero, or the axis' end that is nearer to it."""
        return min(max(Fraction(0), self.scale.low), self.scale.high)


@dataclass(frozen=True, slots=True)
class Box:
    """A bar: shares of the width, and values from where to where."""

    left: Fraction
    width: Fraction
    low: Fraction
    high: Fraction


def marks_of(chart: Chart, frame: Frame, paint: Paint, reader: Reader) -> list[SafeString]:
    """Everything between the axes."""
    match chart.form:
        case "bars":
            return list(_bars(chart, frame, paint, reader))
        case "stacked":
            return list(_stacked(chart, frame, paint, reader))
        case "areas":
            return list(_areas(chart, frame, paint, reader))
        case "lines":
            return list(_lines(chart, frame, paint, reader))


def _bars(chart: Chart, frame: Frame, paint: Paint, reader: Reader) -> Iterator[SafeString]:
    series = len(chart.series)
    width = BAR_SHARE / frame.places / series
    for index in range(series):
        for place, value in enumerate(chart.numbers(index)):
            if value is None or value == 0:
                continue
            left = Fraction(place, frame.places) + (1 - BAR_SHARE) / 2 / frame.places
            low, high = sorted((frame.zero, value))
            box = Box(left + index * width, width, low, high)
            yield _bar(chart, frame, paint, box, _hint(chart, index, place, reader), index)


def _stacked(chart: Chart, frame: Frame, paint: Paint, reader: Reader) -> Iterator[SafeString]:
    width = BAR_SHARE / frame.places
    filled = [[v or Fraction(0) for v in chart.numbers(i)] for i in range(len(chart.series))]
    for index, row in enumerate(stacks(filled)):
        for place, (low, high) in enumerate(row):
            if low == high:
                continue
            left = Fraction(place, frame.places) + (1 - BAR_SHARE) / 2 / frame.places
            box = Box(left, width, low, high)
            yield _bar(chart, frame, paint, box, _hint(chart, index, place, reader), index)


def _bar(
    chart: Chart, frame: Frame, paint: Paint, box: Box, hint: SafeString | str, index: int
) -> SafeString:
    top, bottom = frame.y(box.high), frame.y(box.low)
    place = {"x": frame.x(box.left), "y": px(top)}
    size = {"width": frame.x(box.width), "height": px(bottom - top)}
    return element("rect", place | size | paint.fill(chart.hue(index)), hint)


def _hint(chart: Chart, index: int, place: int, reader: Reader) -> SafeString | str:
    """What a mark says under the pointer."""
    value = chart.series[index].values[place]
    if len(chart.places) * len(chart.series) > NAMED_POINTS_MAX or value is None:
        return ""
    words = f"{chart.place_words(chart.places[place], reader)}, {chart.series[index].name}"
    return element("title", {}, f"{words}: {chart.unit.words(value, reader)}")


def _lines(chart: Chart, frame: Frame, paint: Paint, reader: Reader) -> Iterator[SafeString]:
    runs: list[SafeString] = []
    points: list[SafeString] = []
    named = len(chart.places) * len(chart.series) <= NAMED_POINTS_MAX
    for index in range(len(chart.series)):
        numbers = chart.numbers(index)
        for run in _runs(numbers):
            path = [(frame.point(place), frame.y(numbers[place] or Fraction(0))) for place in run]
            runs.append(_path(frame, "polyline", path, paint.stroke(chart.hue(index))))
            shown = run if named or len(run) == 1 else [run[-1]]
            points += [
                element(
                    "circle",
                    {"cx": frame.x(frame.point(place)), "r": "3", **paint.fill(chart.hue(index))}
                    | {"cy": px(frame.y(numbers[place] or Fraction(0)))},
                    _hint(chart, index, place, reader),
                )
                for place in shown
            ]
    yield _stretched(frame, runs)
    yield from points


def _areas(chart: Chart, frame: Frame, paint: Paint, reader: Reader) -> Iterator[SafeString]:
    filled = [[v or Fraction(0) for v in chart.numbers(i)] for i in range(len(chart.series))]
    shapes = []
    for index, row in enumerate(stacks(filled)):
        upper = [(frame.point(place), frame.y(high)) for place, (_, high) in enumerate(row)]
        lower = [(frame.point(place), frame.y(low)) for place, (low, _) in enumerate(row)]
        shapes.append(
            _path(frame, "polygon", [*upper, *reversed(lower)], paint.fill(chart.hue(index)))
        )
    yield _stretched(frame, shapes)


def _runs(numbers: list[Fraction | None]) -> Iterator[list[int]]:
    """Places that follow each other without a gap."""
    run: list[int] = []
    for place, value in enumerate(numbers):
        if value is not None:
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _path(
    frame: Frame, name: str, path: list[tuple[Fraction, Fraction]], paint: Attributes
) -> SafeString:
    width = frame.width or STRETCHED
    points = " ".join(f"{px(share * width)},{px(y)}" for share, y in path)
    return element(name, {"points": points} | paint)


def _stretched(frame: Frame, shapes: list[SafeString]) -> SafeString:
    """Shapes whose points cannot be percents: a drawing in the drawing that stretches in width."""
    if frame.width is not None:
        return element("g", {}, *shapes)
    box = {"viewBox": f"0 0 {STRETCHED} {frame.height}", "preserveAspectRatio": "none"}
    return element("svg", {"width": "100%", "height": str(frame.height)} | box, *shapes)
