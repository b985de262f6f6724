"""Whether a browser's visits become a member's: decided so that two members never become one.

A browser is of one member at a time. Where another member signs in on it, nothing is merged: from
then on that browser carries a new number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Cause(StrEnum):
    """What told whose browser it is."""

    SIGN_UP = "sign_up"
    SIGN_IN = "sign_in"
    STAFF = "staff"


class StitchStatus(StrEnum):
    """What became of an order to stitch."""

    LINKED = "linked"
    ALREADY = "already"
    OTHER_MEMBER = "other_member"
    UNLINKED_BEFORE = "unlinked_before"  # a person undid it: only a person does it again

    @property
    def stands(self) -> bool:
        """Whether the visitor is the member's now."""
        return self in {StitchStatus.LINKED, StitchStatus.ALREADY}


@dataclass(frozen=True, slots=True)
class StitchOrder:
    """A visitor turned out to be a member."""

    visitor_id: UUID
    member_id: int
    cause: Cause
    at: datetime
    by: int | None = None  # the account that signed in or of staff


@dataclass(frozen=True, slots=True)
class StitchFacts:
    """What is known: whose a visitor is now, which links a person has undone, who ever used it."""

    owners: Mapping[UUID, int]
    undone: frozenset[tuple[UUID, int]] = frozenset()
    used: frozenset[tuple[UUID, int]] = frozenset()


def decide_stitches(orders: Sequence[StitchOrder], facts: StitchFacts) -> list[StitchStatus]:
    """One answer an order, in their order: an earlier one in the batch counts for a later."""
    owners = dict(facts.owners)
    return [_decide(order, owners, facts.undone) for order in orders]


def _decide(
    order: StitchOrder, owners: dict[UUID, int], undone: frozenset[tuple[UUID, int]]
) -> StitchStatus:
    owner = owners.get(order.visitor_id)
    if owner is not None:
        same = owner == order.member_id
        return StitchStatus.ALREADY if same else StitchStatus.OTHER_MEMBER
    if order.cause is not Cause.STAFF and (order.visitor_id, order.member_id) in undone:
        return StitchStatus.UNLINKED_BEFORE
    owners[order.visitor_id] = order.member_id
    return StitchStatus.LINKED
