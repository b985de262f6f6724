"""Planning the coming instalments anew after principal was repaid early.

Interest of a whole period is in proportion to the principal it finds, at the rate of the agreed
row. The running period keeps what has accrued; the rest of it accrues on the principal that is
left. Instalments are rounded by the contract's rule and the last one takes the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tuppence.lending.payoff import InterestUntil
from tuppence.lending.servicing.accrual import days_counted
from tuppence.lending.servicing.contract import (
    INTEREST,
    PRINCIPAL,
    LoanContract,
)
from tuppence.lending.servicing.facts import EarlyChoice
from tuppence.lending.servicing.loan_account import LoanAccount
from tuppence.lending.servicing.plan import Plan
from tuppence.money.rounding import div_round


def repay_principal(
    account: LoanAccount,
    principal_minor: int,
    choice: EarlyChoice,
    on: date,
    *,
    interest_paid_minor: int = 0,
) -> None:
    """Take principal off the coming rows and plan them anew, with a shorter term or lower rows.

    The principal counts as paid in the running row. Rows planned without principal stay so, but
    for the last. `interest_paid_minor` is what the same payment just paid of the running row.
    """
    first = account.reached
    former = _former_rows(account, first, principal_minor, choice, interest_paid_minor)
    accruing = account.plan.accruing(first)
    _begin_anew(account, accruing, interest_until(account, on), former)
    account.paid[PRINCIPAL][first] += principal_minor
    balance_minor = former.left_minor
    last = len(former.principal) - 1
    for index in range(last + 1):
        row = first + index
        if row != accruing:
            _set_interest(account, row, balance_minor)
        part_minor = balance_minor
        if index < last:
            planned, still_due = account.planned_interest(row), account.open[INTEREST][row]
            wanted_minor = former.part(index, planned, still_due, account.contract)
            part_minor = min(max(wanted_minor, 0), balance_minor)
        account.set_open(row, PRINCIPAL, part_minor)
        balance_minor -= part_minor
    _cut_empty_rows(account)
    account.first_open = 0
    account.skip_paid_rows()


@dataclass(frozen=True, slots=True)
class _FormerRows:
    """The coming rows as they stood before principal was repaid early."""

    choice: EarlyChoice
    principal: Sequence[int]
    interest: Sequence[int]  # planned for the whole period
    instalments: Sequence[int]  # what was still to be paid on each due date
    owed_minor: int
    left_minor: int
    is_level: bool  # equal principal, not equal instalments
    accruing: int  # position among them of the row whose interest is accruing

    def part(self, index: int, planned: int, still_due: int, contract: LoanContract) -> int:
        """Return the principal of a row, given the interest it now has (planned, still due)."""
        part_minor = self.principal[index]
        if not part_minor:
            return 0
        if self.choice is not EarlyChoice.LOWER_INSTALMENTS:
            return self.instalments[index] - still_due
        if self.is_level:
            return self.scaled(part_minor, contract)
        # The instalment stays level when it is scaled as a whole, its interest taken off after.
        whole_minor = self.scaled(part_minor + self.interest[index], contract)
        if index != self.accruing:
            return whole_minor - planned
        return whole_minor - div_round(
            self.interest[index] * self.left_minor, self.owed_minor, contract.rounding
        )

    def scaled(self, amount_minor: int, contract: LoanContract) -> int:
        """Scale an amount to the principal that is left, rounded as instalments are."""
        step = contract.instalment_step_minor
        return (
            div_round(amount_minor * self.left_minor, self.owed_minor * step, contract.rounding)
            * step
        )


def _former_rows(
    account: LoanAccount,
    first: int,
    principal_minor: int,
    choice: EarlyChoice,
    interest_paid_minor: int,
) -> _FormerRows:
    principal = account.open[PRINCIPAL][first:]
    owed_minor = sum(principal)
    assert 0 < principal_minor < owed_minor
    interest = [account.planned_interest(row) for row in range(first, len(account.plan.dues))]
    to_pay = zip(principal, account.open[INTEREST][first:], strict=True)
    instalments = [part + interest_minor for part, interest_minor in to_pay]
    accruing = account.plan.accruing(first) - first
    instalments[accruing] += interest_paid_minor
    repaying = [part for part in principal[:-1] if part]
    is_level = bool(repaying) and max(repaying) - min(repaying) <= 1
    left_minor = owed_minor - principal_minor
    return _FormerRows(
        choice, principal, interest, instalments, owed_minor, left_minor, is_level, accruing
    )


def interest_until(account: LoanAccount, on: date) -> date:
    """Return the day up to which an early repayment owes interest, by the contract's policy."""
    row = account.rows_due(on)
    policy = account.contract.early_repayment
    is_to_end = policy.interest_until is InterestUntil.PERIOD_END and row < len(account.plan.dues)
    return account.plan.dues[row] if is_to_end else on


def _begin_anew(account: LoanAccount, row: int, on: date, former: _FormerRows) -> None:
    """Count the accruing row up to the day, and plan the rest of it on what is left."""
    contract, plan = account.contract, account.plan
    planned, accrued = account.planned_interest(row), account.accrued_interest(row, on)
    days = days_counted(contract, plan.starts[row], on)
    account.plan = replace(
        plan,
        counted=(*plan.counted[:row], days, *plan.counted[row + 1 :]),
        counted_interest=(*plan.counted_interest[:row], accrued, *plan.counted_interest[row + 1 :]),
    )
    to_come = div_round(
        (planned - accrued) * former.left_minor, former.owed_minor, contract.rounding
    )
    still_due = max(accrued + to_come - account.paid[INTEREST][row], 0)
    account.set_open(row, INTEREST, still_due)


def _set_interest(account: LoanAccount, row: int, balance_minor: int) -> None:
    """Set the interest of a row for the principal it now finds."""
    plan = account.plan
    if not plan.rate_balance[row]:
        return
    interest_minor = div_round(
        plan.rate_interest[row] * balance_minor, plan.rate_balance[row], account.contract.rounding
    )
    account.set_open(row, INTEREST, max(interest_minor - account.paid[INTEREST][row], 0))


def _cut_empty_rows(account: LoanAccount) -> None:
    """Drop the rows at the end that have nothing open and nothing paid."""
    columns = [*account.open, *account.paid]
    end = len(account.plan.dues)
    while end > account.reached + 1 and not any(column[end - 1] for column in columns):
        end -= 1
    for column in columns:
        del column[end:]
    plan = account.plan
    account.plan = Plan(
        plan.numbers[:end],
        plan.starts[:end],
        plan.dues[:end],
        plan.rate_interest[:end],
        plan.rate_balance[:end],
        plan.counted[:end],
        plan.counted_interest[:end],
        plan.deferred if plan.deferred < end else -1,
    )
