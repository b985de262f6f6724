"""A loan as it lies on the desk: its contract, its facts so far, and what is booked of it. Pure."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from tuppence.lending.agreed_terms import AgreedTerms
from tuppence.lending.servicing.accrual import counts_days_of_360
from tuppence.lending.servicing.contract import FEE, INTEREST, PENALTY, PRINCIPAL, LoanContract
from tuppence.lending.servicing.facts import Fact
from tuppence.lending.servicing.fold import fold
from tuppence.lending.servicing.loan_state import LoanState, Status
from tuppence.lending.terms import LoanTerms


@dataclass(frozen=True, eq=False)
class LoanFile:
    """A loan with its facts. `accrued_until` is the last closed day, None before the first."""

    id: int
    key: UUID
    product_id: int
    borrower_id: int
    currency: str
    principal_minor: int
    starts_on: date
    state: Status
    facts_until: date
    facts_count: int
    terms: AgreedTerms
    contract: LoanContract
    accrued_until: date | None
    annual_rate: Fraction
    instalments: int  # as agreed
    facts: list[Fact] = field(default_factory=list)
    waived: dict[UUID, int] = field(default_factory=dict)  # principal given up, by payment

    @property
    def schedule_terms(self) -> LoanTerms:
        """The terms of the schedule as agreed in the contract."""
        return self.terms.schedule_terms(
            self.principal_minor, self.currency, self.annual_rate, self.instalments, self.starts_on
        )

    @property
    def booked_on(self) -> date:
        """Up to which day interest is booked: the last closed day or the latest fact's."""
        return max(self.accrued_until or self.starts_on, self.facts_until, self.starts_on)

    @cached_property
    def before(self) -> LoanState:
        """Where the loan stands before anything new."""
        return fold(self.contract, self.facts, as_of=self.booked_on)


@dataclass(frozen=True, slots=True)
class LoanFigures:
    """The columns of a loan that repeat what its facts add up to."""

    state: str
    outstanding_minor: int
    next_due_on: date | None
    closed_on: date | None
    facts_until: date
    facts: int
    principal_paid_minor: int
    interest_paid_minor: int
    charges_open_minor: int
    claim_minor: int
    earned_before_minor: int
    running_from: date
    running_until: date
    running_interest_minor: int
    running_counted: int
    running_counted_interest_minor: int


def figures_of(
    state: LoanState, *, facts_until: date, facts: int, waived_minor: int
) -> LoanFigures:
    """The columns that a state gives. Waived principal counts as settled, not as paid."""
    alive = state.status is Status.ACTIVE
    row, starts, until = running_row(state)
    planned = _planned_interest(state)
    is_running = row < len(planned)
    return LoanFigures(
        state=state.status.value,
        outstanding_minor=state.outstanding_principal_minor,
        next_due_on=next_due_on(state) if alive else None,
        closed_on=state.closed_on,
        facts_until=facts_until,
        facts=facts,
        principal_paid_minor=sum(state.paid[PRINCIPAL]) - waived_minor,
        interest_paid_minor=state.paid_interest_minor,
        charges_open_minor=open_charges(state),
        claim_minor=state.claims.total_minor if state.claims else 0,
        earned_before_minor=sum(planned[:row]),
        running_from=starts,
        running_until=until,
        running_interest_minor=planned[row] if is_running else 0,
        running_counted=state.plan.counted[row] if is_running else 0,
        running_counted_interest_minor=state.plan.counted_interest[row] if is_running else 0,
    )


def running_row(state: LoanState) -> tuple[int, date, date]:
    """The row in whose period the state's day lies, with its dates; the end after the last one."""
    dues = state.plan.dues
    for row, due_on in enumerate(dues):
        if due_on > state.as_of:
            return row, state.plan.starts[row], due_on
    return len(dues), dues[-1], dues[-1]


def next_due_on(state: LoanState) -> date | None:
    """The due date of the oldest instalment whose principal or interest is not fully paid."""
    rows = zip(state.plan.dues, state.open[INTEREST], state.open[PRINCIPAL], strict=True)
    for due_on, interest_minor, principal_minor in rows:
        if interest_minor or principal_minor:
            return due_on
    return None


def open_charges(state: LoanState) -> int:
    """Fees and penalties that are charged and not paid; none are open on a loan given up."""
    if state.status is not Status.ACTIVE:
        return 0
    return sum(state.open[FEE]) + sum(state.open[PENALTY])


def owed_interest(state: LoanState) -> int:
    """What the books show as interest owed on the loan: earned and not paid, while it lives.

    Negative where interest was paid before it was earned.
    """
    if state.status is not Status.ACTIVE:
        return 0
    return state.earned_interest_minor - state.paid_interest_minor


def counts_360(contract: LoanContract) -> bool:
    """Tell whether interest inside a period counts days of 360."""
    return counts_days_of_360(contract.day_count, contract.unit)


def _planned_interest(state: LoanState) -> list[int]:
    return [
        left + done for left, done in zip(state.open[INTEREST], state.paid[INTEREST], strict=True)
    ]
