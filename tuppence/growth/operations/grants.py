"""A grant's life after it was given: earned, paid, come back, ended, taken back.

Whoever calls holds the grant's row.
"""

from datetime import date, datetime, timedelta

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.growth.models import Grant
from tuppence.growth.offer import BACK_DAYS_MIN, OfferKind
from tuppence.growth.operations import grant_booking as booking
from tuppence.growth.queries.offers import terms_of
from tuppence.growth.using import GrantState
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey


def earn(row: Grant, amount_minor: int, *, at: datetime) -> None:
    """A grant is earned: its cost arises, the rest of its reservation goes back, and it is paid at
    once or after its hold."""
    terms = terms_of(row.offer)
    rest = row.reserved_minor - amount_minor
    entries = (*booking.earned(row, amount_minor), *booking.released(row, rest))
    booking.book([booking.Booking(row, "earned", entries, at)])
    row.earned_minor, row.reserved_minor, row.earned_at = amount_minor, 0, at
    row.pays_on = platform.business_day(at) + timedelta(days=terms.hold_days)
    row.state = GrantState.EARNED
    row.save(update_fields=["earned_minor", "reserved_minor", "earned_at", "pays_on", "state"])
    _tell(row, "offer.earned", amount_minor, at)
    if terms.hold_days == 0:
        pay(row, at=at)


def pay(row: Grant, *, at: datetime, occasion: str = "paid", ends: bool = True) -> int:
    """Give what is earned and not given yet; returns what reached the member's purse.

    What the member owes from rewards taken back is set off first.
    """
    amount = row.earned_minor - row.paid_minor
    owed_key = AccountKey(AccountKind.REWARD_RECOVERABLE, row.member_id, row.currency)
    owed = min(amount, max(balances([owed_key])[owed_key], 0)) if amount else 0
    entries = booking.given(row, amount, set_off_minor=owed)
    booking.book([booking.Booking(row, occasion, entries, at)])
    row.paid_minor += amount
    if ends:
        row.state, row.ended_at = GrantState.PAID, at
    row.save(update_fields=["paid_minor", "state", "ended_at"])
    if amount:
        _tell(row, "offer.paid", amount, at)
    return amount - owed


def end(row: Grant, state: GrantState, verb: str, *, at: datetime, why: str = "") -> None:
    """End a grant; what is still reserved goes back to its campaign."""
    entries = booking.released(row, row.reserved_minor)
    booking.book([booking.Booking(row, verb, entries, at)])
    released = row.reserved_minor
    row.state, row.reserved_minor, row.ended_at, row.why = state, 0, at, why[:200]
    row.save(update_fields=["state", "reserved_minor", "ended_at", "why"])
    _tell(row, verb, released, at)


def come_back(row: Grant, *, at: datetime) -> None:
    """What the order took along is the member's again, for a week at least. It stays reserved."""
    row.state, row.base_minor, row.taken_at = GrantState.GRANTED, None, None
    row.investment_id, row.application_id = None, None
    row.last_day = max(row.last_day, _week_after(at))
    row.save(
        update_fields=[
            *("state", "base_minor", "taken_at", "investment", "application", "last_day"),
        ]
    )
    _tell(row, "offer.came_back", row.reserved_minor, at)


def take_back(row: Grant, *, why: str, at: datetime) -> None:
    """Claw back: unused or unpaid, it goes back to the budget; paid, it is owed to the firm and
    set off against later rewards only."""
    entries = booking.taken_back(
        row, unpaid_minor=row.earned_minor - row.paid_minor, paid_minor=row.paid_minor
    )
    booking.book([booking.Booking(row, "taken_back", entries, at)])
    row.earned_minor = row.paid_minor
    row.save(update_fields=["earned_minor"])
    end(row, GrantState.TAKEN_BACK, "offer.taken_back", at=at, why=why)


def _week_after(at: datetime) -> date:
    return platform.business_day(at) + timedelta(days=BACK_DAYS_MIN)


def _tell(row: Grant, verb: str, amount_minor: int, at: datetime) -> None:
    events.record(
        [
            Event(
                verb,
                at,
                member_id=row.member_id,
                subject_kind="grant",
                subject_id=row.pk,
                amount_minor=amount_minor,
                currency=row.currency,
                campaign=str(row.campaign_id),
                properties={"kind": OfferKind(row.offer.kind).value},
            )
        ]
    )
