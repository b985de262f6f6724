"""Where a table's rows come from: a query of any size, read by key, or a list of row objects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, F, Max, Min, Model, Q, QuerySet, Sum, UUIDField
from django.db.models.expressions import Combinable

from tuppence.web.tables.columns import Column, Row, value_at
from tuppence.web.tables.cursor import Cursor, Side

COUNTED_MAX = 50_000
"""Beyond so many rows counting and adding up is left until somebody asks for it."""
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of rows in order, the keys at its edges, and whether there is more beyond them."""

    rows: list[Row]
    edges: Sequence[tuple[Any, int | UUID]]  # of the first and the last row, none of no rows
    has_before: bool
    has_after: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows there are, and a sum and its currency for each column; None: too many."""

    count: int | None
    sums: dict[str, tuple[int, str]]


@runtime_checkable
class OwnSource(Protocol):
    """Rows that are read in a way of their own; they can't be sorted by columns."""

    @property
    def key_type(self) -> type:
        """The type of keys."""

    def kept(self, only: Any) -> "OwnSource":
        """Those that a filter leaves."""

    def page(self, cursor: Cursor | None, size: int) -> Slice:
        """So many rows behind or before a place."""

    def totals(self, columns: Sequence[Column], *, whole: bool) -> Totals:
        """Count and sums over all rows; of too many only when asked for."""

    def all(self) -> Iterator[list[Row]]:
        """Every row in order, a chunk at a time."""


class QuerySource:
    """Rows of a query. Sorted by an expression and then by key; no offset, no count."""

    def __init__(
        self, rows: QuerySet[Any], column: Column | None, *, descending: bool, key: str = "pk"
    ) -> None:
        self.rows, self.column, self.descending, self.key = rows, column, descending, key
        self.path: str | Combinable = column.sort_path if column else key
        self.nullable = column is not None and _may_be_null(rows.model, self.path)

    @property
    def key_type(self) -> type:
        """The type of keys."""
        is_uuid = self.key == "pk" and isinstance(self.rows.model._meta.pk, UUIDField)
        return UUID if is_uuid else int

    def page(self, cursor: Cursor | None, size: int) -> Slice:
        """So many rows behind or before a place."""
        back = cursor is not None and cursor.side is Side.BEFORE
        rows = self._ordered(reverse=back)
        if cursor is not None:
            rows = rows.filter(self._beyond(cursor, down=self.descending != back))
        found = self._read(rows[: size + 1])
        more = len(found) > size
        found = found[:size]
        if back:
            found.reverse()
        edges = [(row.sort_key, getattr(row, self.key)) for row in _ends(found)]
        return Slice(found, edges, more if back else cursor is not None, back or more)

    def _read(self, page: QuerySet[Any]) -> list[Row]:
        """The rows of a page. Where each comes with rows of other tables or with reckoned values,
        the page is found first by its keys alone, so that these are fetched for its rows only."""
        query = self.rows.query
        if self.column is None or not (query.select_related or query.annotations):
            return list(page)  # in the order of the key nothing but these rows is looked at
        keys = list(page.values_list("pk", flat=True))
        whole = self.rows.annotate(sort_key=_expression(self.path)).filter(pk__in=keys)
        by_key = {row.pk: row for row in whole}
        return [by_key[key] for key in keys if key in by_key]

    def totals(self, columns: Sequence[Column], *, whole: bool) -> Totals:
        """Count and sums over all rows; of too many only when asked for."""
        rows = self.rows.order_by()
        summed: dict[str, Any] = {f"sum_{c.name}": Sum(f"value_{c.name}") for c in columns}
        values = {f"value_{c.name}": _expression(c.sort_path) for c in columns}
        for column in columns:
            if column.kind in {"money", "figure"} and column.currency == "currency":
                summed |= {"least": Min("currency"), "most": Max("currency")}
        kept = ["pk", *values, *(["currency"] if "least" in summed else [])]
        if not whole:
            rows = rows.annotate(**values).values(*kept)[: COUNTED_MAX + 1]
        else:
            rows = rows.annotate(**values).values(*kept)
        found = rows.aggregate(rows=Count("pk"), **summed)
        if not whole and found["rows"] > COUNTED_MAX:
            return Totals(None, {})
        currency = "" if found.get("least") != found.get("most") else str(found.get("most") or "")
        return Totals(
            found["rows"], {c.name: (int(found[f"sum_{c.name}"] or 0), currency) for c in columns}
        )

    def all(self) -> Iterator[list[Row]]:
        """Every row in order, a chunk at a time."""
        chunk: list[Row] = []
        for row in self._ordered(reverse=False).iterator(chunk_size=CHUNK):
            chunk.append(row)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        yield chunk

    def _ordered(self, *, reverse: bool) -> QuerySet[Any]:
        down = self.descending != reverse
        rows: QuerySet[Any] = self.rows.annotate(sort_key=_expression(self.path))
        by_key = F(self.key).desc() if down else F(self.key).asc()
        # Empty values stand last either way; without any, plain orders can use an index.
        last = {("nulls_first" if reverse else "nulls_last"): True} if self.nullable else {}
        by_value = F("sort_key").desc(**last) if down else F("sort_key").asc(**last)
        ordered: QuerySet[Any] = (
            rows.order_by(by_value, by_key) if self.column else rows.order_by(by_key)
        )
        return ordered

    def _beyond(self, cursor: Cursor, *, down: bool) -> Q:
        how = "lt" if down else "gt"
        key = Q(**{f"{self.key}__{how}": cursor.key})
        if self.column is None:
            return key
        back = cursor.side is Side.BEFORE
        if cursor.value is None:
            tied = Q(sort_key__isnull=True) & key
            return tied | Q(sort_key__isnull=False) if back else tied
        reached = Q(**{f"sort_key__{how}e": cursor.value})
        beyond = reached & (Q(**{f"sort_key__{how}": cursor.value}) | key)
        return beyond | Q(sort_key__isnull=True) if self.nullable and not back else beyond


