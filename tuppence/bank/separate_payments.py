"""Two bank lines that look the same may be two payments: a person who compared them says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tuppence.bank.taking_back import Deposit


@dataclass(frozen=True, slots=True)
class SeparateOrder:
    """A line is a payment of its own, though another one looks the same."""

    key: UUID
    line_id: int
    other_id: int
    by: int
    at: datetime
    why: str


class SeparateStatus(StrEnum):
    """What became of an order. Where several checks fail, the first is named."""

    KEPT = "kept"
    EXISTS = "exists"
    NOT_PERMITTED = "not_permitted"
    LINE_NOT_FOUND = "line_not_found"
    NOT_ALIKE = "not_alike"
    ALREADY_KEPT = "already_kept"
    REASON_MISSING = "reason_missing"

    @property
    def accepted(self) -> bool:
        """Whether both lines stand as payments."""
        return self in {SeparateStatus.KEPT, SeparateStatus.EXISTS, SeparateStatus.ALREADY_KEPT}


def decide_separate(
    orders: Sequence[SeparateOrder],
    *,
    deposits: Mapping[int, Deposit],
    permitted: frozenset[int],
    kept: Mapping[int, UUID],
) -> list[SeparateStatus]:
    """One status an order, in order; a line is said to be of its own once."""
    known = dict(kept)
    statuses = []
    for order in orders:
        status = _decide(order, deposits, permitted, known.get(order.line_id))
        if status is SeparateStatus.KEPT:
            known[order.line_id] = order.key
        statuses.append(status)
    return statuses


def _decide(
    order: SeparateOrder,
    deposits: Mapping[int, Deposit],
    permitted: frozenset[int],
    kept: UUID | None,
) -> SeparateStatus:
    if order.by not in permitted:
        return SeparateStatus.NOT_PERMITTED
    if kept is not None:
        return SeparateStatus.EXISTS if kept == order.key else SeparateStatus.ALREADY_KEPT
    line, other = deposits.get(order.line_id), deposits.get(order.other_id)
    if line is None or other is None:
        return SeparateStatus.LINE_NOT_FOUND
    if line.line_id == other.line_id or not line.is_like(other):
        return SeparateStatus.NOT_ALIKE
    return SeparateStatus.KEPT if order.why.strip() else SeparateStatus.REASON_MISSING
