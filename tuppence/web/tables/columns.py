"""Columns of a table: what stands in a cell, what a file gets, what is sorted and added up.

A column's source is a path ("application__title", which rows and queries both understand) or a
function of the row. A path can be sorted by; a function needs `sort="path"` for that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db.models import DecimalField, F, Func, Value
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.safestring import SafeString

Text = str | Promise | SafeString
Row = Any  # whatever the list holds: models, dataclasses
Source = str | Callable[[Row], Any]
NUMERIC = frozenset({"money", "figure", "count", "percent", "rate"})
KEY_TYPES: dict[str, type] = {
    "money": int,
    "figure": int,
    "count": int,
    "percent": Decimal,
    "rate": Decimal,
    "day": date,
    "moment": datetime,
    "text": str,
    "code": str,
    "chip": str,
}


class Options(TypedDict, total=False):
    """What every column may say beside its name, title and source."""

    url: Callable[[Row], str]  # where the cell leads
    sub: Callable[[Row], Text]  # a small line below
    show: Callable[[Row], Text]  # ready words instead of the usual form
    sort: bool | str | Combinable  # True: by the source's path
    total: bool  # added up over all rows that the filters leave
    currency: Source  # of money; the path "currency" unless said
    in_page: bool  # False: only in the file
    in_file: bool  # False: only on the page


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `name` stands in addresses and in the head of the file and never changes."""

    name: str
    title: Text
    source: Source
    kind: str = "text"
    url: Callable[[Row], str] | None = None
    sub: Callable[[Row], Text] | None = None
    show: Callable[[Row], Text] | None = None
    sort: bool | str | Combinable = False
    total: bool = False
    currency: Source = "currency"
    states: str = ""
    in_page: bool = True
    in_file: bool = True

    @property
    def is_numeric(self) -> bool:
        """Whether it is set to the right, and first sorted from the top down."""
        return self.kind in NUMERIC

    def value(self, row: Row) -> Any:
        """The raw value of a row."""
        return value_at(row, self.source)

    def currency_of(self, row: Row) -> str:
        """In what a row's money is."""
        return str(value_at(row, self.currency))

    @property
    def sort_path(self) -> str | Combinable:
        """What a query sorts and adds up by."""
        if self.sort is True or self.sort is False:
            assert isinstance(self.source, str), f"say by what {self.name} is sorted"
            return rate_number(self.source) if self.kind in {"percent", "rate"} else self.source
        return self.sort


def value_at(row: Row, source: Source) -> Any:
    """The value at the end of a path of attributes, or of a function; None where a link is."""
    if callable(source):
        return source(row)
    for step in source.split("__"):
        if row is None:
            return None
        row = getattr(row, step)
    return row


def rate_number(path: str) -> Combinable:
    """A rate of a RateField ("21/250") as a number that the database can sort by."""
    field = DecimalField(max_digits=30, decimal_places=20)
    return Func(
        Func(F(path), Value("/"), Value(1), function="split_part"),
        Func(F(path), Value("/"), Value(2), function="split_part"),
        template="((%(expressions)s), '')::numeric, 1))",
        arg_joiner=")::numeric / coalesce(nullif((",
        output_field=field,
    )


def text(name: str, title: Text, source: Source, **options: Unpack[Options]) -> Column:
    """Words; with `url` a link."""
    return Column(name, title, source, "text", **options)


def code(name: str, title: Text, source: Source, **options: Unpack[Options]) -> Column:
    """A reference that is read sign by sign."""
    return Column(name, title, source, "code", **options)


def chip(
    name: str, title: Text, source: Source, *, states: str, **options: Unpack[Options]
) -> Column:
    """A state as word and shape; `states` names its kind in words.STATES. Files get the code."""
    return Column(name, title, source, "chip", states=states, **options)


def money(name: str, title: Text, source: Source, **options: Unpack[Options]) -> Column:
    """An amount in minor units, shown with its currency. Files get major units."""
    return Column(name, title, source, "money", **options)


def figure(name: str, title: Text, source: Source, **options: Unpack[Options]) -> Column:
    """An amount in minor units, shown without currency: the caption names it."""
    return Column(name, title, source, "figure", **options)


def count(name: str, title: Text, source: Source, **options: Unpack[Options]) -> Column:
    """A whole number."""
    return Column(name, title, source, "count", **options)


def percent(name: str, title: Text, source: Source, **options: Unpack[Options]) -> Column:
    """An exact share or rate, shown in percent. Files get the share: 0.084."""
    return Column(name, title, source, "percent", **options)


def day(name: str, title: Text, source: Source, **options: Unpack[Options]) -> Column:
    """A date; of a moment, the platform's day."""
    return Column(name, title, source, "day", **options)


def moment(name: str, title: Text, source: Source, **options: Unpack[Options]) -> Column:
    """A moment to the minute."""
    return Column(name, title, source, "moment", **options)
