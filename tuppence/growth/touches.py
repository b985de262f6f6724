"""A member's touches: the visits of all their browsers in order, and which of them is credited.

A touch counts for a goal when it began no later than the goal was reached. The last touch passes
over direct visits while there is any other: who types the address learnt it somewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tuppence.growth.arriving import SourceKind

NO_WITNESS = frozenset({SourceKind.DIRECT, SourceKind.UNKNOWN})


class Rule(StrEnum):
    """Which touch is credited."""

    FIRST = "first"
    LAST = "last"


class TouchGoal(StrEnum):
    """Up to what the touches count."""

    REGISTRATION = "registration"
    FIRST_INVESTMENT = "first_investment"


@dataclass(frozen=True, slots=True)
class Touch:
    """One visit of a member, with all that it is known to come from."""

    member_id: int
    visit: int
    visitor_id: UUID
    at: datetime
    kind: SourceKind
    reason: str
    channel_id: int
    channel: str  # its code
    channel_name: str
    campaign_id: int | None = None
    link_id: int | None = None
    partner_id: int | None = None
    creative: str = ""
    landing: str = ""


def credited(touches: Sequence[Touch], rule: Rule, *, until: datetime) -> Touch | None:
    """The touch that a goal reached at `until` is credited to; none where nothing is known.

    `touches` are one member's, in order.
    """
    counted = [touch for touch in touches if touch.at <= until]
    if not counted:
        return None
    if rule is Rule.FIRST:
        return counted[0]
    witnessed = [touch for touch in counted if touch.kind not in NO_WITNESS]
    return (witnessed or counted)[-1]
