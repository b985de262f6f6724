"""The dated facts of a loan's life, and the order in which they count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias
from uuid import UUID

from tuppence.lending.allocation import Component
from tuppence.lending.servicing.contract import PlannedRow


class EarlyChoice(StrEnum):
    """What a borrower who repays early wants done with the rest of the loan."""

    SETTLE = "settle"  # repay everything
    SHORTER_TERM = "shorter_term"  # the instalments stay, fewer of them
    LOWER_INSTALMENTS = "lower_instalments"  # the due dates stay, smaller amounts


class PlanCause(StrEnum):
    """Why the coming rows of a schedule were replaced."""

    RATE_CHANGED = "rate_changed"
    INTEREST_PAUSED = "interest_paused"
    RESCHEDULED = "rescheduled"


@dataclass(frozen=True, slots=True)
class StatedSplit:
    """How another system says it applied a payment; it takes the place of the waterfall.

    Interest beyond the schedule is accepted as earned on the day. `settles`: that system closed
    the loan with this payment, so interest, fees and penalties still open are dropped once no
    principal is left.
    """

    fee_minor: int = 0
    penalty_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0
    settles: bool = False

    def __post_init__(self) -> None:
        """Refuse negative parts."""
        assert min(self.amounts()) >= 0

    def amounts(self) -> tuple[int, int, int, int]:
        """Return the parts in the order of the account's columns."""
        return self.fee_minor, self.penalty_minor, self.interest_minor, self.principal_minor


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """Money of the borrower for the loan, with the value date on which it counts.

    `recorded_on` and `sequence` say when it was written down: they order facts of one day.
    """

    id: UUID
    on: date
    amount_minor: int
    recorded_on: date
    sequence: int = 0
    stated: StatedSplit | None = None

    def __post_init__(self) -> None:
        """Refuse an amount of nothing, or a stated split of another amount."""
        assert self.amount_minor > 0
        assert self.stated is None or sum(self.stated.amounts()) == self.amount_minor


@dataclass(frozen=True, slots=True)
class EarlyRepayment:
    """A payment that repays principal before it is due, after what is due has been paid."""

    id: UUID
    on: date
    amount_minor: int
    recorded_on: date
    choice: EarlyChoice
    sequence: int = 0

    def __post_init__(self) -> None:
        """Refuse an amount of nothing."""
        assert self.amount_minor > 0


@dataclass(frozen=True, slots=True)
class PaymentReversed:
    """The bank took a payment back: it counts as never received, whatever day this is."""

    id: UUID
    on: date
    reverses: UUID
    recorded_on: date
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class LateFeeCharged:
    """The late fee of the contract's rule on one instalment; it counts at the day's end.

    It stands as far as the rule still gives it under all that is known: a payment entered later
    with an earlier value date can void it.
    """

    id: UUID
    on: date
    number: int
    amount_minor: int
    recorded_on: date
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class FeeCharged:
    """A fee or penalty charged by hand on one instalment; it stands whatever is paid."""

    id: UUID
    on: date
    number: int
    amount_minor: int
    recorded_on: date
    component: Component = Component.FEE
    sequence: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no charge."""
        assert self.component in (Component.FEE, Component.PENALTY) and self.amount_minor > 0


@dataclass(frozen=True, slots=True)
class Waiver:
    """The lender gives up a fee, a penalty or interest that is due, as far as it is unpaid.

    Without a number the oldest instalments come first. Principal is written off, not waived.
    """

    id: UUID
    on: date
    component: Component
    amount_minor: int
    recorded_on: date
    number: int | None = None
    sequence: int = 0

    def __post_init__(self) -> None:
        """Refuse a component that cannot be waived."""
        assert self.component in (Component.FEE, Component.PENALTY, Component.INTEREST)
        assert self.amount_minor > 0


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """The rows due after this day are replaced: another rate, a pause, a new agreement.

    `rows` carry the interest of their whole periods. Their principal is fitted to what is still
    to be repaid, so the fact stays right when an earlier payment turns up later. With
    `takes_in_arrears` what is overdue moves into the new rows: its principal is spread with the
    rest, its interest, fees and penalties fall due with the first row. `deferred_number` names
    the row with the interest of several periods, as in the contract.
    """

    id: UUID
    on: date
    rows: Sequence[PlannedRow]
    cause: PlanCause
    recorded_on: date
    takes_in_arrears: bool = False
    deferred_number: int | None = None
    sequence: int = 0

    def __post_init__(self) -> None:
        """Refuse rows that are already due, or that do not come in order."""
        days = [self.on, *(row.due_on for row in self.rows)]
        assert self.rows and all(day < later for day, later in pairwise(days))
        assert sum(row.principal_minor for row in self.rows) > 0


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """The loan is given up; it counts at the day's end. Nothing accrues after it."""

    id: UUID
    on: date
    recorded_on: date
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Recovered:
    """Money received on a loan that was written off, and what collecting it cost."""

    id: UUID
    on: date
    amount_minor: int
    recorded_on: date
    cost_minor: int = 0
    sequence: int = 0

    def __post_init__(self) -> None:
        """Refuse a cost above the recovery."""
        assert self.amount_minor > 0 and 0 <= self.cost_minor <= self.amount_minor


Payment: TypeAlias = PaymentReceived | EarlyRepayment | Recovered
Fact: TypeAlias = (
    Payment | PaymentReversed | LateFeeCharged | FeeCharged | Waiver | PlanChanged | WrittenOff
)
FactKey: TypeAlias = tuple[date, int, date, int, UUID]

# Inside a day: new terms in the morning, then money as it was recorded, then what a day's end
# brings. A payment of the day therefore always counts before the late fee of the day.
_MORNING, _DAY, _EVENING, _NIGHT, _AFTER = range(5)
_RANKS: dict[type, int] = {
    PlanChanged: _MORNING,
    LateFeeCharged: _EVENING,
    WrittenOff: _NIGHT,
    Recovered: _AFTER,
}


class FactsError(ValueError):
    """The facts contradict one another: an id twice, or the reversal of an unknown payment."""


def fact_key(fact: Fact) -> FactKey:
    """Return the place of a fact: value date, part of the day, then the order of recording."""
    rank = _RANKS.get(type(fact), _DAY)
    return fact.on, rank, fact.recorded_on, fact.sequence, fact.id


def standing(facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts that count, in their order; reversed payments and reversals are gone.

    Raises FactsError when an id occurs twice or a reversal names no payment among the facts.
    """
    listed = list(facts)
    known = {fact.id: fact for fact in listed}
    if len(known) != len(listed):
        raise FactsError("two facts of the loan have the same id")
    reversed_ids = {fact.reverses for fact in listed if type(fact) is PaymentReversed}
    if reversed_ids:
        for reversed_id in reversed_ids:
            if not isinstance(known.get(reversed_id), Payment):
                raise FactsError(f"the reversal of {reversed_id} names no payment of the loan")
        listed = [
            fact
            for fact in listed
            if fact.id not in reversed_ids and type(fact) is not PaymentReversed
        ]
    listed.sort(key=fact_key)
    return listed


def known_by(facts: Iterable[Fact], recorded_on: date) -> list[Fact]:
    """Return the facts that were written down by the end of that day."""
    return [fact for fact in facts if fact.recorded_on <= recorded_on]
