"""All charts: SVG drawn on the server, the same on pages, in letters and in PDF.

Say what is shown; the module decides ticks, labels and hues, and gives every chart its table:

    from tuppence.web import charts

    COMING = charts.bars(
        _("To come by month"),
        places=[date(2026, 12, 1), date(2027, 1, 1)],
        series=[charts.Series(_("principal"), [100_00, 90_00], hue=charts.RETURN),
                charts.Series(_("interest"), [8_00, 7_00])],
        unit=charts.Money("EUR"), stacked=True,
        place_title=_("Month"), place_form="month",
        note=_("from the schedules of today, before our fee"), csv_url=reverse("coming_csv"),
    )

    {% load charts %}{% chart coming %}                 the table one key away
    {% chart coming table="shown" %}                    the table open below

- `bars` (side by side or `stacked`), `lines` and `areas` take places (dates, words or numbers) and
  series; `None` is a gap. `distribution` counts a list of values into even classes.
- `Spark` is a line without axes beside a figure: {% spark spark %}. `Meter` weighs two sides
  against each other: {% meter meter %}. `Budget` shows planned, reserved, spent and the time gone:
  {% budget budget %}. `Cohorts` is a triangle of shares: {% cohorts cohorts %}; its curves are
  `cohort_curves(cohorts)`, a chart of lines.
- Units: `Money(currency)` of minor units, `Percent()` of exact shares (1 is 100 %), `Count()`.
- Hues keep their meaning: spend is SPEND (1), return is RETURN (2), everywhere. Without `hue` a
  series takes the next of eight that none has chosen. Lines differ in their dashes too, never by
  colour alone.
- Pages take hues from the tokens --chart-1 to --chart-8 by classes, so both themes and the strict
  policy hold. Where no style sheet reaches, `paper_svg(chart, width=640)` writes one drawing with
  plain colours and a title and description of its own; `mail_bars(chart, reader)` makes lying bars
  of it for letters, in the same hues.

The plain decisions (ticks, scales, which labels have room, stacks, classes) are in `scales.py`.
"""

from tuppence.web.charts.chart import (
    RETURN,
    SPEND,
    Chart,
    Series,
    areas,
    bars,
    distribution,
    lines,
)
from tuppence.web.charts.cohorts import Cohort, Cohorts, cohort_curves
from tuppence.web.charts.drawing import paper_svg
from tuppence.web.charts.mail import mail_bars
from tuppence.web.charts.payback import payback
from tuppence.web.charts.small import Budget, Meter, Spark
from tuppence.web.charts.units import Count, Money, Percent

__all__ = [
    "RETURN",
    "SPEND",
    "Budget",
    "Chart",
    "Cohort",
    "Cohorts",
    "Count",
    "Meter",
    "Money",
    "Percent",
    "Series",
    "Spark",
    "areas",
    "bars",
    "cohort_curves",
    "distribution",
    "lines",
    "mail_bars",
    "paper_svg",
    "payback",
]
