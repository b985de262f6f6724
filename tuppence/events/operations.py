"""Write events beside the transfers they tell of; let consumers read on from where they were."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import numpy as np
from django.db import connection, transaction

from tuppence.events import queries
from tuppence.events.happenings import START, Event, EventColumns, Position, Recorded
from tuppence.events.months import months_of, partition_name
from tuppence.postgres import bulk

TABLE = "events_event"
COLUMNS = (
    "verb",
    "at",
    "member_id",
    "visitor_id",
    "subject_kind",
    "subject_id",
    "amount_minor",
    "currency",
    "channel",
    "campaign",
    "properties",
)


def record(events: Sequence[Event] | EventColumns) -> None:
    """Append events in the current transaction: they stand or fall with what they tell of."""
    if not len(events):
        return
    if isinstance(events, EventColumns):
        _record_columns(events)
        return
    ensure_months(months_of(event.at for event in events))
    rows = (
        (
            *(getattr(event, column) for column in COLUMNS[:-1]),
            json.dumps(dict(event.properties)) if event.properties else "{}",
        )
        for event in events
    )
    bulk.copy_rows(TABLE, COLUMNS, rows)


def ensure_months(months: set[date]) -> None:
    """Make the partitions of these months where they are missing."""
    names = {partition_name(month): month for month in months}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NULL",
            [sorted(names)],
        )
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT events_ensure_month(%s)", [names[name]])


@transaction.atomic
def consume(
    consumer: str, handle: Callable[[Sequence[Recorded]], None], *, limit: int, at: datetime
) -> int:
    """Hand the next events to a consumer and move its cursor, in one transaction.

    What the handler writes to this database happens exactly once; what it does elsewhere, at
    least once. Two runs of one consumer wait for each other. Returns the number handed over.
    """
    position = queries.lock_cursor(consumer)
    found = queries.events_after(position, limit=limit)
    if not found:
        return 0
    handle(found)
    _move(consumer, found[-1].position, at)
    return len(found)


@transaction.atomic
def rewind(consumer: str, *, to: Position = START, at: datetime) -> None:
    """Let a consumer read again everything after a place; from the start unless told."""
    queries.lock_cursor(consumer)
    _move(consumer, to, at)


def _move(consumer: str, to: Position, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_cursor SET xid = %s, event_id = %s, moved_at = %s WHERE consumer = %s",
            [to.xid, to.id, at, consumer],
        )


def _record_columns(events: EventColumns) -> None:
    months = np.unique(events.at.astype("datetime64[M]"))
    firsts = {datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC).date() for month in months}
    ensure_months(firsts)
    # Into the month's own table where there is one month: no routing a row.
    table = partition_name(next(iter(firsts))) if len(firsts) == 1 else TABLE
    fields = {
        "verb": bulk.constant(events.verb),
        "at": bulk.timestamps(events.at),
        "member_id": bulk.bigints(events.member_ids),
        "subject_kind": bulk.constant(events.subject_kind),
        "subject_id": bulk.bigints(events.subject_ids),
        "amount_minor": bulk.bigints(events.amounts_minor),
        "currency": bulk.constant(events.currency),
    }
    bulk.copy_columns(table, fields, len(events))
