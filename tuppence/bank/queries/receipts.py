"""Receipts that wait for a person."""

from dataclasses import dataclass
from datetime import date

from tuppence.bank.matching import Meaning
from tuppence.bank.models import LineMatch


@dataclass(frozen=True, slots=True)
class UnmatchedLine:
    """A receipt that waits for a person."""

    line_id: int
    booked_on: date
    amount_minor: int
    currency: str
    counterparty_name: str
    counterparty_account: str
    remittance: str
    reason: str


def unmatched_lines(*, limit: int = 500) -> list[UnmatchedLine]:
    """Receipts in unallocated, oldest first."""
    rows = (
        LineMatch.objects.filter(meaning=Meaning.UNALLOCATED, ends_at=None)
        .select_related("line__account")
        .order_by("line__booked_on", "line_id")[:limit]
    )
    return [
        UnmatchedLine(
            line_id=row.line_id,
            booked_on=row.line.booked_on,
            amount_minor=row.line.amount_minor,
            currency=row.line.account.currency,
            counterparty_name=row.line.counterparty_name,
            counterparty_account=row.line.counterparty_account,
            remittance=row.line.remittance,
            reason=row.reason,
        )
        for row in rows
    ]
