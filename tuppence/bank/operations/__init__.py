"""The only modules that write the room's tables: load, decide, write."""

from tuppence.bank.operations.allocation import assign_unallocated
from tuppence.bank.operations.break_notes import note_breaks
from tuppence.bank.operations.breaks import (
    CoverOrder,
    CoverOutcome,
    CoverStatus,
    announce_covers,
    request_break_resolution,
    resolution_obstacle,
)
from tuppence.bank.operations.client_accounts import (
    ClientAccount,
    ClientAccountError,
    open_client_account,
    request_client_account,
)
from tuppence.bank.operations.float_receipts import request_float_receipt
from tuppence.bank.operations.house_payments import (
    request_house_payment,
    request_receipt_back,
)
from tuppence.bank.operations.line_columns import book_lines
from tuppence.bank.operations.manual_entries import (
    request_manual_entry,
    request_payout_rejection,
    request_reversal,
)
from tuppence.bank.operations.payouts import (
    PayoutRun,
    PayoutsHeldError,
    SendStatus,
    send_payouts,
)
from tuppence.bank.operations.separate_payments import keep_separate
from tuppence.bank.operations.statements import ImportOutcome, ImportStatus, import_statement
from tuppence.bank.operations.taking_back import take_receipts_back
from tuppence.bank.operations.withdrawals import (
    approve_withdrawals,
    ask_withdrawals,
    cancel_withdrawals,
    refuse_withdrawals,
)

__all__ = [
    "ClientAccount",
    "ClientAccountError",
    "CoverOrder",
    "CoverOutcome",
    "CoverStatus",
    "ImportOutcome",
    "ImportStatus",
    "PayoutRun",
    "PayoutsHeldError",
    "SendStatus",
    "announce_covers",
    "approve_withdrawals",
    "ask_withdrawals",
    "assign_unallocated",
    "book_lines",
    "cancel_withdrawals",
    "import_statement",
    "keep_separate",
    "note_breaks",
    "open_client_account",
    "refuse_withdrawals",
    "request_break_resolution",
    "request_client_account",
    "request_float_receipt",
    "request_house_payment",
    "request_manual_entry",
    "request_payout_rejection",
    "request_receipt_back",
    "request_reversal",
    "resolution_obstacle",
    "send_payouts",
    "take_receipts_back",
]
