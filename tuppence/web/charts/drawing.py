"""A chart's two drawings: the axis of values beside the plot, which stretches to its place.

On a page the plot has no view box: widths are percents and heights px, so labels keep their size on
a phone, and the height is known before anything is drawn. On paper everything has a width.
"""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString

from tuppence.web.charts.chart import Chart
from tuppence.web.charts.marks import Frame, marks_of
from tuppence.web.charts.paint import Paint
from tuppence.web.charts.scales import Scale, label_step, label_width, scale_of, stacks
from tuppence.web.charts.svg import element, px, together
from tuppence.web.charts.units import tick_words
from tuppence.web.formats import Reader
from tuppence.web.reader import current_reader

TOP_PX, FOOT_PX = 20, 24  # room for the unit above and the places below
WIDE_ROOM_PX, NARROW_ROOM_PX = 520, 250
KEY_PX = 12
NAMESPACE = {"xmlns": "http://www.w3.org/2000/svg"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Both parts of a chart on a page."""

    axis: SafeString
    plot: SafeString


def page_drawing(chart: Chart, reader: Reader) -> Drawing:
    """The parts of a chart, coloured by classes."""
    scale, paint = chart_scale(chart), Paint()
    frame = Frame(scale, chart.height, TOP_PX, len(chart.places), None)
    width = axis_width(scale, chart, reader)
    size = {"height": str(chart.height + FOOT_PX)}
    axis = element(
        "svg",
        {"class": "axis", "width": str(width), **size, "aria-hidden": "true"},
        axis_labels(chart, scale, frame, width, paint, reader),
    )
    label = f"{chart.title}. {chart.about}" if chart.about else str(chart.title)
    plot = element(
        "svg",
        {"class": "plot", "width": "100%", **size, "role": "img", "aria-label": label},
        plot_inside(chart, frame, paint, reader),
    )
    return Drawing(axis, plot)


def paper_svg(chart: Chart, *, width: int = 640, reader: Reader | None = None) -> SafeString:
    """One drawing with plain colours, its title, its description and the key to its hues.

    For PDF and wherever no style sheet reaches. Many mail programs show no SVG at all: a letter
    must say the figures in words or a table too.
    """
    reader, paint = reader or current_reader(), Paint(plain=True)
    scale = chart_scale(chart)
    left = axis_width(scale, chart, reader)
    frame = Frame(scale, chart.height, TOP_PX, len(chart.places), width - left)
    height = chart.height + FOOT_PX
    has_key = len(chart.series) > 1
    total = height + (FOOT_PX if has_key else 0)
    about = str(chart.about or chart.note)
    return element(
        "svg",
        NAMESPACE
        | {"width": str(width), "height": str(total), "viewBox": f"0 0 {width} {total}"}
        | {"role": "img"},
        element("title", {}, str(chart.title)),
        element("desc", {}, about) if about else "",
        axis_labels(chart, scale, frame, left, paint, reader),
        element(
            "g",
            {"transform": f"translate({left} 0)"},
            plot_inside(chart, frame, paint, reader),
        ),
        paper_key(chart, height + KEY_PX, paint) if has_key else "",
    )


def chart_scale(chart: Chart) -> Scale:
    """The axis of values: bars and areas from zero, lines from zero unless they are far from it."""
    series = [chart.numbers(index) for index in range(len(chart.series))]
    values = [value for numbers in series for value in numbers if value is not None]
    if chart.is_stacked:
        filled = [[value or Fraction(0) for value in numbers] for numbers in series]
        values = [edge for row in stacks(filled) for part in row for edge in part]
    low, high = (min(values), max(values)) if values else (Fraction(0), Fraction(0))
    far_from_zero = low > 0 and low > (high - low) * 3
    return scale_of(
        low, high, whole=chart.unit.whole, zero=not (chart.form == "lines" and far_from_zero)
    )


def axis_width(scale: Scale, chart: Chart, reader: Reader) -> int:
    """Room for the longest tick's words."""
    words = [tick_words(tick, reader) for tick in scale.ticks]
    return max(label_width(text) for text in [*words, chart.unit.name]) + 10


def axis_labels(
    chart: Chart, scale: Scale, frame: Frame, width: int, paint: Paint, reader: Reader
) -> SafeString:
    """The ticks' words, and the unit above."""
    right = {"x": str(width - 8), "text-anchor": "end", **paint.text()}
    unit = element("text", {**right, "y": "10"}, chart.unit.name) if chart.unit.name else ""
    return together(
        [
            unit,
            *(
                element("text", {**right, "y": px(frame.y(tick) + 4)}, tick_words(tick, reader))
                for tick in scale.ticks
            ),
        ]
    )


def plot_inside(chart: Chart, frame: Frame, paint: Paint, reader: Reader) -> SafeString:
    """Grid, marks and the places' words."""
    grid = [
        element(
            "line",
            {
                "x1": "0",
                "x2": frame.x(Fraction(1)),
                "y1": px(frame.y(tick)),
                "y2": px(frame.y(tick)),
            }
            | paint.grid(base=tick == 0),
        )
        for tick in frame.scale.ticks
    ]
    return together(
        [*grid, *marks_of(chart, frame, paint, reader), *place_labels(chart, frame, paint, reader)]
    )


def place_labels(chart: Chart, frame: Frame, paint: Paint, reader: Reader) -> list[SafeString]:
    """As many places as have room on a phone, and those that a wide page has room for besides."""
    words = [chart.place_words(place, reader) for place in chart.places]
    widths = [label_width(text) for text in words]
    wide = label_step(widths, frame.width or WIDE_ROOM_PX)
    narrow = label_step(widths, NARROW_ROOM_PX)
    narrow = narrow if frame.width is None else wide
    narrow = -(-narrow // wide) * wide  # those of the phone are among those of the wide page
    labels = []
    for index in range(0, len(words), wide):
        share = frame.middle(index) if chart.form in {"bars", "stacked"} else frame.point(index)
        anchor = _anchor(share, widths[index], frame.width or NARROW_ROOM_PX)
        attributes = {"x": frame.x(share), "y": str(chart.height + 17), "text-anchor": anchor}
        if index % narrow:
            attributes["class"] = "roomy"
        labels.append(element("text", attributes | paint.text(), words[index]))
    return labels


def _anchor(share: Fraction, width: int, room: int) -> str:
    """Labels at the edges stay inside."""
    if share * room < Fraction(width, 2):
        return "start"
    return "end" if (1 - share) * room < Fraction(width, 2) else "middle"


def paper_key(chart: Chart, y: int, paint: Paint) -> SafeString:
    """The names of the hues in a row."""
    parts, x = [], 0
    for index, each in enumerate(chart.series):
        box = {"x": str(x), "y": str(y - 9), "width": "10", "height": "10"}
        parts.append(element("rect", box | paint.fill(chart.hue(index))))
        parts.append(
            element("text", {"x": str(x + 15), "y": str(y), **paint.text()}, str(each.name))
        )
        x += 15 + label_width(str(each.name)) + 16
    return together(parts)
