"""Repaying principal before it is due: the quote, the compensation, the repayment."""

from dataclasses import dataclass
from datetime import date

from tuppence.lending.allocation import Component
from tuppence.lending.servicing.contract import (
    FEE,
    INTEREST,
    PENALTY,
    PRINCIPAL,
)
from tuppence.lending.servicing.facts import EarlyChoice, EarlyRepayment
from tuppence.lending.servicing.loan_account import LoanAccount
from tuppence.lending.servicing.loan_state import Part, PaymentKind
from tuppence.lending.servicing.prepayment import interest_until, repay_principal
from tuppence.lending.servicing.waterfall import drop_open, outcome_of, pay_rows
from tuppence.money.months import add_months
from tuppence.money.rounding import div_round


@dataclass(frozen=True, slots=True)
class PayoffQuote:
    """What closes a loan when paid with this value date; the parts sum to the amount.

    Interest is what is due and unpaid plus what the running period owes by the contract's
    policy. A loan that is paid quotes zero, one written off quotes its claims.
    """

    on: date
    fee_minor: int
    penalty_minor: int
    interest_minor: int
    principal_minor: int
    compensation_minor: int

    @property
    def amount_minor(self) -> int:
        """Return the amount to pay."""
        return (
            self.fee_minor
            + self.penalty_minor
            + self.interest_minor
            + self.principal_minor
            + self.compensation_minor
        )


def quote(account: LoanAccount, on: date) -> PayoffQuote:
    """Quote the payoff of an account on a day that no booked fact is later than."""
    if account.claims is not None:
        claims = account.claims
        return PayoffQuote(
            on,
            claims.fee_minor,
            claims.penalty_minor,
            claims.interest_minor,
            claims.principal_minor,
            0,
        )
    due_rows = account.rows_due(on)
    early_minor = sum(account.open[PRINCIPAL][due_rows:])
    due_interest = sum(account.open[INTEREST][:due_rows])
    return PayoffQuote(
        on,
        fee_minor=sum(account.open[FEE]),
        penalty_minor=sum(account.open[PENALTY]),
        interest_minor=due_interest + interest_to(account, on),
        principal_minor=account.outstanding,
        compensation_minor=compensation(account, early_minor, on),
    )


def interest_to(account: LoanAccount, on: date) -> int:
    """Return the unpaid interest of the running period that an early repayment owes."""
    row = account.rows_due(on)
    if row == len(account.plan.dues):
        return 0
    row, until = account.plan.accruing(row), interest_until(account, on)
    accrued = account.accrued_interest(row, until)
    return max(min(accrued - account.paid[INTEREST][row], account.open[INTEREST][row]), 0)


def compensation(account: LoanAccount, principal_minor: int, on: date) -> int:
    """Return what the lenders are owed for principal repaid before it is due."""
    row = account.rows_due(on)
    policy = account.contract.early_repayment
    if row == len(account.plan.dues) or not principal_minor:
        return 0
    more_than_a_year = account.plan.dues[-1] > add_months(on, 12)
    rate = policy.compensation_rate if more_than_a_year else policy.compensation_rate_last_year
    if not rate:
        return 0
    by_rate = div_round(
        principal_minor * rate.numerator, rate.denominator, account.contract.rounding
    )
    early_minor = sum(account.open[PRINCIPAL][row:])
    spared_minor = sum(account.open[INTEREST][row:]) - interest_to(account, on)
    return min(by_rate, max(spared_minor, 0) * principal_minor // early_minor)


def repay_early(account: LoanAccount, fact: EarlyRepayment) -> None:
    """Pay what is due, the interest to the date, the compensation, then principal.

    Enough to close the loan closes it, whatever was chosen. Less than a payoff repays principal
    in part: with lower instalments where that was chosen, with a shorter term otherwise.
    """
    parts: list[Part] = []
    left_minor = pay_rows(account, fact.amount_minor, account.reached, parts)
    compensation_minor = 0
    if left_minor and account.owed:
        left_minor, compensation_minor = _repay_coming(account, fact, left_minor, parts)
    account.close_if_paid(fact.on)
    account.outcomes.append(
        outcome_of(
            fact.id,
            fact.on,
            fact.amount_minor,
            parts,
            credit_minor=left_minor,
            compensation_minor=compensation_minor,
            kind=PaymentKind.EARLY_REPAYMENT,
        )
    )


def _repay_coming(
    account: LoanAccount, fact: EarlyRepayment, left_minor: int, parts: list[Part]
) -> tuple[int, int]:
    """Repay rows that are not due; return what is left of the money and the compensation."""
    row, on = account.reached, fact.on
    needed_minor = quote(account, on).amount_minor
    interest_minor = min(interest_to(account, on), left_minor)
    if left_minor >= needed_minor:
        compensation_minor = compensation(account, account.outstanding, on)
        _pay_interest(account, interest_minor, parts)
        _close(account, row, parts)
        return left_minor - needed_minor, compensation_minor
    principal_minor = _most_principal(account, left_minor - interest_minor, on)
    compensation_minor = compensation(account, principal_minor, on)
    _pay_interest(account, interest_minor, parts)
    if principal_minor:
        repay_principal(
            account,
            principal_minor,
            EarlyChoice.SHORTER_TERM if fact.choice is EarlyChoice.SETTLE else fact.choice,
            on,
            interest_paid_minor=interest_minor,
        )
        parts.append(Part(account.plan.numbers[row], Component.PRINCIPAL, principal_minor))
    left_minor -= interest_minor + principal_minor + compensation_minor
    return left_minor, compensation_minor


def _pay_interest(account: LoanAccount, interest_minor: int, parts: list[Part]) -> None:
    if interest_minor:
        row = account.plan.accruing(account.reached)
        account.settle(row, INTEREST, interest_minor, parts)


def _close(account: LoanAccount, row: int, parts: list[Part]) -> None:
    """Pay fees, penalties and principal of all coming rows; their interest will not accrue."""
    for index in range(row, len(account.plan.dues)):
        for column in (FEE, PENALTY, PRINCIPAL):
            open_minor = account.open[column][index]
            if open_minor:
                account.settle(index, column, open_minor, parts)
    drop_open(account, row)
    account.skip_paid_rows()


def _most_principal(account: LoanAccount, amount_minor: int, on: date) -> int:
    """Return the most principal that an amount repays together with its compensation."""
    low, high = 0, max(min(amount_minor, account.outstanding - 1), 0)
    while low < high:
        middle = (low + high + 1) // 2
        if middle + compensation(account, middle, on) <= amount_minor:
            low = middle
        else:
            high = middle - 1
    return low
