"""Reads of the client bank, a file a topic: positions, breaks, receipts, withdrawals, files."""

from tuppence.bank.queries.breaks import (
    OpenBreak,
    WayOut,
    lines_like,
    open_breaks,
    ways_out,
)
from tuppence.bank.queries.client_money import (
    ControlFigures,
    Equation,
    Pile,
    control_figures,
    equations_of,
    kept_balances,
)
from tuppence.bank.queries.files import (
    payout_file_content,
    payout_files,
    statement_files,
)
from tuppence.bank.queries.payout_facts import payout_signs
from tuppence.bank.queries.positions import (
    ClientMoneyPosition,
    account_in,
    client_money_positions,
    gap_minor,
    house_waiting_minor,
    latest_statement,
    payable_minor,
    uncovered_minor,
)
from tuppence.bank.queries.receipts import (
    UnmatchedLine,
    unmatched_lines,
)
from tuppence.bank.queries.withdrawals import (
    WithdrawalHistoryLine,
    WithdrawalView,
    history,
    withdrawals_in,
    withdrawals_of,
)

__all__ = [
    "ClientMoneyPosition",
    "ControlFigures",
    "Equation",
    "OpenBreak",
    "Pile",
    "UnmatchedLine",
    "WayOut",
    "WithdrawalHistoryLine",
    "WithdrawalView",
    "account_in",
    "client_money_positions",
    "control_figures",
    "equations_of",
    "gap_minor",
    "history",
    "house_waiting_minor",
    "kept_balances",
    "latest_statement",
    "lines_like",
    "open_breaks",
    "payable_minor",
    "payout_file_content",
    "payout_files",
    "payout_signs",
    "statement_files",
    "uncovered_minor",
    "unmatched_lines",
    "ways_out",
    "withdrawals_in",
    "withdrawals_of",
]
