"""Give a loan up by the word of two people: one asks, another agrees, then it is written off."""

from datetime import date, datetime
from uuid import UUID

from tuppence.ledger.ids import derive_id
from tuppence.lending.models import Loan
from tuppence.lending.operations.write_offs import write_off
from tuppence.lending.orders import ActStatus, WriteOffOrder
from tuppence.members.approvals import JSON
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations import (
    ApprovedRequest,
    CannotApplyError,
    NotPermittedError,
    approval_handler,
    request_approval,
)
from tuppence.members.queries import permissions_of_user
from tuppence.members.roles import Permission
from tuppence.money.refusals import sentence

WRITE_OFF_KIND = "lending.write_off"

CANNOT = {
    ActStatus.LOAN_CLOSED: sentence("The loan is closed or written off already."),
    ActStatus.IN_FUTURE: sentence("The day is still to come: ask again with today or earlier."),
    ActStatus.BEFORE_LATEST_FACT: sentence(
        "Something was booked on this loan with a later day: ask again with a later day."
    ),
    ActStatus.REASON_MISSING: sentence("The request has no reason: ask again with one."),
}


def request_write_off(
    loan_id: int, *, on: date, why: str, by: int, at: datetime, key: UUID
) -> ApprovalRequest:
    """Ask that a loan be written off at the end of a day; another person agrees.

    `NotPermittedError` where `by` may not ask; `Loan.DoesNotExist` where there is no such loan.
    """
    if Permission.WRITE_OFF not in permissions_of_user(by):
        raise NotPermittedError("Ask a credit officer: your role does not include this.")
    loan = Loan.objects.get(pk=loan_id)
    payload: dict[str, JSON] = {
        "loan_id": loan.pk,
        "on": on.isoformat(),
        "outstanding_minor": loan.outstanding_minor,
        "currency": loan.currency,
        "why": why,
    }
    return request_approval(
        WRITE_OFF_KIND, payload, made_by=by, at=at, key=key, member_id=loan.borrower_id
    )


@approval_handler(WRITE_OFF_KIND, permission=Permission.APPROVE_WRITE_OFF)
def write_off_approved(approved: ApprovedRequest) -> None:
    """Write off what both people saw; refused where the loan changed in the meantime."""
    loan_id = approved.payload["loan_id"]
    assert isinstance(loan_id, int)
    loan = Loan.objects.get(pk=loan_id)
    if loan.outstanding_minor != approved.payload["outstanding_minor"]:
        raise CannotApplyError(
            sentence("Something was paid after this was asked: look at the loan and ask again.")
        )
    order = WriteOffOrder(
        key=derive_id("write_off", approved.key),
        loan_id=loan_id,
        on=date.fromisoformat(str(approved.payload["on"])),
        reason=str(approved.payload["why"]),
        at=approved.at,
    )
    (outcome,) = write_off([order])
    if not outcome.status.accepted:
        raise CannotApplyError(CANNOT.get(outcome.status, outcome.status.value))
