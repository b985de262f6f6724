"""Bulk reads and writes on Django's default connection, inside the caller's transaction.

A batch of 20,000 rows through the ORM costs seconds; as one binary COPY it costs tens of
milliseconds. The binary rows are laid out by numpy: every field of a batch has one width, so a
whole batch is one structured array and one write.

Format: PostgreSQL documentation, "COPY", section "Binary Format".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString, cast
from uuid import UUID

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

Ints = NDArray[np.int64]
Uuids = NDArray[np.void]  # dtype V16, the sixteen bytes of each id

SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
POSTGRES_EPOCH = np.datetime64("2000-01-01T00:00:00", "us")
UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
UUID_DTYPE = np.dtype("V16")

# Fault tests hang themselves in here: Django's execute_wrapper does not see COPY.
copy_hooks: list[Callable[[str, str], None]] = []


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a batch in PostgreSQL's binary form: fixed width, one value or one a row."""

    values: NDArray[Any] | bytes | None  # bytes: the same for every row; None: NULL in every row

    @property
    def dtype(self) -> np.dtype[Any]:
        if self.values is None:
            return np.dtype("V0")
        if isinstance(self.values, bytes):
            return np.dtype(f"V{len(self.values)}")
        return self.values.dtype


def bigints(values: NDArray[Any]) -> Field:
    """A bigint column."""
    return Field(values.astype(">i8"))


def dates(values: NDArray[np.datetime64]) -> Field:
    """A date column from datetime64[D]."""
    return Field((values - np.datetime64("2000-01-01", "D")).astype(np.int64).astype(">i4"))


def timestamps(values: NDArray[np.datetime64]) -> Field:
    """A timestamptz column from datetime64[us] in UTC."""
    return Field((values - POSTGRES_EPOCH).astype(np.int64).astype(">i8"))


def uuids(values: Uuids) -> Field:
    """A uuid column from sixteen bytes a row."""
    return Field(values)


def constant(value: str | int | bool | UUID | datetime | None) -> Field:
    """The same value in every row; an int stands for a bigint."""
    match value:
        case None:
            return Field(None)
        case str():
            return Field(value.encode())
        case bool():
            return Field(b"\x01" if value else b"\x00")
        case int():
            return Field(value.to_bytes(8, "big", signed=True))
        case UUID():
            return Field(value.bytes)
        case datetime():
            utc = value.astimezone(UTC).replace(tzinfo=None)
            micros = np.datetime64(utc, "us") - POSTGRES_EPOCH
            return Field(int(micros.astype(np.int64)).to_bytes(8, "big", signed=True))


def constant_json(text: str) -> Field:
    """The same jsonb document in every row."""
    return Field(b"\x01" + text.encode())


def binary_rows(fields: Sequence[Field], count: int) -> bytes:
    """The batch as PostgreSQL's binary COPY stream, without signature and trailer."""
    layout: list[tuple[str, Any]] = [("n", ">i2")]
    for index, field in enumerate(fields):
        layout.append((f"l{index}", ">i4"))
        if field.values is not None and field.dtype.itemsize:
            layout.append((f"v{index}", field.dtype))
    rows = np.zeros(count, dtype=np.dtype(layout))
    rows["n"] = len(fields)
    for index, field in enumerate(fields):
        rows[f"l{index}"] = -1 if field.values is None else field.dtype.itemsize
        if field.values is not None and field.dtype.itemsize:
            value = field.values
            rows[f"v{index}"] = np.void(value) if isinstance(value, bytes) else value
    return rows.tobytes()


def copy_columns(table: str, fields: Mapping[str, Field], count: int) -> None:
    """Append `count` rows to a table from columns, in one binary COPY."""
    if not count:
        return
    payload = SIGNATURE + binary_rows(list(fields.values()), count) + TRAILER
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, fields))
    )
    with _copying(table), _cursor().copy(statement) as copy:
        copy.write(payload)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows to a table in one COPY; any types and widths, slower than columns."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with _copying(table), _cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def next_ids(table: str, count: int) -> list[int]:
    """So many new numbers of a table, for rows that others of the same transaction point to."""
    with _cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def fetch_columns(query: LiteralString, params: Sequence[Any] | Mapping[str, Any]) -> list[Ints]:
    """Run a query whose one row holds `array_send(array_agg(…))` columns; read them as int64.

    The elements are bigints, or timestamptz values to be read by `moments`. Forty thousand rows
    come back as a few byte strings instead of forty thousand tuples. An empty aggregate is NULL
    and reads as an empty array. No element may be NULL.
    """
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        row = cursor.fetchone()
    assert row is not None
    return [_int_array(cell) for cell in row]


def moments(micros: Ints) -> NDArray[np.datetime64]:
    """Fetched timestamptz values as datetime64[us] in UTC; -infinity reads as NaT."""
    never = micros == np.iinfo(np.int64).min
    return np.where(never, np.datetime64("NaT"), POSTGRES_EPOCH + micros.astype("timedelta64[us]"))


def int_array_literal(values: NDArray[Any]) -> str:
    """A bigint[] literal: sent as one text parameter, it is cheaper than a list."""
    return "{" + ",".join(map(str, values.tolist())) + "}"


def uuid_array(values: Uuids) -> list[UUID]:
    """UUIDs of a column of sixteen-byte values."""
    blob = values.tobytes()
    return [UUID(bytes=blob[at : at + 16]) for at in range(0, len(blob), 16)]


def uuid_column(values: Iterable[UUID]) -> Uuids:
    """A column of sixteen-byte values of UUIDs."""
    return np.frombuffer(b"".join(value.bytes for value in values), dtype=UUID_DTYPE)


def time_column(values: Iterable[datetime]) -> NDArray[np.datetime64]:
    """A column of UTC moments of aware datetimes."""
    # Whole microseconds: as a float of seconds, a moment after 2106 would lose its last digit.
    micros = np.array([(value - UNIX_EPOCH) // MICROSECOND for value in values], dtype=np.int64)
    return micros.astype("datetime64[us]")


def _int_array(cell: bytes | memoryview | None) -> Ints:
    if cell is None:
        return np.empty(0, dtype=np.int64)
    # array_send: dimensions, null flag, element oid, size, lower bound; then length and value.
    elements = np.frombuffer(bytes(cell), dtype=[("l", ">i4"), ("v", ">i8")], offset=20)
    assert not (elements["l"] != 8).any(), "a column of bigint without NULL was promised"
    return elements["v"].astype(np.int64)


def _cursor() -> psycopg.Cursor[Any]:
    connection.ensure_connection()
    return cast("psycopg.Connection[Any]", connection.connection).cursor()


class _copying:  # noqa: N801 - reads as a verb at the `with`
    """Tells the hooks before and after, and turns driver errors into Django's."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.errors = connection.wrap_database_errors

    def __enter__(self) -> None:
        for hook in copy_hooks:
            hook("before", self.table)
        self.errors.__enter__()

    def __exit__(self, *exc: Any) -> None:
        self.errors.__exit__(*exc)
        if exc[0] is None:
            for hook in copy_hooks:
                hook("after", self.table)
