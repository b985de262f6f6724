"""Record that something was published, or did not apply."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from tuppence.compliance.models import Publication
from tuppence.members import queries
from tuppence.members.approvals import JSON
from tuppence.members.audit_trail import Audit
from tuppence.members.naming import clean_text, is_text
from tuppence.members.operations import audit
from tuppence.members.roles import Permission


class PublishedStatus(StrEnum):
    """What became of the record; the first failed check is named."""

    DONE = "done"
    EXISTS = "exists"
    NOT_PERMITTED = "not_permitted"
    PLACE_MISSING = "place_missing"
    REMARK_MISSING = "remark_missing"
    TEXT_NOT_ALLOWED = "text_not_allowed"


@transaction.atomic
def record_publication(
    *,
    key: UUID,
    book: str,
    rule_id: str,
    period: str,
    applies: bool,
    place: str,
    remark: str,
    published_on: date,
    by: int,
    at: datetime,
) -> PublishedStatus:
    """Keep where and when it was published; without anything to publish, why not.

    A later record of the same period takes the place of the earlier one.
    """
    status = _refusal(applies=applies, place=place, remark=remark, by=by)
    if status is PublishedStatus.DONE:
        _, made = Publication.objects.get_or_create(
            key=key,
            defaults={
                "book": book,
                "rule_id": rule_id,
                "period": period,
                "applies": applies,
                "place": clean_text(place),
                "remark": clean_text(remark),
                "published_on": published_on,
                "by_id": by,
                "at": at,
            },
        )
        if not made:
            return PublishedStatus.EXISTS
    after: dict[str, JSON] = {"rule": rule_id, "period": period, "applies": applies}
    audit([Audit(at=at, user_id=by, action="publication.record", outcome=status, after=after)])
    return status


def _refusal(*, applies: bool, place: str, remark: str, by: int) -> PublishedStatus:
    if Permission.HANDLE_COMPLAINTS not in queries.permissions_of_user(by):
        return PublishedStatus.NOT_PERMITTED
    if not (is_text(place) and is_text(remark)):
        return PublishedStatus.TEXT_NOT_ALLOWED
    if applies and not place.strip():
        return PublishedStatus.PLACE_MISSING
    if not applies and not remark.strip():
        return PublishedStatus.REMARK_MISSING
    return PublishedStatus.DONE
