"""Write the audit trail, in the transaction of what it tells of."""

import json
from collections.abc import Sequence

from tuppence.members.audit_trail import ORIGIN, Audit
from tuppence.postgres import bulk

COLUMNS = (
    "at",
    "user_id",
    "action",
    "outcome",
    "subject_kind",
    "subject_id",
    "before",
    "after",
    "why",
    "origin",
)


def audit(entries: Sequence[Audit]) -> None:
    """Append entries; they stand or fall with the change. The origin is the present request's."""
    origin = ORIGIN.get()
    rows = (
        (
            *(getattr(entry, column) for column in COLUMNS[:6]),
            json.dumps(dict(entry.before)),
            json.dumps(dict(entry.after)),
            entry.why,
            origin,
        )
        for entry in entries
    )
    if entries:
        bulk.copy_rows("members_auditentry", COLUMNS, rows)
