"""A table as declared, and as it stands on one page for one request."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tuppence.money.currency import format_plain
from tuppence.web.tables.columns import KEY_TYPES, Column, Row, Text
from tuppence.web.tables.csv_cells import csv_cell
from tuppence.web.tables.cursor import Cursor, Side, decode, encode
from tuppence.web.tables.drawing import DrawnCell, Head, cell_of, orders_of, totals_of
from tuppence.web.tables.filters import Filter, Input, Reading
from tuppence.web.tables.sorting import Sort, parse_sort
from tuppence.web.tables.sources import (
    COUNTED_MAX,
    ListSource,
    OwnSource,
    QuerySource,
    Slice,
    Totals,
)
from tuppence.web.templatetags.money import count as in_digits

PAGE_SIZE = 40
INPUTS_IN_SIGHT = 4
Adapt = Callable[[list[Any]], list[Row]]


@dataclass(frozen=True, slots=True)
class Table:
    """A list as it is declared: `name` is that of its file, `order` sorts it unless asked
    otherwise ("-opened": a column's name; nothing: the newest id first, a list as it is)."""

    name: str
    caption: Text
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    order: str = ""
    page_size: int = PAGE_SIZE
    counts: bool = True  # say how many rows there are
    key: str = "pk"  # of a query: the unique whole number or id that orders ties

    def of(
        self, request: HttpRequest, rows: Any, *, prefix: str = "", adapt: Adapt | None = None
    ) -> "TableOnPage":
        """The table for this request over a queryset or a list of row objects.

        `prefix` tells the tables of one page apart in its address. `adapt` turns the models of one
        page into the row objects that the columns read, all at once.
        """
        return TableOnPage(self, request, rows, prefix, adapt)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter in force, in words, and the address without it."""

    title: Text
    words: str
    url: str


class TableOnPage:
    """What the template `parts/data_table.html` draws."""

    def __init__(
        self, table: Table, request: HttpRequest, rows: Any, prefix: str, adapt: Adapt | None
    ) -> None:
        self.table, self.prefix, self.adapt = table, prefix, adapt
        self.path = request.path
        self.address: dict[str, str] = {
            name: str(value) for name, value in request.GET.items() if "\x00" not in str(value)
        }
        self.given = {
            name.removeprefix(prefix): value
            for name, value in self.address.items()
            if name.startswith(prefix)
        }
        self.notes: list[str] = []
        self.readings: list[tuple[Filter, Reading]] = [
            (each, each.read(self.given)) for each in table.filters
        ]
        self.notes += [reading.wrong for _each, reading in self.readings if reading.wrong]
        for each, reading in self.readings:
            if reading.value is not None:
                rows = each.narrowed(rows, reading.value)
        self.sort = self._sort()
        self.source = self._source(rows)

    # --- What the view asks ---------------------------------------------------------------
    @property
    def wants_file(self) -> bool:
        """Whether the address asks for the file instead of the page."""
        return self.given.get("format") == "csv"

    def file(self) -> StreamingHttpResponse:
        """All rows that the filters leave, as a CSV file that is written while it is read."""
        answer = StreamingHttpResponse(self._lines(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.table.name}.csv"'
        return answer

    # --- What the template draws ----------------------------------------------------------
    @property
    def anchor(self) -> str:
        """The id of the table on its page."""
        return f"table-{self.prefix}{self.table.name}"

    @cached_property
    def slice(self) -> Slice:
        """The rows of this page."""
        return self.source.page(self._cursor(), self.table.page_size)

    @cached_property
    def shown(self) -> list[Column]:
        """The columns that stand on the page."""
        return [column for column in self.table.columns if column.in_page]

    @cached_property
    def rows(self) -> list[list[DrawnCell]]:
        """The cells of this page, row by row."""
        rows = self.adapt(self.slice.rows) if self.adapt else self.slice.rows
        return [[cell_of(column, row) for column in self.shown] for row in rows]

    @cached_property
    def heads(self) -> list[Head]:
        """The columns' heads with the addresses that sort."""
        return [self._head(column) for column in self.shown]

    @cached_property
    def totals(self) -> Totals:
        """Count and sums over all rows that the filters leave."""
        added = [column for column in self.shown if column.total]
        return self.source.totals(added, whole=self.given.get("totals") == "all")

    @property
    def totals_row(self) -> list[DrawnCell]:
        """The last row, where columns are added up."""
        if not any(column.total for column in self.shown) or self.totals.count is None:
            return []
        return totals_of(self.shown, self.totals, _("Together"))

    @property
    def count_words(self) -> str:
        """How many rows there are."""
        if not self.table.counts:
            return ""
        if self.totals.count is None:
            return _("more than {number} rows").format(number=in_digits(COUNTED_MAX))
        return _("Rows: {number}").format(number=in_digits(self.totals.count))

    @property
    def add_up_url(self) -> str:
        """Where too many rows are counted and added up after all."""
        too_many = self.table.counts and self.totals.count is None
        return self._url({"totals": "all"}) if too_many else ""

    @property
    def inputs(self) -> list[Input]:
        """The controls of the filter bar."""
        found = [each for kept in self.table.filters for each in kept.inputs(self.given)]
        return [Input(self.prefix + i.name, i.label, i.value, i.kind, i.options) for i in found]

    @property
    def sort_input(self) -> Input | None:
        """A choice of the order, for phones, where the heads that sort are not in sight."""
        columns = [column for column in self.shown if column.sort is not False]
        if not columns:
            return None
        options = [("", _("as usual")), *(each for column in columns for each in orders_of(column))]
        given = self.given.get("sort", "")
        return Input(self.prefix + "sort", _("Sorted by"), given, "select", options)

    @property
    def has_many_inputs(self) -> bool:
        """Whether the filter bar would push the list off a phone, and is folded there."""
        return len(self.inputs) > INPUTS_IN_SIGHT

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else the address holds and a filter leaves as it is."""
        ours = {each.name for each in self.inputs}
        ours |= {self.sort_input.name} if self.sort_input else set()
        ours |= {self.prefix + name for name in ("at", "format", "totals")}
        return [(name, value) for name, value in self.address.items() if name not in ours]

    @property
    def chosen(self) -> list[Chosen]:
        """The filters in force, each with the address without it."""
        return [
            Chosen(each.title, reading.words, self._url(dict.fromkeys(_names(each), "")))
            for each, reading in self.readings
            if reading.words
        ]

    @property
    def clear_url(self) -> str:
        """The address without any filter."""
        return self._url({name: "" for each in self.table.filters for name in _names(each)})

    @property
    def newer_url(self) -> str:
        """The page before this one."""
        return self._edge_url(0, Side.BEFORE) if self.slice.has_before else ""

    @property
    def older_url(self) -> str:
        """The page after this one."""
        return self._edge_url(-1, Side.AFTER) if self.slice.has_after else ""

    @property
    def csv_url(self) -> str:
        """The file of all rows that the filters leave."""
        return self._url({"format": "csv"})

    @property
    def is_narrowed(self) -> bool:
        """Whether an empty table may be empty because of its filters."""
        return bool(self.chosen)

    # --- Reading the address --------------------------------------------------------------
    def _sort(self) -> Sort:
        names = {column.name for column in self.table.columns if column.sort is not False}
        default = parse_sort(self.table.order, names) or Sort("", descending=True)
        text = self.given.get("sort", "")
        found = parse_sort(text, names) if text else default
        if found is None:
            self.notes.append(_("The list can't be sorted by that; it has its usual order."))
        return found or default

    def _column(self) -> Column | None:
        found = (column for column in self.table.columns if column.name == self.sort.name)
        return next(found, None)

    def _source(self, rows: Any) -> OwnSource | QuerySource | ListSource:
        if isinstance(rows, OwnSource):
            return rows
        column, descending = self._column(), self.sort.descending
        if isinstance(rows, QuerySet):
            return QuerySource(rows, column, descending=descending, key=self.table.key)
        return ListSource(rows, column, descending=descending)

    def _cursor(self) -> Cursor | None:
        text = self.given.get("at", "")
        if not text:
            return None
        column = self._column()
        kind = KEY_TYPES[column.kind] if column else str
        found = decode(text, kind, self.source.key_type)
        if found is None:
            self.notes.append(_("That page of the list can't be found; this is its first."))
        return found

    # --- Writing addresses ----------------------------------------------------------------
    def _url(self, change: Mapping[str, str]) -> str:
        changed = {"at": "", "format": "", **change}
        parts = self.address | {self.prefix + name: value for name, value in changed.items()}
        return f"{self.path}?" + urlencode({name: text for name, text in parts.items() if text})

    def _edge_url(self, edge: int, side: Side) -> str:
        value, key = self.slice.edges[edge]
        value = None if self._column() is None else value
        return self._url({"at": encode(Cursor(side, value, key))})

    def _head(self, column: Column) -> Head:
        if column.sort is False:
            return Head(column.title, column.is_numeric)
        here = self.sort.name == column.name
        first = Sort(column.name, descending=column.kind in _FROM_THE_TOP)
        wanted = self.sort.turned() if here else first
        order = ("descending" if self.sort.descending else "ascending") if here else ""
        anchor = f"{self.anchor}-{column.name}"
        return Head(
            column.title, column.is_numeric, self._url({"sort": str(wanted)}), order, anchor
        )

    # --- Writing the file -----------------------------------------------------------------
    def _lines(self) -> Iterator[str]:
        columns = [column for column in self.table.columns if column.in_file]
        money = next((c for c in columns if c.kind in {"money", "figure"}), None)
        heads = [column.name for column in columns] + (["currency"] if money else [])
        yield _line(heads)
        for chunk in self.source.all():
            for row in self.adapt(chunk) if self.adapt else chunk:
                cells = [_file_cell(column, row) for column in columns]
                yield _line(cells + ([money.currency_of(row)] if money else []))


_FROM_THE_TOP = ("money", "figure", "count", "percent", "rate", "day", "moment")


def _names(each: Filter) -> list[str]:
    return [control.name for control in each.inputs({})]


def _file_cell(column: Column, row: Row) -> str:
    value = column.value(row)
    if value is not None and column.kind in {"money", "figure"}:
        return format_plain(value, column.currency_of(row))
    return csv_cell(value)


def _line(cells: Sequence[str]) -> str:
    quoted = [
        '"' + cell.replace('"', '""') + '"' if set(cell) & set('",\r\n') else cell for cell in cells
    ]
    return ",".join(quoted) + "\r\n"


def table_page(
    request: HttpRequest, template: str, table: TableOnPage, context: Mapping[str, Any] = {}
) -> HttpResponseBase:
    """The page with its table, or the table's file where the address asks for it."""
    if table.wants_file:
        return table.file()
    return render(request, template, {**context, "table": table})
