"""Give an offer to a member by hand: a person's act, in the audit trail, never to oneself."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tuppence.growth.granting import GrantOrder, GrantStatus
from tuppence.growth.models import Offer
from tuppence.growth.offer import Claim, OfferKind
from tuppence.growth.operations.offers import Granted, grant
from tuppence.members import queries as members
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit


@transaction.atomic
def give_offer(offer_id: int, member_id: int, *, by: int, key: UUID, at: datetime) -> Granted:
    """Give an offer; refused for a member whom the giver acts for, and for staged rewards."""
    if member_id in members.ties_of(by):
        return Granted(GrantStatus.OWN_CASE)
    if Offer.objects.filter(id=offer_id, kind=OfferKind.REFERRAL).exists():
        return Granted(GrantStatus.NOT_BY_HAND)
    (done,) = grant([GrantOrder(key, offer_id, member_id, at, Claim.GIVEN.value)])
    if done.status is GrantStatus.GRANTED:
        audit(
            [
                Audit(
                    at=at,
                    user_id=by,
                    action="offer.give",
                    outcome="done",
                    subject_kind="member",
                    subject_id=member_id,
                )
            ]
        )
    return done
