"""Addresses and files of tables: read back exactly, and harmless whatever stands in them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tuppence.web.tables.csv_cells import FORMULA_BEGINNINGS, csv_cell
from tuppence.web.tables.cursor import INT_MAX, Cursor, Side, decode, encode
from tuppence.web.tables.sorting import Sort, parse_sort

INTS = st.integers(-INT_MAX, INT_MAX)
VALUES = st.one_of(
    st.tuples(st.just(int), st.none() | INTS),
    st.tuples(st.just(str), st.text(st.characters(exclude_characters="\x00", codec="utf-8"))),
    st.tuples(st.just(date), st.dates()),
    st.tuples(st.just(datetime), st.datetimes(timezones=st.just(UTC))),
    st.tuples(st.just(Decimal), st.decimals(-(10**12), 10**12, places=8)),
)


@given(VALUES, st.sampled_from(Side), INTS | st.uuids())
def test_a_cursor_reads_back_as_it_was(
    typed: tuple[type, object], side: Side, key: int | UUID
) -> None:
    cursor = Cursor(side, typed[1], key)  # type: ignore[arg-type]
    assert decode(encode(cursor), typed[0], type(key)) == cursor


@given(st.text(), st.sampled_from([int, str, date, datetime, Decimal]))
def test_no_text_in_an_address_breaks_a_page(text: str, wanted: type) -> None:
    found = decode(text, wanted, int)
    assert found is None or isinstance(found, Cursor)


def test_a_cursor_of_another_type_is_refused() -> None:
    text = encode(Cursor(Side.AFTER, "late", 7))
    assert decode(text, int, int) is None
    assert decode(encode(Cursor(Side.AFTER, 10**30, 7)), int, int) is None
    assert decode(encode(Cursor(Side.AFTER, Decimal("NaN"), 7)), Decimal, int) is None


@given(st.sampled_from(["amount", "title"]), st.booleans())
def test_a_sort_reads_back_and_turns(name: str, descending: bool) -> None:
    sort = Sort(name, descending)
    assert parse_sort(str(sort), {"amount", "title"}) == sort
    assert sort.turned().turned() == sort != sort.turned()
    assert parse_sort(str(sort), {"other"}) is None


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    assert not csv_cell(text).lstrip(" ").startswith(FORMULA_BEGINNINGS)


def test_values_are_written_for_machines() -> None:
    assert csv_cell(datetime(2026, 3, 2, 12, 30, tzinfo=UTC)) == "2026-03-02T12:30:00Z"
    assert csv_cell(date(2026, 3, 2)) == "2026-03-02"
    assert csv_cell(-1250) == "-1250"
