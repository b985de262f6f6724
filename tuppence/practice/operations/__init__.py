"""What the practice market does: every step through the operations that serve real members."""

from tuppence.practice.operations.bank_day import (
    PracticeBankError,
    receive_deposit,
    receive_float,
    run_bank_day,
)
from tuppence.practice.operations.welcoming import PracticeOfficerError, accept_papers

__all__ = [
    "PracticeBankError",
    "PracticeOfficerError",
    "accept_papers",
    "receive_deposit",
    "receive_float",
    "run_bank_day",
]
