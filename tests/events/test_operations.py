"""The behaviour book on a real PostgreSQL: kept by month, append-only, read without gaps."""

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from django.db import connection, connections, transaction

from tuppence.events import operations
from tuppence.events.happenings import START, Event, EventColumns, Recorded
from tuppence.events.operations import consume, ensure_months, record, rewind
from tuppence.postgres.cluster import Cluster

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


class Reader:
    """A consumer that remembers what it was handed."""

    def __init__(self, name: str = "reader") -> None:
        self.name = name
        self.seen: list[Event] = []

    def __call__(self, found: Sequence[Recorded]) -> None:
        self.seen += [each.event for each in found]

    def read(self, limit: int = 100) -> list[str]:
        """Read on, and say the verbs of what is new."""
        before = len(self.seen)
        while consume(self.name, self, limit=limit, at=NOON):
            pass
        return [event.verb for event in self.seen[before:]]


@pytest.fixture
def other(cluster: Cluster) -> Any:
    """A writer with a transaction of its own."""
    name = str(connections["default"].settings_dict["NAME"])
    with psycopg.connect(cluster.url("app", name)) as writer:
        yield writer


INSERT = "INSERT INTO events_event (verb, at) VALUES (%s, %s)"


def test_an_event_reads_back_as_it_was() -> None:
    event = Event(
        "investment.placed",
        NOON,
        member_id=7,
        visitor_id=uuid4(),
        subject_kind="listing",
        subject_id=9,
        amount_minor=100_00,
        currency="EUR",
        channel="search",
        campaign="spring",
        properties={"grade": "A", "lenders": 3, "auto": False},
    )
    plain = Event("visit", NOON)
    record([event, plain])
    reader = Reader()
    reader.read()
    assert reader.seen == [event, plain]


def test_columns_are_kept_as_rows_are() -> None:
    moments = np.array(["2026-03-02T12:00:00", "2026-04-02T12:00:00"], "datetime64[us]")
    for at in (moments[:1], moments):  # one month goes straight into its table, several are routed
        record(
            EventColumns(
                verb="investment.placed",
                subject_kind="listing",
                currency="EUR",
                at=at,
                member_ids=np.arange(1, len(at) + 1),
                subject_ids=np.arange(11, len(at) + 11),
                amounts_minor=np.arange(101, len(at) + 101),
            )
        )
    reader = Reader()
    reader.read()
    assert [(e.member_id, e.subject_id, e.amount_minor) for e in reader.seen] == [
        (1, 11, 101),
        (1, 11, 101),
        (2, 12, 102),
    ]
    assert [e.at.month for e in reader.seen] == [3, 3, 4]
    assert reader.seen[0].properties == {}


def test_nothing_is_recorded_where_the_transaction_fails() -> None:
    def fail() -> None:
        with transaction.atomic():
            record([Event("lost", NOON)])
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    record([])
    assert rows_of("events_event") == 0


# --- Months ------------------------------------------------------------------------------------
def test_each_month_has_a_table_of_its_own() -> None:
    year = date.today().year + 50  # noqa: DTZ011 - any month that no other test has made
    moments = [datetime(year, 1, 31, 23, 59, 59, tzinfo=UTC), datetime(year, 2, 1, tzinfo=UTC)]
    record([Event("late", moments[0]), Event("early", moments[1])])
    assert rows_of(f"events_event_{year}01") == 1
    assert rows_of(f"events_event_{year}02") == 1
    assert rows_of("events_event_other") == 0


def test_what_has_no_month_yet_is_kept_all_the_same(other: psycopg.Connection[Any]) -> None:
    other.execute(INSERT, ["far", datetime(2199, 1, 1, tzinfo=UTC)])
    other.commit()
    assert rows_of("events_event_other") == 1
    assert Reader().read() == ["far"]


def test_the_same_month_may_be_wanted_by_several_at_once() -> None:
    months = {date(2190, month, 1) for month in range(1, 13)}
    errors: list[Exception] = []

    def want() -> None:
        try:
            with transaction.atomic():
                ensure_months(months)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert rows_of("events_event_219012") == 0


def test_a_new_month_does_not_wait_for_open_writers(other: psycopg.Connection[Any]) -> None:
    """Somebody may hold a transaction open with events in it; others write on in a new month."""
    record([Event("first", NOON)])
    other.execute(INSERT, ["open", NOON])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        record([Event("new month", datetime(2180, 6, 1, tzinfo=UTC))])
    other.commit()
    assert rows_of("events_event") == 3


