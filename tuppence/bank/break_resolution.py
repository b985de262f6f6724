"""How a break at the bank ends, and the entries of each way."""

from enum import StrEnum

from tuppence.bank.journal import BREAK, WITHDRAWAL, Entry
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey


class Resolution(StrEnum):
    """Who or what made the difference."""

    FIRM_LOSS = "firm_loss"
    """The firm bears it, from the cover that it has put in."""
    RECEIPT = "receipt"
    """The bank put it right: a receipt that waits in unallocated is this money coming back."""
    PAYOUT = "payout"
    """It was a payout of ours whose name the bank had dropped."""


def resolution_entries(
    how: Resolution, amount_minor: int, currency: str, *, break_id: int, withdrawal_id: int = 0
) -> tuple[Entry, ...]:
    """Return the entries that take a break of this amount out of the breaks account."""
    breaks = AccountKey(AccountKind.BREAKS, 0, currency)
    if how is Resolution.RECEIPT:
        unallocated = AccountKey(AccountKind.UNALLOCATED, 0, currency)
        return (Entry("break_put_right", unallocated, breaks, amount_minor, BREAK, break_id),)
    if how is Resolution.PAYOUT:
        # The break is taken back, and the line is booked as what it was.
        bank = AccountKey(AccountKind.CLIENT_BANK, 0, currency)
        in_flight = AccountKey(AccountKind.PAYOUTS_IN_FLIGHT, 0, currency)
        return (
            Entry("break_taken_back", bank, breaks, amount_minor, BREAK, break_id),
            Entry("withdrawal_paid", in_flight, bank, amount_minor, WITHDRAWAL, withdrawal_id),
        )
    return (
        Entry(
            "break_written_off",
            AccountKey(AccountKind.FIRM_COVER, 0, currency),
            breaks,
            amount_minor,
            BREAK,
            break_id,
        ),
        Entry(
            "break_written_off",
            AccountKey(AccountKind.FIRM_LOSS, 0, currency),
            AccountKey(AccountKind.FIRM_COVER_ASSET, 0, currency),
            amount_minor,
            BREAK,
            break_id,
        ),
    )
