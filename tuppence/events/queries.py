"""Read the behaviour book."""

import json

from django.db import connection

from tuppence.events.happenings import Event, Position, Recorded


def lock_cursor(consumer: str) -> Position:
    """Where a consumer stands, locked until the transaction ends; a new one stands at the start."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_cursor (consumer, xid, event_id) VALUES (%s, 0, 0)"
            " ON CONFLICT DO NOTHING",
            [consumer],
        )
        cursor.execute(
            "SELECT xid, event_id FROM events_cursor WHERE consumer = %s FOR UPDATE", [consumer]
        )
        row = cursor.fetchone()
    assert row is not None
    return Position(*row)


def events_after(position: Position, *, limit: int) -> list[Recorded]:
    """The next events in the order (transaction, number), never passing an open transaction.

    A row of a transaction that is still open has `xid >= pg_snapshot_xmin`, so everything returned
    is final and nothing that commits later can sort before it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT xid::text::bigint, id, verb, at, member_id, visitor_id, subject_kind, subject_id,
                   amount_minor, currency, channel, campaign, properties::text
            FROM events_event
            WHERE (xid, id) > (%s::text::xid8, %s)
              AND xid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY xid, id LIMIT %s
            """,
            [str(position.xid), position.id, limit],
        )
        rows = [(*row[:-1], json.loads(row[-1])) for row in cursor]
    return [Recorded(Position(*row[:2]), Event(*row[2:])) for row in rows]
