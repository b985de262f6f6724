"""What each source brought for what it cost: one rule of credit beside another, nothing lost.

A member's sums are credited to the source of their first touch, of their last one, or evenly to all
of their touches. Whoever has no touch is unattributed and stands in a row of its own, so that the
rows add up to the books whatever the rule. Contribution is fees without VAT less incentives less
spend (`accounting.md`, return, properly counted).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from tuppence.money.splitting import split

Source = TypeVar("Source", bound=Hashable)
DAYS_OF_YEAR = 365


class Credit(StrEnum):
    """Which of a member's touches is credited."""

    FIRST = "first"
    LAST = "last"
    EVEN = "even"  # every touch alike: a member's money is split over them


@dataclass(frozen=True, slots=True)
class MemberValue:
    """What one member has brought so far. Amounts are minor units, heads are 0 or 1."""

    registered: int = 0
    verified: int = 0
    first_investors: int = 0
    gone: int = 0  # invested once, was repaid, and took the money away
    invested_minor: int = 0
    annualised_minor: int = 0
    inflow_minor: int = 0  # paid in less taken out; may be below zero
    returned_minor: int = 0  # principal that came back
    reinvested_minor: int = 0
    fees_minor: int = 0  # without VAT
    incentives_minor: int = 0


FIGURES = tuple(each.name for each in fields(MemberValue))
NOTHING = MemberValue()


@dataclass(frozen=True, slots=True)
class Brought:
    """What a source brought, and what it cost."""

    spend_minor: int
    value: MemberValue
    visits: int = 0

    @property
    def cost_minor(self) -> int:
        """Spend and incentives."""
        return self.spend_minor + self.value.incentives_minor

    @property
    def contribution_minor(self) -> int:
        """Fees less incentives less spend, so far."""
        return self.value.fees_minor - self.cost_minor

    @property
    def return_share(self) -> Fraction | None:
        """Contribution over cost; None where nothing was spent."""
        return Fraction(self.contribution_minor, self.cost_minor) if self.cost_minor else None

    @property
    def paid_back(self) -> Fraction | None:
        """How much of the cost has come back in fees; None where nothing was spent."""
        return Fraction(self.value.fees_minor, self.cost_minor) if self.cost_minor else None

    @property
    def reinvestment(self) -> Fraction | None:
        """Of the principal that came back, how much was invested again."""
        returned = self.value.returned_minor
        return Fraction(self.value.reinvested_minor, returned) if returned else None

    @property
    def gone_share(self) -> Fraction | None:
        """Of first investors, how many were repaid once and left."""
        first = self.value.first_investors
        return Fraction(self.value.gone, first) if first else None

    def cost_each(self, figure: str) -> Fraction | None:
        """The cost over one of the figures, in minor units; None where it is zero or below."""
        count: int = self.visits if figure == "visits" else getattr(self.value, figure)
        return Fraction(self.cost_minor, count) if count > 0 else None


def annualised_minor(amount_minor: int, days: int) -> int:
    """Amount x days / 365, rounded down: 1,000.00 for half a year counts as 500.00 or so.

    >>> annualised_minor(1_000_00, 73)
    20000
    """
    return amount_minor * days // DAYS_OF_YEAR


def credit(
    members: Mapping[int, MemberValue], weights: Mapping[int, Mapping[Source | None, int]]
) -> dict[Source | None, MemberValue]:
    """Each source's sum of what its members brought; None is who has no source.

    `weights` says how often each source touched a member. Every figure is split by weight so that
    its parts sum to the whole, amounts below zero as their opposites.
    """
    sums: dict[Source | None, list[int]] = {}
    for number, value in members.items():
        touched = weights.get(number) or {None: 1}
        shares: Sequence[tuple[Source | None, int]] = list(touched.items())
        for place, figure in enumerate(FIGURES):
            whole: int = getattr(value, figure)
            if not whole:
                continue
            parts = split(abs(whole), [weight for _, weight in shares])
            for (source, _), part in zip(shares, parts, strict=True):
                sums.setdefault(source, [0] * len(FIGURES))[place] += part if whole > 0 else -part
    return {source: MemberValue(*figures) for source, figures in sums.items()}


def added(values: Sequence[MemberValue]) -> MemberValue:
    """The sum of all figures."""
    return MemberValue(*(sum(getattr(value, name) for value in values) for name in FIGURES))


@dataclass(frozen=True, slots=True)
class Month:
    """What was spent and what came back in one month; `costs` are spend and incentives."""

    first: date
    cost_minor: int
    fees_minor: int


def paid_back_in(months: Sequence[Month]) -> date | None:
    """The first month by whose end all fees so far cover all costs so far; None while they don't.

    Each month's costs are set against everything that came back up to then, never this month's
    fees against this month's spend.
    """
    costs = fees = 0
    reached: date | None = None
    for month in sorted(months, key=lambda each: each.first):
        costs, fees = costs + month.cost_minor, fees + month.fees_minor
        if costs == 0 or fees < costs:
            reached = None
        elif reached is None:
            reached = month.first
    return reached
