"""What lending brought, after fees and losses. Pure.

The net annualised return is the one that LendingClub showed its investors: what a month brought
(interest and late fees, less the platform's fee, less principal given up, plus what was recovered)
over what was outstanding when the month began; all months added up, then twelve of them in a row.
Loans count at full value until they are given up, so a young book looks better than it will be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction

from tuppence.money.months import add_months

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Flows:
    """Everything that moved a book in a time. Amounts in minor units."""

    lent_minor: int = 0
    repaid_minor: int = 0  # principal
    written_off_minor: int = 0  # principal given up
    interest_minor: int = 0
    servicing_fee_minor: int = 0  # with VAT, taken off the lenders' interest
    recovered_minor: int = 0  # on loans given up, after the cost of it

    def __add__(self, other: "Flows") -> "Flows":
        return Flows(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Flows)))

    @property
    def gain_minor(self) -> int:
        """What it brought the lenders."""
        earned = self.interest_minor - self.servicing_fee_minor
        return earned - self.written_off_minor + self.recovered_minor

    @property
    def grown_minor(self) -> int:
        """By how much the outstanding principal grew."""
        return self.lent_minor - self.repaid_minor - self.written_off_minor


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a book: what was outstanding when it began, and what moved it."""

    first_day: date
    opening_minor: int
    flows: Flows

    @property
    def closing_minor(self) -> int:
        """What was outstanding when it ended."""
        return self.opening_minor + self.flows.grown_minor

    def is_over(self, cut_off: date) -> bool:
        """Whether the whole month lies before the end of the cut-off day."""
        return (add_months(self.first_day, 1) - cut_off).days <= 1


def months_of(flows: dict[date, Flows], cut_off: date) -> list[Month]:
    """Every month from the first that moved anything to the cut-off, also the empty ones."""
    found: list[Month] = []
    month = min(flows, default=None)
    opening_minor = 0
    while month is not None and month <= cut_off:
        found.append(Month(month, opening_minor, flows.get(month, Flows())))
        opening_minor = found[-1].closing_minor
        month = add_months(month, 1)
    return found


def annualised(gain_minor: int, exposed_minor: int) -> Fraction | None:
    """(1 + gain / exposed) to the twelfth, less one; None where nothing was exposed.

    >>> annualised(1, 100)  # 1 % a month is 12.6825 % a year
    Fraction(126825030131969720661201, 1000000000000000000000000)
    """
    if exposed_minor <= 0:
        return None
    return (1 + Fraction(gain_minor, exposed_minor)) ** MONTHS_A_YEAR - 1


def net_annualised_return(months: Sequence[Month], cut_off: date) -> Fraction | None:
    """The return a year over the last twelve whole months, or as many as there are."""
    whole = [month for month in months if month.is_over(cut_off)][-MONTHS_A_YEAR:]
    return annualised(
        sum(month.flows.gain_minor for month in whole),
        sum(month.opening_minor for month in whole),
    )
