"""One table of a TOML file, read key by key, with errors that name the row and the key."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from tuppence.rules.rule import Sentence

E = TypeVar("E", bound=StrEnum)


class RuleBookError(ValueError):
    """A rulebook can't be used; the message names the file, the row and the key."""


class TomlRow:
    """One TOML table, read key by key; it knows its own name for errors."""

    def __init__(self, table: object, name: str) -> None:
        self.name = name
        if not isinstance(table, dict):
            raise RuleBookError(f"{name}: write it as a table of keys and values.")
        self.table: dict[str, Any] = table

    def error(self, key: str, sentence: str) -> RuleBookError:
        """An error that names this row and the key; the caller raises it."""
        return RuleBookError(f"{self.name}, key '{key}': {sentence}")

    def only(self, allowed: frozenset[str]) -> None:
        """Refuse keys that nobody would read: most are misspelt."""
        for key in self.table:
            if key not in allowed:
                raise self.error(key, "no such key; check its spelling.")

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and not be blank."""
        value = self.table.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.error(key, "write a text.")
        return value

    def day(self, key: str) -> date:
        """A day without a time."""
        value = self.table.get(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.error(key, "write a day such as 2021-11-10, without quotes.")
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number, 0 or more."""
        value = self.table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(key, "write a whole number, 0 or more.")
        return value

    def number(self, key: str) -> Fraction:
        """An exact number, 0 or more; decimals are read as written."""
        value = self.table.get(key)
        usable = isinstance(value, int | Decimal) and not isinstance(value, bool)
        exact = Decimal(value) if usable and value is not None else Decimal("NaN")
        if not exact.is_finite() or exact < 0:
            raise self.error(key, "write a number, 0 or more, such as 5 or 0.5.")
        return Fraction(exact)

    def choice(self, key: str, choices: type[E]) -> E:
        """One of the words of an enumeration."""
        value = self.table.get(key)
        if value not in [str(choice) for choice in choices]:
            raise self.error(key, f"write one of {', '.join(choices)}.")
        return choices(value)

    def sentence(self, key: str) -> Sentence:
        """A sentence in both languages."""
        row = TomlRow(self.table.get(key), f"{self.name}, key '{key}'")
        row.only(frozenset({"en", "zh"}))
        return Sentence(row.text("en"), row.text("zh"))

    def numbers(self, key: str) -> dict[str, Fraction]:
        """A table of named numbers; absent is empty."""
        row = TomlRow(self.table.get(key, {}), f"{self.name}, key '{key}'")
        return {name: row.number(name) for name in row.table}

    def rows(self, key: str, named: str) -> list["TomlRow"]:
        """The tables under [[key]], each named by its id or its place."""
        value = self.table.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, f"write each as a table of its own under [[{key}]].")
        return [TomlRow(table, self._row_name(table, n, named)) for n, table in enumerate(value, 1)]

    def _row_name(self, table: object, position: int, named: str) -> str:
        row_id = table.get("id") if isinstance(table, dict) else None
        return f"{self.name}: {named} {row_id if isinstance(row_id, str) else f'no. {position}'}"
