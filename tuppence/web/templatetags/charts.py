"""Charts drawn on the server as plain SVG; each stands beside its table."""

from collections.abc import Sequence

from django import template

from tuppence.lending.schedule import Instalment
from tuppence.web.charting import Bar, payback_bars
from tuppence.web.reader import current_reader

register = template.Library()


@register.inclusion_tag("parts/payback_chart.html")
def payback_chart(rows: Sequence[Instalment], currency: str) -> dict[str, object]:
    """What comes back by due date: principal below, interest on top."""
    bars: list[Bar] = payback_bars(rows)
    reader = current_reader()
    marks = [rows[0], rows[len(rows) // 2], rows[-1]] if len(rows) > 2 else list(rows)
    largest = max((row.amount_minor for row in rows), default=0)
    return {
        "bars": bars,
        "months": [reader.month(row.due_on) for row in marks],
        "largest": reader.money(largest, currency),
    }
