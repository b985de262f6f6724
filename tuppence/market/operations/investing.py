"""Invest: the hottest path of the platform.

A batch costs the same round trips whatever its size: lock the listings, read the members and their
purses, decide, and write transfers, investments and events by COPY. It goes ahead as if no key had
been used before and nobody else touched these purses: the primary key of the investments and the
floor of the purses guard that. Only when one of them fires is the batch done again, with the
repeats looked up and the purses locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import IntegrityError, connection, transaction
from numpy.typing import NDArray

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import EventColumns
from tuppence.ledger import operations as ledger
from tuppence.ledger.transfers import TransferColumns
from tuppence.market import queries
from tuppence.market.investing import Decided, ListingColumns, decide_investments
from tuppence.market.orders import (
    InvestColumns,
    InvestOrder,
    InvestOutcome,
    InvestResult,
    InvestStatus,
)
from tuppence.market.suitability import latest_day, refuse_by_rule
from tuppence.members.queries import investor_columns
from tuppence.postgres import bulk
from tuppence.rules.investor import investor_check

TRANSFER_KIND = "order_placed"

# What PostgreSQL refuses a batch by that was decided without locks: a key that is already in the
# books, or a purse that another transaction emptied in the meantime.
GUARDS = ("market_investment_pkey", "account_floor")


def invest(orders: Sequence[InvestOrder]) -> list[InvestOutcome]:
    """Place orders in their order of arrival; one outcome an order.

    The same key with the same content returns EXISTS and places nothing again.
    """
    if not orders:
        return []
    columns = InvestColumns(
        keys=bulk.uuid_column(order.key for order in orders),
        member_ids=np.array([order.member_id for order in orders], dtype=np.int64),
        listing_ids=np.array([order.listing_id for order in orders], dtype=np.int64),
        amounts_minor=_amounts([order.amount_minor for order in orders]),
        at=bulk.time_column(order.at for order in orders),
        consents=np.array([order.consent for order in orders], dtype=np.bool_),
    )
    return invest_columns(columns).outcomes([order.key for order in orders])


def invest_columns(orders: InvestColumns) -> InvestResult:
    """Place orders given as columns, in order of arrival; statuses aligned with the orders."""
    by_currency = queries.listing_currencies(orders.listing_ids)
    if len(by_currency) <= 1:
        return _invest(orders, next(iter(by_currency), platform.currency()))
    # Purses of different currencies have nothing to do with each other.
    result = InvestResult.unknown_listings(len(orders))
    for currency, listing_ids in by_currency.items():
        rows = np.flatnonzero(np.isin(orders.listing_ids, listing_ids))
        result = result.with_rows(rows, _invest(orders.chosen(rows), currency))
    return result


def _invest(orders: InvestColumns, currency: str) -> InvestResult:
    repeats = _repeats_within(orders)
    try:
        with transaction.atomic():
            return _place(orders, repeats, currency, locked=False)
    except IntegrityError as error:
        if not any(guard in str(error) for guard in GUARDS):
            raise
    with transaction.atomic():
        # The listings first: whoever holds them may be writing the very same keys.
        queries.lock_listings(orders.listing_ids)
        return _place(orders, _repeats_before(orders, repeats), currency, locked=True)


@dataclass(frozen=True, slots=True)
class _Placed:
    """The orders that were placed, with the accounts their money moves between."""

    orders: InvestColumns
    available_ids: NDArray[np.int64]
    reserved_ids: NDArray[np.int64]
    currency: str


def _place(
    orders: InvestColumns, repeats: NDArray[np.int8], currency: str, *, locked: bool
) -> InvestResult:
    listings = queries.lock_listings(orders.listing_ids)  # load
    member_ids, investor_at = np.unique(orders.member_ids, return_inverse=True)
    investors = investor_columns(member_ids)
    already = queries.already_placed(orders)
    purses = queries.purses(member_ids, currency, lock=locked)
    refusals = refuse_by_rule(  # decide
        orders,
        investors.rows(investor_at),
        rules=investor_check(platform.rulebook(latest_day(orders.at, platform.zone()))),
        already_minor=already,
        zone=platform.zone(),
    )
    decided = decide_investments(
        orders,
        listings=listings,
        investors=investors,
        available_minor=purses.available_minor,
        rule_codes=refusals.codes,
        repeats=repeats,
    )
    placed = decided.statuses == InvestStatus.PLACED  # write
    if placed.any():
        # By purse, each purse's orders in their order of arrival: neighbours in the batch are then
        # neighbours in the tables and indexes.
        rows = np.flatnonzero(placed)
        rows = rows[np.argsort(investor_at[rows], kind="stable")]
        at = investor_at[rows]
        taken = _Placed(
            orders.chosen(rows), purses.available_ids[at], purses.reserved_ids[at], currency
        )
        _write(taken, listings, decided)
    return InvestResult(decided.statuses, refusals.codes, refusals.rule_ids)


def _write(placed: _Placed, listings: ListingColumns, decided: Decided) -> None:
    orders = placed.orders
    listing_at = np.searchsorted(listings.ids, orders.listing_ids)
    revocable = orders.at + listings.reflection_days[listing_at].astype("timedelta64[D]")
    # First, so that a key that is in the books already is refused here.
    bulk.copy_columns(
        "market_investment",
        {
            "id": bulk.uuids(orders.keys),
            "listing_id": bulk.bigints(orders.listing_ids),
            "member_id": bulk.bigints(orders.member_ids),
            "amount_minor": bulk.bigints(orders.amounts_minor),
            "placed_at": bulk.timestamps(orders.at),
            "revocable_until": bulk.timestamps(revocable),
        },
        len(orders),
    )
    ledger.append(
        TransferColumns(
            ids=orders.keys,
            group_ids=orders.keys,
            debit_account_ids=placed.available_ids,
            credit_account_ids=placed.reserved_ids,
            amounts_minor=orders.amounts_minor,
            occurred_at=orders.at,
            recorded_at=orders.at,
            subject_ids=orders.listing_ids,
            kind=TRANSFER_KIND,
            subject_kind="listing",
        )
    )
    events.record(
        EventColumns(
            verb="investment.placed",
            subject_kind="listing",
            currency=placed.currency,
            at=orders.at,
            member_ids=orders.member_ids,
            subject_ids=orders.listing_ids,
            amounts_minor=orders.amounts_minor,
        )
    )
    _fill_listings(orders, listings, listing_at, decided)


def _fill_listings(
    orders: InvestColumns,
    listings: ListingColumns,
    listing_at: NDArray[np.int64],
    decided: Decided,
) -> None:
    count = len(listings.ids)
    taken = listings.left_minor - decided.left_minor
    latest = np.full(count, np.datetime64(0, "us"))
    np.maximum.at(latest, listing_at, orders.at)
    touched = np.flatnonzero(taken)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE market_listing AS listing
            SET funded_minor = funded_minor + fresh.taken,
                investments = investments + fresh.count,
                state = CASE WHEN funded_minor + fresh.taken = target_minor THEN 'full'
                             ELSE state END,
                full_at = CASE WHEN funded_minor + fresh.taken = target_minor THEN
                    to_timestamp(fresh.micros / 1000000) + fresh.micros %% 1000000
                    * interval '1 microsecond' END
            FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
                AS fresh (id, taken, count, micros)
            WHERE listing.id = fresh.id
            """,
            [
                listings.ids[touched].tolist(),
                taken[touched].tolist(),
                np.bincount(listing_at, minlength=count)[touched].tolist(),
                latest[touched].astype(np.int64).tolist(),
            ],
        )


