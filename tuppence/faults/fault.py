"""What is kept of an error: its kind and the place in our code, never what it says. Pure.

The message of an exception may hold a name, an amount or an account number, so it stays out; so do
the address as it was typed (the route's pattern stands for it) and every value of the frames.
"""

import hashlib
import traceback
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PACKAGE = "tuppence"
PLACES_MAX = 12
ROUTE_MAX = 200
KIND_MAX = 120


class State(StrEnum):
    """Whether somebody has looked at it."""

    OPEN = "open"
    AGAIN = "again"  # it came back after somebody had looked
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Fault:
    """One error: `places` are our own frames, the innermost last."""

    kind: str
    route: str
    method: str
    places: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The same for errors of one kind at one place, so that they are counted together."""
        place = self.places[-1] if self.places else ""
        said = "\n".join((self.kind, self.route, self.method, place))
        return hashlib.sha256(said.encode()).hexdigest()


def fault_of(error: BaseException, *, route: str, method: str) -> Fault:
    """Read an error.

    >>> fault_of(KeyError("Lena"), route="loans/<int:loan_id>/", method="GET").kind
    'KeyError'
    """
    kind = type(error)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        f"{frame.filename[at + 1 :]}:{frame.lineno} {frame.name}"
        for frame in frames
        if (at := frame.filename.rfind(f"/{PACKAGE}/")) >= 0
    ]
    return Fault(
        kind=f"{module}{kind.__qualname__}"[:KIND_MAX],
        route=route[:ROUTE_MAX],
        method=method[:10],
        places=tuple(ours[-PLACES_MAX:]),
    )


def state_of(*, last_at: datetime, seen_at: datetime | None) -> State:
    """Where an error stands: looked at since it last happened, or not."""
    if seen_at is None:
        return State.OPEN
    return State.SEEN if seen_at >= last_at else State.AGAIN
