"""What waits for a second person, and what the audit trail tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

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


APPROVAL_FIELDS = (
    *("id", "kind", "payload", "payload_hash", "member_id", "made_by_id", "made_by__email"),
    *("made_at", "expires_at", "decision__approved", "decision__decided_by__email"),
    *("decision__decided_at", "decision__reason"),
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


def audit_trail() -> QuerySet[AuditEntry]:
    """Every entry of the trail with the account behind it."""
    return AuditEntry.objects.select_related("user")
