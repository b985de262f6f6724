"""What the audit trail says of one change: who, what, from what to what, why, from where."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from tuppence.members.approvals import JSON

# Where the present request comes from; the web sets it, commands and workers leave it empty.
ORIGIN: ContextVar[str] = ContextVar("tuppence_origin", default="")


@dataclass(frozen=True, slots=True)
class Audit:
    """One change by somebody with more than a member's rights, done or refused.

    `before` and `after` hold ids, states and masked values, never names, papers or passwords.
    """

    at: datetime
    user_id: int | None  # None: the platform itself
    action: str  # "identity.decide"
    outcome: str  # the operation's status
    subject_kind: str = ""
    subject_id: int = 0
    before: Mapping[str, JSON] = field(default_factory=dict)
    after: Mapping[str, JSON] = field(default_factory=dict)
    why: str = ""
