"""Replacing the coming rows of a loan: another rate, a pause of interest, a new agreement."""

from collections.abc import Sequence

from tuppence.lending.servicing.accrual import days_counted
from tuppence.lending.servicing.contract import (
    COLUMNS,
    FEE,
    INTEREST,
    PENALTY,
    PRINCIPAL,
    LoanContract,
    PlannedRow,
)
from tuppence.lending.servicing.facts import PlanChanged
from tuppence.lending.servicing.loan_account import LoanAccount
from tuppence.lending.servicing.plan import Plan, balances_before
from tuppence.money.rounding import div_round


def change_plan(account: LoanAccount, fact: PlanChanged) -> None:
    """Replace the rows due after the fact's day by its rows, fitted to what is to be repaid.

    What was paid on a replaced row counts on the new row of its number, else on the first new
    row. On a loan with no principal to come, nothing changes.
    """
    first = account.reached
    arrears = [sum(column[:first]) * fact.takes_in_arrears for column in account.open]
    owed_minor = sum(account.open[PRINCIPAL][first:]) + arrears[PRINCIPAL]
    if account.closed_on is not None or not owed_minor:
        return
    if fact.takes_in_arrears:
        for open_amounts in account.open:
            open_amounts[:first] = [0] * first
    principal, interest = fitted_rows(fact.rows, owed_minor, account.contract)
    numbers = [row.number for row in fact.rows]
    accruing = 0 if fact.deferred_number is None else numbers.index(fact.deferred_number)
    interest[accruing] += arrears[INTEREST]
    plan = _plan_with(account, fact, accruing, arrears[INTEREST])
    paid = _paid_ahead(account, fact, first)
    zeros = [0] * (len(fact.rows) - 1)
    to_come = [
        [arrears[FEE] + sum(account.open[FEE][first:]), *zeros],
        [arrears[PENALTY] + sum(account.open[PENALTY][first:]), *zeros],
        [max(due - done, 0) for due, done in zip(interest, paid[INTEREST], strict=True)],
        principal,
    ]
    for column in range(len(COLUMNS)):
        account.open[column][first:] = to_come[column]
        account.paid[column][first:] = paid[column]
    account.plan = plan
    account.outstanding = sum(account.open[PRINCIPAL])
    account.owed = sum(map(sum, account.open))
    account.first_open = 0
    account.skip_paid_rows()


def fitted_rows(
    rows: Sequence[PlannedRow], principal_minor: int, contract: LoanContract
) -> tuple[list[int], list[int]]:
    """Return principal and interest of planned rows, scaled to repay another principal.

    Rows that sum to the principal come back as they are; the last row takes the rest.
    """
    before = balances_before(rows)
    principal: list[int] = []
    interest: list[int] = []
    left_minor = principal_minor
    for row, balance_minor in zip(rows, before, strict=True):
        found = (left_minor, balance_minor) if balance_minor else (1, 1)
        interest.append(div_round(row.interest_minor * found[0], found[1], contract.rounding))
        part_minor = div_round(row.principal_minor * principal_minor, before[0], contract.rounding)
        principal.append(min(part_minor, left_minor))
        left_minor -= principal[-1]
    principal[-1] += left_minor
    return principal, interest


def _paid_ahead(account: LoanAccount, fact: PlanChanged, first: int) -> list[list[int]]:
    """Lay what was paid on the replaced rows out over the new ones, per column."""
    positions = {row.number: index for index, row in enumerate(fact.rows)}
    paid = [[0] * len(fact.rows) for _ in COLUMNS]
    for row in range(first, len(account.plan.numbers)):
        index = positions.get(account.plan.numbers[row], 0)
        for column in range(len(COLUMNS)):
            paid[column][index] += account.paid[column][row]
    return paid


def _plan_with(
    account: LoanAccount, fact: PlanChanged, accruing: int, arrears_interest: int
) -> Plan:
    """Lay out the plan with the new rows; the accruing one keeps what has accrued before."""
    plan, first = account.plan, account.reached
    start, accrued = fact.on, 0
    if first < len(plan.dues):
        running = plan.accruing(first)
        start, accrued = plan.starts[running], account.accrued_interest(running, fact.on)
    dues = tuple(row.due_on for row in fact.rows)
    starts = [start, *dues[:-1]]
    starts[accruing] = start
    counted = [0] * len(dues)
    counted[accruing] = days_counted(account.contract, start, fact.on)
    counted_interest = [0] * len(dues)
    counted_interest[accruing] = accrued + arrears_interest
    return Plan(
        numbers=(*plan.numbers[:first], *(row.number for row in fact.rows)),
        starts=(*plan.starts[:first], *starts),
        dues=(*plan.dues[:first], *dues),
        rate_interest=(*plan.rate_interest[:first], *(row.interest_minor for row in fact.rows)),
        rate_balance=(*plan.rate_balance[:first], *balances_before(fact.rows)),
        counted=(*plan.counted[:first], *counted),
        counted_interest=(*plan.counted_interest[:first], *counted_interest),
        deferred=-1 if fact.deferred_number is None else first + accruing,
    )
