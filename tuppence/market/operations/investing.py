"""Invest: the hottest path of the platform.

A batch costs the same round trips whatever its size: lock the listings, read the members and their
purses, decide, and write transfers, investments and events by COPY. It goes ahead as if no key had
been used before and nobody else touched these purses: the primary key of the investments and the
floor of the purses guard that. Only when one of them fires is the batch done again, with the
repeats looked up and the purses locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from django.db import IntegrityError, connection, transaction
from numpy.typing import NDArray

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import EventColumns
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey, TransferColumns
from tuppence.market import queries
from tuppence.market.investing import Decided, ListingColumns, decide_investments
from tuppence.market.operations.rule_findings import record_refusals
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
RETRIES = 3


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
    """One currency. A key that stands twice is placed once and answered for both."""
    first = _first_uses(orders)
    rows = np.flatnonzero(first == np.arange(len(orders)))
    if len(rows) == len(orders):
        return _invest_once(orders, currency)
    result = _invest_once(orders.chosen(rows), currency)
    return result.repeated(np.searchsorted(rows, first), same=_same_as(orders, first))


def _invest_once(orders: InvestColumns, currency: str) -> InvestResult:
    unused = np.zeros(len(orders), dtype=np.int8)
    try:
        with transaction.atomic():
            return _answer_repeats(orders, _place(orders, unused, currency, locked=False))
    except IntegrityError as error:
        _require_guard(error)
    for _ in range(RETRIES - 1):
        try:
            return _invest_locked(orders, currency)
        except IntegrityError as error:
            # Somebody used one of these keys for another listing a moment ago.
            _require_guard(error)
    return _invest_locked(orders, currency)


def _answer_repeats(orders: InvestColumns, result: InvestResult) -> InvestResult:
    """Give the first outcome to refused orders whose key was used before.

    A repeat that could not be placed again never meets the primary key: the purse may be empty and
    the listing full because of the first one.
    """
    refused = np.flatnonzero(result.statuses != InvestStatus.PLACED)
    if not len(refused):
        return result
    used = _used_before(orders.chosen(refused))
    statuses, codes = result.statuses.copy(), result.rule_codes.copy()
    statuses[refused] = np.where(used != 0, used, statuses[refused])
    codes[refused] = np.where(used != 0, 0, codes[refused])
    return InvestResult(statuses, codes, result.rule_ids)


@transaction.atomic
def _invest_locked(orders: InvestColumns, currency: str) -> InvestResult:
    # The listings first: whoever holds them may be writing the very same keys.
    queries.lock_listings(orders.listing_ids)
    return _place(orders, _used_before(orders), currency, locked=True)


def _require_guard(error: IntegrityError) -> None:
    """Raise what is not one of the guards."""
    if not any(guard in str(error) for guard in GUARDS):
        raise error


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
    purses = _purses(member_ids, currency, lock=locked, at=orders.at)
    rules = investor_check(platform.rulebook(latest_day(orders.at, platform.zone())))
    refusals = refuse_by_rule(  # decide
        orders,
        investors.rows(investor_at),
        rules=rules,
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
    by_rule = decided.statuses == InvestStatus.RULE_REFUSES
    codes = np.where(by_rule, refusals.codes, 0).astype(np.int8)
    if by_rule.any():
        asked = investors.rows(investor_at)
        fresh = _where_new(orders, codes)
        record_refusals(orders, asked, rules=rules, codes=fresh, already_minor=already)
    return InvestResult(decided.statuses, codes, refusals.rule_ids)


def _where_new(orders: InvestColumns, codes: NDArray[np.int8]) -> NDArray[np.int8]:
    """The codes of orders whose keys were never used: a repeat gets its first answer instead."""
    rows = np.flatnonzero(codes)
    fresh = codes.copy()
    fresh[rows] = np.where(_used_before(orders.chosen(rows)) != 0, 0, codes[rows])
    return fresh


def _purses(
    member_ids: NDArray[np.int64], currency: str, *, lock: bool, at: NDArray[np.datetime64]
) -> queries.Purses:
    """The members' purses; who has money but nowhere to reserve it gets that account."""
    purses = queries.purses(member_ids, currency, lock=lock)
    lacking = member_ids[(purses.available_ids >= 0) & (purses.reserved_ids < 0)]
    if not len(lacking):
        return purses
    opened_at = at.min().astype(datetime).replace(tzinfo=UTC)
    keys = [AccountKey(AccountKind.MEMBER_RESERVED, owner, currency) for owner in lacking.tolist()]
    ledger.open_accounts(keys, at=opened_at)
    return queries.purses(member_ids, currency, lock=lock)


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


def _first_uses(orders: InvestColumns) -> NDArray[np.int64]:
    """For each order the first of the batch that carries its key; mostly itself."""
    rows = np.arange(len(orders))
    # Half a key tells nearly all apart, and sorting eight bytes is cheap.
    halves = orders.keys.view(np.uint64)[::2]
    if len(np.unique(halves)) == len(orders):
        return rows
    blob = orders.keys.tobytes()
    first: dict[bytes, int] = {}
    found = [first.setdefault(blob[row * 16 : row * 16 + 16], row) for row in rows.tolist()]
    return np.array(found, dtype=np.int64)


def _same_as(orders: InvestColumns, others: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each order asks for the same as another of the batch."""
    same = np.ones(len(orders), dtype=np.bool_)
    for column in (orders.member_ids, orders.listing_ids, orders.amounts_minor):
        same &= column == column[others]
    return same


def _used_before(orders: InvestColumns) -> NDArray[np.int8]:
    """EXISTS or EXISTS_WITH_DIFFERENT_FIELDS for orders whose key is in the books, else 0."""
    keys = bulk.uuid_array(orders.keys)
    known = queries.investments_by_key(keys)
    contents = zip(
        orders.listing_ids.tolist(),
        orders.member_ids.tolist(),
        orders.amounts_minor.tolist(),
        strict=True,
    )
    used = [_used(known.get(key), content) for key, content in zip(keys, contents, strict=True)]
    return np.array(used, dtype=np.int8)


def _used(known: tuple[int, int, int] | None, content: tuple[int, int, int]) -> int:
    if known is None:
        return 0
    same = known == content
    return InvestStatus.EXISTS if same else InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS


def _amounts(amounts: list[int]) -> NDArray[np.int64]:
    # What no bigint holds is out of bounds all the same; the decision says so.
    return np.array([min(max(amount, -1), 2**62) for amount in amounts], dtype=np.int64)
