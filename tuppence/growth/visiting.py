"""Visits: when one begins, when it goes on, and what is kept of each page.

A visit ends after 30 minutes without a page, or when its visitor follows another tagged address,
as analytics have counted sessions since the Urchin days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tuppence.growth.arriving import Arrival, Source

PAUSE_MAX = timedelta(minutes=30)
# A visitor's number lives so long from its first day, and no visit makes it live longer.
VISITOR_LIFE = timedelta(days=180)
PAGE_LENGTH_MAX = 120


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that may be known again, and the visit that it is in."""

    id: UUID
    since: datetime
    visit: int
    seen_at: datetime
    fingerprint: str = ""  # of the tagged address that the visit began with

    def alive(self, at: datetime) -> bool:
        """Whether the number may still be used."""
        return self.since <= at < self.since + VISITOR_LIFE


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a visit began."""

    arrival: Arrival
    source: Source
    landing: str  # the pattern of the page, without numbers of people or things


@dataclass(frozen=True, slots=True)
class Hit:
    """One page that was shown. Without a visitor it is counted and belongs to nobody."""

    at: datetime
    page: str
    device: str = ""
    language: str = ""
    visitor_id: UUID | None = None
    visit: int | None = None
    beginning: Beginning | None = None
    bot: str = ""

    def __post_init__(self) -> None:
        assert self.beginning is None or self.visit is not None, "a visit that begins has a number"
        assert len(self.page) <= PAGE_LENGTH_MAX


def goes_on(visitor: Visitor, arrival: Arrival, *, at: datetime) -> bool:
    """Whether a page belongs to the visit that its visitor is in; 0 is no visit."""
    if not visitor.visit:
        return False
    pause = at - visitor.seen_at
    if not timedelta(minutes=-1) <= pause <= PAUSE_MAX:
        return False
    return not arrival.tagged or arrival.fingerprint == visitor.fingerprint
