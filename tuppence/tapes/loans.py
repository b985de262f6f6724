"""What one row of a loan tape says, in our own terms.

A tape is a file with one loan a row: what was lent, on which terms, and what had been received
when the tape was drawn. It has totals, not single payments.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


class TapeStatus(StrEnum):
    """Where a loan stood when the tape was drawn."""

    CURRENT = "current"
    IN_GRACE = "in_grace"
    LATE_16_30 = "late_16_30"
    LATE_31_120 = "late_31_120"
    FULLY_PAID = "fully_paid"
    CHARGED_OFF = "charged_off"


@dataclass(frozen=True, slots=True)
class TapeLoan:
    """One good row. Amounts are minor units, each rounded half up on its own.

    `total_minor` is what the tape states as received in all; it is compared with its parts and
    never booked. `tape_on` is the day the tape was drawn, where its map knows it.
    """

    row: int
    loan_ref: str
    currency: str
    status: TapeStatus
    outside_policy: bool
    asked_minor: int
    funded_minor: int
    from_investors_minor: int
    annual_rate: Fraction
    term_months: int
    instalment_minor: int
    issued_on: date
    last_payment_on: date | None
    settled_on: date | None
    tape_on: date | None
    principal_minor: int
    interest_minor: int
    late_fee_minor: int
    recovered_minor: int
    recovery_fee_minor: int
    total_minor: int
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def received_minor(self) -> int:
        """All that was received, as the sum of its rounded parts."""
        return (
            self.principal_minor + self.interest_minor + self.late_fee_minor + self.recovered_minor
        )


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: its number (the header is row 1), the column and why."""

    row: int
    column: str
    reason: str
    value: str = ""

    def __str__(self) -> str:
        where = f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"
        shown = f" (it holds “{self.value}”)" if self.value else ""
        return f"{where}: {self.reason}{shown}"