@pytest.mark.parametrize("table", ["events_event", "events_event_202603", "events_event_other"])
@pytest.mark.parametrize("role", ["app", "owner"])
def test_events_never_change(cluster: Cluster, table: str, role: Any) -> None:
    record([Event("first", NOON)])
    name = str(connections["default"].settings_dict["NAME"])
    with psycopg.connect(cluster.url(role, name), autocommit=True) as raw:
        raw.execute("INSERT INTO events_event_other (verb, at) VALUES ('x', '2199-05-05')")
        for statement in (f"UPDATE {table} SET verb = 'y'", f"DELETE FROM {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append_only"):
                raw.execute(statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(f"TRUNCATE {table}")
    assert rows_of("events_event") == 2


# --- Cursors -----------------------------------------------------------------------------------
def test_a_late_commit_is_not_skipped(other: psycopg.Connection[Any]) -> None:
    """The first number is taken by the transaction that commits last."""
    ensure_months({date(2026, 3, 1)})
    other.execute(INSERT, ["began first", NOON])
    record([Event("committed first", NOON)])
    reader = Reader()
    assert reader.read() == []  # waits behind the one that is still open
    other.commit()
    assert reader.read() == ["began first", "committed first"]
    assert reader.read() == []


def test_an_open_transaction_without_a_number_yet_hides_nothing(
    other: psycopg.Connection[Any],
) -> None:
    """It has read, not written: it gets its place when it writes, behind what is read already."""
    other.execute("SELECT 1")
    record([Event("one", NOON)])
    reader = Reader()
    assert reader.read() == ["one"]
    other.execute(INSERT, ["two", NOON])
    other.commit()
    assert reader.read() == ["two"]


def test_a_number_taken_before_its_transaction_is_not_skipped(
    other: psycopg.Connection[Any],
) -> None:
    """`nextval` gives no transaction id: numbers and transactions come in opposite orders."""
    ensure_months({date(2026, 3, 1)})
    sequence = "SELECT nextval(pg_get_serial_sequence('events_event', 'id'))"
    other.execute(sequence)  # of every 32 numbers one is logged, and that one needs a transaction
    other.commit()
    (number,) = other.execute(sequence).fetchone()
    record([Event("later number, earlier transaction", NOON)])
    reader = Reader()
    assert reader.read() == ["later number, earlier transaction"]
    other.execute(
        "INSERT INTO events_event (id, verb, at) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s)",
        [number, "earlier number, later transaction", NOON],
    )
    other.commit()
    assert reader.read() == ["earlier number, later transaction"]


def test_a_rolled_back_writer_is_passed(other: psycopg.Connection[Any]) -> None:
    other.execute(INSERT, ["never", NOON])
    record([Event("kept", NOON)])
    reader = Reader()
    assert reader.read() == []
    other.rollback()
    assert reader.read() == ["kept"]


def test_random_writers_are_read_once_and_whole() -> None:
    """Eight writers with pauses between number and commit, one reader running all the while."""
    ensure_months({date(2026, 3, 1)})
    done = threading.Event()

    def write(number: int) -> None:
        for step in range(15):
            with transaction.atomic():
                record([Event(f"{number}/{step}/a", NOON)])
                record([Event(f"{number}/{step}/b", NOON)])
        connection.close()

    reader = Reader()

    def read() -> None:
        while not done.is_set():
            reader.read(limit=7)
        connection.close()

    writers = [threading.Thread(target=write, args=[number]) for number in range(8)]
    reading = threading.Thread(target=read)
    for thread in [*writers, reading]:
        thread.start()
    for thread in writers:
        thread.join(60)
    done.set()
    reading.join(60)
    reader.read()
    verbs = [event.verb for event in reader.seen]
    assert len(verbs) == len(set(verbs)) == 8 * 15 * 2
    for number in range(8):
        own = [verb for verb in verbs if verb.startswith(f"{number}/")]
        assert own == [f"{number}/{step}/{half}" for step in range(15) for half in "ab"]


def test_consumers_read_apart_and_in_portions() -> None:
    record([Event(f"event {number}", NOON) for number in range(5)])
    one, two = Reader("one"), Reader("two")
    assert consume("one", one, limit=2, at=NOON) == 2
    assert two.read(limit=1) == [f"event {number}" for number in range(5)]
    assert one.read() == ["event 2", "event 3", "event 4"]


def test_a_failed_handler_is_handed_the_same_again() -> None:
    record([Event("one", NOON)])

    def fail(found: Sequence[Recorded]) -> None:
        record([Event("written by the handler", NOON)])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        consume("reader", fail, limit=10, at=NOON)
    assert rows_of("events_event") == 1
    assert Reader().read() == ["one"]


def test_a_consumer_reads_again_from_any_place() -> None:
    record([Event(f"event {number}", NOON + timedelta(days=number)) for number in range(4)])
    places = []
    consume(
        "reader", lambda found: places.extend(each.position for each in found), limit=9, at=NOON
    )
    rewind("reader", to=places[1], at=NOON)
    assert Reader().read() == ["event 2", "event 3"]
    rewind("reader", to=START, at=NOON)
    assert len(Reader().read()) == 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT moved_at FROM events_cursor WHERE consumer = 'reader'")
        assert cursor.fetchone() == (NOON,)


def test_two_runs_of_one_consumer_share_the_work() -> None:
    record([Event(f"event {number}", NOON) for number in range(40)])
    readers = [Reader(), Reader()]

    def run(reader: Reader) -> None:
        reader.read(limit=3)
        connection.close()

    threads = [threading.Thread(target=run, args=[reader]) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    verbs = [event.verb for reader in readers for event in reader.seen]
    assert sorted(verbs) == sorted(f"event {number}" for number in range(40))


@pytest.mark.parametrize("size", [1, 1000])
def test_recording_costs_the_same_queries_at_any_size(
    size: int, django_assert_num_queries: Any
) -> None:
    record([Event("first", NOON)])
    with django_assert_num_queries(1):  # which months are missing; then one COPY
        operations.record([Event("visit", NOON)] * size)
