"""Four eyes: ask that something be done, and do it when another person approves.

A room registers what happens on approval:

    @approval_handler("bank.withdrawal", permission=Permission.APPROVE_WITHDRAWAL)
    def send_withdrawal(approved: ApprovedRequest) -> None: ...

The handler runs in the transaction of the decision. Where the request can no longer be carried
out it raises `CannotApplyError`, and the request stays open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from tuppence.members import queries
from tuppence.members.approvals import (
    JSON,
    VALID_FOR,
    Checker,
    Outcome,
    Request,
    Status,
    Word,
    decide,
    payload_digest,
)
from tuppence.members.audit_trail import Audit
from tuppence.members.models import ApprovalDecision, ApprovalRequest
from tuppence.members.naming import clean_text, is_text
from tuppence.members.operations.audit import audit
from tuppence.members.roles import Permission


class CannotApplyError(Exception):
    """An approved request can't be carried out now; the message says why."""


class ApprovalKeyReusedError(Exception):
    """The key of an earlier request was used again for something else."""


@dataclass(frozen=True, slots=True)
class ApprovedRequest:
    """What a handler is given: the request as both people saw it."""

    id: int
    key: UUID
    kind: str
    payload: Mapping[str, JSON]
    member_id: int | None
    made_by: int
    decided_by: int
    at: datetime  # of the decision


Apply = Callable[[ApprovedRequest], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """What a kind of request needs and does."""

    permission: Permission
    apply: Apply
    refuse: Apply | None  # undoes what asking has set aside, if it has


handlers: dict[str, Handler] = {}


def approval_handler(
    kind: str, *, permission: Permission, refuse: Apply | None = None
) -> Callable[[Apply], Apply]:
    """Register what is done when a second person with `permission` approves this kind."""

    def register(apply: Apply) -> Apply:
        assert kind not in handlers, f"{kind} has a handler already"
        handlers[kind] = Handler(permission, apply, refuse)
        return apply

    return register


def kinds_decided_with(permissions: frozenset[Permission]) -> frozenset[str]:
    """The kinds of requests that somebody with these permissions may decide on."""
    return frozenset(
        kind for kind, handler in handlers.items() if handler.permission in permissions
    )


@transaction.atomic
def request_approval(
    kind: str,
    payload: Mapping[str, JSON],
    *,
    made_by: int,
    at: datetime,
    key: UUID,
    member_id: int | None = None,
    valid_for: timedelta = VALID_FOR,
) -> ApprovalRequest:
    """Ask for something that needs two people; the same key again gives the first request.

    `payload` is JSON without floats, and all that the handler will be given. `member_id` is the
    member concerned: nobody who acts for that member can approve. Who may ask is checked by the
    caller. `ApprovalKeyReusedError` where the key stands for another request.
    """
    assert kind in handlers, f"no handler for {kind}"
    digest = payload_digest(kind, payload, member_id)
    request, created = ApprovalRequest.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": dict(payload),
            "payload_hash": digest,
            "member_id": member_id,
            "made_by_id": made_by,
            "made_at": at,
            "expires_at": at + valid_for,
        },
    )
    if (request.payload_hash, request.made_by_id) != (digest, made_by):
        raise ApprovalKeyReusedError(f"The key of request {request.pk} was used again.")
    if created:
        audit([entry("approval.request", request, by=made_by, at=at, outcome="asked")])
    return request


@transaction.atomic
def decide_approval(
    request_id: int, *, by: int, approve: bool, payload_hash: str, reason: str, at: datetime
) -> Outcome:
    """Say yes or no to a request; on yes it is carried out in the same transaction.

    `payload_hash` is the digest of what the checker was shown. Every try is written to the audit
    trail, refused ones too.
    """
    request = ApprovalRequest.objects.select_for_update(no_key=True).filter(id=request_id).first()
    word = Word(approve, payload_hash, clean_text(reason) if is_text(reason) else "", at)
    if request is None:
        return Outcome(request_id, Status.NOT_FOUND)
    checker = load_checker(by, handlers[request.kind].permission)
    status = decide(load_request(request), checker, word)
    detail = ""
    if status in {Status.APPROVED, Status.REFUSED}:
        status, detail = carry_out(request, word, by=by, status=status)
    audit([entry("approval.decide", request, by=by, at=at, outcome=status.value, why=word.reason)])
    return Outcome(request_id, status, detail)


def load_request(request: ApprovalRequest) -> Request:
    """The request as it stands now; its digest is computed again from what is stored."""
    return Request(
        id=request.pk,
        kind=request.kind,
        payload_hash=payload_digest(request.kind, request.payload, request.member_id),
        made_by=request.made_by_id,
        maker_human_id=request.made_by.human_id,
        made_at=request.made_at,
        expires_at=request.expires_at,
        decided=ApprovalDecision.objects.filter(request=request).exists(),
        member_id=request.member_id,
    )


def load_checker(user_id: int, permission: Permission) -> Checker:
    """The checker's person and rights; held, so that rights taken away meanwhile count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT human_id FROM members_user WHERE id = %s FOR SHARE", [user_id])
        row = cursor.fetchone()
    return Checker(
        user_id=user_id,
        human_id=row[0] if row else None,
        permitted=permission in queries.permissions_of_user(user_id),
        acts_for=queries.ties_of(user_id),
    )


def carry_out(
    request: ApprovalRequest, word: Word, *, by: int, status: Status
) -> tuple[Status, str]:
    """Write the decision and do what was approved; all of it or none."""
    handler = handlers[request.kind]
    do = handler.apply if word.approve else handler.refuse
    try:
        with transaction.atomic():
            ApprovalDecision.objects.create(
                request=request,
                approved=word.approve,
                reason=word.reason,
                payload_hash=word.payload_hash,
                made_by_id=request.made_by_id,
                decided_by_id=by,
                decided_at=word.at,
            )
            if do is not None:
                do(approved_request(request, by=by, at=word.at))
    except CannotApplyError as error:
        return Status.CANNOT_APPLY, str(error)
    return status, ""


def approved_request(request: ApprovalRequest, *, by: int, at: datetime) -> ApprovedRequest:
    """The request as its handler gets it."""
    return ApprovedRequest(
        id=request.pk,
        key=request.key,
        kind=request.kind,
        payload=request.payload,
        member_id=request.member_id,
        made_by=request.made_by_id,
        decided_by=by,
        at=at,
    )


def entry(
    action: str, request: ApprovalRequest, *, by: int, at: datetime, outcome: str, why: str = ""
) -> Audit:
    """What the trail says: the digest names the content without repeating it."""
    return Audit(
        at=at,
        user_id=by,
        action=action,
        outcome=outcome,
        subject_kind="approval_request",
        subject_id=request.pk,
        after={"kind": request.kind, "payload_hash": request.payload_hash},
        why=why,
    )
