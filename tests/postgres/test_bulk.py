"""Bulk reads and writes give back what went in, field for field."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuppence.postgres import bulk

pytestmark = pytest.mark.django_db
shared = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
bigints = st.integers(-(2**63), 2**63 - 1)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.fixture
def table(db: None) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE sample (number bigint, day date, at timestamptz, name uuid,"
            " text text, flag boolean, facts jsonb, place bigint GENERATED ALWAYS AS IDENTITY)"
        )
    return "sample"


def rows(columns: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM sample ORDER BY place")
        return cursor.fetchall()


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sample")


@shared
@given(st.lists(st.tuples(bigints, moments, st.uuids(), st.dates(date(1900, 1, 1)))))
def test_columns_come_back_as_they_went(table: str, written: list[Any]) -> None:
    empty()
    numbers, times, names, days = zip(*written, strict=True) if written else ((), (), (), ())
    fields = {
        "number": bulk.bigints(np.array(numbers, dtype=np.int64)),
        "at": bulk.timestamps(
            np.array([t.replace(tzinfo=None) for t in times], dtype="datetime64[us]")
        ),
        "name": bulk.uuids(bulk.uuid_column(names)),
        "day": bulk.dates(np.array(days, dtype="datetime64[D]")),
    }
    bulk.copy_columns(table, fields, len(written))
    assert rows("number, at, name, day") == written


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "Grüße, 你好"),
        ("text", ""),
        ("number", -7),
        ("flag", True),
        ("flag", False),
        ("name", UUID(int=9)),
        ("at", datetime(2026, 3, 2, 12, 30, 15, 999_999, tzinfo=UTC)),
        ("at", datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=8)))),
        ("day", None),
        ("text", None),
    ],
)
def test_a_constant_stands_in_every_row(table: str, column: str, value: Any) -> None:
    fields = {column: bulk.constant(value), "number": bulk.bigints(np.arange(3))}
    if column == "number":
        fields = {column: bulk.constant(value), "flag": bulk.constant(None)}
    bulk.copy_columns(table, fields, 3)
    assert rows(column) == [(value,)] * 3


def test_a_constant_document(table: str) -> None:
    bulk.copy_columns(table, {"facts": bulk.constant_json('{"a": [1, "é"]}')}, 2)
    assert rows("facts ->> 'a'") == [('[1, "é"]',)] * 2


def test_rows_of_any_types(table: str) -> None:
    written = [(1, "tab\tnew\nline\\N", None), (2, "\\.", date(2026, 1, 1)), (3, "", None)]
    bulk.copy_rows(table, ["number", "text", "day"], iter(written))
    assert rows("number, text, day") == written


def test_nothing_to_write_writes_nothing(table: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        bulk.copy_columns(table, {"number": bulk.bigints(np.empty(0))}, 0)
        bulk.copy_rows(table, ["number"], [])
    assert rows("number") == []


@shared
@given(st.lists(st.tuples(bigints, moments)))
def test_fetched_columns_are_what_was_written(table: str, written: list[Any]) -> None:
    empty()
    bulk.copy_rows(table, ["number", "at"], written)
    numbers, micros = bulk.fetch_columns(
        "SELECT array_send(array_agg(number ORDER BY place)),"
        " array_send(array_agg(at ORDER BY place)) FROM sample",
        [],
    )
    assert numbers.tolist() == [number for number, _ in written]
    found = bulk.moments(micros).astype("datetime64[us]").tolist()
    assert found == [at.replace(tzinfo=None) for _, at in written]


def test_minus_infinity_reads_as_never(table: str) -> None:
    (micros,) = bulk.fetch_columns("SELECT array_send(ARRAY['-infinity'::timestamptz])", [])
    assert np.isnat(bulk.moments(micros)).all()


@given(st.lists(st.uuids()), st.lists(moments), st.lists(bigints))
def test_conversions_there_and_back(
    names: list[UUID], times: list[datetime], numbers: list[int]
) -> None:
    assert bulk.uuid_array(bulk.uuid_column(names)) == names
    column = bulk.time_column(times)
    assert [value.replace(tzinfo=UTC) for value in column.tolist()] == times
    assert bulk.int_array_literal(np.array(numbers, dtype=np.int64)) == (
        "{" + ",".join(str(number) for number in numbers) + "}"
    )


def test_driver_errors_are_djangos_and_leave_a_usable_connection(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX ON sample (name)")
    name = uuid4()
    for broken, error in ((lambda: [(name,), (name,)], IntegrityError), (bad_rows, DatabaseError)):
        with pytest.raises(error), transaction.atomic():
            bulk.copy_rows(table, ["name"], broken())
    assert rows("name") == []


def bad_rows() -> list[tuple[str]]:
    return [("no uuid",)]


def test_hooks_see_each_copy_before_and_after(table: str) -> None:
    seen: list[tuple[str, str, int]] = []
    bulk.copy_hooks.append(lambda when, name: seen.append((when, name, len(rows("number")))))
    try:
        bulk.copy_rows(table, ["number"], [(1,)])
        bulk.copy_columns(table, {"number": bulk.bigints(np.arange(2))}, 2)
    finally:
        bulk.copy_hooks.clear()
    assert seen == [
        ("before", table, 0),
        ("after", table, 1),
        ("before", table, 1),
        ("after", table, 3),
    ]
