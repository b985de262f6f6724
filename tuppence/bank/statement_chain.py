"""Whether each statement of an account opens where the one before it closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Stated:
    """What one statement says of an account, in minor units; the bank may leave a balance out."""

    file_id: int
    closed_on: date | None
    opening_minor: int | None
    closing_minor: int | None


@dataclass(frozen=True, slots=True)
class Jump:
    """A statement that opens elsewhere than the one before it closed, so one may be missing."""

    before: Stated
    after: Stated
    amount_minor: int
    """What happened between the two and stands on neither; positive came in."""


def jumps(statements: Sequence[Stated]) -> list[Jump]:
    """Return where the chain of balances is broken; statements come oldest first.

    A statement without an opening balance joins whatever was before it. A bank may tell of a day
    in parts and send them in any order, so those of one day are joined where they fit.

    >>> first = Stated(1, date(2026, 3, 2), 0, 100_00)
    >>> second = Stated(2, date(2026, 3, 4), 80_00, 90_00)
    >>> [jump.amount_minor for jump in jumps([first, second])]
    [-2000]
    """
    found = []
    last: Stated | None = None
    waiting = list(statements)
    while waiting:
        stated = _next(last, waiting)
        waiting.remove(stated)
        if last is not None and stated.opening_minor is not None:
            assert last.closing_minor is not None
            moved_minor = stated.opening_minor - last.closing_minor
            if moved_minor:
                found.append(Jump(last, stated, moved_minor))
        if stated.closing_minor is not None:
            last = stated
    return found


def _next(last: Stated | None, waiting: Sequence[Stated]) -> Stated:
    """The statement of the earliest day that fits; where none fits, one that others don't feed."""
    of_day = [stated for stated in waiting if stated.closed_on == waiting[0].closed_on]
    if last is not None:
        fitting = [item for item in of_day if item.opening_minor == last.closing_minor]
        if fitting:
            return fitting[0]
    closings = {item.closing_minor for item in of_day}
    first = [item for item in of_day if item.opening_minor not in closings]
    return (first or of_day)[0]
