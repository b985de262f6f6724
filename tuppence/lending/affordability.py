"""What a loan would take of a borrower's month. Pure; amounts in minor units of one currency.

The figures are those the borrower stated. The share of income that debt takes is the one that
lenders call DSTI (debt service to income, as the ESRB defines it: what is paid on all debts in a
period, by the income of that period).
"""

from dataclasses import dataclass
from fractions import Fraction

from tuppence.money.months import Unit
from tuppence.money.rounding import Rounding, round_to_minor

PERIODS_A_YEAR = {Unit.DAYS: 365, Unit.WEEKS: 52, Unit.MONTHS: 12, Unit.YEARS: 1}


@dataclass(frozen=True, slots=True)
class Affordability:
    """A month of the borrower, with the loan and without; None where something was not stated."""

    income_minor: int | None
    spending_minor: int | None
    new_minor: int  # of the loan asked for, a month
    running_minor: int  # of the loans that run here, a month

    @property
    def left_minor(self) -> int | None:
        """What is left of the income before any instalment here."""
        if self.income_minor is None or self.spending_minor is None:
            return None
        return self.income_minor - self.spending_minor

    @property
    def after_minor(self) -> int | None:
        """What is left once the loans here and this one are paid."""
        left = self.left_minor
        return None if left is None else left - self.running_minor - self.new_minor

    @property
    def share(self) -> Fraction | None:
        """The share of the income that this loan takes."""
        return self._of_income(self.new_minor)

    @property
    def share_of_all(self) -> Fraction | None:
        """The share of the income that this loan and those running here take."""
        return self._of_income(self.new_minor + self.running_minor)

    def _of_income(self, amount_minor: int) -> Fraction | None:
        return Fraction(amount_minor, self.income_minor) if self.income_minor else None


def a_month(instalment_minor: int, every: int, unit: Unit) -> int:
    """What an instalment paid every so many units takes of a month.

    A year has 365 days, 52 weeks, 12 months; the result is rounded half to even.

    >>> a_month(120_00, 1, Unit.WEEKS)
    52000
    """
    assert every > 0
    periods = Fraction(PERIODS_A_YEAR[unit], every * 12)
    return round_to_minor(instalment_minor * periods, Rounding.HALF_EVEN)
