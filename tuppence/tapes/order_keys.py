"""Keys of the orders that book a tape: the same row gives the same keys at every run."""

from uuid import UUID

from tuppence.ledger.ids import derive_id
from tuppence.tapes.loans import TapeLoan


def loan_key(tape: str, loan: TapeLoan, step: str, number: int = 0) -> UUID:
    """The key of one step in a loan's life; `number` tells payments or lenders apart."""
    return derive_id("tape", tape, loan.loan_ref, step, number)


def tape_key(tape: str, step: str, *parts: str | int) -> UUID:
    """The key of something that a whole tape needs once."""
    return derive_id("tape", tape, step, *parts)
