"""Keys of the orders that book a tape: the same row gives the same keys at every run."""

from uuid import UUID

from tuppence.ledger.ids import derive_id
from tuppence.tapes.loans import TapeLoan


def loan_key(tape: str, loan: TapeLoan, step: str) -> UUID:
    """The key of one step in a loan's life."""
    return derive_id("tape", tape, loan.loan_ref, step)


def loan_keys(tape: str, loan: TapeLoan, step: str, count: int) -> list[UUID]:
    """The keys of a step that a loan goes through so many times: its hash, moved on by the place.

    Two steps' keys meet only where their hashes share the upper 112 bits.
    """
    assert 0 <= count < 1 << 16
    first = loan_key(tape, loan, step).int & ~0xFFFF
    return [UUID(int=first + place) for place in range(count)]


def tape_key(tape: str, step: str, *parts: str | int) -> UUID:
    """The key of something that a whole tape needs once."""
    return derive_id("tape", tape, step, *parts)
