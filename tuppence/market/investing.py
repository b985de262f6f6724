"""Decide a batch of orders to invest. Pure: values in, values out.

Whatever does not depend on the orders before it is checked for all orders at once; what is left of
each listing and of each purse is then given out one order after the other, in order of arrival.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuppence.market.orders import InvestColumns, InvestStatus
from tuppence.members.standing import InvestorColumns
from tuppence.money.currency import AMOUNT_MAX_MINOR

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
BELOW_MINIMUM = InvestStatus.AMOUNT_BELOW_MINIMUM


@dataclass(frozen=True, slots=True)
class ListingColumns:
    """The listings that a batch names, by ascending id."""

    ids: Ints
    borrower_ids: Ints
    left_minor: Ints
    minimum_minor: Ints
    step_minor: Ints
    open: Bools  # its state says so; the window is checked by each order's own moment
    opens_at: NDArray[np.datetime64]
    closes_at: NDArray[np.datetime64]
    reflection_days: Ints


@dataclass(frozen=True, slots=True)
class Decided:
    """One status an order, and what is left of each listing."""

    statuses: NDArray[np.int8]
    left_minor: Ints  # by listing


def decide_investments(
    orders: InvestColumns,
    *,
    listings: ListingColumns,
    investors: InvestorColumns,
    available_minor: Ints,
    rule_codes: NDArray[np.int8],
    repeats: NDArray[np.int8],
) -> Decided:
    """Place orders in order of arrival while listing and purse last.

    The batch is decided as its orders would be one by one. `investors` holds each member of the
    batch once, by ascending id, and `available_minor` what each can spend. `rule_codes` is not 0
    where the rulebook refuses an order; `repeats` is EXISTS or EXISTS_WITH_DIFFERENT_FIELDS where
    the key was used before, else 0.
    """
    listing_at = _positions(listings.ids, orders.listing_ids)
    investor_at = np.searchsorted(investors.member_ids, orders.member_ids)
    statuses = _alone(orders, listings, investors, listing_at, investor_at, rule_codes, repeats)
    left = listings.left_minor.tolist()
    filled_by = _give_out(
        orders.amounts_minor, listings, listing_at, investor_at, statuses, left, available_minor
    )
    # To whoever came after the last penny, the listing was closed.
    late = np.arange(len(orders)) > filled_by[listing_at]
    statuses[late & (statuses > InvestStatus.LISTING_NOT_OPEN)] = InvestStatus.LISTING_NOT_OPEN
    assert all(rest >= 0 for rest in left)
    return Decided(statuses, np.array(left, dtype=np.int64))


def _give_out(
    amounts: Ints,
    listings: ListingColumns,
    listing_at: Ints,
    investor_at: Ints,
    statuses: NDArray[np.int8],
    left: list[int],
    available_minor: Ints,
) -> Ints:
    """Take from listings and purses in order of arrival; refuse what finds too little.

    Changes `statuses` and `left`. Returns for each listing the order that filled it.
    """
    in_steps = amounts % np.maximum(listings.step_minor[listing_at], 1) == 0
    small = amounts < listings.minimum_minor[listing_at]
    alone_fine = statuses == InvestStatus.PLACED
    # A small order is refused as such before its investor is looked at.
    candidates = np.flatnonzero(alone_fine | (small & (statuses > BELOW_MINIMUM)))
    available = available_minor.tolist()
    filled_by = np.full(len(left), len(amounts))
    for order, listing, investor, amount, regular, tiny, fine in zip(
        candidates.tolist(),
        listing_at[candidates].tolist(),
        investor_at[candidates].tolist(),
        amounts[candidates].tolist(),
        in_steps[candidates].tolist(),
        small[candidates].tolist(),
        alone_fine[candidates].tolist(),
        strict=True,
    ):
        rest = left[listing]
        if tiny and amount < rest:
            statuses[order] = BELOW_MINIMUM
        elif not fine:
            continue
        elif amount > rest:
            statuses[order] = InvestStatus.EXCEEDS_LISTING
        elif not regular and amount != rest:
            statuses[order] = InvestStatus.AMOUNT_NOT_IN_STEPS
        elif amount > available[investor]:
            statuses[order] = InvestStatus.EXCEEDS_AVAILABLE
        else:
            left[listing] = rest - amount
            available[investor] -= amount
            if amount == rest:
                filled_by[listing] = order
    return filled_by


def _alone(
    orders: InvestColumns,
    listings: ListingColumns,
    investors: InvestorColumns,
    listing_at: Ints,
    investor_at: Ints,
    rule_codes: NDArray[np.int8],
    repeats: NDArray[np.int8],
) -> NDArray[np.int8]:
    """The checks that look at one order alone; the first that fails wins.

    The minimum is not among them: all that is left of a listing may be less.
    """
    amounts = orders.amounts_minor
    window = (listings.opens_at[listing_at] <= orders.at) & (
        orders.at < listings.closes_at[listing_at]
    )
    failed = {
        InvestStatus.EXISTS: repeats == InvestStatus.EXISTS,
        InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS: repeats
        == InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS,
        InvestStatus.AMOUNT_OUT_OF_BOUNDS: (amounts <= 0) | (amounts >= AMOUNT_MAX_MINOR),
        InvestStatus.LISTING_NOT_FOUND: listings.ids[listing_at] != orders.listing_ids,
        InvestStatus.LISTING_NOT_OPEN: ~listings.open[listing_at] | ~window,
        InvestStatus.MEMBER_NOT_FOUND: ~investors.found[investor_at],
        InvestStatus.MEMBER_BLOCKED: investors.blocked[investor_at],
        InvestStatus.MEMBER_NOT_VERIFIED: ~investors.verified[investor_at],
        InvestStatus.OWN_LISTING: listings.borrower_ids[listing_at] == orders.member_ids,
        InvestStatus.RULE_REFUSES: rule_codes != 0,
    }
    return np.select(list(failed.values()), list(failed), default=InvestStatus.PLACED).astype(
        np.int8
    )


def _positions(ids: Ints, wanted: Ints) -> Ints:
    """Where each wanted id stands among ascending ids; any place where it is not there."""
    return np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
