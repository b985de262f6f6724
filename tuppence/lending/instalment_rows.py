"""Which rows of a loan's schedule moved between two states. Pure."""

from typing import TypeAlias

from tuppence.lending.servicing.loan_state import LoanState

Row: TypeAlias = tuple[int, ...]
"""Loan, number; fee, penalty, interest, principal as planned; the same as paid; counted days and
the interest counted with them."""

COLUMNS = (
    "loan_id",
    "number",
    "fee_minor",
    "penalty_minor",
    "interest_minor",
    "principal_minor",
    "paid_fee_minor",
    "paid_penalty_minor",
    "paid_interest_minor",
    "paid_principal_minor",
    "counted",
    "counted_interest_minor",
)


def moved_rows(loan_id: int, before: LoanState | None, after: LoanState) -> list[Row]:
    """The rows that read differently now; rows that were cut off read zero."""
    old = _rows(loan_id, before) if before else {}
    new = _rows(loan_id, after)
    moved = [row for number, row in new.items() if old.get(number) != row]
    moved += [(loan_id, number, *(0,) * 10) for number in old if number not in new]
    return moved


def _rows(loan_id: int, state: LoanState) -> dict[int, Row]:
    plan = state.plan
    fee, penalty, interest, principal = state.open
    paid_fee, paid_penalty, paid_interest, paid_principal = state.paid
    return {
        number: (
            loan_id,
            number,
            fee[row] + paid_fee[row],
            penalty[row] + paid_penalty[row],
            interest[row] + paid_interest[row],
            principal[row] + paid_principal[row],
            paid_fee[row],
            paid_penalty[row],
            paid_interest[row],
            paid_principal[row],
            plan.counted[row],
            plan.counted_interest[row],
        )
        for row, number in enumerate(plan.numbers)
    }
