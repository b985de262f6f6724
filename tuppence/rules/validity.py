"""How long a test or a status holds: whole years from the day it was taken, that day included."""

from datetime import date

import numpy as np
import numpy.typing as npt

from tuppence.rules.rule import Check
from tuppence.rules.rulebook import RuleBook

DayColumn = npt.NDArray[np.datetime64]
FlagColumn = npt.NDArray[np.bool_]


def holds_until(taken_on: date, years: int) -> date:
    """The last day on which a test or status of `years` years holds, that day included.

    29 February ends on 28 February where the year has no 29th.
    """
    try:
        return taken_on.replace(year=taken_on.year + years)
    except ValueError:
        return taken_on.replace(year=taken_on.year + years, day=28)


def is_fresh(taken_on: date | None, on: date, years: int) -> bool:
    """Whether a test taken that day still holds; one of a later day does not yet."""
    return taken_on is not None and taken_on <= on <= holds_until(taken_on, years)


def sophisticated_until(granted_on: date, book: RuleBook) -> date | None:
    """The last day of a sophisticated investor's status; None where the law sets no end."""
    rule = book.enforcing(Check.SOPHISTICATION)
    return None if rule is None else holds_until(granted_on, int(rule.needed("value")))


def are_fresh(taken: DayColumn, on: date, years: int) -> FlagColumn:
    """`is_fresh` of a column, in one comparison with the earliest day that still holds."""
    try:
        earliest = on.replace(year=on.year - years)
    except ValueError:  # 29 February: what was taken on the 28th has ended on the 28th
        earliest = date(on.year - years, 3, 1)
    fresh: FlagColumn = (taken >= np.datetime64(earliest, "D")) & (taken <= np.datetime64(on, "D"))
    return fresh
