"""What the practice market does: every step through the operations that serve real members."""

from tuppence.practice.operations.bank_day import (
    PracticeBankError,
    receive_deposit,
    receive_float,
    run_bank_day,
)

__all__ = ["PracticeBankError", "receive_deposit", "receive_float", "run_bank_day"]
