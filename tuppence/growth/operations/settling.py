"""Settle what offers are for: earned at pay-out and never before, given, expired, come back.

What happened is read from the behaviour book, from a cursor of its own, so it can stop and catch
up. Each grant is settled once by its state, whatever is read twice.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event, Recorded
from tuppence.growth.campaign import State
from tuppence.growth.granting import GrantOrder
from tuppence.growth.models import Offer
from tuppence.growth.offer import Claim, Moment, reward_minor
from tuppence.growth.operations.gift_lock import lock_gifts
from tuppence.growth.operations.grants import come_back, earn, end, pay
from tuppence.growth.operations.offers import grant
from tuppence.growth.operations.referrals import hold_leavers, reward_stage
from tuppence.growth.queries import settling as queries
from tuppence.growth.queries.offers import terms_of
from tuppence.growth.queries.referrals import friends_lending_in
from tuppence.growth.referring import Stage
from tuppence.growth.using import GrantState
from tuppence.ledger.ids import derive_id

CONSUMER = "growth.offers"
BATCH = 5_000
CAME_TO_NOTHING = ("application.refused", "application.withdrawn")
INVESTMENTS_ENDED = ("investment.cancelled", "investment.refunded", "listing.paid_out")


def settle_offers(*, at: datetime) -> int:
    """Read on in the behaviour book and settle what it tells of; the number of events read."""
    read = 0
    while count := events.consume(CONSUMER, lambda told: _settle(told, at), limit=BATCH, at=at):
        read += count
    return read


def _settle(told: Sequence[Recorded], at: datetime) -> None:
    lock_gifts()
    by_verb: dict[str, list[Event]] = {}
    for each in told:
        by_verb.setdefault(each.event.verb, []).append(each.event)
    _grant_to_new(by_verb.get("member.registered", []), at)
    verified = by_verb.get("member.verified", [])
    for row in queries.lock_waiting_for_verification({each.member_id or 0 for each in verified}):
        earn(row, terms_of(row.offer).amount_minor, at=at)
    _investments(_subjects(by_verb, *INVESTMENTS_ENDED), at)
    _reward_invitations(verified, _subjects(by_verb, "listing.paid_out"), at)
    for row in queries.lock_taken_by_applications(_subjects(by_verb, *CAME_TO_NOTHING)):
        come_back(row, at=at)
    for taken in queries.lock_taken_by_loans(_subjects(by_verb, "loan.paid_out")):
        _paid_out(taken, taken.fee_minor, at)


def _reward_invitations(verified: Sequence[Event], paid_out: set[int], at: datetime) -> None:
    """Friends who are verified, and friends whose money became a loan."""
    known = {event.member_id for event in verified if event.member_id is not None}
    reward_stage(known, Stage.VERIFIED, at=at)
    lending = friends_lending_in(paid_out) if paid_out else set()
    reward_stage(lending, Stage.INVESTED, at=at)


def _subjects(by_verb: dict[str, list[Event]], *verbs: str) -> set[int]:
    return {event.subject_id for verb in verbs for event in by_verb.get(verb, [])}


def _grant_to_new(registered: Sequence[Event], at: datetime) -> None:
    """Offers for everybody who registers while they run; granted, and booked, when it is read."""
    running = Offer.objects.filter(
        campaign__state=State.RUNNING, terms__claim=Claim.REGISTERED.value
    ).order_by("id")
    offers = list(running) if registered else []
    grant(
        [
            GrantOrder(
                key=derive_id("growth.registered", offer.pk, event.member_id),
                offer_id=offer.pk,
                member_id=event.member_id,
                at=at,
                source=Claim.REGISTERED.value,
            )
            for event in registered
            for offer in offers
            if event.member_id is not None and event.at >= offer.opened_at
        ]
    )


def _investments(listing_ids: set[int], at: datetime) -> None:
    """Grants whose investments came to a loan are earned or begin to run; others come back."""
    for taken in queries.lock_taken_in(listing_ids):
        if taken.loan_id is None:
            come_back(taken.row, at=at)
        else:
            _paid_out(taken, taken.row.base_minor or 0, at)


def _paid_out(taken: queries.Taken, base_minor: int, at: datetime) -> None:
    """Earned now, also where the pay-out is read late: closed days never change."""
    row, paid_out_at = taken.row, taken.paid_out_at
    assert paid_out_at is not None
    terms = terms_of(row.offer)
    row.loan_id = taken.loan_id
    if terms.moment is Moment.DAILY:
        row.state = GrantState.RUNNING
        row.days_left, row.earned_to = terms.days, platform.business_day(paid_out_at)
        row.save(update_fields=["loan", "state", "days_left", "earned_to"])
        return
    row.save(update_fields=["loan"])
    earn(row, reward_minor(terms, base_minor), at=at)


@transaction.atomic
def pay_due(*, at: datetime) -> int:
    """Pay what was earned and whose hold is over; how many grants were paid."""
    lock_gifts()
    hold_leavers(at=at)
    rows = queries.lock_due(platform.business_day(at))
    for row in rows:
        pay(row, at=at)
    return len(rows)


@transaction.atomic
def expire_grants(*, at: datetime) -> int:
    """End unused grants whose last day is over; what they held goes back to the budget."""
    lock_gifts()
    rows = queries.lock_unused_before(platform.business_day(at))
    for row in rows:
        end(row, GrantState.EXPIRED, "offer.expired", at=at)
    return len(rows)


@transaction.atomic
def end_trials(*, at: datetime) -> int:
    """Take trial money back whose days are over, and pay its yield; how many trials ended."""
    lock_gifts()
    rows = queries.lock_trials_over(platform.business_day(at))
    for row in rows:
        earn(row, row.worst_minor, at=at)
    return len(rows)
