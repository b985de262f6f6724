"""The only modules that write the room's tables: load, decide, write."""

from tuppence.members.operations.approvals import (
    ApprovalKeyReusedError,
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    decide_approval,
    request_approval,
)
from tuppence.members.operations.audit import audit
from tuppence.members.operations.identity import decide_identity, submit_identity
from tuppence.members.operations.registration import register_members
from tuppence.members.operations.staff import (
    NotPermittedError,
    create_staff,
    remove_roles,
    request_roles,
)

__all__ = [
    "ApprovalKeyReusedError",
    "ApprovedRequest",
    "CannotApplyError",
    "NotPermittedError",
    "approval_handler",
    "audit",
    "create_staff",
    "decide_approval",
    "decide_identity",
    "register_members",
    "remove_roles",
    "request_approval",
    "request_roles",
    "submit_identity",
]
