"""How the price of ending a loan on a day comes about, and what is paid on the way to that day.

A quote for a later day supposes that what falls due until then is paid on its days. What is
overdue today stays in the quote, and late fees that are still to come are in none.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from tuppence.lending.servicing.accrual import (
    counts_days_of_360,
    days_counted,
    elapsed_days,
)
from tuppence.lending.servicing.contract import INTEREST, PRINCIPAL
from tuppence.lending.servicing.early_repayment import (
    PayoffQuote,
    compensation,
    interest_to,
    quote,
)
from tuppence.lending.servicing.facts import PaymentReceived
from tuppence.lending.servicing.fold import apply_facts
from tuppence.lending.servicing.loan_account import LoanAccount
from tuppence.lending.servicing.loan_state import LoanState, Status
from tuppence.lending.servicing.prepayment import interest_until
from tuppence.money.months import add_months

NEXT_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ahead:
    """An instalment that falls due before the day of the quote."""

    number: int
    due_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class RunningInterest:
    """The interest of the running period up to a day: its share of days, less what is paid.

    Days are counted as the contract counts them. `counted_interest_minor` was borne on
    `counted_days` before the plan was last changed inside the period; the rest of
    `planned_minor` is spread over the days that are left, rounded down.
    """

    starts_on: date
    until: date
    ends_on: date
    days: int
    days_whole: int
    of_360: bool
    counted_days: int
    counted_interest_minor: int
    planned_minor: int
    accrued_minor: int
    paid_minor: int
    owed_minor: int


@dataclass(frozen=True, slots=True)
class Compensation:
    """What the lenders are owed for principal paid early: a share of it, within a ceiling."""

    rate: Fraction
    is_last_year: bool
    spared_minor: int  # interest that the principal would still have borne: never more than that
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PayoffBasis:
    """The price of ending a loan on a day, with all that it is made of. Amounts in minor units."""

    quote: PayoffQuote
    ahead: tuple[Ahead, ...]
    due_principal_minor: int
    due_interest_minor: int
    early_principal_minor: int
    running: RunningInterest | None
    compensation: Compensation
    spared_minor: int  # interest and charges less than by the plan, after compensation
    next_day_minor: int  # the price one day later

    @property
    def day_costs_minor(self) -> int:
        """What waiting one more day adds."""
        return self.next_day_minor - self.quote.amount_minor


def payoff_basis(state: LoanState, on: date) -> PayoffBasis | None:
    """What ends an active loan on a day not before the state's; None where nothing lives to end.

    None too where the plan itself would have ended the loan before that day.
    """
    if state.status is not Status.ACTIVE:
        return None
    ahead = instalments_ahead(state, on)
    then = paid_as_planned(state, ahead, on)
    if then.status is not Status.ACTIVE:
        return None
    account = LoanAccount.of(then)
    due_rows = account.rows_due(on)
    early_minor = sum(account.open[PRINCIPAL][due_rows:])
    found = quote(account, on)
    return PayoffBasis(
        quote=found,
        ahead=ahead,
        due_principal_minor=sum(account.open[PRINCIPAL][:due_rows]),
        due_interest_minor=sum(account.open[INTEREST][:due_rows]),
        early_principal_minor=early_minor,
        running=running_interest(account, on),
        compensation=compensation_basis(account, early_minor, on),
        spared_minor=account.owed - found.amount_minor,
        next_day_minor=quote(account, on + NEXT_DAY).amount_minor,
    )


def instalments_ahead(state: LoanState, on: date) -> tuple[Ahead, ...]:
    """What falls due after the state's day and before the day of the quote."""
    return tuple(
        Ahead(row.number, row.due_on, row.open_minor)
        for row in state.instalments
        if state.as_of < row.due_on < on and row.open_minor
    )


def paid_as_planned(state: LoanState, ahead: tuple[Ahead, ...], on: date) -> LoanState:
    """The loan on a later day if these instalments are paid on their days."""
    thought = [
        PaymentReceived(UUID(int=place + 1), row.due_on, row.amount_minor, row.due_on)
        for place, row in enumerate(ahead)
    ]
    return apply_facts(state, thought, as_of=max(on, state.as_of))


def running_interest(account: LoanAccount, on: date) -> RunningInterest | None:
    """How the interest of the running period is counted; None after the last due date."""
    due_rows = account.rows_due(on)
    if due_rows == len(account.plan.dues):
        return None
    row, until = account.plan.accruing(due_rows), interest_until(account, on)
    contract, plan = account.contract, account.plan
    starts_on, ends_on = plan.starts[row], plan.dues[row]
    of_360 = counts_days_of_360(contract.day_count, contract.unit)
    return RunningInterest(
        starts_on=starts_on,
        until=until,
        ends_on=ends_on,
        days=days_counted(contract, starts_on, min(until, ends_on)),
        days_whole=elapsed_days(starts_on, ends_on, of_360=of_360),
        of_360=of_360,
        counted_days=plan.counted[row],
        counted_interest_minor=plan.counted_interest[row],
        planned_minor=account.planned_interest(row),
        accrued_minor=account.accrued_interest(row, until),
        paid_minor=account.paid[INTEREST][row],
        owed_minor=interest_to(account, on),
    )


def compensation_basis(account: LoanAccount, early_minor: int, on: date) -> Compensation:
    """The rate of the compensation and its ceiling."""
    policy = account.contract.early_repayment
    is_last_year = account.plan.dues[-1] <= add_months(on, 12)
    spared_minor = sum(account.open[INTEREST][account.rows_due(on) :]) - interest_to(account, on)
    return Compensation(
        rate=policy.compensation_rate_last_year if is_last_year else policy.compensation_rate,
        is_last_year=is_last_year,
        spared_minor=max(spared_minor, 0),
        amount_minor=compensation(account, early_minor, on),
    )
