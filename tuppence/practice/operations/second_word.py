"""The second person of the practice market, who looks at what the first one asked, and agrees."""

from datetime import datetime

from tuppence.members.approvals import Status
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations import decide_approval


def agree(request: ApprovalRequest, *, by: int, at: datetime) -> None:
    """Approve a request as it was shown; the practice market never asks what cannot be done."""
    outcome = decide_approval(
        request.pk,
        by=by,
        approve=True,
        payload_hash=request.payload_hash,
        reason="Checked against the papers.",
        at=at,
    )
    assert outcome.status is Status.APPROVED, outcome
