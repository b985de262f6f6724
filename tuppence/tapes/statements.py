"""What the client bank would have told of a tape's loans: lines of statements, as columns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import numpy as np

from tuppence.bank.line_columns import NOBODY, LineColumns
from tuppence.tapes.order_keys import loan_key, loan_keys, tape_key
from tuppence.tapes.rebuild import LoanLife

Line = tuple[UUID, date, int, int]
"""Key, day, signed amount in minor units, member."""


def lenders_deposits(
    tape: str, first_ref: str, invested_minor: Mapping[int, int], on: date
) -> LineColumns:
    """Lenders pay in what they are about to invest. `first_ref` names the chunk of loans."""
    return columns_of(
        (tape_key(tape, "lender pays in", first_ref, member), on, amount_minor, member)
        for member, amount_minor in sorted(invested_minor.items())
    )


def borrowers_lines(
    tape: str,
    lives: Sequence[LoanLife],
    members: Mapping[str, int],
    taken_out_minor: Mapping[int, int],
) -> LineColumns:
    """Borrowers take out what was paid out to them, and pay in what they owe.

    `members` is by the loan's reference, `taken_out_minor` by member.
    """
    return columns_of(
        line
        for life in lives
        for line in _borrower(tape, life, members[life.loan.loan_ref], taken_out_minor)
    )


def collector_lines(tape: str, lives: Sequence[LoanLife]) -> LineColumns:
    """The collector is paid the fee of each recovery."""
    return columns_of(
        (
            loan_key(tape, life.loan, "collector is paid"),
            life.recovery.on,
            -life.recovery.fee_minor,
            NOBODY,
        )
        for life in lives
        if life.recovery is not None and life.recovery.fee_minor
    )


def columns_of(lines: Iterable[Line]) -> LineColumns:
    """Lay lines out as columns."""
    listed = list(lines)
    keys, days, amounts, members = zip(*listed, strict=True) if listed else ((), (), (), ())
    return LineColumns(
        keys=np.frombuffer(b"".join(key.bytes for key in keys), dtype="V16"),
        booked_on=np.array(days, dtype="datetime64[D]"),
        amounts_minor=np.array(amounts, dtype=np.int64),
        member_ids=np.array(members, dtype=np.int64),
    )


def _borrower(
    tape: str, life: LoanLife, member: int, taken_out_minor: Mapping[int, int]
) -> Iterable[Line]:
    loan = life.loan
    if taken_out_minor.get(member, 0):
        key = loan_key(tape, loan, "takes out")
        yield key, loan.issued_on, -taken_out_minor[member], member
    keys = loan_keys(tape, loan, "pays in", len(life.payments))
    for key, payment in zip(keys, life.payments, strict=True):
        yield key, payment.on, payment.amount_minor, member
    if life.recovery is not None:
        key = loan_key(tape, loan, "recovered")
        yield key, life.recovery.on, life.recovery.amount_minor, member
