"""What an amount lent would bring: in all, after our fee and tax, and less the expected loss. Pure.

The expected loss a year counts on what is still out, day by day, as the rate does, so that rate,
fee and loss stand on the same base: what is left of them, over principal times years, is the
yearly outlook. It is an average over many such loans; one loan is paid back or it isn't.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tuppence.lending.schedule import Instalment
from tuppence.money.rounding import Rounding, div_round

DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class LenderTerms:
    """What is taken off a lender, as shares: of the interest, and a year of what is lent."""

    servicing_fee: Fraction  # of the interest, VAT included
    withholding_tax: Fraction  # of the interest
    expected_loss: Fraction | None  # a year


@dataclass(frozen=True, slots=True)
class Outlook:
    """Amounts in minor units. Without an expected loss there is no outlook after it."""

    principal_minor: int
    interest_minor: int
    fee_minor: int
    tax_minor: int
    loss_minor: int | None
    minor_years: Fraction  # principal times the years that it is out

    @property
    def total_minor(self) -> int:
        """Everything that comes back if all is paid on time."""
        return self.principal_minor + self.interest_minor

    @property
    def net_minor(self) -> int:
        """The same after our fee and tax."""
        return self.total_minor - self.fee_minor - self.tax_minor

    @property
    def left_minor(self) -> int | None:
        """The same less the expected loss."""
        return None if self.loss_minor is None else self.net_minor - self.loss_minor

    @property
    def yearly(self) -> Fraction | None:
        """What is left beyond the principal, a year, over what is still out."""
        left = self.left_minor
        if left is None or not self.minor_years:
            return None
        return (left - self.principal_minor) / self.minor_years


def outlook_of(rows: Sequence[Instalment], start: date, terms: LenderTerms) -> Outlook:
    """Add up a schedule from the lender's side; each share is rounded once, half even.

    Real payments are split over all lenders and rounded each time, so they differ by pennies.
    """
    interest_minor = sum(row.interest_minor for row in rows)
    minor_years = sum(
        (Fraction(row.principal_minor * (row.due_on - start).days, DAYS_A_YEAR) for row in rows),
        Fraction(0),
    )
    loss = None if terms.expected_loss is None else terms.expected_loss * minor_years
    principal_minor = sum(row.principal_minor for row in rows)
    return Outlook(
        principal_minor=principal_minor,
        interest_minor=interest_minor,
        fee_minor=_rounded(terms.servicing_fee * interest_minor),
        tax_minor=_rounded(terms.withholding_tax * interest_minor),
        loss_minor=None if loss is None else min(_rounded(loss), principal_minor),
        minor_years=minor_years,
    )


def _rounded(amount: Fraction) -> int:
    return div_round(amount.numerator, amount.denominator, Rounding.HALF_EVEN)
