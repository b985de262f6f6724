"""Read the market: rows to columns, in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from tuppence.market.investing import ListingColumns
from tuppence.market.lifecycle import ApplicationState, InvestmentState, ListingState
from tuppence.market.orders import InvestColumns
from tuppence.postgres import bulk

# Stands in where a batch names no listing that exists: it is never open.
NO_LISTING = ListingColumns(
    ids=np.array([-1]),
    borrower_ids=np.array([-1]),
    left_minor=np.array([0]),
    minimum_minor=np.array([0]),
    step_minor=np.array([1]),
    open=np.array([False]),
    opens_at=np.array([0], dtype="datetime64[us]"),
    closes_at=np.array([0], dtype="datetime64[us]"),
    reflection_days=np.array([0]),
)


@dataclass(frozen=True, slots=True)
class Purses:
    """Members' accounts, aligned with the ids asked for; -1 where a member has none."""

    available_ids: NDArray[np.int64]
    reserved_ids: NDArray[np.int64]
    available_minor: NDArray[np.int64]


def lock_listings(listing_ids: NDArray[np.int64]) -> ListingColumns:
    """These listings, each once, by ascending id, locked until the transaction ends."""
    columns = bulk.fetch_columns(
        """
        SELECT array_send(array_agg(id)), array_send(array_agg(borrower_id)),
               array_send(array_agg(target_minor - funded_minor)),
               array_send(array_agg(investment_minor_min)),
               array_send(array_agg(investment_minor_step)),
               array_send(array_agg((state = 'open')::int::bigint)),
               array_send(array_agg((extract(epoch FROM opens_at) * 1000000)::bigint)),
               array_send(array_agg((extract(epoch FROM closes_at) * 1000000)::bigint)),
               array_send(array_agg(reflection_days::bigint))
        FROM (
            SELECT * FROM market_listing WHERE id = ANY(%s::bigint[])
            ORDER BY id FOR NO KEY UPDATE
        ) AS listing
        """,
        [bulk.int_array_literal(np.unique(listing_ids))],
    )
    if not len(columns[0]):
        return NO_LISTING
    ids, borrowers, left, minimum, step, is_open, opens, closes, reflection = columns
    return ListingColumns(
        ids=ids,
        borrower_ids=borrowers,
        left_minor=left,
        minimum_minor=minimum,
        step_minor=step,
        open=is_open == 1,
        opens_at=opens.astype("datetime64[us]"),
        closes_at=closes.astype("datetime64[us]"),
        reflection_days=reflection,
    )


