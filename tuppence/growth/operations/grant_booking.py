"""The entries of offers: reserved, earned, given, released, taken back.

The debits and credits are in the table of journal entries of the design; each amount of a grant
is a group of its own whose id follows from the grant and the occasion.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tuppence.growth.campaign import State
from tuppence.growth.models import Grant
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind as Kind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, Transfer

SUBJECT = "grant"
Entry = tuple[str, AccountKey, AccountKey, int]  # kind of transfer, debit, credit, minor units


@dataclass(frozen=True, slots=True)
class Reserving:
    """The worst case of a new grant."""

    key: UUID
    grant_id: int
    campaign_id: int
    amount_minor: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Booking:
    """What is booked for a grant on one occasion; the occasion's name makes it happen once."""

    grant: Grant
    occasion: str
    entries: tuple[Entry, ...]
    at: datetime


def reserve(reserving: Sequence[Reserving], currency: str) -> None:
    """B available / reserved, one transfer a grant; the caller holds the budgets."""
    wanted = {
        AccountKey(kind, each.campaign_id, currency)
        for each in reserving
        for kind in (Kind.BUDGET_AVAILABLE, Kind.BUDGET_RESERVED)
    }
    ids = ledger.open_accounts(wanted, at=reserving[0].at)
    ledger.append(
        [
            Transfer(
                id=derive_id("growth.reserve", each.key),
                debit_account_id=ids[AccountKey(Kind.BUDGET_AVAILABLE, each.campaign_id, currency)],
                credit_account_id=ids[AccountKey(Kind.BUDGET_RESERVED, each.campaign_id, currency)],
                amount_minor=each.amount_minor,
                kind="offer_reserved",
                occurred_at=each.at,
                recorded_at=each.at,
                group_id=derive_id("growth.reserve", each.key),
                subject_kind=SUBJECT,
                subject_id=each.grant_id,
            )
            for each in reserving
        ]
    )


def earned(grant: Grant, amount_minor: int) -> tuple[Entry, ...]:
    """B reserved / used, and F incentive expense / liability."""
    budget = _campaign(grant, Kind.BUDGET_RESERVED), _campaign(grant, Kind.BUDGET_USED)
    cost = _campaign(grant, Kind.INCENTIVE_EXPENSE), _campaign(grant, Kind.INCENTIVE_LIABILITY)
    return (
        ("offer_earned", *budget, amount_minor),
        ("incentive_cost", *cost, amount_minor),
    )


def given(grant: Grant, amount_minor: int, *, set_off_minor: int = 0) -> tuple[Entry, ...]:
    """C promo float / member available, and F liability / promo float.

    What the member owes the firm for rewards taken back is set off first and not given.
    """
    purse = AccountKey(Kind.MEMBER_AVAILABLE, grant.member_id, grant.currency)
    owed = AccountKey(Kind.REWARD_RECOVERABLE, grant.member_id, grant.currency)
    float_here = AccountKey(Kind.PROMO_FLOAT, 0, grant.currency)
    float_firm = AccountKey(Kind.FIRM_PROMO_FLOAT, 0, grant.currency)
    liability = _campaign(grant, Kind.INCENTIVE_LIABILITY)
    return (
        ("gift", float_here, purse, amount_minor - set_off_minor),
        ("gift_cost", liability, float_firm, amount_minor - set_off_minor),
        ("gift_set_off", liability, owed, set_off_minor),
    )


def taxed(grant: Grant, amount_minor: int) -> tuple[Entry, ...]:
    """C member available / tax due: what is withheld from an extra rate, apart from interest."""
    purse = AccountKey(Kind.MEMBER_AVAILABLE, grant.member_id, grant.currency)
    due = AccountKey(Kind.TAX_DUE, 0, grant.currency)
    return (("extra_rate_tax", purse, due, amount_minor),)


def released(grant: Grant, amount_minor: int) -> tuple[Entry, ...]:
    """B reserved / available; of a campaign that has ended, on to its authority."""
    available = _campaign(grant, Kind.BUDGET_AVAILABLE)
    back = [("offer_released", _campaign(grant, Kind.BUDGET_RESERVED), available, amount_minor)]
    return tuple(back + _onwards(grant, available, amount_minor))


def taken_back(grant: Grant, *, unpaid_minor: int, paid_minor: int) -> tuple[Entry, ...]:
    """The way back of what was earned against the terms.

    Before it was paid: F liability / incentive and B used / available. After: F recoverable from
    the member / incentive, to be set off against later rewards and never taken from their money.
    """
    expense = _campaign(grant, Kind.INCENTIVE_EXPENSE)
    available = _campaign(grant, Kind.BUDGET_AVAILABLE)
    owed = AccountKey(Kind.REWARD_RECOVERABLE, grant.member_id, grant.currency)
    entries = [
        (
            "incentive_taken_back",
            _campaign(grant, Kind.INCENTIVE_LIABILITY),
            expense,
            unpaid_minor,
        ),
        ("budget_taken_back", _campaign(grant, Kind.BUDGET_USED), available, unpaid_minor),
        ("incentive_recoverable", owed, expense, paid_minor),
    ]
    return tuple(entries + _onwards(grant, available, unpaid_minor))


def _onwards(grant: Grant, available: AccountKey, amount_minor: int) -> list[Entry]:
    over = grant.campaign.state in {State.ENDED, State.REVIEWED}
    authority = _campaign(grant, Kind.AUTHORITY)
    return [("budget_released", available, authority, amount_minor)] if over else []


def book(bookings: Iterable[Booking]) -> None:
    """Post what is booked; entries of nothing are left out."""
    lines = [
        (booking, place, entry)
        for booking in bookings
        for place, entry in enumerate(booking.entries)
        if entry[3]
    ]
    if not lines:
        return
    wanted = {key for _, _, entry in lines for key in entry[1:3]}
    ids = ledger.open_accounts(wanted, at=lines[0][0].at)
    ledger.post_all(
        [
            Transfer(
                id=derive_id("growth.grant", booking.grant.key, booking.occasion, place),
                debit_account_id=ids[debit],
                credit_account_id=ids[credit],
                amount_minor=amount_minor,
                kind=kind,
                occurred_at=booking.at,
                recorded_at=booking.at,
                group_id=derive_id("growth.grant", booking.grant.key, booking.occasion),
                subject_kind=SUBJECT,
                subject_id=booking.grant.pk,
            )
            for booking, place, (kind, debit, credit, amount_minor) in lines
        ]
    )


def _campaign(grant: Grant, kind: Kind) -> AccountKey:
    return AccountKey(kind, grant.campaign_id, grant.currency)