def _repeats_within(orders: InvestColumns) -> NDArray[np.int8]:
    """Which orders repeat a key of an earlier order of the same batch."""
    repeats = np.zeros(len(orders), dtype=np.int8)
    blob = orders.keys.tobytes()
    first: dict[bytes, int] = {}
    for index in range(len(orders)):
        earlier = first.setdefault(blob[index * 16 : index * 16 + 16], index)
        if earlier != index:
            repeats[index] = (
                InvestStatus.EXISTS
                if _same(orders, earlier, index)
                else InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS
            )
    return repeats


def _same(orders: InvestColumns, one: int, other: int) -> bool:
    return all(
        column[one] == column[other]
        for column in (orders.member_ids, orders.listing_ids, orders.amounts_minor)
    )


def _repeats_before(orders: InvestColumns, within: NDArray[np.int8]) -> NDArray[np.int8]:
    """Which orders repeat a key that is already in the books, or one of this batch."""
    known = queries.investments_by_key(bulk.uuid_array(orders.keys))
    repeats = within.copy()
    contents = zip(
        orders.listing_ids.tolist(),
        orders.member_ids.tolist(),
        orders.amounts_minor.tolist(),
        strict=True,
    )
    for index, (key, content) in enumerate(
        zip(bulk.uuid_array(orders.keys), contents, strict=True)
    ):
        if key in known:
            repeats[index] = (
                InvestStatus.EXISTS
                if known[key] == content
                else InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS
            )
    return repeats


def _amounts(amounts: list[int]) -> NDArray[np.int64]:
    # What no bigint holds is out of bounds all the same; the decision says so.
    return np.array([min(max(amount, -1), 2**62) for amount in amounts], dtype=np.int64)
