"""Pay full listings out: the last step before a listing is a loan. Two people decide it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from tuppence import platform
from tuppence.bank.operations import approve_withdrawals, ask_withdrawals
from tuppence.bank.withdrawal import AskOrder, Purpose, StepOrder
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.ledger.ids import derive_id
from tuppence.lending import operations as lending
from tuppence.lending.orders import DisburseOrder
from tuppence.market import queries
from tuppence.market.lifecycle import ListingState, PayOutStatus, decide_pay_out
from tuppence.market.models import Listing
from tuppence.members.approvals import JSON
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations.approvals import (
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    request_approval,
)
from tuppence.members.roles import Permission

APPROVAL = "market.pay_out"


@dataclass(frozen=True, slots=True)
class PayOutOrder:
    """Pay one listing out at `at`."""

    listing_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PayOutOutcome:
    """What became of one order; `net_minor` is what the borrower got now, less fees kept back."""

    listing_id: int
    status: PayOutStatus
    loan_id: int | None = None
    net_minor: int = 0


class PayOutRefused(Exception):
    """A listing that the market found ready was refused by lending; nothing was paid out."""


def request_pay_out(listing_id: int, *, by: int, key: UUID, at: datetime) -> ApprovalRequest:
    """Propose to pay a listing out; another person has to agree to exactly this."""
    listing = Listing.objects.get(pk=listing_id)
    payload: dict[str, JSON] = {
        "listing_id": listing.pk,
        "funded_minor": listing.funded_minor,
        "currency": listing.currency,
    }
    return request_approval(
        APPROVAL, payload, made_by=by, at=at, key=key, member_id=listing.borrower_id
    )


@approval_handler(APPROVAL, permission=Permission.APPROVE_PAYOUT)
def pay_out_approved(approved: ApprovedRequest) -> None:
    """Pay out what both people saw; refused where the amount changed in the meantime."""
    listing_id = approved.payload["listing_id"]
    assert isinstance(listing_id, int)
    state = queries.lock_listing_states([listing_id])[listing_id]
    if state.funded_minor != approved.payload["funded_minor"]:
        raise CannotApplyError("Investments changed after this was proposed; propose it again.")
    try:
        (outcome,) = pay_out([PayOutOrder(listing_id, approved.at)])
    except PayOutRefused as refused:
        raise CannotApplyError(str(refused)) from refused
    if outcome.status not in {PayOutStatus.PAID_OUT, PayOutStatus.EXISTS}:
        raise CannotApplyError(outcome.status.value)
    if outcome.status is PayOutStatus.PAID_OUT:
        _send_to_borrower(listing_id, outcome.net_minor, approved)


def _send_to_borrower(listing_id: int, net_minor: int, approved: ApprovedRequest) -> None:
    """Put the loan's money on its way to the borrower's bank account, by the same two people.

    A borrower without a verified account finds it in their purse and takes it out later.
    """
    listing = Listing.objects.get(pk=listing_id)
    ask = AskOrder(
        key=derive_id("loan_payout", listing_id),
        member_id=listing.borrower_id,
        amount_minor=net_minor,
        currency=listing.currency,
        at=approved.at,
        by=approved.made_by,
        purpose=Purpose.LOAN_PAYOUT,
    )
    (asked,) = ask_withdrawals([ask])
    if asked.withdrawal_id is None:
        return
    step = StepOrder(
        derive_id("loan_payout_approved", listing_id),
        asked.withdrawal_id,
        approved.decided_by,
        approved.at,
    )
    approve_withdrawals([step])


@transaction.atomic
def pay_out(orders: Sequence[PayOutOrder]) -> list[PayOutOutcome]:
    """Turn full listings into loans: lenders' reserved money becomes the borrower's.

    One outcome an order. A listing that is paid out already answers EXISTS with its loan.
    """
    states = queries.lock_listing_states([order.listing_id for order in orders])  # load
    statuses = [
        decide_pay_out(states.get(order.listing_id), at=order.at)  # decide
        for order in orders
    ]
    ready = [
        (states[order.listing_id], order.at)
        for order, status in zip(orders, statuses, strict=True)
        if status is PayOutStatus.PAID_OUT
    ]
    net_minor = _disburse(ready)  # write
    loans = queries.loans_of_listings([order.listing_id for order in orders])
    return [
        PayOutOutcome(
            order.listing_id,
            status,
            loans.get(order.listing_id),
            net_minor.get(order.listing_id, 0) if status is PayOutStatus.PAID_OUT else 0,
        )
        for order, status in zip(orders, statuses, strict=True)
    ]


def _disburse(ready: Sequence[tuple[ListingState, datetime]]) -> dict[int, int]:
    """Make the loans; returns what each borrower got, by listing."""
    if not ready:
        return {}
    ids = [listing.id for listing, _ in ready]
    applications = queries.applications_of_listings(ids)
    lenders = queries.lenders_of_listings(ids)
    orders = [
        DisburseOrder(
            key=derive_id("pay_out", listing.id),
            application_id=applications[listing.id],
            funded_minor=listing.funded_minor,
            member_ids=lenders[listing.id][0],
            amounts_minor=lenders[listing.id][1],
            at=at,
            on=platform.business_day(at),
        )
        for listing, at in ready
    ]
    disbursed = lending.disburse(orders)
    for (listing, _), outcome in zip(ready, disbursed, strict=True):
        if not outcome.status.accepted:
            raise PayOutRefused(f"Listing {listing.id} cannot be paid out: {outcome.status}.")
    _mark_paid_out(ready)
    return {
        listing.id: listing.funded_minor - outcome.withheld_minor
        for (listing, _), outcome in zip(ready, disbursed, strict=True)
    }


def _mark_paid_out(ready: Sequence[tuple[ListingState, datetime]]) -> None:
    ids = [listing.id for listing, _ in ready]
    at = [moment for _, moment in ready]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE market_listing AS listing SET state = 'paid_out', ended_at = paid.at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS paid (id, at)"
            " WHERE listing.id = paid.id",
            [ids, at],
        )
        cursor.execute(
            "UPDATE market_investment AS investment SET state = 'paid_out', ended_at = paid.at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS paid (id, at)"
            " WHERE investment.listing_id = paid.id AND investment.state = 'placed'",
            [ids, at],
        )
    events.record(
        [
            Event(
                verb="listing.paid_out",
                at=moment,
                subject_kind="listing",
                subject_id=listing.id,
                amount_minor=listing.funded_minor,
            )
            for listing, moment in ready
        ]
    )
