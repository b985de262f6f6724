"""Filters of a table: what is chosen stands in the address; what can't be read is said so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tuppence.money.currency import format_plain, parse_amount
from tuppence.money.dates import parse_date
from tuppence.money.rates import format_percent_exact, parse_percent
from tuppence.money.refusals import InputRefusedError
from tuppence.web.reader import current_reader
from tuppence.web.tables.columns import Text, rate_number, value_at
from tuppence.web.tables.sources import OwnSource
from tuppence.web.words import state_word

SEARCH_MAX = 200
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Input:
    """One control of the filter bar."""

    name: str
    label: Text
    value: str
    kind: str = "text"  # text, date, decimal, select
    options: Sequence[tuple[str, Text]] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What an address says of one filter: its value (None: nothing), and what was wrong."""

    value: Any = None
    wrong: str = ""
    words: str = ""  # the choice in words, for the way to clear it


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several codes. `where` is a path, or a function of the code: a Q for queries, a
    predicate for rows, whatever a source of its own keeps rows by. With a `default`, everything is
    `?name=all`."""

    name: str
    title: Text
    options: Sequence[tuple[str, Text]]
    where: str | Callable[[str], Any]
    default: str = ""

    def read(self, given: Mapping[str, str]) -> Reading:
        """The code; an unknown one is refused."""
        text = given.get(self.name, self.default)
        if text in {"", EVERYTHING}:
            return Reading()
        words = dict(self.options).get(text)
        if words is None:
            return Reading(wrong=_("“{filter}” has no such choice.").format(filter=self.title))
        return Reading(text, words="" if text == self.default else str(words))

    def inputs(self, given: Mapping[str, str]) -> list[Input]:
        """A list to choose from."""
        everything = (EVERYTHING if self.default else "", _("All"))
        chosen = given.get(self.name, self.default)
        return [Input(self.name, self.title, chosen, "select", (everything, *self.options))]

    def narrowed(self, rows: Any, value: Any) -> Any:
        """The rows with this code."""
        if callable(self.where):
            return _kept(rows, self.where(value))
        return _kept_by(rows, self.where, "", value)


@dataclass(frozen=True, slots=True)
class Search:
    """A text to look for, in paths (anywhere in them, whatever the case) or by a function."""

    name: str
    title: Text
    where: Sequence[str] | Callable[[str], Any]

    def read(self, given: Mapping[str, str]) -> Reading:
        """The text, printable and not too long."""
        text = "".join(sign for sign in given.get(self.name, "") if sign.isprintable()).strip()
        text = text[:SEARCH_MAX]
        return Reading(text, words=text) if text else Reading()

    def inputs(self, given: Mapping[str, str]) -> list[Input]:
        """A line to type in."""
        return [Input(self.name, self.title, given.get(self.name, "")[:SEARCH_MAX])]

    def narrowed(self, rows: Any, value: Any) -> Any:
        """The rows that hold the text."""
        if callable(self.where):
            return _kept(rows, self.where(value))
        if isinstance(rows, QuerySet):
            found = Q()
            for path in self.where:
                found |= Q(**{f"{path}__icontains": value})
            return rows.filter(found)
        folded, paths = value.casefold(), self.where
        return [
            row for row in rows if any(folded in str(value_at(row, p)).casefold() for p in paths)
        ]


@dataclass(frozen=True, slots=True)
class Range:
    """From and to, both included: `kind` is money, day, count or percent. `where` is a path."""

    name: str
    title: Text
    where: str
    kind: str = "money"
    currency: str = field(default="")

    def read(self, given: Mapping[str, str]) -> Reading:
        """Both ends, each of which may be missing."""
        ends: list[Any] = []
        for end in (f"{self.name}_from", f"{self.name}_to"):
            text = given.get(end, "").strip()
            try:
                ends.append(self._end(text) if text else None)
            except InputRefusedError as error:
                told = _(error.template) % error.params
                return Reading(wrong=f"{self.title}: {told}")
        low, high = ends
        if low is None and high is None:
            return Reading()
        return Reading((low, high), words=self._words(low, high))

    def inputs(self, given: Mapping[str, str]) -> list[Input]:
        """Two fields."""
        kind = "date" if self.kind == "day" else "decimal"
        low, high = f"{self.name}_from", f"{self.name}_to"
        return [
            Input(low, _("{what}, from").format(what=self.title), given.get(low, "")[:40], kind),
            Input(high, _("{what}, to").format(what=self.title), given.get(high, "")[:40], kind),
        ]

    def narrowed(self, rows: Any, value: Any) -> Any:
        """The rows between the ends."""
        low, high = value
        how, where = "lte", self.where
        if self.kind == "percent" and isinstance(rows, QuerySet):
            where = f"{self.name}_number"
            rows = rows.alias(**{where: rate_number(self.where)})
            low, high = _decimal(low), _decimal(high)
        if self._is_moment and isinstance(rows, QuerySet):
            # The days' own moments, so that an index over the moments is of use.
            low, high, how = _begins(low), _begins(high and high + timedelta(days=1)), "lt"
        if low is not None:
            rows = _kept_by(rows, where, "gte", low)
        return rows if high is None else _kept_by(rows, where, how, high)

    @property
    def _is_moment(self) -> bool:
        return self.kind == "day" and self.where.rpartition("__")[2].rpartition("_")[2] == "at"

    def _end(self, text: str) -> Any:
        if self.kind == "day":
            return parse_date(text)
        if self.kind == "count":
            return parse_amount(text, "JPY", allow_zero=True)  # a currency without decimals
        if self.kind == "percent":
            return parse_percent(text)
        return parse_amount(text, self._currency, allow_zero=True)

    @property
    def _currency(self) -> str:
        return self.currency or settings.TUPPENCE_CURRENCY

    def _words(self, low: Any, high: Any) -> str:
        return " ".join(
            words.format(end=self._shown(end))
            for words, end in ((_("from {end}"), low), (_("to {end}"), high))
            if end is not None
        )

    def _shown(self, end: Any) -> str:
        reader = current_reader()
        if self.kind == "day":
            return reader.day(end)
        if self.kind == "count":
            return reader.count(end)
        if self.kind == "percent":
            return format_percent_exact(end)
        assert format_plain(end, self._currency)
        return reader.money(end, self._currency)


class Filter(Protocol):
    """What a table asks of a filter; a page may bring one of its own."""

    @property
    def name(self) -> str:
        """Its name in addresses."""

    @property
    def title(self) -> Text:
        """What it is called."""

    def read(self, given: Mapping[str, str]) -> Reading:
        """What the address says of it."""

    def inputs(self, given: Mapping[str, str]) -> Sequence[Input]:
        """Its controls."""

    def narrowed(self, rows: Any, value: Any) -> Any:
        """The rows that it leaves."""


def states(name: str, title: Text, kind: str, where: str = "", default: str = "") -> Choice:
    """A choice among the states of one kind of words.STATES."""
    from tuppence.web.words import STATES

    options = [(state, state_word(kind, state)[1]) for state in STATES[kind]]
    return Choice(name, title, options, where or name, default)


def _kept(rows: Any, where: Any) -> Any:
    if isinstance(rows, QuerySet):
        return rows.filter(where)
    if isinstance(rows, OwnSource):
        return rows.kept(where)
    return [row for row in rows if where(row)]


def _kept_by(rows: Any, path: str, how: str, value: Any) -> Any:
    if isinstance(rows, QuerySet):
        return rows.filter(**{f"{path}__{how}" if how else path: value})
    return [row for row in rows if _holds(value_at(row, path), how, value)]


def _decimal(rate: Fraction | None) -> Decimal | None:
    return None if rate is None else Decimal(rate.numerator) / Decimal(rate.denominator)


def _begins(day: date | None) -> datetime | None:
    zone = ZoneInfo(settings.TIME_ZONE)
    return None if day is None else datetime.combine(day, time.min, tzinfo=zone)


def _holds(found: Any, how: str, value: Any) -> bool:
    if found is None:
        return False
    if type(value) is date and type(found) is not date:
        found = current_reader().day_of(found)
    return bool(found == value if not how else found >= value if how == "gte" else found <= value)
