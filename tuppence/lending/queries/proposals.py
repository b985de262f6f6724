"""Read which applications wait for a second officer's word."""

from datetime import datetime

from tuppence.members.models import ApprovalRequest

DECISION_KIND = "lending.decision"


def open_proposals(*, at: datetime) -> dict[int, int]:
    """The requests that wait for a second officer, by application."""
    rows = ApprovalRequest.objects.filter(kind=DECISION_KIND, decision=None, expires_at__gt=at)
    return {
        int(str(payload["application_id"])): number
        for number, payload in rows.order_by("id").values_list("id", "payload")
    }
