"""What a change of a loan's plan would do: the old rows beside the new ones."""

from dataclasses import dataclass
from datetime import date

from tuppence.lending import operations
from tuppence.lending.orders import ActStatus
from tuppence.lending.plan_orders import PlanOrder
from tuppence.lending.queries.loan_files import loan_files
from tuppence.lending.queries.plan_changes import past_changes
from tuppence.lending.servicing.contract import INTEREST, PRINCIPAL
from tuppence.lending.servicing.fold import fold
from tuppence.lending.servicing.loan_state import LoanState


@dataclass(frozen=True, slots=True)
class RowBeside:
    """One instalment before and after; zero where there is none."""

    number: int
    due_on: date
    old_principal_minor: int
    old_interest_minor: int
    new_principal_minor: int
    new_interest_minor: int

    @property
    def old_minor(self) -> int:
        """What the borrower was to pay."""
        return self.old_principal_minor + self.old_interest_minor

    @property
    def new_minor(self) -> int:
        """What the borrower will pay."""
        return self.new_principal_minor + self.new_interest_minor


@dataclass(frozen=True, slots=True)
class Preview:
    """The rows that read differently, with the sums, and the days past due that stay."""

    rows: list[RowBeside]
    old_interest_minor: int
    new_interest_minor: int
    days_past_due: int


def preview_of(order: PlanOrder) -> Preview | ActStatus:
    """What an order would change, or why it is refused."""
    file = loan_files([order.loan_id]).get(order.loan_id)
    if file is None:
        return ActStatus.LOAN_NOT_FOUND
    fact = operations.decided(order, file, past_changes([file.id]).get(file.id, ()))
    if isinstance(fact, ActStatus):
        return fact
    as_of = max(file.booked_on, fact.on)
    before = fold(file.contract, file.facts, as_of=as_of)
    after = fold(file.contract, [*file.facts, fact], as_of=as_of)
    old, new = _rows(before), _rows(after)
    dues = dict(zip(after.plan.numbers, after.plan.dues, strict=True))
    dues = dict(zip(before.plan.numbers, before.plan.dues, strict=True)) | dues
    beside = [
        RowBeside(number, dues[number], *old.get(number, (0, 0)), *new.get(number, (0, 0)))
        for number in sorted(dues)
    ]
    return Preview(
        rows=[row for row in beside if old.get(row.number) != new.get(row.number)],
        old_interest_minor=sum(interest for _, interest in old.values()),
        new_interest_minor=sum(interest for _, interest in new.values()),
        days_past_due=after.days_past_due,
    )


def _rows(state: LoanState) -> dict[int, tuple[int, int]]:
    return {
        number: (
            state.open[PRINCIPAL][row] + state.paid[PRINCIPAL][row],
            state.open[INTEREST][row] + state.paid[INTEREST][row],
        )
        for row, number in enumerate(state.plan.numbers)
    }
