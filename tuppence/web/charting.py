"""Where the marks of a chart stand: pure geometry in whole hundredths of the drawing's width."""

from collections.abc import Sequence
from dataclasses import dataclass

from tuppence.lending.schedule import Instalment

WIDTH, HEIGHT = 760, 120
GAP_SHARE = 4  # a quarter of a bar's place stays free


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in two parts, in units of the drawing; the origin is the top left."""

    x: str
    width: str
    top: str
    upper: str
    middle: str
    lower: str


def payback_bars(rows: Sequence[Instalment]) -> list[Bar]:
    """One bar an instalment, its height by amount, interest above principal."""
    largest = max((row.amount_minor for row in rows), default=0)
    if not largest:
        return []
    place = WIDTH / len(rows)
    width = place - min(place / GAP_SHARE, 10)
    bars = []
    for index, row in enumerate(rows):
        principal = HEIGHT * row.principal_minor / largest
        interest = HEIGHT * row.interest_minor / largest
        bars.append(
            Bar(
                x=f"{index * place:.1f}",
                width=f"{width:.1f}",
                top=f"{HEIGHT - principal - interest:.1f}",
                upper=f"{interest:.1f}",
                middle=f"{HEIGHT - principal:.1f}",
                lower=f"{principal:.1f}",
            )
        )
    return bars
