"""The values that templates in `parts/` draw: figures, lines, steps, stories."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from tuppence.money.rounding import Rounding, div_round
from tuppence.web.charts.small import Spark

Text = str | Promise | SafeString


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved, in words ("+3.2 % since October"), and whether that is good news."""

    text: Text
    tone: str = ""  # good, late or nothing
    rises: bool | None = None  # None where it stands still


@dataclass(frozen=True, slots=True)
class Figure:
    """A label, a value with its unit, what it stands on, and the page of its rows."""

    label: Text
    value: Text
    basis: Text = ""
    url: str = ""
    change: Change | None = None
    spark: Spark | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A name and its value, as in a contract's terms."""

    label: Text
    value: Text
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One transfer seen from one account; `about` is what it was for."""

    at: datetime
    text: Text
    in_minor: int
    out_minor: int
    balance_minor: int
    url: str = ""
    about: Text = ""
    about_url: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as a timeline tells it."""

    at: datetime
    text: Text
    more: Text = ""  # a small line below
    url: str = ""
    amount: Text = ""
    chip: Text = ""


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many came this far, of how many before, and what each of them cost."""

    name: Text
    number: int
    of_before: Fraction | None = None
    of_first: Fraction = Fraction(1)
    cost_each_minor: int | None = None
    url: str = ""


def funnel(
    steps: Sequence[tuple[Text, int, str]], *, cost_minor: int | None = None
) -> list[FunnelStep]:
    """Steps (name, number, address of its rows) with shares; the cost is that of all of it."""
    found = []
    first = before = 0
    for name, number, url in steps:
        first = first or number
        found.append(
            FunnelStep(
                name,
                number,
                Fraction(number, before) if before else None,
                Fraction(number, first) if first else Fraction(0),
                div_round(cost_minor, number, Rounding.HALF_EVEN)
                if cost_minor is not None and number
                else None,
                url,
            )
        )
        before = number
    return found
