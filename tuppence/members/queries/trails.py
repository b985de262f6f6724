"""What waits for a second person, and what the audit trail tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tuppence.members.approvals import JSON
from tuppence.members.models import ApprovalRequest, AuditEntry


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A request for a second person, with the word on it if there is one."""

    id: int
    kind: str
    payload: Mapping[str, JSON]
    payload_hash: str
    member_id: int | None
    made_by_id: int
    made_by: str  # e-mail
    made_at: datetime
    expires_at: datetime
    approved: bool | None  # None while it waits
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry of the audit trail."""

    id: int
    at: datetime
    user: str | None  # e-mail; None: the platform itself
    action: str
    outcome: str
    subject_kind: str
    subject_id: int
    before: Mapping[str, JSON]
    after: Mapping[str, JSON]
    why: str
    origin: str


APPROVAL_FIELDS = (
    *("id", "kind", "payload", "payload_hash", "member_id", "made_by_id", "made_by__email"),
    *("made_at", "expires_at", "decision__approved", "decision__decided_by__email"),
    *("decision__decided_at", "decision__reason"),
)
AUDIT_FIELDS = (
    *("id", "at", "user__email", "action", "outcome", "subject_kind", "subject_id"),
    *("before", "after", "why", "origin"),
)


def approvals_waiting(
    *, at: datetime, kinds: frozenset[str] | None = None, limit: int = 100
) -> list[ApprovalRow]:
    """Requests that nobody has decided and that have not expired, oldest first."""
    rows = ApprovalRequest.objects.filter(decision=None, expires_at__gt=at)
    if kinds is not None:
        rows = rows.filter(kind__in=sorted(kinds))
    found = rows.order_by("made_at", "id").values_list(*APPROVAL_FIELDS)[:limit]
    return [ApprovalRow(*row) for row in found]


def approval(request_id: int) -> ApprovalRow | None:
    """One request."""
    row = ApprovalRequest.objects.filter(id=request_id).values_list(*APPROVAL_FIELDS).first()
    return ApprovalRow(*row) if row else None


def audit_trail(
    *, subject_kind: str = "", subject_id: int = 0, before_id: int | None = None, limit: int = 100
) -> list[AuditRow]:
    """Entries, newest first: of one subject, or of all; `before_id` turns the page."""
    rows = AuditEntry.objects.order_by("-id")
    if subject_kind:
        rows = rows.filter(subject_kind=subject_kind, subject_id=subject_id)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [AuditRow(*row) for row in rows.values_list(*AUDIT_FIELDS)[:limit]]
