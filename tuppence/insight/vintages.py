"""Losses by vintage: what became of the loans of one quarter, as they grew older. Pure.

Denominators are what was paid out in the quarter and never change: loans that were repaid early
stay in them, or old vintages would look worse and young ones better than they are. A curve shows
only ages that every loan of its quarter has reached.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tuppence.money.months import add_months

AGES_MONTHS = (3, 6, 9, 12, 15, 18, 24, 30, 36, 48, 60)
MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Vintage:
    """The loans paid out in one quarter, at the cut-off. Amounts in minor units."""

    quarter: date  # its first day
    loans: int
    lent_minor: int
    outstanding_minor: int
    written_off_loans: int
    written_off_minor: int  # principal given up
    recovered_minor: int  # on loans given up, after the cost of it

    @property
    def lost_minor(self) -> int:
        """Principal given up less what came back after the cost of it."""
        return self.written_off_minor - self.recovered_minor

    @property
    def loss_share(self) -> Fraction:
        """Net loss over what was paid out in the quarter."""
        return Fraction(self.lost_minor, self.lent_minor)

    @property
    def name(self) -> str:
        """As in "2025-Q3"."""
        return quarter_name(self.quarter)


def quarter_name(first_day: date) -> str:
    """The name of the quarter that begins on a day.

    >>> quarter_name(date(2025, 7, 1))
    '2025-Q3'
    """
    return f"{first_day.year}-Q{(first_day.month - 1) // MONTHS_A_QUARTER + 1}"


def ages_reached(quarter: date, cut_off: date) -> list[int]:
    """The ages in months that even a loan paid out on the quarter's last day has reached.

    >>> ages_reached(date(2025, 1, 1), date(2025, 9, 30)), ages_reached(date(2025, 1, 1),
    ...     date(2025, 9, 29))
    ([3, 6], [3])
    """
    last_day = add_months(quarter, MONTHS_A_QUARTER) - timedelta(days=1)
    return [age for age in AGES_MONTHS if add_months(last_day, age) <= cut_off]


def loss_curve(
    vintage: Vintage, losses: Iterable[tuple[int, int]], cut_off: date
) -> list[tuple[int, Fraction]]:
    """Net loss by age in months, as shares of what was paid out.

    `losses` holds the age in months and the amount of everything that happened: principal given up,
    and as negative amounts what came back. An event in the fourth month has the age 4.
    """
    happened = list(losses)
    return [
        (age, Fraction(sum(minor for at, minor in happened if at <= age), vintage.lent_minor))
        for age in ages_reached(vintage.quarter, cut_off)
    ]
