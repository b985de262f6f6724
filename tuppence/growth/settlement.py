"""A month with a partner: claimed by them, counted by us, rejected with reason, agreed, invoiced.

    open -> claimed -> agreed -> invoiced

What is agreed is what was claimed less what was rejected, and it must be what the books hold as
spend of that month: where they differ, the spend is corrected first, or more is rejected. Paid is
not said by anybody: it follows from the lines of the firm's bank, oldest month first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tuppence.money.currency import AMOUNT_MAX_MINOR


class State(StrEnum):
    """How far the month with a partner is."""

    OPEN = "open"
    CLAIMED = "claimed"
    AGREED = "agreed"
    INVOICED = "invoiced"


class Act(StrEnum):
    """What is done to it."""

    CLAIM = "claim"  # what the partner says; said again, the rejections begin anew
    REJECT = "reject"
    AGREE = "agree"
    REOPEN = "reopen"
    INVOICE = "invoice"


ACTS: dict[Act, tuple[frozenset[State], State]] = {
    Act.CLAIM: (frozenset({State.OPEN, State.CLAIMED}), State.CLAIMED),
    Act.REJECT: (frozenset({State.CLAIMED}), State.CLAIMED),
    Act.AGREE: (frozenset({State.CLAIMED}), State.AGREED),
    Act.REOPEN: (frozenset({State.AGREED}), State.CLAIMED),
    Act.INVOICE: (frozenset({State.AGREED}), State.INVOICED),
}
WITH_AMOUNT = frozenset({Act.CLAIM, Act.REJECT})
WITH_TEXT = frozenset({Act.CLAIM, Act.REJECT, Act.REOPEN, Act.INVOICE})


class SettleStatus(StrEnum):
    """What became of an act. Where several checks fail, the first is named."""

    DONE = "done"
    EXISTS = "exists"
    NOT_PERMITTED = "not_permitted"
    PARTNER_NOT_FOUND = "partner_not_found"
    WRONG_STATE = "wrong_state"
    AMOUNT_MISSING = "amount_missing"
    TEXT_MISSING = "text_missing"
    REJECTED_TOO_MUCH = "rejected_too_much"
    MONTH_RUNS = "month_runs"
    BOOKS_DIFFER = "books_differ"
    INVOICE_REPEATED = "invoice_repeated"
    WAITING_FOR_SECOND = "waiting_for_second"

    @property
    def accepted(self) -> bool:
        return self in {
            SettleStatus.DONE,
            SettleStatus.EXISTS,
            SettleStatus.WAITING_FOR_SECOND,
        }


@dataclass(frozen=True, slots=True)
class SettleOrder:
    """An act on a month with a partner; `text` is a reference, a reason or an invoice's number."""

    key: UUID
    partner_id: int
    month: date  # its first day
    act: Act
    by: int
    at: datetime
    amount_minor: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class SettleFacts:
    """The month as it stands when an act on it is decided, amounts in minor units."""

    state: State
    claimed_minor: int
    rejected_minor: int
    counted_minor: int  # spend of the month that stands in the books
    invoice_known: bool = False  # the partner sent this number for another month

    @property
    def agreed_minor(self) -> int:
        """What would be agreed now."""
        return self.claimed_minor - self.rejected_minor


def decide_settlement(order: SettleOrder, facts: SettleFacts, *, today: date) -> SettleStatus:
    """Whether an act can be done now."""
    before, _ = ACTS[order.act]
    if facts.state not in before:
        return SettleStatus.WRONG_STATE
    if order.act in WITH_AMOUNT and not 0 < order.amount_minor < AMOUNT_MAX_MINOR:
        return SettleStatus.AMOUNT_MISSING
    if order.act in WITH_TEXT and not order.text.strip():
        return SettleStatus.TEXT_MISSING
    if order.act is Act.REJECT and order.amount_minor > facts.agreed_minor:
        return SettleStatus.REJECTED_TOO_MUCH
    if order.act is Act.AGREE and today < month_after(order.month):
        return SettleStatus.MONTH_RUNS
    if order.act is Act.AGREE and facts.agreed_minor != facts.counted_minor:
        return SettleStatus.BOOKS_DIFFER
    if order.act is Act.INVOICE and facts.invoice_known:
        return SettleStatus.INVOICE_REPEATED
    return SettleStatus.DONE


def month_after(month: date) -> date:
    """The first day of the next month.

    >>> month_after(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def paid_by_month(paid_minor: int, owed: Sequence[int]) -> list[int]:
    """What of a sum of payments falls on each month's debt, the oldest first.

    >>> paid_by_month(50_00, [30_00, 0, 40_00])
    [3000, 0, 2000]
    """
    parts, left = [], max(paid_minor, 0)
    for amount in owed:
        part = min(left, max(amount, 0))
        parts.append(part)
        left -= part
    return parts
