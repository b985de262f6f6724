"""Charts on a page, each with its table: {% chart coming %}, {% spark spark %}, {% meter meter %},
{% budget budget %}, {% cohorts cohorts %}, {% payback_chart rows currency %}."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from tuppence.web.charts import cohorts as cohort_parts
from tuppence.web.charts import small
from tuppence.web.charts.chart import Chart
from tuppence.web.charts.drawing import page_drawing
from tuppence.web.charts.paint import Paint
from tuppence.web.charts.payback import PlanRow, payback
from tuppence.web.charts.svg import element
from tuppence.web.charts.table import chart_table
from tuppence.web.reader import current_reader
from tuppence.web.templatetags.money import NOTHING

register = template.Library()
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Key:
    """A hue and what it stands for."""

    mark: SafeString
    name: Text


@register.inclusion_tag("parts/chart.html")
def chart(chart: Chart, table: str = "folded") -> dict[str, object]:
    """A chart with its key, its table ("folded", "shown" or "none" beside one of its own)."""
    reader = current_reader()
    return {
        "chart": chart,
        "drawing": None if chart.is_empty else page_drawing(chart, reader),
        "keys": keys_of(chart),
        "data": None if table == "none" else chart_table(chart, reader),
        "is_open": table == "shown",
    }


@register.inclusion_tag("parts/chart.html")
def payback_chart(
    rows: Sequence[PlanRow], currency: str, table: str = "folded"
) -> dict[str, object]:
    """What comes back by due date: principal below, interest on top."""
    return chart(payback(rows, currency), table)


@register.simple_tag
def spark(values: small.Spark) -> SafeString:
    """The line beside a figure."""
    return small.spark_svg(values)


@register.simple_tag
def share_bar(share: Fraction) -> SafeString:
    """A share as a bar below its name."""
    return small.share_svg(share)


@register.inclusion_tag("parts/meter.html")
def meter(meter: small.Meter) -> dict[str, object]:
    """Two sides against each other."""
    return {"meter": meter, "svg": small.meter_svg(meter)}


@register.inclusion_tag("parts/budget.html")
def budget(budget: small.Budget) -> dict[str, object]:
    """A plan's money: spent, reserved, left, and the time gone."""
    return {"budget": budget, "svg": small.budget_svg(budget)}


@register.inclusion_tag("parts/cohorts.html")
def cohorts(cohorts: cohort_parts.Cohorts) -> dict[str, object]:
    """A triangle of cohorts: the darker, the larger the share."""
    reader = current_reader()
    rows = [
        (
            row,
            [
                (
                    NOTHING if share is None else cohorts.unit.words(share, reader),
                    cohort_parts.shade(share, cohorts.largest) if share is not None else 0,
                    age,
                )
                for share, age in zip(row.shares, cohorts.ages, strict=False)
            ],
            range(len(cohorts.ages) - len(row.shares)),
        )
        for row in cohorts.rows
    ]
    return {"cohorts": cohorts, "rows": rows}


def keys_of(chart: Chart) -> list[Key]:
    """The names of the hues, where there is more than one."""
    if len(chart.series) == 1:
        return []
    paint = Paint()
    keys = []
    for index, each in enumerate(chart.series):
        hue = chart.hue(index)
        if chart.form == "lines":
            line = {"x1": "0", "x2": "24", "y1": "6", "y2": "6"}
            mark = element("line", line | paint.stroke(hue))
        else:
            mark = element("rect", {"width": "12", "height": "12"} | paint.fill(hue))
        size = {"width": "24" if chart.form == "lines" else "12", "height": "12"}
        keys.append(Key(element("svg", {**size, "aria-hidden": "true"}, mark), each.name))
    return keys


@register.simple_tag
def lying_bar(parts: Sequence[tuple[int, int]]) -> SafeString:
    """A bar of a letter on its page: hue and width in percent, one part after the other."""
    paint, begin, drawn = Paint(), 0, []
    for hue, width in parts:
        drawn.append(
            element(
                "rect", {"x": str(begin), "width": str(width), "height": "10", **paint.fill(hue)}
            )
        )
        begin += width
    box = {"class": "bar", "viewBox": "0 0 101 10", "preserveAspectRatio": "none"}
    return element("svg", {**box, "width": "100%", "height": "14", "aria-hidden": "true"}, *drawn)


@register.simple_tag
def lying_key(hue: int) -> SafeString:
    """The mark of a hue beside what it stands for."""
    mark = element("rect", {"width": "12", "height": "12", **Paint().fill(hue)})
    return element(
        "svg", {"class": "key", "width": "12", "height": "12", "aria-hidden": "true"}, mark
    )
