"""The only modules that write the room's tables: load, decide, write."""

from tuppence.members.operations.approvals import (
    ApprovalKeyReusedError,
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    decide_approval,
    kinds_decided_with,
    request_approval,
)
from tuppence.members.operations.audit import audit
from tuppence.members.operations.bank_accounts import (
    add_bank_accounts,
    request_bank_account_change,
    verify_bank_accounts,
)
from tuppence.members.operations.compliance import (
    block_member,
    lift_block,
    record_consents,
    record_declarations,
    set_mark,
    write_note,
)
from tuppence.members.operations.documents import note_reading, store_document
from tuppence.members.operations.identity import decide_identity, submit_identity
from tuppence.members.operations.providers import (
    collect_verdicts,
    hand_over,
    register_provider,
)
from tuppence.members.operations.registration import register_members
from tuppence.members.operations.staff import (
    NotPermittedError,
    create_staff,
    identify,
    remove_roles,
    request_roles,
)
from tuppence.members.operations.suitability import record_suitability

__all__ = [
    "ApprovalKeyReusedError",
    "ApprovedRequest",
    "CannotApplyError",
    "NotPermittedError",
    "add_bank_accounts",
    "approval_handler",
    "audit",
    "block_member",
    "collect_verdicts",
    "create_staff",
    "decide_approval",
    "decide_identity",
    "hand_over",
    "identify",
    "kinds_decided_with",
    "lift_block",
    "note_reading",
    "record_consents",
    "record_declarations",
    "record_suitability",
    "register_members",
    "register_provider",
    "remove_roles",
    "request_approval",
    "request_bank_account_change",
    "request_roles",
    "set_mark",
    "store_document",
    "submit_identity",
    "verify_bank_accounts",
    "write_note",
]
