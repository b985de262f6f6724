"""Take back, from a lender's next distributions, what the firm advanced for them."""

import numpy as np

from tuppence.ledger.chart import AccountKind
from tuppence.lending import transfer_ids
from tuppence.lending.accounts import Accounts
from tuppence.lending.holding_columns import HoldingColumns
from tuppence.lending.operations.journal import Journal
from tuppence.lending.shares import Shares


def take_back_advances(
    journal: Journal, shares: Shares, holdings: HoldingColumns, accounts: Accounts
) -> None:
    """C lender / firm cover and F firm cover / receivable, out of what was just received."""
    debtors = accounts.owners.get(AccountKind.MEMBER_RECEIVABLE)
    if debtors is None or not accounts.balances[AccountKind.MEMBER_RECEIVABLE].any():
        return
    balances = accounts.balances[AccountKind.MEMBER_RECEIVABLE]
    left = dict(zip(debtors.tolist(), balances.tolist(), strict=True))
    members = holdings.member_ids[shares.holding]
    taken = np.zeros(len(members), dtype=np.int64)
    for at in np.flatnonzero(np.isin(members, debtors)).tolist():
        member = int(members[at])
        taken[at] = min(int(shares.net[at] + shares.surplus[at]), left[member])
        left[member] -= int(taken[at])
    journal.post_shares(
        "advance_taken_back",
        transfer_ids.ADVANCES,
        shares.payment,
        shares.rank,
        accounts.of(AccountKind.MEMBER_AVAILABLE, members),
        np.full(len(members), accounts.one(AccountKind.FIRM_COVER)),
        taken,
    )
    journal.post_shares(
        "advance_cleared",
        transfer_ids.ADVANCES_CLEARED,
        shares.payment,
        shares.rank,
        np.full(len(members), accounts.one(AccountKind.FIRM_COVER_ASSET)),
        accounts.of(AccountKind.MEMBER_RECEIVABLE, members),
        taken,
    )
