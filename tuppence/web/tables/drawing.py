"""How a table's cells look: raw values in the reader's form, as link, chip or with a small line."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tuppence.web.tables.columns import Column, Row, Text
from tuppence.web.tables.sources import Totals
from tuppence.web.templatetags import money as shown
from tuppence.web.words import state_word


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: `url` sorts by it, `order` says how it is sorted now."""

    title: Text
    numeric: bool
    url: str = ""
    order: str = ""  # ascending, descending or nothing
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell's inside as HTML, with its column's title for phones."""

    html: Text
    label: Text
    numeric: bool


def orders_of(column: Column) -> list[tuple[str, Text]]:
    """Both ways in which a list is sorted by a column, as its address says it and in words."""
    first, last = _("A to Z"), _("Z to A")
    if column.kind in {"day", "moment"}:
        first, last = _("earliest first"), _("latest first")
    elif column.is_numeric:
        first, last = _("lowest first"), _("highest first")
    return [
        (name, _("{what}: {order}").format(what=column.title, order=order))
        for name, order in ((column.name, first), (f"-{column.name}", last))
    ]


def cell_of(column: Column, row: Row) -> DrawnCell:
    """One cell of one row."""
    words = column.show(row) if column.show else in_words(column, column.value(row), row)
    inner: Text = words
    url = column.url(row) if column.url else ""
    if url:
        inner = format_html('<a href="{}">{}</a>', url, words)
    sub = column.sub(row) if column.sub else ""
    if sub:
        inner = format_html('{}<span class="sub">{}</span>', inner, sub)
    return DrawnCell(inner, column.title, column.is_numeric)


def in_words(column: Column, value: Any, row: Row) -> Text:
    """A raw value in the usual form of its kind."""
    if value is None or value == "":
        return shown.NOTHING
    match column.kind:
        case "money":
            return shown.money(value, column.currency_of(row))
        case "figure":
            return shown.figure(value, column.currency_of(row))
        case "count":
            return shown.count(value)
        case "percent" | "rate":
            return shown.percent(value)
        case "day":
            return shown.day(value)
        case "moment":
            return shown.moment(value)
        case "chip":
            return chip_html(column.states, str(value))
        case "code":
            return format_html('<span class="code">{}</span>', value)
        case _:
            return str(value)


def chip_html(kind: str, state: str) -> SafeString:
    """A state as word and shape."""
    tone, word = state_word(kind, state)
    return format_html('<span class="chip {}">{}</span>', tone, word)


def totals_of(columns: list[Column], totals: Totals, words: Text) -> list[DrawnCell]:
    """The last row: what the columns that are added up come to."""
    cells = [DrawnCell(words, "", numeric=False)]
    for column in columns[1:]:
        added = totals.sums.get(column.name)
        text = "" if added is None else _sum_in_words(column, *added)
        cells.append(DrawnCell(text, column.title, column.is_numeric))
    return cells


def _sum_in_words(column: Column, amount: int, currency: str) -> Text:
    if column.kind == "count":
        return shown.count(amount)
    if amount and not currency and column.currency == "currency":
        return shown.NOTHING  # several currencies don't add up
    return (
        shown.figure(amount, currency) if column.kind == "figure" else shown.money(amount, currency)
    )
