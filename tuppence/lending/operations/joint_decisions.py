"""Approve an application above one officer's limit: one officer asks, another agrees."""

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.db import transaction

from tuppence.lending.application_rules import ReviewOrder, ReviewStatus, decide_review
from tuppence.lending.decision_reasons import Ground
from tuppence.lending.models import Application
from tuppence.lending.operations.applications import decide_jointly
from tuppence.lending.queries.credit_limits import limit_of_officer
from tuppence.lending.queries.proposals import DECISION_KIND, open_proposals
from tuppence.lending.queries.reviews import lock_cases
from tuppence.members.approvals import JSON
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations import (
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    request_approval,
)
from tuppence.members.queries import permissions_of_user, ties_of
from tuppence.members.roles import Permission
from tuppence.money.refusals import sentence

CANNOT = {
    ReviewStatus.ALREADY_DECIDED: sentence("Somebody has decided on this application meanwhile."),
    ReviewStatus.ALREADY_WITHDRAWN: sentence("The borrower took this application back."),
    ReviewStatus.NOT_PERMITTED: sentence("Whoever asked for this may no longer decide."),
    ReviewStatus.OWN_APPLICATION: sentence("This is the application of one of the two."),
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of a proposal: the request that waits, or why there is none."""

    status: ReviewStatus
    request_id: int | None = None


@transaction.atomic
def propose_decision(order: ReviewOrder, *, by: int, key: UUID) -> Proposed:
    """Ask a second officer to agree to an approval above the limit of the first.

    The same key again gives the first request. The status is APPROVED where the request waits.
    """
    known = ApprovalRequest.objects.filter(key=key).first()
    case = lock_cases([order.application_id]).get(order.application_id)
    if known is None:
        permitted = Permission.DECIDE_APPLICATION in permissions_of_user(by)
        status = decide_review(order, case, permitted=permitted, own=ties_of(by))
        if status is ReviewStatus.APPROVED and case is not None:
            status = _refuse(order, case.amount_minor, case.product.currency, by) or status
        if status is not ReviewStatus.APPROVED:
            return Proposed(status)
    row = Application.objects.get(pk=order.application_id)
    asked = request_approval(
        DECISION_KIND,
        to_payload(order, row),
        made_by=by,
        at=order.at,
        key=key,
        member_id=row.borrower_id,
    )
    return Proposed(ReviewStatus.APPROVED, asked.pk)


def _refuse(order: ReviewOrder, amount_minor: int, currency: str, by: int) -> ReviewStatus | None:
    if not order.approve:
        return ReviewStatus.NOT_ABOVE_LIMIT
    limit = limit_of_officer(by, currency)
    if limit is None or amount_minor <= limit:
        return ReviewStatus.NOT_ABOVE_LIMIT
    waits = order.application_id in open_proposals(at=order.at)
    return ReviewStatus.SECOND_ASKED if waits else None


def to_payload(order: ReviewOrder, row: Application) -> dict[str, JSON]:
    """What both officers see and agree to."""
    return {
        "application_id": order.application_id,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "grade": order.grade,
        "annual_rate": str(order.annual_rate),
        "expected_loss": str(order.expected_loss),
        "grounds": [*sorted(ground.value for ground in order.grounds)],
        "reasons": order.reasons,
    }


def of_payload(payload: dict[str, JSON], at: datetime) -> ReviewOrder:
    """The order that a payload holds."""
    grounds = payload["grounds"]
    assert isinstance(grounds, list)
    return ReviewOrder(
        application_id=int(str(payload["application_id"])),
        approve=True,
        reasons=str(payload["reasons"]),
        at=at,
        grade=str(payload["grade"]),
        annual_rate=Fraction(str(payload["annual_rate"])),
        expected_loss=Fraction(str(payload["expected_loss"])),
        grounds=tuple(Ground(str(ground)) for ground in grounds),
    )


@approval_handler(DECISION_KIND, permission=Permission.DECIDE_APPLICATION)
def decision_approved(approved: ApprovedRequest) -> None:
    """Approve the application as both officers saw it."""
    order = replace(of_payload(dict(approved.payload), approved.at), at=approved.at)
    status = decide_jointly(order, by=approved.made_by, agreed_by=approved.decided_by)
    if status is not ReviewStatus.APPROVED:
        raise CannotApplyError(CANNOT.get(status, status.value))
