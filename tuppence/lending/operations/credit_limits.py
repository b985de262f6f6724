"""Set what one officer approves alone, by the word of two people."""

from datetime import datetime
from uuid import UUID

from tuppence.lending.credit_limits import LimitStatus, refuse_limit
from tuppence.lending.models import CreditLimit
from tuppence.lending.queries.credit_limits import limits_set, officer_limits
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

CREDIT_LIMIT_KIND = "lending.credit_limit"
CANNOT = {
    LimitStatus.OFFICER_UNKNOWN: sentence("This account decides on no applications any more."),
    LimitStatus.OWN_LIMIT: sentence("Nobody sets their own limit."),
    LimitStatus.NOTHING_TO_CHANGE: sentence("This changes nothing any more."),
}


class LimitRefusedError(ValueError):
    """A limit can't be asked for; `status` says why."""

    def __init__(self, status: LimitStatus) -> None:
        super().__init__(status.value)
        self.status = status


def request_credit_limit(
    officer_id: int | None,
    amount_minor: int | None,
    *,
    currency: str,
    why: str,
    by: int,
    at: datetime,
    key: UUID,
) -> ApprovalRequest:
    """Ask for another limit of an officer, or (None) of all without one of their own.

    An amount of None takes it away. `NotPermittedError` where `by` may not manage roles;
    `LimitRefusedError` where it can't be set.
    """
    if Permission.MANAGE_ROLES not in permissions_of_user(by):
        raise NotPermittedError("Ask an administrator: your role does not include this.")
    payload: dict[str, JSON] = {
        "officer_id": officer_id,
        "amount_minor": amount_minor,
        "currency": currency,
        "why": why,
    }
    known = ApprovalRequest.objects.filter(key=key).exists()
    refusal = None if known else _refusal(officer_id, amount_minor, currency, asked_by=by)
    if refusal is not None:
        raise LimitRefusedError(refusal)
    return request_approval(CREDIT_LIMIT_KIND, payload, made_by=by, at=at, key=key)


@approval_handler(CREDIT_LIMIT_KIND, permission=Permission.APPROVE_ROLES)
def credit_limit_approved(approved: ApprovedRequest) -> None:
    """Set the limit that both people saw; nobody agrees to their own."""
    payload = approved.payload
    officer, amount = payload["officer_id"], payload["amount_minor"]
    officer_id = officer if isinstance(officer, int) else None
    amount_minor = amount if isinstance(amount, int) else None
    currency = str(payload["currency"])
    refusal = _refusal(officer_id, amount_minor, currency, asked_by=approved.made_by)
    if refusal is None and officer_id == approved.decided_by:
        refusal = LimitStatus.OWN_LIMIT
    if refusal is not None:
        raise CannotApplyError(CANNOT.get(refusal, refusal.value))
    CreditLimit.objects.create(
        officer_id=officer_id,
        amount_minor=amount_minor,
        currency=currency,
        why=str(payload["why"]),
        asked_by_id=approved.made_by,
        agreed_by_id=approved.decided_by,
        set_at=approved.at,
    )


def _refusal(
    officer_id: int | None, amount_minor: int | None, currency: str, *, asked_by: int
) -> LimitStatus | None:
    stands = {each.officer_id: each.amount_minor for each in limits_set(currency)}
    return refuse_limit(
        officer_id,
        amount_minor,
        officers=frozenset(each.officer_id for each in officer_limits(currency)),
        asked_by=asked_by,
        stands_minor=stands.get(officer_id),
    )
