"""A chart in a letter: lying bars as a table, because few mail readers draw SVG."""

from tuppence.letters.letter import Bar, Bars
from tuppence.web.charts.chart import Chart
from tuppence.web.formats import Reader

WHOLE = 100


def mail_bars(chart: Chart, reader: Reader) -> Bars:
    """Stacked bars as a letter shows them: a row a place, the longest as wide as there is room.

    Widths are whole percents; what is there at all is seen, so it is one percent at least.
    """
    assert chart.is_stacked or len(chart.series) == 1, "one bar a place"
    totals = [
        sum(each.values[index] or 0 for each in chart.series) for index in range(len(chart.places))
    ]
    most = max(totals, default=0)
    rows = []
    for index, place in enumerate(chart.places):
        values = [(chart.hue(at), each.values[index] or 0) for at, each in enumerate(chart.series)]
        assert all(value >= 0 for _hue, value in values), "bars begin at nothing"
        parts = [(hue, max(1, int(value * WHOLE / most))) for hue, value in values if value]
        name, words = chart.place_words(place, reader), chart.unit.words(totals[index], reader)
        rows.append(Bar(name, words, tuple(parts)))
    keys = tuple((str(each.name), chart.hue(at)) for at, each in enumerate(chart.series))
    return Bars(str(chart.title), keys, tuple(rows))
