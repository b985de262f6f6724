"""Invest with offers: grants are locked, the market places the order, and what it placed takes
its grants along, all in one transaction. The market knows nothing of offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction

from tuppence import platform
from tuppence.growth.models import Grant
from tuppence.growth.queries import offers as queries
from tuppence.growth.using import GrantState, Use, UseStatus, use_grants
from tuppence.lending.models import Application
from tuppence.market.operations import invest
from tuppence.market.orders import InvestOrder, InvestOutcome, InvestStatus
from tuppence.market.queries import investments_by_key, lock_listings


@dataclass(frozen=True, slots=True)
class OfferedOrder:
    """An order to invest that takes these grants along."""

    order: InvestOrder
    grant_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferedOutcome:
    """What became of one: an order whose offers do not fit is not placed, `outcome` is None."""

    use: UseStatus
    outcome: InvestOutcome | None = None

    @property
    def accepted(self) -> bool:
        return self.outcome is not None and self.outcome.status.accepted


def invest_with_offers(orders: Sequence[OfferedOrder]) -> list[OfferedOutcome]:
    """Place orders in their order of arrival, each with its grants or not at all.

    The same key again answers EXISTS and uses nothing again. Of two orders of one batch that name
    the same grant, the second is decided once the first has been.
    """
    found: dict[int, OfferedOutcome] = {}
    with transaction.atomic():
        # Listings before grants, everywhere.
        lock_listings(np.array([each.order.listing_id for each in orders], dtype=np.int64))
        waiting = list(range(len(orders)))
        while waiting:
            now = _apart(waiting, orders)
            outcomes = _invest([orders[each] for each in now])
            found |= dict(zip(now, outcomes, strict=True))
            waiting = [each for each in waiting if each not in found]
    return [found[each] for each in range(len(orders))]


def _apart(waiting: Sequence[int], orders: Sequence[OfferedOrder]) -> list[int]:
    """The first of the waiting orders, in their order, until one names a grant again."""
    taken: set[int] = set()
    chosen = []
    for each in waiting:
        wanted = set(orders[each].grant_ids)
        if wanted & taken:
            break
        taken |= wanted
        chosen.append(each)
    return chosen


def _invest(orders: Sequence[OfferedOrder]) -> list[OfferedOutcome]:
    grants = queries.lock_grants([grant for each in orders for grant in each.grant_ids])
    uses = _decide(orders, grants)
    fitting = [each.order for each, use in zip(orders, uses, strict=True) if use is UseStatus.FITS]
    placed = iter(invest(fitting))
    outcomes = [
        OfferedOutcome(use, next(placed) if use is UseStatus.FITS else None) for use in uses
    ]
    for each, outcome in zip(orders, outcomes, strict=True):
        if outcome.outcome and outcome.outcome.status is InvestStatus.PLACED:
            _take(each, grants)
    return outcomes


def _decide(orders: Sequence[OfferedOrder], grants: dict[int, Grant]) -> list[UseStatus]:
    """Whether each order's grants fit it; an order that was placed before keeps what it took."""
    offered = [each for each in orders if each.grant_ids]
    if not offered:
        return [UseStatus.FITS] * len(orders)
    repeats = investments_by_key([each.order.key for each in offered])
    invested = queries.have_invested([each.order.member_id for each in offered])
    months = queries.terms_in_months([each.order.listing_id for each in offered])
    facts = {number: queries.grant_facts(row) for number, row in grants.items()}
    uses = []
    for each in orders:
        order = each.order
        use = Use(
            member_id=order.member_id,
            amount_minor=order.amount_minor,
            term_months=months.get(order.listing_id, 0),
            on=platform.business_day(order.at),
            first_time=order.member_id not in invested,
        )
        known = not each.grant_ids or order.key in repeats
        named = [facts.get(number) for number in dict.fromkeys(each.grant_ids)]
        uses.append(UseStatus.FITS if known else use_grants(named, use))
    return uses


def _take(offered: OfferedOrder, grants: dict[int, Grant]) -> None:
    order = offered.order
    take_along(
        [grants[number] for number in offered.grant_ids],
        base_minor=order.amount_minor,
        at=order.at,
        investment_id=order.key,
    )


def take_along(rows: Sequence[Grant], *, base_minor: int, at: datetime, **taken_by: object) -> None:
    """Bind grants to what takes them: an investment or an application, for an amount."""
    Grant.objects.filter(id__in=[row.pk for row in rows]).update(
        state=GrantState.TAKEN, base_minor=base_minor, taken_at=at, **taken_by
    )


@transaction.atomic
def take_fee_discount(member_id: int, application_id: int, *, at: datetime) -> int | None:
    """Let an application take the borrower's fee discount along, the one that ends first; its
    grant, or None where none fits. Call it in the transaction that sends the application."""
    today = platform.business_day(at)
    amount_minor = Application.objects.get(pk=application_id).amount_minor
    if Grant.objects.filter(application_id=application_id).exists():
        return None
    usable = [row.pk for row in queries.usable_grants(member_id, today)]
    use = Use(member_id, amount_minor, 0, today, first_time=False, borrowing=True)
    for row in queries.lock_grants(usable).values():
        if use_grants([queries.grant_facts(row)], use) is UseStatus.FITS:
            take_along([row], base_minor=amount_minor, at=at, application_id=application_id)
            return row.pk
    return None