def listing_currencies(listing_ids: NDArray[np.int64]) -> dict[str, list[int]]:
    """Those of these listings that exist, by currency."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency, array_agg(id) FROM market_listing WHERE id = ANY(%s::bigint[])"
            " GROUP BY currency",
            [bulk.int_array_literal(np.unique(listing_ids))],
        )
        return dict(cursor.fetchall())


def already_placed(orders: InvestColumns) -> NDArray[np.int64]:
    """For each order, what its investor already has in the same listing, in minor units.

    Only read for orders without consent: with it, no rule asks.
    """
    placed = np.zeros(len(orders), dtype=np.int64)
    asked = np.flatnonzero(~orders.consents)
    if not len(asked):
        return placed
    members, listings, amounts = bulk.fetch_columns(
        """
        SELECT array_send(array_agg(member_id)), array_send(array_agg(listing_id)),
               array_send(array_agg(amount_minor))
        FROM (
            SELECT member_id, listing_id, sum(amount_minor)::bigint AS amount_minor
            FROM market_investment
            WHERE member_id = ANY(%s::bigint[]) AND listing_id = ANY(%s::bigint[])
              AND state IN ('placed', 'paid_out')
            GROUP BY member_id, listing_id
        ) AS mine
        """,
        [
            bulk.int_array_literal(np.unique(orders.member_ids[asked])),
            bulk.int_array_literal(np.unique(orders.listing_ids)),
        ],
    )
    if len(members):
        mine = dict(
            zip(
                zip(members.tolist(), listings.tolist(), strict=True), amounts.tolist(), strict=True
            )
        )
        pairs = zip(orders.member_ids.tolist(), orders.listing_ids.tolist(), strict=True)
        placed[:] = [mine.get(pair, 0) for pair in pairs]
    return placed


def purses(member_ids: NDArray[np.int64], currency: str, *, lock: bool) -> Purses:
    """What these members (ascending) can spend; if asked, both accounts locked in id order."""
    owners, ids, balances, reserved = bulk.fetch_columns(
        """
        SELECT array_send(array_agg(owner_id)), array_send(array_agg(id)),
               array_send(array_agg(balance_minor)),
               array_send(array_agg((kind = 'member_reserved')::int::bigint))
        FROM (
            SELECT owner_id, id, balance_minor, kind FROM ledger_account
            WHERE owner_id = ANY(%s::bigint[])
              AND kind IN ('member_available', 'member_reserved') AND currency = %s
            {lock}
        ) AS purse
        """.replace("{lock}", "ORDER BY id FOR NO KEY UPDATE" if lock else ""),
        [bulk.int_array_literal(member_ids), currency],
    )
    available_ids = np.full(len(member_ids), -1)
    reserved_ids = np.full(len(member_ids), -1)
    available_minor = np.zeros(len(member_ids), dtype=np.int64)
    at = np.searchsorted(member_ids, owners)
    is_reserved = reserved == 1
    reserved_ids[at[is_reserved]] = ids[is_reserved]
    available_ids[at[~is_reserved]] = ids[~is_reserved]
    available_minor[at[~is_reserved]] = balances[~is_reserved]
    return Purses(available_ids, reserved_ids, available_minor)


def investments_by_key(keys: Sequence[UUID]) -> dict[UUID, tuple[int, int, int]]:
    """Listing, member and amount of those of these investments that exist."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, listing_id, member_id, amount_minor FROM market_investment"
            " WHERE id = ANY(%s)",
            [list(keys)],
        )
        return {row[0]: (row[1], row[2], row[3]) for row in cursor}


def application_states(ids: Sequence[int]) -> dict[int, ApplicationState]:
    """Where these applications stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT application.id, coalesce(decision.approved, false),
                   withdrawal.id IS NOT NULL, listing.id IS NOT NULL
            FROM lending_application AS application
            LEFT JOIN lending_applicationdecision AS decision
                ON decision.application_id = application.id
            LEFT JOIN lending_applicationwithdrawal AS withdrawal
                ON withdrawal.application_id = application.id
            LEFT JOIN market_listing AS listing ON listing.application_id = application.id
            WHERE application.id = ANY(%s)
            """,
            [list(ids)],
        )
        return {row[0]: ApplicationState(*row) for row in cursor}


def listing_ids_of(application_ids: Sequence[int]) -> dict[int, int]:
    """The listings of those of these applications that have one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_id, id FROM market_listing WHERE application_id = ANY(%s)",
            [list(application_ids)],
        )
        return dict(cursor.fetchall())


def currency_of_listings(listing_ids: Sequence[int]) -> dict[int, str]:
    """The currency of each of these listings."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, currency FROM market_listing WHERE id = ANY(%s)", [list(listing_ids)]
        )
        return dict(cursor.fetchall())


def listings_of_investments(ids: Sequence[UUID]) -> set[int]:
    """The listings that these investments were placed in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT listing_id FROM market_investment WHERE id = ANY(%s)", [list(ids)]
        )
        return {row[0] for row in cursor}


def investment_states(ids: Sequence[UUID]) -> dict[UUID, InvestmentState]:
    """These investments as they stand; lock their listings first."""
    with connection.cursor() as cursor:
        cursor.execute(f"{INVESTMENT_STATES} WHERE id = ANY(%s)", [list(ids)])
        return {row[0]: InvestmentState(*row) for row in cursor}


def placed_in(listing_ids: Sequence[int]) -> list[InvestmentState]:
    """The open investments of these listings, in a stable order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{INVESTMENT_STATES} WHERE listing_id = ANY(%s) AND state = 'placed'"
            " ORDER BY member_id, id",
            [list(listing_ids)],
        )
        return [InvestmentState(*row) for row in cursor]


