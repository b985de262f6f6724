"""Hold every outcome of an operation to what the import needs of it."""

from collections.abc import Collection, Sequence
from enum import Enum, IntEnum
from typing import Protocol

from tuppence.tapes.loans import TapeLoan


class LoanRefusedError(Exception):
    """An operation refused a step of one loan; the chunk leaves nothing and goes on without it."""

    def __init__(self, loan: TapeLoan, step: str, status: Enum) -> None:
        word = status.name.lower() if isinstance(status, IntEnum) else str(status.value)
        super().__init__(f"{loan.loan_ref}: {step} was refused: {word}")
        self.loan, self.step, self.word = loan, step, word


class Outcome(Protocol):
    """What an operation says to one order."""

    @property
    def status(self) -> Enum: ...


def require(
    loans: Sequence[TapeLoan],
    outcomes: Sequence[Outcome],
    step: str,
    accepted: Collection[Enum],
) -> None:
    """Raise LoanRefusedError for the first outcome that is not among those accepted."""
    for loan, outcome in zip(loans, outcomes, strict=True):
        if outcome.status not in accepted:
            raise LoanRefusedError(loan, step, outcome.status)
