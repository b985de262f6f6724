"""Decide who is granted an offer. Pure: the batch is decided as its orders would be one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from tuppence.growth.offer import FIRST_TIME_ONLY, Terms


class GrantStatus(StrEnum):
    """What became of a wish for an offer. Where several checks fail, the first is named."""

    GRANTED = "granted"
    EXISTS = "exists"
    OFFER_NOT_FOUND = "offer_not_found"
    NOT_RUNNING = "not_running"
    INCENTIVES_FORBIDDEN = "incentives_forbidden"  # the outcome names the rule
    MEMBER_NOT_FOUND = "member_not_found"
    MEMBER_BLOCKED = "member_blocked"
    CANNOT_BEAR_LOSS = "cannot_bear_loss"
    NOT_FIRST_TIME = "not_first_time"
    HAS_IT = "has_it"
    OWN_CASE = "own_case"  # nobody gives to themselves
    NOT_BY_HAND = "not_by_hand"  # rewards for invitations come by stages
    DAY_FULL = "day_full"
    ALL_GONE = "all_gone"  # as many as there were
    BUDGET_EMPTY = "budget_empty"

    @property
    def accepted(self) -> bool:
        return self in {GrantStatus.GRANTED, GrantStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class GrantOrder:
    """Grant an offer to a member; `source` says how it came about."""

    key: UUID
    offer_id: int
    member_id: int
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """An offer as it stands before the batch."""

    terms: Terms
    campaign_id: int
    running: bool
    ends_on: date  # of the campaign
    granted: int
    granted_on: Mapping[date, int]  # by business day, for the days of the batch
    forbidden_by: str  # the id of the rule that bars it; empty where none does


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What granting has to know of a member."""

    blocked: bool
    cannot_bear_loss: bool
    has_invested: bool


@dataclass(slots=True)
class Room:
    """What is left while a batch is decided."""

    granted: dict[int, int]
    on_day: dict[tuple[int, date], int]
    held: dict[tuple[int, int], int]  # grants by (offer, member)
    budget_minor: dict[int, int]  # by campaign


def decide_grants(
    orders: Sequence[GrantOrder],
    *,
    days: Sequence[date],
    offers: Mapping[int, OfferFacts],
    members: Mapping[int, MemberFacts],
    held: Mapping[tuple[int, int], int],
    budget_minor: Mapping[int, int],
    known: frozenset[UUID],
) -> list[GrantStatus]:
    """One status an order, in order of arrival, while limits and budgets last.

    `days` are the orders' business days, `held` what members had of an offer before, and
    `budget_minor` what campaigns may still promise.
    """
    room = Room(
        granted={number: facts.granted for number, facts in offers.items()},
        on_day={
            (number, day): count
            for number, facts in offers.items()
            for day, count in facts.granted_on.items()
        },
        held=dict(held),
        budget_minor=dict(budget_minor),
    )
    seen = set(known)
    statuses = []
    for order, day in zip(orders, days, strict=True):
        offer = offers.get(order.offer_id)
        if order.key in seen:
            status = GrantStatus.EXISTS
        elif offer is None:
            status = GrantStatus.OFFER_NOT_FOUND
        else:
            status = _alone(offer, members.get(order.member_id), day) or _within(
                order, offer, day, room
            )
        if status is GrantStatus.GRANTED:
            seen.add(order.key)
        statuses.append(status)
    return statuses


def _alone(offer: OfferFacts, member: MemberFacts | None, day: date) -> GrantStatus | None:
    """The first check that fails by offer and member alone."""
    terms = offer.terms
    if not offer.running or day > offer.ends_on:
        return GrantStatus.NOT_RUNNING
    if offer.forbidden_by:
        return GrantStatus.INCENTIVES_FORBIDDEN
    if member is None:
        return GrantStatus.MEMBER_NOT_FOUND
    if member.blocked:
        return GrantStatus.MEMBER_BLOCKED
    if member.cannot_bear_loss:
        return GrantStatus.CANNOT_BEAR_LOSS
    if member.has_invested and (terms.first_time or terms.kind in FIRST_TIME_ONLY):
        return GrantStatus.NOT_FIRST_TIME
    return None


def _within(order: GrantOrder, offer: OfferFacts, day: date, room: Room) -> GrantStatus:
    """Whether limits and budget still have room; takes its place where they have."""
    terms, mine = offer.terms, (order.offer_id, order.member_id)
    if room.held.get(mine, 0) >= terms.per_member:
        return GrantStatus.HAS_IT
    if terms.per_day and room.on_day.get((order.offer_id, day), 0) >= terms.per_day:
        return GrantStatus.DAY_FULL
    if room.granted[order.offer_id] >= terms.total:
        return GrantStatus.ALL_GONE
    if room.budget_minor.get(offer.campaign_id, 0) < terms.worst_minor:
        return GrantStatus.BUDGET_EMPTY
    room.held[mine] = room.held.get(mine, 0) + 1
    room.on_day[order.offer_id, day] = room.on_day.get((order.offer_id, day), 0) + 1
    room.granted[order.offer_id] += 1
    room.budget_minor[offer.campaign_id] -= terms.worst_minor
    return GrantStatus.GRANTED


def last_day(terms: Terms, granted_on: date) -> date:
    """The last day on which a grant can be used."""
    return granted_on + timedelta(days=terms.use_days)
