"""Tracked links: made, paused, followed."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction

from tuppence import platform
from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.growth.links import LinkError, NewLink, check_link
from tuppence.growth.models import TrackedLink
from tuppence.growth.queries.channels import open_by_channel
from tuppence.members.audit_trail import Audit
from tuppence.members.naming import clean_text
from tuppence.members.operations import audit
from tuppence.money.refusals import sentence

LINK = "link"


@transaction.atomic
def make_link(asked: NewLink, *, by: int, at: datetime) -> TrackedLink:
    """Make a tracked link; LinkError says what cannot stand."""
    check_link(asked)
    if not open_by_channel().get(asked.channel_id):
        raise LinkError(sentence("Choose a channel that is open."))
    utm = asked.utm
    row, made = TrackedLink.objects.get_or_create(
        code=asked.code,
        defaults={
            "name": clean_text(asked.name),
            "channel_id": asked.channel_id,
            "campaign_id": asked.campaign_id,
            "partner_id": asked.partner_id,
            "creative": asked.creative,
            "target": asked.target,
            "utm_source": utm.source,
            "utm_medium": utm.medium,
            "utm_campaign": utm.campaign,
            "utm_content": utm.content,
            "utm_term": utm.term,
            "owner_id": by,
            "made_at": at,
        },
    )
    if not made:
        raise LinkError(
            sentence("There is a link “%(code)s” already: choose another code."),
            {"code": asked.code},
        )
    audit([_entry("link.make", row.pk, by, at)])
    return row


@transaction.atomic
def pause_link(link_id: int, *, paused: bool, by: int, at: datetime) -> bool:
    """Let a link rest, or open it again; whether anything changed."""
    rows = TrackedLink.objects.filter(id=link_id, paused_at__isnull=paused)
    changed = rows.update(paused_at=at if paused else None)
    if changed:
        audit([_entry("link.pause" if paused else "link.resume", link_id, by, at)])
    return bool(changed)


@transaction.atomic
def follow_links(clicks: Mapping[int, int], *, bot: bool, at: datetime) -> None:
    """Count clicks by link, people's or programs', on the business day of `at`."""
    followed = sorted(clicks.items())
    day: date = platform.business_day(at)
    column = "bot_clicks" if bot else "clicks"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO growth_linkday AS counted (link_id, day, clicks, bot_clicks)
            SELECT link_id, %s, CASE WHEN %s THEN 0 ELSE number END,
                   CASE WHEN %s THEN number ELSE 0 END
            FROM unnest(%s::bigint[], %s::bigint[]) AS clicked (link_id, number)
            ON CONFLICT (link_id, day)
                DO UPDATE SET {column} = counted.{column} + excluded.{column}
            """,  # noqa: S608 - one of two names of ours
            [day, bot, bot, [link for link, _ in followed], [number for _, number in followed]],
        )
    if not bot:
        record(
            [
                Event(
                    "link.followed",
                    at,
                    subject_kind=LINK,
                    subject_id=link,
                    properties={"count": number},
                )
                for link, number in followed
            ]
        )


def _entry(action: str, number: int, by: int, at: datetime) -> Audit:
    return Audit(
        at=at, user_id=by, action=action, outcome="done", subject_kind=LINK, subject_id=number
    )