def lock_ended_listings(at: datetime) -> list[ListingState]:
    """Open listings whose window is over, locked in id order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM market_listing WHERE state = 'open' AND closes_at <= %s"
            " ORDER BY id FOR NO KEY UPDATE",
            [at],
        )
        ids = [row[0] for row in cursor]
    return list(_listing_states(ids).values())


def lock_listing_states(listing_ids: Sequence[int]) -> dict[int, ListingState]:
    """These listings as pay-out looks at them, locked in id order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM market_listing WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [list(listing_ids)],
        )
    return _listing_states(listing_ids)


def _listing_states(listing_ids: Sequence[int]) -> dict[int, ListingState]:
    """Read after the lock, in a statement of its own: what was placed while we waited counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{LISTING_STATES} WHERE listing.id = ANY(%s) ORDER BY listing.id", [list(listing_ids)]
        )
        return {row[0]: ListingState(*row) for row in cursor}


def applications_of_listings(listing_ids: Sequence[int]) -> dict[int, int]:
    """The application behind each of these listings."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, application_id FROM market_listing WHERE id = ANY(%s)", [list(listing_ids)]
        )
        return dict(cursor.fetchall())


def loans_of_listings(listing_ids: Sequence[int]) -> dict[int, int]:
    """The loans that those of these listings became that are paid out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listing.id, loan.id FROM market_listing AS listing"
            " JOIN lending_loan AS loan ON loan.application_id = listing.application_id"
            " WHERE listing.id = ANY(%s)",
            [list(listing_ids)],
        )
        return dict(cursor.fetchall())


def lenders_of_listings(
    listing_ids: Sequence[int],
) -> dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Who has how much placed in each of these listings: members (ascending) and amounts."""
    listings, members, amounts = bulk.fetch_columns(
        """
        SELECT array_send(array_agg(listing_id)), array_send(array_agg(member_id)),
               array_send(array_agg(amount_minor))
        FROM (
            SELECT listing_id, member_id, sum(amount_minor)::bigint AS amount_minor
            FROM market_investment
            WHERE listing_id = ANY(%s::bigint[]) AND state = 'placed'
            GROUP BY listing_id, member_id ORDER BY listing_id, member_id
        ) AS lender
        """,
        [bulk.int_array_literal(np.array(listing_ids))],
    )
    bounds = np.searchsorted(listings, np.array(sorted(listing_ids)), side="left")
    ends = np.searchsorted(listings, np.array(sorted(listing_ids)), side="right")
    return {
        listing_id: (members[start:end], amounts[start:end])
        for listing_id, start, end in zip(sorted(listing_ids), bounds, ends, strict=True)
    }


INVESTMENT_STATES = (
    "SELECT id, member_id, listing_id, amount_minor, state, revocable_until FROM market_investment"
)

LISTING_STATES = """
    SELECT listing.id, listing.state, listing.target_minor, listing.funded_minor,
           listing.floor_minor, listing.closes_at,
           (SELECT max(revocable_until) FROM market_investment
            WHERE listing_id = listing.id AND state = 'placed'),
           EXISTS (
               SELECT FROM lending_contract AS contract
               JOIN lending_signature AS signature ON signature.contract_id = contract.id
               WHERE contract.application_id = listing.application_id
                 AND signature.member_id = listing.borrower_id
           ),
           borrower.blocked_at IS NOT NULL
    FROM market_listing AS listing
    JOIN members_member AS borrower ON borrower.id = listing.borrower_id
"""
