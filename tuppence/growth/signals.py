"""What a page may tell after it was shown: how long it was read, how far, a calculator used.

A page that belongs to a visit carries a sealed token. Each of its signals counts once: the same
one again is a replay, and a token that was not sealed here, or long ago, is worth nothing.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from tuppence.ledger.ids import derive_id

TOKEN_LIFE = timedelta(hours=12)
CLOCKS_APART_MAX = timedelta(minutes=1)
SIGNALS_A_PAGE = 40
SECONDS_MAX = 6 * 3600
BODY_BYTES_MAX = 2_000


class SignalError(ValueError):
    """A body that no page of ours sends."""


class SignalKind(StrEnum):
    """What a page may tell."""

    READ = "read"
    CALCULATOR = "calculator"


class SignalStatus(StrEnum):
    """What became of a signal."""

    KEPT = "kept"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True)
class ShownPage:
    """What the token of a page says."""

    view: UUID  # of this one showing
    visitor_id: UUID
    visit: int
    shown_at: datetime
    page: str

    def speaks_at(self, at: datetime) -> bool:
        """Whether the page may still tell something."""
        return -CLOCKS_APART_MAX <= at - self.shown_at <= TOKEN_LIFE


@dataclass(frozen=True, slots=True)
class Told:
    """A body as it was sent, before anybody believes its token."""

    token: str
    kind: SignalKind
    number: int
    seconds: int
    scroll_percent: int


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that a page told."""

    shown: ShownPage
    kind: SignalKind
    number: int  # of the signals of its page
    seconds: int
    scroll_percent: int
    at: datetime

    @property
    def key(self) -> UUID:
        """The same signal again has the same key."""
        return derive_id("signal", self.shown.view, self.number)


def read_signal(body: bytes) -> Told:
    """Read a body, strictly; SignalError for anything that our own script would not send."""
    if len(body) > BODY_BYTES_MAX:
        raise SignalError("too long")
    try:
        found = json.loads(body)
        told = Told(
            token=found["token"],
            kind=SignalKind(found["kind"]),
            number=found["number"],
            seconds=found.get("seconds", 0),
            scroll_percent=found.get("scroll", 0),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SignalError("not a signal") from error
    wholes = (told.number, told.seconds, told.scroll_percent)
    if type(told.token) is not str or any(type(each) is not int for each in wholes):
        raise SignalError("wrong types")
    bounds = (SIGNALS_A_PAGE - 1, SECONDS_MAX, 100)
    if any(not 0 <= each <= most for each, most in zip(wholes, bounds, strict=True)):
        raise SignalError("out of bounds")
    return told
