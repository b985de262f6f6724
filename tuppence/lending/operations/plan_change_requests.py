"""Change a loan's plan or waive by the word of two people: one asks, another agrees."""

from uuid import UUID

from tuppence.ledger.ids import derive_id
from tuppence.lending.models import Loan
from tuppence.lending.operations.plan_changes import change_plans
from tuppence.lending.orders import ActStatus
from tuppence.lending.plan_orders import PlanOrder, of_payload, to_payload
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

PLAN_CHANGE_KIND = "lending.plan_change"

CHANGED_MEANWHILE = sentence(
    "Something was booked on this loan after this was asked: look at the loan and ask again."
)
CANNOT = {
    ActStatus.LOAN_CLOSED: sentence("The loan is closed or written off already."),
    ActStatus.PERIOD_PAID: sentence("The borrower has paid this period meanwhile: ask again."),
    ActStatus.NOTHING_TO_CHANGE: sentence("This changes nothing any more."),
}


def request_plan_change(order: PlanOrder, *, by: int) -> ApprovalRequest:
    """Ask for another rate, a pause, another plan or a waiver; another person agrees.

    The order's key is that of the request. `NotPermittedError` where `by` may not ask;
    `Loan.DoesNotExist` where there is no such loan.
    """
    if Permission.SERVICE_LOANS not in permissions_of_user(by):
        raise NotPermittedError("Ask a credit officer: your role does not include this.")
    loan = Loan.objects.get(pk=order.loan_id)
    payload: dict[str, JSON] = {
        **to_payload(order),
        "outstanding_minor": loan.outstanding_minor,
        "facts": loan.facts,
        "currency": loan.currency,
    }
    return request_approval(
        PLAN_CHANGE_KIND,
        payload,
        made_by=by,
        at=order.at,
        key=order.key,
        member_id=loan.borrower_id,
    )


@approval_handler(PLAN_CHANGE_KIND, permission=Permission.APPROVE_WRITE_OFF)
def plan_change_approved(approved: ApprovedRequest) -> None:
    """Change what both people saw; refused where the loan changed in the meantime."""
    payload = approved.payload
    loan = Loan.objects.get(pk=int(str(payload["loan_id"])))
    if loan.facts != payload["facts"]:
        raise CannotApplyError(CHANGED_MEANWHILE)
    order = of_payload(payload, _key(approved.key), approved.at)
    (outcome,) = change_plans([order])
    if not outcome.status.accepted:
        raise CannotApplyError(CANNOT.get(outcome.status, CHANGED_MEANWHILE))


def _key(key: UUID) -> UUID:
    return derive_id("plan_change", key)
