"""Count errors, and say that one was looked at."""

import json
from datetime import datetime
from enum import StrEnum

from django.db import connection, transaction

from tuppence.faults.fault import Fault
from tuppence.faults.models import FaultRecord
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.queries import permissions_of_user
from tuppence.members.roles import Permission


class SeenStatus(StrEnum):
    """What came of saying that an error was looked at."""

    DONE = "done"
    NOT_PERMITTED = "not_permitted"
    NOT_FOUND = "not_found"


def record_fault(fault: Fault, *, at: datetime) -> int:
    """Count an error; the number under which it stands."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO faults_faultrecord AS kept
                (digest, kind, route, method, places, first_at, last_at, count, remark)
            VALUES (%s, %s, %s, %s, %s, %s, %s, 1, '')
            ON CONFLICT (digest) DO UPDATE
                SET count = kept.count + 1, last_at = greatest(kept.last_at, excluded.last_at)
            RETURNING id
            """,
            [
                *(fault.digest, fault.kind, fault.route, fault.method),
                *(json.dumps(fault.places), at, at),
            ],
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


@transaction.atomic
def mark_seen(fault_id: int, *, by: int, at: datetime, remark: str) -> SeenStatus:
    """Somebody has looked at an error; it is open again when it happens again."""
    status = SeenStatus.DONE
    if Permission.SEE_HEALTH not in permissions_of_user(by):
        status = SeenStatus.NOT_PERMITTED
    elif not FaultRecord.objects.filter(pk=fault_id).update(
        seen_by=by, seen_at=at, remark=remark.strip()
    ):
        return SeenStatus.NOT_FOUND
    entry = Audit(at, by, "fault.seen", status, "fault", fault_id, why=remark.strip())
    audit([entry])
    return status
