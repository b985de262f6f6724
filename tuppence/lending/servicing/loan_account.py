"""A loan's account while facts are booked on it: columns of what is open and what is paid.

The account is the working form of `LoanState`. It is mutable and stays inside this package, so
that booking a payment costs a few list operations.
"""

from bisect import bisect_right
from datetime import date

from tuppence.lending.servicing.accrual import accrued_in_period
from tuppence.lending.servicing.arrears import bucket_of
from tuppence.lending.servicing.contract import (
    COLUMN_OF,
    COLUMNS,
    INTEREST,
    PRINCIPAL,
    LoanContract,
)
from tuppence.lending.servicing.facts import FactKey
from tuppence.lending.servicing.loan_state import (
    ChargeOutcome,
    Claims,
    LoanState,
    Part,
    PaymentOutcome,
    Status,
    WaiverOutcome,
)
from tuppence.lending.servicing.plan import Plan, plan_of


class LoanAccount:
    """What is open and paid per component and row, and the outcomes so far."""

    __slots__ = (
        "charges",
        "claims",
        "closed_on",
        "contract",
        "first_open",
        "latest",
        "open",
        "order",
        "outcomes",
        "outstanding",
        "owed",
        "paid",
        "plan",
        "reached",
        "waivers",
        "written_off",
    )

    contract: LoanContract
    plan: Plan
    order: tuple[int, ...]
    open: list[list[int]]
    paid: list[list[int]]
    reached: int  # rows due by the date of the latest fact
    first_open: int  # no row before it has anything open
    owed: int  # everything open on all rows, also on those to come
    outstanding: int  # open principal of all rows
    outcomes: list[PaymentOutcome]
    charges: list[ChargeOutcome]
    waivers: list[WaiverOutcome]
    closed_on: date | None
    written_off: Claims | None
    claims: Claims | None
    latest: FactKey | None

    @classmethod
    def opened(cls, contract: LoanContract) -> "LoanAccount":
        """Open the account of a contract on which nothing has happened yet."""
        account = cls()
        account.contract = contract
        account.plan = plan_of(contract)
        account.order = _order(contract)
        interest = [row.interest_minor for row in contract.rows]
        principal = [row.principal_minor for row in contract.rows]
        zeros = [0] * len(principal)
        account.open = [zeros[:], zeros[:], interest, principal]
        account.paid = [zeros[:], zeros[:], zeros[:], zeros]
        account.reached = account.first_open = 0
        account.outstanding = sum(principal)
        account.owed = account.outstanding + sum(interest)
        account.outcomes, account.charges, account.waivers = [], [], []
        account.closed_on = account.written_off = account.claims = account.latest = None
        return account

    @classmethod
    def of(cls, state: LoanState) -> "LoanAccount":
        """Take an account up again where a state left it."""
        account = cls()
        account.contract = state.contract
        account.plan = state.plan
        account.order = _order(state.contract)
        account.open = [list(column) for column in state.open]
        account.paid = [list(column) for column in state.paid]
        account.outstanding = sum(account.open[PRINCIPAL])
        account.owed = sum(map(sum, account.open))
        account.outcomes = list(state.outcomes)
        account.charges, account.waivers = list(state.charges), list(state.waivers)
        account.closed_on = state.closed_on
        account.written_off, account.claims = state.written_off, state.claims
        account.latest = state.latest
        account.reached = account.first_open = 0
        account.skip_paid_rows()
        return account

    def move_to(self, on: date) -> None:
        """Let the rows due by the day become due."""
        self.reached = bisect_right(self.plan.dues, on)

    def settle(self, row: int, column: int, left_minor: int, parts: list[Part]) -> int:
        """Pay what is open in one place, as far as the money goes; return what is left of it."""
        open_minor = self.open[column][row]
        part_minor = min(left_minor, open_minor)
        self.open[column][row] = open_minor - part_minor
        self.paid[column][row] += part_minor
        self.owed -= part_minor
        if column == PRINCIPAL:
            self.outstanding -= part_minor
        parts.append(Part(self.plan.numbers[row], COLUMNS[column], part_minor))
        return left_minor - part_minor

    def set_open(self, row: int, column: int, amount_minor: int) -> None:
        """Set what is open in one place: a charge, a waiver, interest that will not accrue."""
        change = amount_minor - self.open[column][row]
        self.open[column][row] = amount_minor
        self.owed += change
        if column == PRINCIPAL:
            self.outstanding += change
        if amount_minor and row < self.first_open:
            self.first_open = row

    def skip_paid_rows(self) -> None:
        """Move the first open row past what is paid."""
        fee, penalty, interest, principal = self.open
        row, end = self.first_open, len(principal)
        while row < end and not (principal[row] or interest[row] or penalty[row] or fee[row]):
            row += 1
        self.first_open = row

    def close_if_paid(self, on: date) -> None:
        """Close the account on the day nothing is owed any more; reopen it if something is.

        A loan written off stays so.
        """
        if self.written_off is not None:
            return
        if self.owed:
            self.closed_on = None
        elif self.closed_on is None:
            self.closed_on = on

    def row_of(self, number: int) -> int | None:
        """Return the position of the row with that number."""
        try:
            return self.plan.numbers.index(number)
        except ValueError:
            return None

    def planned_interest(self, row: int) -> int:
        """Return the interest planned on a row, paid or not."""
        return self.open[INTEREST][row] + self.paid[INTEREST][row]

    def accrued_interest(self, row: int, on: date) -> int:
        """Return the interest accrued by the day in the period of a row."""
        interest_minor = self.planned_interest(row)
        return accrued_in_period(self.contract, self.plan, row, interest_minor, on)

    def rows_due(self, on: date) -> int:
        """Return how many rows are due by a day."""
        return bisect_right(self.plan.dues, on)

    def state(self, as_of: date) -> LoanState:
        """Return where the loan stands at the end of the day."""
        status = self._status()
        until = as_of if self.written_off is None else self._written_off_on()
        due_rows = self.rows_due(until)
        oldest, due_minor, overdue_minor = self._arrears(due_rows, until)
        days = (until - oldest).days if oldest else 0
        accrued, earned = self._interest(due_rows, until)
        alive = status is Status.ACTIVE
        return LoanState(
            contract=self.contract,
            as_of=as_of,
            status=status,
            closed_on=self.closed_on,
            outstanding_principal_minor=self.outstanding if alive else 0,
            due_minor=due_minor if alive else 0,
            overdue_minor=overdue_minor if alive else 0,
            oldest_unpaid_due_on=oldest,
            days_past_due=days,
            bucket=bucket_of(days, self.contract.grace_days),
            earned_interest_minor=earned,
            accrued_interest_minor=accrued if alive else 0,
            outcomes=tuple(self.outcomes),
            charges=tuple(self.charges),
            waivers=tuple(self.waivers),
            written_off=self.written_off,
            claims=self.claims,
            plan=self.plan,
            open=(
                tuple(self.open[0]),
                tuple(self.open[1]),
                tuple(self.open[2]),
                tuple(self.open[3]),
            ),
            paid=(
                tuple(self.paid[0]),
                tuple(self.paid[1]),
                tuple(self.paid[2]),
                tuple(self.paid[3]),
            ),
            latest=self.latest,
        )

    def accrued_unpaid(self, on: date) -> int:
        """Return the interest of the running period that has accrued and is not paid."""
        return self._interest(self.rows_due(on), on)[0]

    def _interest(self, due_rows: int, on: date) -> tuple[int, int]:
        """Return what the running period accrued unpaid, and all interest earned, by the day."""
        open_, paid = self.open[INTEREST], self.paid[INTEREST]
        if self._status() is Status.PAID:
            return 0, sum(paid)
        earned = sum(open_[:due_rows]) + sum(paid[:due_rows])
        if due_rows == len(paid):
            return 0, earned
        row = self.plan.accruing(due_rows)
        accrued = self.accrued_interest(row, on)
        return max(min(accrued - paid[row], open_[row]), 0), earned + accrued

    def _arrears(self, due_rows: int, on: date) -> tuple[date | None, int, int]:
        fee, penalty, interest, principal = self.open
        dues = self.plan.dues
        oldest, due_minor, overdue_minor = None, 0, 0
        for row in range(self.first_open, due_rows):
            borrowed = interest[row] + principal[row]
            open_minor = borrowed + fee[row] + penalty[row]
            due_minor += open_minor
            if dues[row] < on:
                overdue_minor += open_minor
            if borrowed and oldest is None:
                oldest = dues[row]
        return oldest, due_minor, overdue_minor

    def _status(self) -> Status:
        if self.written_off is not None:
            return Status.WRITTEN_OFF
        return Status.ACTIVE if self.closed_on is None else Status.PAID

    def _written_off_on(self) -> date:
        assert self.closed_on is not None
        return self.closed_on


def _order(contract: LoanContract) -> tuple[int, ...]:
    return tuple([COLUMN_OF[component] for component in contract.waterfall])
