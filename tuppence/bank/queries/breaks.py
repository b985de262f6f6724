"""Differences at the bank: their owners, their age, the ways in which they may end."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from tuppence.bank.break_resolution import Resolution
from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankBreak, BankLine, BreakKind, LineMatch, Withdrawal
from tuppence.bank.withdrawal import State


@dataclass(frozen=True, slots=True)
class OpenBreak:
    """A difference at the bank, who owns it and how old it is."""

    id: int
    kind: BreakKind
    currency: str
    amount_minor: int
    line_id: int | None
    owner_id: int
    owner_email: str
    reason: str
    opened_at: datetime
    age_days: int
    is_covered: bool
    cover_reference_key: str


def open_breaks(*, at: datetime) -> list[OpenBreak]:
    """Every open break, oldest first, with its age in whole days at a moment."""
    rows = (
        BankBreak.objects.filter(closed_at=None)
        .select_related("account", "cover", "owner")
        .order_by("opened_at", "id")
    )
    return [
        OpenBreak(
            id=row.pk,
            kind=BreakKind(row.kind),
            currency=row.account.currency,
            amount_minor=row.amount_minor,
            line_id=row.line_id,
            owner_id=row.owner_id,
            owner_email=row.owner.email,
            reason=row.reason,
            opened_at=row.opened_at,
            age_days=(at - row.opened_at).days,
            is_covered=hasattr(row, "cover") and row.cover.received_at is not None,
            cover_reference_key=row.cover.key.hex if hasattr(row, "cover") else "",
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class WayOut:
    """A way in which a break may end: what it rests on, and who or what that is."""

    how: Resolution
    name: str = ""
    day: date | None = None
    line_id: int = 0
    withdrawal_id: int = 0
    was_doubled: bool = False


def ways_out(row: BankBreak) -> list[WayOut]:
    """The ways that fit a break's amount and account, the likeliest first.

    A payout of ours that no line has shown; a receipt that is nobody's, one that was set aside
    as doubled first; the firm's cover where it has arrived.
    """
    if row.kind == BreakKind.GAP or row.closed_at is not None:
        return []
    payouts = Withdrawal.objects.filter(
        account=row.account, state=State.SENT, amount_minor=row.amount_minor
    ).select_related("member")
    receipts = LineMatch.objects.filter(
        ends_at=None,
        meaning__in=[Meaning.UNALLOCATED, Meaning.DOUBLED],
        line__account=row.account,
        line__amount_minor=row.amount_minor,
    ).select_related("line")
    found = [
        WayOut(Resolution.PAYOUT, w.member.legal_name, withdrawal_id=w.pk)
        for w in payouts.order_by("id")[:WAYS_MAX]
    ]
    found += [
        WayOut(
            Resolution.RECEIPT,
            match.line.counterparty_name,
            match.line.booked_on,
            line_id=match.line_id,
            was_doubled=match.meaning == Meaning.DOUBLED,
        )
        for match in receipts.order_by("meaning", "-line_id")[:WAYS_MAX]
    ]
    cover = getattr(row, "cover", None)
    if cover is not None and cover.received_at is not None:
        found.append(WayOut(Resolution.FIRM_LOSS))
    return found


WAYS_MAX = 3


def lines_like(line: BankLine) -> list[BankLine]:
    """Lines that may be the same payment booked again: payer's account, amount, days near by."""
    if not line.counterparty_account:
        return []
    near = timedelta(days=ALIKE_DAYS)
    rows = BankLine.objects.filter(
        account=line.account_id,
        amount_minor=line.amount_minor,
        counterparty_account=line.counterparty_account,
        booked_on__range=(line.booked_on - near, line.booked_on + near),
    ).exclude(Q(id=line.pk) | Q(matches__meaning=Meaning.DOUBLED, matches__ends_at=None))
    return list(rows.order_by("id")[:ALIKE_MAX])


ALIKE_DAYS, ALIKE_MAX = 3, 5
