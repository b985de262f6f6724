"""What a replay changes: payments, charges and waivers, old against new."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tuppence.lending.servicing.loan_state import ChargeOutcome, PaymentOutcome, WaiverOutcome


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence of the explanation: a template for the translation catalogue, and its values."""

    template: str
    params: Mapping[str, str | int]

    @property
    def text(self) -> str:
        """Return the sentence in English."""
        return self.template % self.params


@dataclass(frozen=True, slots=True)
class Difference:
    """New less old, per component, in minor units; negative where less is paid now."""

    fee_minor: int = 0
    penalty_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0
    compensation_minor: int = 0
    cost_minor: int = 0
    credit_minor: int = 0

    @property
    def applied_minor(self) -> int:
        """Return by how much more the payment pays off the loan."""
        return (
            self.fee_minor
            + self.penalty_minor
            + self.interest_minor
            + self.principal_minor
            + self.compensation_minor
        )

    def __add__(self, other: "Difference") -> "Difference":
        """Add two differences, component by component."""
        return Difference(
            self.fee_minor + other.fee_minor,
            self.penalty_minor + other.penalty_minor,
            self.interest_minor + other.interest_minor,
            self.principal_minor + other.principal_minor,
            self.compensation_minor + other.compensation_minor,
            self.cost_minor + other.cost_minor,
            self.credit_minor + other.credit_minor,
        )


@dataclass(frozen=True, slots=True)
class PaymentChange:
    """One payment whose outcome is another now; None on the side where it does not count."""

    id: UUID
    on: date
    old: PaymentOutcome | None
    new: PaymentOutcome | None
    difference: Difference
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ChargeChange:
    """One fee or penalty that stands in another amount now."""

    id: UUID
    old: ChargeOutcome | None
    new: ChargeOutcome | None
    difference_minor: int


@dataclass(frozen=True, slots=True)
class WaiverChange:
    """One waiver that gives up another amount now."""

    id: UUID
    old: WaiverOutcome | None
    new: WaiverOutcome | None
    difference_minor: int
