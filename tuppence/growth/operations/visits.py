"""Keep what people looked at: pages in the behaviour book, and a row for each visit that begins."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.growth.arriving import DIRECT, ELSEWHERE
from tuppence.growth.queries.channels import channel_ids
from tuppence.growth.visiting import Hit

COLUMNS = (
    *("id", "visitor_id", "at", "channel_id", "kind", "reason", "link_id", "campaign_id"),
    *("partner_id", "creative", "utm_source", "utm_medium", "utm_campaign", "utm_content"),
    *("utm_term", "referrer_host", "landing", "device", "language"),
)


@transaction.atomic
def record_hits(hits: Sequence[Hit]) -> None:
    """Keep a batch of pages. A visit whose number stands already begins no second time."""
    begun = [hit for hit in hits if hit.beginning is not None]
    fresh = _keep_visits(begun)
    record(
        [_beginning_event(hit) for hit in begun if hit.visit in fresh]
        + [_page_event(hit) for hit in hits]
    )


@transaction.atomic
def name_visit(visit: int, visitor_id: UUID) -> bool:
    """Give a visit of nobody to the visitor who has just agreed; whether it was nobody's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE growth_visit SET visitor_id = %s WHERE id = %s AND visitor_id IS NULL",
            [visitor_id, visit],
        )
        return bool(cursor.rowcount)


def _keep_visits(begun: Sequence[Hit]) -> frozenset[int]:
    """Write the rows; the numbers of those that were not there before."""
    if not begun:
        return frozenset()
    ids = channel_ids()
    columns = list(zip(*(_row(hit, ids) for hit in begun), strict=True))
    names = ", ".join(COLUMNS)
    types = (
        *("bigint", "uuid", "timestamptz", "bigint", "text", "text", "bigint", "bigint"),
        *("bigint", *["text"] * 10),
    )
    holes = ", ".join(f"%s::{each}[]" for each in types)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO growth_visit ({names}) SELECT * FROM unnest({holes})"  # noqa: S608 - names of ours
            " ON CONFLICT (id) DO NOTHING RETURNING id",
            [list(column) for column in columns],
        )
        return frozenset(number for (number,) in cursor.fetchall())


def _row(hit: Hit, ids: Mapping[str, int]) -> tuple[object, ...]:
    assert hit.beginning is not None
    arrival, source = hit.beginning.arrival, hit.beginning.source
    link, utm = arrival.link, arrival.utm
    channel = ids.get(source.channel) or ids.get(ELSEWHERE) or ids[DIRECT]
    return (
        *(hit.visit, hit.visitor_id, hit.at, channel, source.kind.value, source.reason),
        *(link.id if link else None, link.campaign_id if link else None),
        *(link.partner_id if link else None, link.creative if link else ""),
        *(utm.source, utm.medium, utm.campaign, utm.content, utm.term),
        *(arrival.referrer_host, hit.beginning.landing, hit.device, hit.language),
    )


def _beginning_event(hit: Hit) -> Event:
    assert hit.beginning is not None and hit.visit is not None
    source, link = hit.beginning.source, hit.beginning.arrival.link
    return Event(
        "visit.began",
        hit.at,
        visitor_id=hit.visitor_id,
        subject_kind="visit",
        subject_id=hit.visit,
        channel=source.channel,
        campaign=str(link.campaign_id) if link and link.campaign_id else "",
        properties={
            "kind": source.kind.value,
            "landing": hit.beginning.landing,
            "device": hit.device,
            "language": hit.language,
        },
    )


def _page_event(hit: Hit) -> Event:
    if hit.bot:
        return Event("bot.viewed", hit.at, properties={"agent": hit.bot, "page": hit.page})
    return Event(
        "page.viewed",
        hit.at,
        visitor_id=hit.visitor_id,
        subject_kind="visit" if hit.visit is not None else "",
        subject_id=hit.visit or 0,
        properties={"page": hit.page, "device": hit.device, "language": hit.language},
    )


@transaction.atomic
def note_choice(*, agreed: bool, visitor_id: UUID | None, at: datetime) -> None:
    """Keep the proof of an answer: by whom it was given, if they may be known, and when."""
    verb = "consent.given" if agreed else "consent.refused"
    record([Event(verb, at, visitor_id=visitor_id, properties={"purpose": "measuring"})])
