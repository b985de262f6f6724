"""Give investors their money back: cancelled in time, expired, or withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np
from django.db import connection, transaction

from tuppence.events import operations as events
from tuppence.events.happenings import Event, EventColumns
from tuppence.ledger import operations as ledger
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import TransferColumns
from tuppence.lending.application_rules import Reviewed, WithdrawOrder
from tuppence.lending.operations.applications import withdraw_applications
from tuppence.market import queries
from tuppence.market.lifecycle import (
    EXPIRED,
    FULL,
    OPEN,
    WITHDRAWN,
    CancelStatus,
    InvestmentState,
    decide_cancel,
    state_after_window,
)
from tuppence.market.models import InvestmentState as State
from tuppence.market.models import Listing
from tuppence.postgres import bulk


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """An investor takes one investment back."""

    investment_id: UUID
    member_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WindowsClosed:
    """What the end of funding windows did, as listing ids."""

    full: tuple[int, ...]
    expired: tuple[int, ...]


@transaction.atomic
def cancel(orders: Sequence[CancelOrder]) -> list[CancelStatus]:
    """Give investments back that may still be revoked; one status an order."""
    listing_ids = queries.listings_of_investments([order.investment_id for order in orders])
    queries.lock_listings(np.array(sorted(listing_ids), dtype=np.int64))  # load
    states = queries.investment_states([order.investment_id for order in orders])
    statuses: list[CancelStatus] = []
    back: list[tuple[InvestmentState, datetime]] = []
    seen: set[UUID] = set()
    for order in orders:
        state = states.get(order.investment_id)
        status = decide_cancel(state, member_id=order.member_id, at=order.at)  # decide
        if status is CancelStatus.CANCELLED and state is not None:
            if state.id in seen:
                status = CancelStatus.EXISTS
            else:
                seen.add(state.id)
                back.append((state, order.at))
        statuses.append(status)
    _give_back(back, State.CANCELLED, kind="order_cancelled", verb="investment.cancelled")  # write
    _reopen(back)
    return statuses


@transaction.atomic
def close_windows(*, at: datetime) -> WindowsClosed:
    """End every funding window that is over: enough money makes a listing full, else it expires.

    Expired listings give everything back. Running it again changes nothing.
    """
    ended = queries.lock_ended_listings(at)
    decided = {listing.id: state_after_window(listing, at=at) for listing in ended}
    full = tuple(listing_id for listing_id, state in decided.items() if state == FULL)
    expired = tuple(listing_id for listing_id, state in decided.items() if state == EXPIRED)
    Listing.objects.filter(id__in=full).update(state=FULL, full_at=at)
    _end_listings(expired, state=EXPIRED, at=at)
    return WindowsClosed(full, expired)


def end_windows_of_day(_day: date, at: datetime) -> dict[str, int]:
    """A step of the day's close: end the windows that are over; how many went which way."""
    ended = close_windows(at=at)
    return {"full": len(ended.full), "expired": len(ended.expired)}


@transaction.atomic
def withdraw_listings(listing_ids: Sequence[int], *, at: datetime) -> tuple[int, ...]:
    """Take listings off the market before pay-out and give everything back; returns which."""
    locked = Listing.objects.select_for_update(no_key=True).filter(
        id__in=listing_ids, state__in=[OPEN, FULL]
    )
    ids = tuple(locked.order_by("id").values_list("id", flat=True))
    _end_listings(ids, state=WITHDRAWN, at=at)
    return ids


@transaction.atomic
def take_back_applications(orders: Sequence[WithdrawOrder]) -> list[Reviewed]:
    """Take applications back with their listings, which give everything back; one outcome an order.

    An application alone would leave its listing taking money that can never be paid out.
    """
    ids = [order.application_id for order in orders]
    queries.lock_listing_states(list(queries.listing_ids_of(ids).values()))
    outcomes = withdraw_applications(orders)
    # Read again: one may have been published while we waited for its application.
    listed = queries.listing_ids_of(ids)
    for order, outcome in zip(orders, outcomes, strict=True):
        if outcome.status.accepted and order.application_id in listed:
            withdraw_listings([listed[order.application_id]], at=order.at)
    return outcomes


def _end_listings(listing_ids: Sequence[int], *, state: str, at: datetime) -> None:
    placed = queries.placed_in(listing_ids)
    _give_back(
        [(investment, at) for investment in placed],
        State.REFUNDED,
        kind="order_refunded",
        verb="investment.refunded",
    )
    Listing.objects.filter(id__in=listing_ids).update(
        state=state, ended_at=at, funded_minor=0, investments=0
    )
    events.record(
        [
            Event(verb=f"listing.{state}", at=at, subject_kind="listing", subject_id=listing_id)
            for listing_id in listing_ids
        ]
    )


def _give_back(
    back: Sequence[tuple[InvestmentState, datetime]], state: State, *, kind: str, verb: str
) -> None:
    if not back:
        return
    investments = [investment for investment, _ in back]
    at = bulk.time_column(moment for _, moment in back)
    members = np.array([investment.member_id for investment in investments])
    listings = np.array([investment.listing_id for investment in investments])
    amounts = np.array([investment.amount_minor for investment in investments])
    ids = bulk.uuid_column(derive_id(kind, investment.id) for investment in investments)
    currency_of = queries.currency_of_listings(sorted(set(listings.tolist())))
    for currency in sorted(set(currency_of.values())):
        rows = np.flatnonzero([currency_of[i.listing_id] == currency for i in investments])
        owners, place = np.unique(members[rows], return_inverse=True)
        purses = queries.purses(owners, currency, lock=True)
        ledger.append(
            TransferColumns(
                ids=ids[rows],
                group_ids=ids[rows],
                debit_account_ids=purses.reserved_ids[place],
                credit_account_ids=purses.available_ids[place],
                amounts_minor=amounts[rows],
                occurred_at=at[rows],
                recorded_at=at[rows],
                subject_ids=listings[rows],
                kind=kind,
                subject_kind="listing",
            )
        )
        events.record(
            EventColumns(
                verb=verb,
                subject_kind="listing",
                currency=currency,
                at=at[rows],
                member_ids=members[rows],
                subject_ids=listings[rows],
                amounts_minor=amounts[rows],
            )
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE market_investment AS investment SET state = %s, ended_at = fresh.at"
            " FROM unnest(%s::uuid[], %s::timestamptz[]) AS fresh (id, at)"
            " WHERE investment.id = fresh.id",
            [state, [i.id for i in investments], [moment for _, moment in back]],
        )


def _reopen(back: Sequence[tuple[InvestmentState, datetime]]) -> None:
    """Take cancelled money off the listings; a full one is open again, whatever its window."""
    if not back:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE market_listing AS listing
            SET funded_minor = funded_minor - gone.amount, investments = investments - gone.count,
                state = 'open', full_at = NULL
            FROM (
                SELECT id, sum(amount)::bigint AS amount, count(*)::int AS count
                FROM unnest(%s::bigint[], %s::bigint[]) AS one (id, amount) GROUP BY id
            ) AS gone
            WHERE listing.id = gone.id
            """,
            [[i.listing_id for i, _ in back], [i.amount_minor for i, _ in back]],
        )
