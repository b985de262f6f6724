"""Whether a person may sign a closed day: who, which day, and what must be said beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

REMARK_MAX = 2_000


@dataclass(frozen=True, slots=True)
class SignOrder:
    """Somebody has looked at the figures of a closed day and puts their name to them."""

    key: UUID
    day: date
    by: int
    at: datetime
    remark: str = ""


class SignStatus(StrEnum):
    """What became of a signature. Where several checks fail, the first is named."""

    SIGNED = "signed"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_PERMITTED = "not_permitted"
    NOT_CLOSED = "not_closed"
    ALREADY_SIGNED = "already_signed"
    REMARK_TOO_LONG = "remark_too_long"
    REMARK_MISSING = "remark_missing"

    @property
    def accepted(self) -> bool:
        """Whether the day is signed by this order."""
        return self in {SignStatus.SIGNED, SignStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class SignBook:
    """What signing depends on. `agrees` says whether every control figure is as it should be."""

    closed: frozenset[date]
    signed: Mapping[date, UUID]
    permitted: frozenset[int]
    agrees: bool
    used: Mapping[UUID, date]


def decide_signatures(orders: Sequence[SignOrder], book: SignBook) -> list[SignStatus]:
    """One status an order, in order. Figures that don't agree are signed with a remark only."""
    used, signed = dict(book.used), set(book.signed)
    statuses = []
    for order in orders:
        if order.key in used:
            same = used[order.key] == order.day
            statuses.append(SignStatus.EXISTS if same else SignStatus.EXISTS_WITH_DIFFERENT_FIELDS)
            continue
        status = _decide(order, book, signed)
        if status is SignStatus.SIGNED:
            used[order.key] = order.day
            signed.add(order.day)
        statuses.append(status)
    return statuses


def _decide(order: SignOrder, book: SignBook, signed: set[date]) -> SignStatus:
    if order.by not in book.permitted:
        return SignStatus.NOT_PERMITTED
    if order.day not in book.closed:
        return SignStatus.NOT_CLOSED
    if order.day in signed:
        return SignStatus.ALREADY_SIGNED
    if len(order.remark) > REMARK_MAX:
        return SignStatus.REMARK_TOO_LONG
    needs_words = not book.agrees and not order.remark.strip()
    return SignStatus.REMARK_MISSING if needs_words else SignStatus.SIGNED
