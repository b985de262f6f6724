"""Decide whether granted offers fit an order, alone and together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tuppence.growth.offer import FIRST_TIME_ONLY, WITH_ORDER, OfferKind, Terms


class GrantState(StrEnum):
    """How far a grant is. The last three are final."""

    GRANTED = "granted"
    TAKEN = "taken"  # by an order that has not come to anything yet
    RUNNING = "running"  # an extra rate at work
    EARNED = "earned"  # waits to be paid
    PAID = "paid"  # all that it will ever pay; possibly nothing
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"  # earned against the terms


class UseStatus(StrEnum):
    """Whether an offer can be used for an order. Where several checks fail, the first is named."""

    FITS = "fits"
    NOT_FOUND = "not_found"
    NOT_YOURS = "not_yours"
    WRONG_STATE = "wrong_state"  # used or over
    TOO_LATE = "too_late"
    WRONG_KIND = "wrong_kind"  # not for an order of this kind
    BELOW_MINIMUM = "below_minimum"
    TERM_TOO_SHORT = "term_too_short"
    TERM_TOO_LONG = "term_too_long"
    NOT_FIRST_TIME = "not_first_time"
    DOES_NOT_STACK = "does_not_stack"


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """A grant as it stands."""

    id: int
    member_id: int
    campaign_id: int
    state: GrantState
    last_day: date
    terms: Terms


@dataclass(frozen=True, slots=True)
class Use:
    """What an order would use offers for."""

    member_id: int
    amount_minor: int
    term_months: int
    on: date
    first_time: bool  # the member's first investment
    borrowing: bool = False


def use_grants(grants: Sequence[GrantFacts | None], use: Use) -> UseStatus:
    """Whether these grants can all be used for one order."""
    for grant in grants:
        status = use_grant(grant, use)
        if status is not UseStatus.FITS:
            return status
    known = [grant for grant in grants if grant is not None]
    alone = len(known) > 1 and not all(grant.terms.stacks for grant in known)
    kinds = [grant.terms.kind for grant in known]
    # Two of a kind never go together: the same money would earn the same thing twice.
    return UseStatus.DOES_NOT_STACK if alone or len(set(kinds)) < len(kinds) else UseStatus.FITS


def use_grant(grant: GrantFacts | None, use: Use) -> UseStatus:
    """Whether one grant can be used for an order."""
    if grant is None:
        return UseStatus.NOT_FOUND
    terms = grant.terms
    fitting = {OfferKind.FEE_DISCOUNT} if use.borrowing else WITH_ORDER
    failed = {
        UseStatus.NOT_YOURS: grant.member_id != use.member_id,
        UseStatus.WRONG_STATE: grant.state is not GrantState.GRANTED,
        UseStatus.TOO_LATE: use.on > grant.last_day,
        UseStatus.WRONG_KIND: terms.kind not in fitting,
        UseStatus.BELOW_MINIMUM: use.amount_minor < lowest_minor(terms),
        UseStatus.TERM_TOO_SHORT: use.term_months < terms.term_months_min,
        UseStatus.TERM_TOO_LONG: 0 < terms.term_months_max < use.term_months,
        UseStatus.NOT_FIRST_TIME: not use.first_time
        and (terms.first_time or terms.kind in FIRST_TIME_ONLY),
    }
    return next((status for status, holds in failed.items() if holds), UseStatus.FITS)


def lowest_minor(terms: Terms) -> int:
    """The least amount that an offer is of any use for."""
    tiers = min((tier.from_minor for tier in terms.tiers), default=0)
    return max(terms.minimum_minor, tiers)
