"""What a member has and owes, as far as the reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tuppence.ledger.chart import Owner
from tuppence.lending.models import Loan
from tuppence.members.models import Block
from tuppence.web.reads.staff.books import AccountRow, accounts_of_owner


def loans(member_id: int, *, limit: int = 20) -> Sequence[Loan]:
    """Loans that the member took, newest first."""
    return list(Loan.objects.filter(borrower_id=member_id).order_by("-id")[:limit])


def purses(member_id: int) -> list[AccountRow]:
    """The member's accounts in the books."""
    return accounts_of_owner(Owner.MEMBER, member_id)


@dataclass(frozen=True, slots=True)
class BlockRow:
    """Why a member can't act."""

    reason: str
    set_by: str
    starts_at: datetime


def open_block(member_id: int) -> BlockRow | None:
    """The block that stands."""
    row: Any = (
        Block.objects.filter(member_id=member_id, ends_at=None)
        .values_list("reason", "set_by__email", "starts_at")
        .first()
    )
    return BlockRow(*row) if row else None
