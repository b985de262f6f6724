"""The table of a chart: the same values in words, for whoever would rather read."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuppence.web.charts.chart import Chart, Text
from tuppence.web.formats import Reader

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Heads and rows of ready words; the last row is the sum where the series add up."""

    heads: list[Text]
    rows: list[tuple[str, list[str]]]
    unit: str


def chart_table(chart: Chart, reader: Reader) -> ChartTable:
    """A row a place, a column a series, and the sum of stacks."""
    heads: list[Text] = [each.name for each in chart.series]
    adds_up = chart.is_stacked and len(chart.series) > 1
    if adds_up:
        heads.append(_("together"))
    rows = []
    for index, place in enumerate(chart.places):
        values = [each.values[index] for each in chart.series]
        if adds_up:
            values.append(sum(value for value in values if value is not None))
        words = [NOTHING if v is None else chart.unit.plain(v, reader) for v in values]
        rows.append((chart.place_words(place, reader), words))
    return ChartTable(heads, rows, chart.unit.name)
