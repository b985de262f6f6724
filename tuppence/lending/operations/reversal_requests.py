"""Take a payment back by the word of two people: it moves lenders' money to the borrower."""

from datetime import datetime
from uuid import UUID

from tuppence.ledger.ids import derive_id
from tuppence.lending.models import Payment
from tuppence.lending.operations.reversals import reverse_payments
from tuppence.lending.orders import ActStatus, ReverseOrder
from tuppence.members.approvals import JSON
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations import (
    ApprovedRequest,
    CannotApplyError,
    NotPermittedError,
    approval_handler,
    request_approval,
)
from tuppence.members.queries import permissions_of_user, ties_of
from tuppence.members.roles import Permission
from tuppence.money.refusals import sentence

REVERSAL_KIND = "lending.payment_reversal"
ASKS = frozenset({Permission.ASSIGN_RECEIPT, Permission.WRITE_OFF})

CANNOT = {
    ActStatus.PAYMENT_NOT_FOUND: sentence("There is no such payment."),
    ActStatus.ALREADY_REVERSED: sentence("This payment was taken back already."),
    ActStatus.EXCEEDS_AVAILABLE: sentence("There is not enough money on the account for this."),
    ActStatus.REASON_MISSING: sentence("The request has no reason: ask again with one."),
}


def request_payment_reversal(
    payment_id: UUID, *, why: str, by: int, at: datetime, key: UUID
) -> ApprovalRequest:
    """Ask that a payment be taken back, because the bank did; another person agrees.

    `NotPermittedError` where `by` may not ask, or the loan is their own;
    `Payment.DoesNotExist` where there is no such payment.
    """
    payment = Payment.objects.select_related("loan").get(pk=payment_id)
    loan = payment.loan
    if not ASKS & permissions_of_user(by):
        raise NotPermittedError("Ask a finance officer: your role does not include this.")
    if loan.borrower_id in ties_of(by):
        raise NotPermittedError("This is your own case. Somebody else has to decide it.")
    payload: dict[str, JSON] = {
        "payment_id": str(payment.pk),
        "loan_id": loan.pk,
        "amount_minor": payment.amount_minor,
        "currency": loan.currency,
        "on": payment.on.isoformat(),
        "why": why,
    }
    return request_approval(
        REVERSAL_KIND, payload, made_by=by, at=at, key=key, member_id=loan.borrower_id
    )


@approval_handler(REVERSAL_KIND, permission=Permission.APPROVE_MANUAL_ENTRY)
def reverse_approved_payment(approved: ApprovedRequest) -> None:
    """Take back the payment that both people saw."""
    order = ReverseOrder(
        key=derive_id("payment_reversal", approved.key),
        payment_id=UUID(str(approved.payload["payment_id"])),
        reason=str(approved.payload["why"]),
        at=approved.at,
    )
    (outcome,) = reverse_payments([order])
    if not outcome.status.accepted:
        raise CannotApplyError(CANNOT.get(outcome.status, outcome.status.value))
