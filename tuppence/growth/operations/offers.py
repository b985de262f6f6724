"""Grant offers: the worst case of each grant is reserved from its campaign's budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.growth.granting import GrantOrder, GrantStatus, OfferFacts, decide_grants, last_day
from tuppence.growth.models import Campaign, Grant, Offer
from tuppence.growth.offer import terms_as_json
from tuppence.growth.operations import grant_booking
from tuppence.growth.operations.gift_lock import lock_gifts
from tuppence.growth.operations.grants import earn
from tuppence.growth.queries import offers as queries
from tuppence.growth.queries.campaigns import plan_of
from tuppence.growth.queries.offers import terms_of
from tuppence.growth.queries.settling import lock_waiting_for_verification
from tuppence.growth.using import GrantState
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import account_ids, lock_accounts
from tuppence.ledger.transfers import AccountKey
from tuppence.postgres import bulk

TABLE = "growth_grant"
COLUMNS = (
    *("id", "key", "offer_id", "campaign_id", "member_id", "source", "state", "currency"),
    *("worst_minor", "reserved_minor", "granted_on", "granted_at", "last_day"),
)


@dataclass(frozen=True, slots=True)
class Granted:
    """What became of one order; `rule_id` names the rule that bars the offer."""

    status: GrantStatus
    grant_id: int | None = None
    rule_id: str = ""


def open_offers(campaign: Campaign, *, at: datetime) -> None:
    """Make the offers of a campaign's plan, when it is launched."""
    Offer.objects.bulk_create(
        [
            Offer(
                campaign=campaign,
                place=place,
                kind=terms.kind,
                terms=terms_as_json(terms),
                code=terms.code.strip().casefold(),
                total=terms.total,
                opened_at=at,
            )
            for place, terms in enumerate(plan_of(campaign).offers)
        ]
    )


@transaction.atomic
def grant(orders: Sequence[GrantOrder]) -> list[Granted]:
    """Grant offers in order of arrival, while their limits and their campaigns' budgets last.

    One outcome an order; the same key again returns EXISTS with the first grant.
    """
    if not orders:
        return []
    lock_gifts()
    days = [platform.business_day(order.at) for order in orders]
    offer_ids = [order.offer_id for order in orders]
    member_ids = [order.member_id for order in orders]
    offers = queries.lock_offers(offer_ids, days)  # load
    known = _known(orders)
    statuses = decide_grants(  # decide
        orders,
        days=days,
        offers=offers,
        members=queries.member_facts(member_ids),
        held=queries.held(offer_ids, member_ids),
        budget_minor=_lock_budgets({facts.campaign_id for facts in offers.values()}),
        known=frozenset(known),
    )
    fresh = [
        order
        for order, status in zip(orders, statuses, strict=True)
        if status is GrantStatus.GRANTED
    ]
    numbers = known | _write(fresh, offers)  # write
    for row in lock_waiting_for_verification([order.member_id for order in fresh]):
        earn(row, terms_of(row.offer).amount_minor, at=max(order.at for order in orders))
    return [
        _granted(order, status, offers.get(order.offer_id), numbers)
        for order, status in zip(orders, statuses, strict=True)
    ]


def _granted(
    order: GrantOrder, status: GrantStatus, offer: OfferFacts | None, numbers: dict[UUID, int]
) -> Granted:
    forbidden = status is GrantStatus.INCENTIVES_FORBIDDEN and offer is not None
    rule = offer.forbidden_by if forbidden and offer else ""
    return Granted(status, numbers.get(order.key) if status.accepted else None, rule)


def _known(orders: Sequence[GrantOrder]) -> dict[UUID, int]:
    keys = [order.key for order in orders]
    return dict(Grant.objects.filter(key__in=keys).values_list("key", "id"))


def _lock_budgets(campaign_ids: set[int]) -> dict[int, int]:
    """What each campaign can still promise, locked until the transaction ends."""
    currency = platform.currency()
    keys = [AccountKey(AccountKind.BUDGET_AVAILABLE, each, currency) for each in campaign_ids]
    ids = account_ids(keys)
    locked = lock_accounts(sorted(ids.values()))
    return {key.owner_id: locked[number].balance_minor for key, number in ids.items()}


def _write(fresh: Sequence[GrantOrder], offers: dict[int, OfferFacts]) -> dict[UUID, int]:
    if not fresh:
        return {}
    currency = platform.currency()
    ids = bulk.next_ids(TABLE, len(fresh))
    rows = []
    for number, order in zip(ids, fresh, strict=True):
        facts, day = offers[order.offer_id], platform.business_day(order.at)
        worst = facts.terms.worst_minor
        rows.append(
            (
                *(number, order.key, order.offer_id, facts.campaign_id, order.member_id),
                *(order.source, GrantState.GRANTED.value, currency, worst, worst),
                *(day, order.at, last_day(facts.terms, day)),
            )
        )
    bulk.copy_rows(TABLE, COLUMNS, rows)
    _count(fresh)
    grant_booking.reserve(
        [
            grant_booking.Reserving(
                order.key, number, offers[order.offer_id].campaign_id, row[8], order.at
            )
            for number, order, row in zip(ids, fresh, rows, strict=True)
        ],
        currency,
    )
    events.record([_event(order, offers[order.offer_id], currency) for order in fresh])
    return {order.key: number for number, order in zip(ids, fresh, strict=True)}


def _count(fresh: Sequence[GrantOrder]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE growth_offer AS offer SET granted = granted + fresh.count FROM ("
            " SELECT id, count(*) FROM unnest(%s::bigint[]) AS given (id) GROUP BY id"
            ") AS fresh WHERE fresh.id = offer.id",
            [[order.offer_id for order in fresh]],
        )


def _event(order: GrantOrder, offer: OfferFacts, currency: str) -> Event:
    return Event(
        "offer.granted",
        order.at,
        member_id=order.member_id,
        subject_kind="offer",
        subject_id=order.offer_id,
        amount_minor=offer.terms.worst_minor,
        currency=currency,
        campaign=str(offer.campaign_id),
        properties={"kind": offer.terms.kind.value},
    )
