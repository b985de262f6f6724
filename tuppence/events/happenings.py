"""What the behaviour book holds: who did what, to what, when, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

NOTHING: Mapping[str, str | int | bool] = MappingProxyType({})

# A person can be erased only if no event ever held more than a number for them. What may stand
# in `properties` is therefore named here, and nothing else is let in.
PROPERTIES = frozenset(
    {
        "reason",
        "status",
        "product",
        "grade",
        "bucket",
        "days_past_due",
        "lenders",
        "instalments",
        "document_kind",
        "role",
        "state",
        "language",
        "device",
        "rule",
        "count",
        "auto",
        "purpose",
        "kind",
        "outcome",
        "principal_minor",
        "interest_minor",
        "fee_minor",
        "tape",
        "page",
        "landing",
        "agent",
        "seconds",
        "scroll_percent",
    }
)


class PropertyNotAllowed(ValueError):
    """An event carries a property that is not on the list."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that somebody did or that happened to something.

    `verb` reads like "investment.placed"; people are numbers only. `at` comes from the order.
    """

    verb: str
    at: datetime
    member_id: int | None = None
    visitor_id: UUID | None = None
    subject_kind: str = ""
    subject_id: int = 0
    amount_minor: int | None = None
    currency: str = ""
    channel: str = ""
    campaign: str = ""
    properties: Mapping[str, str | int | bool] = field(default_factory=lambda: NOTHING)

    def __post_init__(self) -> None:
        if self.properties is not NOTHING and not self.properties.keys() <= PROPERTIES:
            unknown = ", ".join(sorted(self.properties.keys() - PROPERTIES))
            raise PropertyNotAllowed(
                f"An event may not carry {unknown}: name it in events/happenings.py if it can "
                "never tell who a person is."
            )


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Many events of one verb about one kind of subject, as aligned columns."""

    verb: str
    subject_kind: str
    currency: str
    at: NDArray[np.datetime64]  # microseconds, UTC
    member_ids: NDArray[np.int64]
    subject_ids: NDArray[np.int64]
    amounts_minor: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the behaviour book: after the event with this transaction and number."""

    xid: int
    id: int


START = Position(0, 0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as a consumer reads it, with its place in the book."""

    position: Position
    event: Event
