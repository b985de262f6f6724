"""Whether the platform is well: worker, readers of events, letters, the day, the database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection

ALIVE_WITHIN = timedelta(seconds=60)  # a worker says every ten seconds that it lives
LAG_COUNTED_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of the behaviour book and how far it is behind."""

    name: str
    moved_at: datetime | None
    behind: int  # at most LAG_COUNTED_MAX


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work that comes back by the clock, and when it was last put in the queue."""

    task: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Database:
    """The state of the database that holds the books."""

    version: str
    size_bytes: int
    connections: int
    checksum_failures: int | None  # None: the server keeps no checksums
    archived_at: datetime | None
    archive_failures: int
    oldest_transaction: timedelta


@dataclass(frozen=True, slots=True)
class Backup:
    """The newest file in the folder of backups."""

    name: str
    at: datetime
    size_bytes: int


def worker_seen_at() -> datetime | None:
    """When a worker last said that it lives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        row = cursor.fetchone()
    return row[0] if row else None


def readers() -> list[Reader]:
    """Readers of the behaviour book with the number of events that they have not read."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT reader.consumer, reader.moved_at, (
                SELECT count(*) FROM (
                    SELECT 1 FROM events_event AS event
                    WHERE (event.xid, event.id)
                        > (reader.xid::text::xid8, reader.event_id) LIMIT %s
                ) AS unread)
            FROM events_cursor AS reader ORDER BY reader.consumer
            """,
            [LAG_COUNTED_MAX],
        )
        return [Reader(*row) for row in cursor]


def periodic_work(names: list[str]) -> list[Periodic]:
    """Each of these tasks with the moment for which it was last put in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, max(defer_timestamp) FROM procrastinate_periodic_defers"
            " WHERE task_name = ANY(%s) GROUP BY task_name",
            [names],
        )
        found = dict(cursor.fetchall())
    return [
        Periodic(name, datetime.fromtimestamp(found[name], UTC) if name in found else None)
        for name in names
    ]


def database() -> Database:
    """Size, sessions, checksums, the archive of the log, the oldest open transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT current_setting('server_version'), pg_database_size(base.datname),
                   base.numbackends,
                   CASE WHEN current_setting('data_checksums') = 'on'
                        THEN coalesce(base.checksum_failures, 0) END,
                   log.last_archived_time, log.failed_count,
                   coalesce((SELECT now() - min(xact_start) FROM pg_stat_activity
                             WHERE datname = base.datname), interval '0')
            FROM pg_stat_database AS base CROSS JOIN pg_stat_archiver AS log
            WHERE base.datname = current_database()
            """
        )
        row = cursor.fetchone()
    assert row is not None
    return Database(*row)


def newest_backup(folder: str) -> Backup | None:
    """The newest file of a folder; None where there is none or it can't be read."""
    try:
        files = [(path.stat(), path.name) for path in Path(folder).iterdir() if path.is_file()]
    except OSError:
        return None
    if not files:
        return None
    stat, name = max(files, key=lambda each: each[0].st_mtime)
    return Backup(name, datetime.fromtimestamp(stat.st_mtime, UTC), stat.st_size)


def letter_sent_at() -> datetime | None:
    """When a letter last left."""
    return _moment("SELECT max(sent_at) FROM letters_outboxletter WHERE state = 'sent'")


def day_closed_at() -> datetime | None:
    """When a day was last closed, by the clock of whoever closed it."""
    return _moment("SELECT max(closed_at) FROM lending_dayclose")


def _moment(query: str) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return row[0] if row else None


def letters() -> dict[str, int]:
    """How many letters stand in each state."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM letters_outboxletter GROUP BY state")
        return dict(cursor.fetchall())