class ListSource:
    """Row objects; a row's key is its `id` where that is a number, else its place in the list."""

    key_type = int

    def __init__(self, rows: Sequence[Row], column: Column | None, *, descending: bool) -> None:
        keyed = [(self._value(row, column), place, row) for place, row in enumerate(rows)]
        full = [each for each in keyed if each[0] is not None]
        empty = [each for each in keyed if each[0] is None]
        if column is not None:
            full.sort(key=lambda each: each[:2], reverse=descending)
        self.keyed = full + empty

    @staticmethod
    def _value(row: Row, column: Column | None) -> Any:
        if column is None:
            return None
        path = column.sort if isinstance(column.sort, str) else column.source
        return value_at(row, path)

    def page(self, cursor: Cursor | None, size: int) -> Slice:
        """So many rows behind or before a place."""
        places = [place for _, place, _ in self.keyed]
        start = 0
        if cursor is not None and cursor.key in places:
            here = places.index(int(cursor.key))
            start = max(here - size, 0) if cursor.side is Side.BEFORE else here + 1
            size = min(size, here) if cursor.side is Side.BEFORE else size
        found = self.keyed[start : start + size]
        edges = [(None, place) for _, place, _ in (found[0], found[-1])] if found else []
        more = start + size < len(self.keyed)
        return Slice([row for *_, row in found], edges, start > 0, more)

    def totals(self, columns: Sequence[Column], *, whole: bool) -> Totals:
        """Count and sums over all rows."""
        sums = {}
        for column in columns:
            rows = [row for *_, row in self.keyed]
            is_money = column.kind in {"money", "figure"}
            found = {column.currency_of(row) for row in rows} if is_money else set()
            added = sum(column.value(row) or 0 for row in rows)
            sums[column.name] = (added, found.pop() if len(found) == 1 else "")
        return Totals(len(self.keyed), sums)

    def all(self) -> Iterator[list[Row]]:
        """Every row in order."""
        yield [row for *_, row in self.keyed]


def _ends(rows: Sequence[Row]) -> list[Row]:
    return [rows[0], rows[-1]] if rows else []


def _expression(path: str | Combinable) -> Combinable:
    return F(path) if isinstance(path, str) else path


def _may_be_null(model: type[Model], path: str | Combinable) -> bool:
    if not isinstance(path, str):
        return True
    steps = path.split("__")
    for step in steps:
        try:
            field: Any = model._meta.get_field(step)
        except FieldDoesNotExist:
            return True
        if getattr(field, "null", True) or (field.auto_created and not field.concrete):
            return True
        model = field.related_model or model
    return False
