"""What repaying a part early would do: the coming plan by each choice, beside the plan of today.

Nothing is estimated: the payment is folded into the loan's facts as it would be if it were made.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from tuppence.lending.servicing.facts import EarlyChoice, EarlyRepayment
from tuppence.lending.servicing.fold import apply_facts
from tuppence.lending.servicing.loan_state import InstalmentState, LoanState, Status

NOBODY = UUID(int=0)  # the payment is only thought of
LAST = 2**62  # after everything of its day
PARTS = (EarlyChoice.SHORTER_TERM, EarlyChoice.LOWER_INSTALMENTS)


@dataclass(frozen=True, slots=True)
class Coming:
    """What is left of a loan after a day. Amounts in minor units."""

    instalments: int
    next_minor: int  # the next instalment; 0 where none comes
    last_due_on: date | None
    interest_minor: int  # still to be paid
    total_minor: int
    compensation_minor: int = 0  # taken with the early payment


def coming(state: LoanState) -> Coming:
    """What is still to be paid under a loan's plan."""
    rows = [row for row in state.instalments if row.open_minor]
    if state.status is not Status.ACTIVE or not rows:
        return Coming(0, 0, None, 0, 0)
    return Coming(
        instalments=len(rows),
        next_minor=rows[0].open_minor,
        last_due_on=rows[-1].due_on,
        interest_minor=sum(map(_open_interest, rows)),
        total_minor=sum(row.open_minor for row in rows),
    )


def _open_interest(row: InstalmentState) -> int:
    return row.interest_minor - row.paid_interest_minor


def compare_prepayment(
    state: LoanState, *, amount_minor: int, on: date
) -> tuple[Coming, dict[EarlyChoice, Coming]]:
    """The plan of a day not before the state's, and what each choice would leave of it."""
    today = coming(apply_facts(state, [], as_of=on))
    after = {}
    for choice in PARTS:
        thought = EarlyRepayment(NOBODY, on, amount_minor, on, choice, sequence=LAST)
        then = apply_facts(state, [thought], as_of=on)
        paid = then.outcomes[-1].compensation_minor
        after[choice] = replace(coming(then), compensation_minor=paid)
    return today, after
