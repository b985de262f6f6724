"""What a member does with offers: enter a code, begin a trial."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from tuppence import platform
from tuppence.growth.campaign import State
from tuppence.growth.granting import GrantOrder
from tuppence.growth.models import CodeTry, Offer
from tuppence.growth.offer import Claim, OfferKind
from tuppence.growth.operations.offers import Granted, grant
from tuppence.growth.queries.offers import lock_grants, terms_of
from tuppence.growth.using import GrantState, UseStatus
from tuppence.members.models import Member

TRIES_PER_HOUR = 10


class CodeStatus(StrEnum):
    """What became of a code, before an offer was found by it."""

    FOUND = "found"
    UNKNOWN = "unknown"
    TOO_MANY_TRIES = "too_many_tries"


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What became of a code that a member entered."""

    status: CodeStatus
    granted: Granted | None = None


@transaction.atomic
def redeem_code(member_id: int, code: str, *, key: UUID, at: datetime) -> Redeemed:
    """Give a member the offer that a code stands for.

    Wrong codes are counted: after ten within an hour even a right one is refused, so that nobody
    finds codes by trying.
    """
    Member.objects.select_for_update(no_key=True).get(pk=member_id)
    lately = CodeTry.objects.filter(member_id=member_id, at__gt=at - timedelta(hours=1))
    if lately.count() >= TRIES_PER_HOUR:
        return Redeemed(CodeStatus.TOO_MANY_TRIES)
    offer = (
        Offer.objects.filter(code=code.strip().casefold(), campaign__state=State.RUNNING)
        .exclude(code="")
        .order_by("-id")
        .first()
    )
    if offer is None:
        CodeTry.objects.create(member_id=member_id, at=at)
        return Redeemed(CodeStatus.UNKNOWN)
    (granted,) = grant([GrantOrder(key, offer.pk, member_id, at, Claim.CODE.value)])
    return Redeemed(CodeStatus.FOUND, granted)


@transaction.atomic
def begin_trial(grant_id: int, member_id: int, *, at: datetime) -> UseStatus:
    """Let trial money begin to run for its days; a second call changes nothing."""
    row = lock_grants([grant_id]).get(grant_id)
    if row is None:
        return UseStatus.NOT_FOUND
    if row.member_id != member_id:
        return UseStatus.NOT_YOURS
    today = platform.business_day(at)
    if row.offer.kind != OfferKind.TRIAL_MONEY:
        return UseStatus.WRONG_KIND
    if row.state != GrantState.GRANTED:
        return UseStatus.WRONG_STATE
    if today > row.last_day:
        return UseStatus.TOO_LATE
    row.state, row.taken_at, row.earned_to = GrantState.RUNNING, at, today
    row.last_day = today + timedelta(days=terms_of(row.offer).days - 1)
    row.save(update_fields=["state", "taken_at", "earned_to", "last_day"])
    return UseStatus.FITS
