"""Whether a receipt that waits in unallocated may be given to a member."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AssignOrder:
    """Somebody found out whose a receipt is, and says why they think so."""

    key: UUID
    line_id: int
    member_id: int
    by: int
    at: datetime
    why: str


class AssignStatus(StrEnum):
    """What became of an assignment. Where several checks fail, the first is named."""

    ASSIGNED = "assigned"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_PERMITTED = "not_permitted"
    OWN_CASE = "own_case"
    LINE_NOT_FOUND = "line_not_found"
    NOT_UNALLOCATED = "not_unallocated"
    MEMBER_NOT_FOUND = "member_not_found"
    REASON_MISSING = "reason_missing"

    @property
    def accepted(self) -> bool:
        """Whether the receipt is the member's now."""
        return self in {AssignStatus.ASSIGNED, AssignStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class Assignment:
    """What became of one order."""

    key: UUID
    status: AssignStatus


@dataclass(frozen=True, slots=True)
class Receipt:
    """A bank line, and whether it still waits."""

    line_id: int
    is_unallocated: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who assigns: with the permission or not, and acting for whom."""

    permitted: bool
    acts_for: frozenset[int]


def decide_assignments(
    orders: Sequence[AssignOrder],
    *,
    receipts: Mapping[int, Receipt],
    member_ids: frozenset[int],
    actors: Mapping[int, Actor],
    used: Mapping[UUID, tuple[int, int | None]],
) -> list[AssignStatus]:
    """One status an order, in order; a receipt that an earlier order gave away is gone."""
    known = dict(used)
    gone: set[int] = set()
    statuses = []
    for order in orders:
        content = (order.line_id, order.member_id)
        if order.key in known:
            same = known[order.key] == content
            status = AssignStatus.EXISTS if same else AssignStatus.EXISTS_WITH_DIFFERENT_FIELDS
        else:
            status = _decide(order, receipts.get(order.line_id), member_ids, actors[order.by])
            if status is AssignStatus.ASSIGNED and order.line_id in gone:
                status = AssignStatus.NOT_UNALLOCATED
        if status is AssignStatus.ASSIGNED:
            gone.add(order.line_id)
            known[order.key] = content
        statuses.append(status)
    return statuses


def _decide(
    order: AssignOrder, receipt: Receipt | None, member_ids: frozenset[int], actor: Actor
) -> AssignStatus:
    if not actor.permitted:
        return AssignStatus.NOT_PERMITTED
    if order.member_id in actor.acts_for:
        return AssignStatus.OWN_CASE
    if receipt is None:
        return AssignStatus.LINE_NOT_FOUND
    if not receipt.is_unallocated:
        return AssignStatus.NOT_UNALLOCATED
    if order.member_id not in member_ids:
        return AssignStatus.MEMBER_NOT_FOUND
    return AssignStatus.ASSIGNED if order.why.strip() else AssignStatus.REASON_MISSING
