"""Cohorts: who began together, and what share of them did it by each age."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tuppence.web.charts.chart import HUES, Chart, Series, Text, lines
from tuppence.web.charts.units import Percent, Unit

SHADES = 6
ONE_DECIMAL = Percent(1)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who began together: how many they are, and a share for each age they have reached."""

    name: Text
    size: int
    shares: Sequence[Fraction | None]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Cohorts:
    """A triangle of cohorts, the oldest first; `ages` are the heads of its columns."""

    title: Text
    ages: Sequence[Text]
    rows: Sequence[Cohort]
    size_title: Text
    row_title: Text
    unit: Unit = ONE_DECIMAL
    note: Text = ""
    csv_url: str = ""

    @property
    def largest(self) -> Fraction:
        """The largest share, which gets the darkest shade."""
        return max(
            (s for row in self.rows for s in row.shares if s is not None), default=Fraction(0)
        )


def shade(share: Fraction, largest: Fraction) -> int:
    """One of seven shades, 0 for nothing; equal steps up to the largest.

    >>> [shade(Fraction(n, 10), Fraction(1)) for n in (0, 1, 5, 10)]
    [0, 1, 3, 6]
    """
    if share <= 0 or largest <= 0:
        return 0
    steps = share * SHADES / largest
    return min(SHADES, max(1, -(-steps.numerator // steps.denominator)))


def cohort_curves(cohorts: Cohorts) -> Chart:
    """The same as lines, the newest eight cohorts at most: each ends at the age it has reached."""
    ages = len(cohorts.ages)
    return lines(
        cohorts.title,
        [str(age) for age in cohorts.ages],
        [
            Series(row.name, [*row.shares, *[None] * (ages - len(row.shares))])
            for row in cohorts.rows[-HUES:]
        ],
        cohorts.unit,
        note=cohorts.note,
        csv_url=cohorts.csv_url,
    )
