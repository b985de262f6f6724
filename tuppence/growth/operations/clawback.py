"""Take a reward back that was earned against the terms: a person's decision, with a reason."""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from tuppence.growth.operations.gift_lock import lock_gifts
from tuppence.growth.operations.grants import take_back
from tuppence.growth.queries.offers import lock_grants
from tuppence.growth.using import GrantState
from tuppence.members import queries as members
from tuppence.members.audit_trail import Audit
from tuppence.members.naming import clean_text
from tuppence.members.operations import audit
from tuppence.members.roles import Permission

OVER = frozenset({GrantState.EXPIRED, GrantState.TAKEN_BACK})


class ClawbackStatus(StrEnum):
    """What became of taking a reward back."""

    DONE = "done"
    NOT_FOUND = "not_found"
    NOT_PERMITTED = "not_permitted"
    REASON_MISSING = "reason_missing"
    OVER = "over"  # nothing is left to take back
    OWN_CASE = "own_case"


@transaction.atomic
def take_back_reward(grant_id: int, *, by: int, why: str, at: datetime) -> ClawbackStatus:
    """Take a grant back: unpaid, it returns to the budget; paid, it is set off against later
    rewards and never taken from the member's money."""
    reason = clean_text(why)
    if Permission.MANAGE_CAMPAIGNS not in members.permissions_of_user(by):
        return ClawbackStatus.NOT_PERMITTED
    lock_gifts()
    row = lock_grants([grant_id]).get(grant_id)
    if row is None:
        return ClawbackStatus.NOT_FOUND
    if row.member_id in members.ties_of(by):
        return ClawbackStatus.OWN_CASE
    if not reason:
        return ClawbackStatus.REASON_MISSING
    if GrantState(row.state) in OVER:
        return ClawbackStatus.OVER
    take_back(row, why=reason, at=at)
    audit(
        [
            Audit(
                at=at,
                user_id=by,
                action="offer.take_back",
                outcome="done",
                subject_kind="grant",
                subject_id=row.pk,
                why=reason,
            )
        ]
    )
    return ClawbackStatus.DONE
