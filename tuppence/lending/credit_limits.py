"""Up to which amount one officer approves alone. Pure.

A limit is set for one officer, or for everybody who has none of their own; the latest that was set
holds. Where nothing was ever set, the product's largest amount is the only bound.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tuppence.money.currency import AMOUNT_MAX_MINOR


@dataclass(frozen=True, slots=True)
class LimitSet:
    """A limit as it was set: for one officer, or (None) for all without one of their own.

    An amount of None takes the limit away again.
    """

    officer_id: int | None
    amount_minor: int | None
    set_at: datetime


class LimitStatus(StrEnum):
    """What became of a request for another limit."""

    SET = "set"
    AMOUNT_OUT_OF_BOUNDS = "amount_out_of_bounds"
    OFFICER_UNKNOWN = "officer_unknown"
    OWN_LIMIT = "own_limit"
    NOTHING_TO_CHANGE = "nothing_to_change"


def limit_of(officer_id: int, history: Iterable[LimitSet]) -> int | None:
    """What an officer approves alone, in minor units; None where no limit stands.

    `history` is in the order in which the limits were set. An officer's own goes first.

    >>> day = datetime(2026, 1, 1)
    >>> limit_of(7, [LimitSet(None, 100, day), LimitSet(7, 500, day), LimitSet(None, 200, day)])
    500
    """
    latest: dict[int | None, int | None] = {}
    for each in history:
        latest[each.officer_id] = each.amount_minor
    own = latest.get(officer_id)
    return own if own is not None else latest.get(None)


def refuse_limit(
    officer_id: int | None,
    amount_minor: int | None,
    *,
    officers: frozenset[int],
    asked_by: int,
    stands_minor: int | None,
) -> LimitStatus | None:
    """Why a limit can't be set; None where it can. The first check that fails wins.

    `stands_minor` is what this very row says now: the officer's own, or the one for all.
    """
    if officer_id is not None and officer_id not in officers:
        return LimitStatus.OFFICER_UNKNOWN
    if officer_id == asked_by:
        return LimitStatus.OWN_LIMIT
    if amount_minor is not None and not 0 <= amount_minor < AMOUNT_MAX_MINOR:
        return LimitStatus.AMOUNT_OUT_OF_BOUNDS
    return LimitStatus.NOTHING_TO_CHANGE if amount_minor == stands_minor else None
