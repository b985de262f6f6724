"""The rows of a loan as they are planned now, in columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from tuppence.lending.servicing.contract import LoanContract, PlannedRow


@dataclass(frozen=True, slots=True)
class Plan:
    """Numbers and dates of the rows, and what planning them anew needs.

    `rate_interest` over `rate_balance` is the interest that one minor unit of principal bears
    in a row's period: the agreed interest of the row over the agreed balance before it. It stays
    as agreed when principal is repaid early, so repeated planning adds up no rounding.
    `counted` are days of a row's period whose interest is already in `counted_interest`: there
    the period began anew, with another interest for the rest of it. `deferred` is the position of
    a row whose interest accrues long before its own period, -1 where there is none; no row before
    it bears interest.
    """

    numbers: tuple[int, ...]
    starts: tuple[date, ...]
    dues: tuple[date, ...]
    rate_interest: tuple[int, ...]
    rate_balance: tuple[int, ...]
    counted: tuple[int, ...]
    counted_interest: tuple[int, ...]
    deferred: int = -1

    def accruing(self, due_rows: int) -> int:
        """Return the row whose interest accrues when so many rows are due."""
        return max(due_rows, self.deferred)


def plan_of(contract: LoanContract) -> Plan:
    """Lay out the rows of a contract."""
    rows = contract.rows
    dues = tuple([row.due_on for row in rows])
    zeros = (0,) * len(rows)
    numbers = tuple([row.number for row in rows])
    starts = (contract.starts_on, *dues[:-1])
    deferred = -1
    if contract.deferred_number is not None and contract.deferred_from is not None:
        deferred = numbers.index(contract.deferred_number)
        starts = (*starts[:deferred], contract.deferred_from, *starts[deferred + 1 :])
    return Plan(
        numbers=numbers,
        starts=starts,
        dues=dues,
        rate_interest=tuple([row.interest_minor for row in rows]),
        rate_balance=balances_before(rows),
        counted=zeros,
        counted_interest=zeros,
        deferred=deferred,
    )


def balances_before(rows: Sequence[PlannedRow]) -> tuple[int, ...]:
    """Return the principal that each row finds still to be repaid."""
    parts = [row.principal_minor for row in reversed(rows)]
    return tuple(accumulate(parts))[::-1]
