"""Decide what becomes of listings and investments between opening and pay-out. Pure.

open -> full -> paid out. A listing whose window ends with too little goes to expired; the borrower
or staff may withdraw it until it is paid out. An investment taken back in time reopens a full
listing while its window lasts.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

OPEN, FULL, PAID_OUT, EXPIRED, WITHDRAWN = "open", "full", "paid_out", "expired", "withdrawn"
PLACED, CANCELLED, REFUNDED = "placed", "cancelled", "refunded"


class PublishStatus(StrEnum):
    """What became of an order to publish. The first failed check is named."""

    PUBLISHED = "published"
    EXISTS = "exists"  # the application has its listing already
    APPLICATION_NOT_FOUND = "application_not_found"
    NOT_APPROVED = "not_approved"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    RULE_REFUSES = "rule_refuses"


class CancelStatus(StrEnum):
    """What became of an order to take an investment back. The first failed check is named."""

    CANCELLED = "cancelled"
    EXISTS = "exists"  # it is cancelled already
    NOT_FOUND = "not_found"  # or somebody else's: the answer is the same
    ALREADY_ENDED = "already_ended"
    TOO_LATE = "too_late"


class PayOutStatus(StrEnum):
    """What became of an order to pay a listing out. The first failed check is named."""

    PAID_OUT = "paid_out"
    EXISTS = "exists"
    LISTING_NOT_FOUND = "listing_not_found"
    NOT_FULL = "not_full"
    REFLECTION_LASTS = "reflection_lasts"  # an investor may still change their mind
    NOT_SIGNED = "not_signed"
    BORROWER_BLOCKED = "borrower_blocked"


@dataclass(frozen=True, slots=True)
class ApplicationState:
    """What publishing looks at."""

    id: int
    approved: bool
    withdrawn: bool
    listed: bool


@dataclass(frozen=True, slots=True)
class InvestmentState:
    """What taking back looks at."""

    id: UUID
    member_id: int
    listing_id: int
    amount_minor: int
    state: str
    revocable_until: datetime


@dataclass(frozen=True, slots=True)
class ListingState:
    """What the end of a window and the pay-out look at."""

    id: int
    state: str
    target_minor: int
    funded_minor: int
    floor_minor: int
    closes_at: datetime
    latest_revocable_until: datetime | None
    signed: bool
    borrower_blocked: bool


def decide_publish(application: ApplicationState | None, *, rule_id: str) -> PublishStatus:
    """Whether an application becomes a listing; `rule_id` names a rule that refuses it."""
    if application is None:
        return PublishStatus.APPLICATION_NOT_FOUND
    if application.listed:
        return PublishStatus.EXISTS
    if not application.approved:
        return PublishStatus.NOT_APPROVED
    if application.withdrawn:
        return PublishStatus.APPLICATION_WITHDRAWN
    return PublishStatus.RULE_REFUSES if rule_id else PublishStatus.PUBLISHED


def decide_cancel(
    investment: InvestmentState | None, *, member_id: int, at: datetime
) -> CancelStatus:
    """Whether an investor gets an investment back: their own, while it may be revoked."""
    if investment is None or investment.member_id != member_id:
        return CancelStatus.NOT_FOUND
    if investment.state == CANCELLED:
        return CancelStatus.EXISTS
    if investment.state != PLACED:
        return CancelStatus.ALREADY_ENDED
    if at >= investment.revocable_until:
        return CancelStatus.TOO_LATE
    return CancelStatus.CANCELLED


def state_after_window(listing: ListingState, *, at: datetime) -> str:
    """The state of an open listing at a moment: full once enough is there, else expired."""
    if listing.state != OPEN or at < listing.closes_at:
        return listing.state
    enough = listing.funded_minor > 0 and listing.funded_minor >= listing.floor_minor
    return FULL if enough else EXPIRED


def decide_pay_out(listing: ListingState | None, *, at: datetime) -> PayOutStatus:
    """Whether a listing may be paid out now."""
    if listing is None:
        return PayOutStatus.LISTING_NOT_FOUND
    if listing.state == PAID_OUT:
        return PayOutStatus.EXISTS
    if listing.state != FULL or listing.funded_minor <= 0:
        return PayOutStatus.NOT_FULL
    if listing.latest_revocable_until and at < listing.latest_revocable_until:
        return PayOutStatus.REFLECTION_LASTS
    if not listing.signed:
        return PayOutStatus.NOT_SIGNED
    if listing.borrower_blocked:
        return PayOutStatus.BORROWER_BLOCKED
    return PayOutStatus.PAID_OUT
