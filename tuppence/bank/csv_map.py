"""How one bank's CSV statement is laid out: a small TOML file, checked when it is read.

A map names columns by their headings. Amounts come in one of three ways: one signed column
(`amount`), one column with a mark beside it (`amount` and `[mark]`), or two columns (`debit` and
`credit`). `maps/` holds those that ship with Tuppence; an operator adds others as files.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from importlib import resources
from typing import Any

from tuppence.money.currency import UnknownCurrencyError, minor_digits
from tuppence.money.refusals import InputRefusedError, sentence, shown


class CsvMapError(InputRefusedError):
    """A map is wrong; the sentence names the key and what belongs there."""


class Negative(StrEnum):
    """What a minus means in a column whose direction is told otherwise (debit, credit, mark)."""

    REFUSE = "refuse"
    IGNORE = "ignore"
    """The sign repeats the direction: a debit of -50 is money out."""
    REVERSE = "reverse"
    """The sign undoes the direction: a debit of -50 is money in."""


class Order(StrEnum):
    """Which line a file begins with; a running balance can only be checked knowing this."""

    OLDEST_FIRST = "oldest_first"
    NEWEST_FIRST = "newest_first"


@dataclass(frozen=True, slots=True)
class CsvMap:
    """The layout of one bank's CSV statement. Empty text means: there is no such thing."""

    name: str
    booked_on: str
    date_formats: tuple[str, ...]
    valued_on: str = ""
    amount: str = ""
    debit: str = ""
    credit: str = ""
    mark: str = ""
    mark_debit: tuple[str, ...] = ()
    mark_credit: tuple[str, ...] = ()
    negative: Negative = Negative.REFUSE
    currency: str = ""
    currency_column: str = ""
    account_column: str = ""
    account_label: str = ""
    balance: str = ""
    opening_label: str = ""
    closing_label: str = ""
    counterparty_name: str = ""
    counterparty_account: str = ""
    remittance: tuple[str, ...] = ()
    bank_reference: str = ""
    end_to_end_id: str = ""
    bank_code: str = ""
    decimal: str = "."
    thousands: str = ""
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    order: Order = Order.OLDEST_FIRST

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that a file of this layout must have."""
        single = (
            self.booked_on,
            self.valued_on,
            self.amount,
            self.debit,
            self.credit,
            self.mark,
            self.currency_column,
            self.account_column,
            self.balance,
            self.counterparty_name,
            self.counterparty_account,
            self.bank_reference,
            self.end_to_end_id,
            self.bank_code,
        )
        return tuple(dict.fromkeys(name for name in (*single, *self.remittance) if name))


_TEXTS = frozenset(field.name for field in fields(CsvMap) if field.type is str)
_LISTS = frozenset({"date_formats", "mark_debit", "mark_credit", "remittance"})
_CHOICES: Mapping[str, type[Negative] | type[Order]] = {"negative": Negative, "order": Order}
_DATE_PARTS = re.compile(r"YYYY|YY|MM|DD|[^A-Za-z]")
_ENCODINGS = frozenset({"utf-8", "utf-8-sig", "cp1252", "iso-8859-1", "iso-8859-15", "gb18030"})


def load_map(text: str) -> CsvMap:
    """Read a map from TOML. Raises CsvMapError with the first thing that is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CsvMapError(
            sentence("The map is not valid TOML: %(reason)s."), {"reason": str(error)}
        ) from error
    values = {key: _value(key, value) for key, value in raw.items()}
    for key in ("name", "booked_on", "date_formats"):
        if not values.get(key):
            raise CsvMapError(sentence("The map lacks “%(key)s”."), {"key": key})
    csv_map = CsvMap(**values)
    _check_amounts(csv_map)
    _check_texts(csv_map)
    return csv_map


def built_in_map(name: str) -> CsvMap:
    """Return one of the maps that ship with Tuppence. Raises CsvMapError for an unknown name."""
    if name not in built_in_names():
        raise CsvMapError(
            sentence("There is no map “%(name)s”; there are: %(names)s."),
            {"name": shown(name), "names": ", ".join(built_in_names())},
        )
    return load_map((resources.files("tuppence.bank") / "maps" / f"{name}.toml").read_text("utf-8"))


def built_in_names() -> tuple[str, ...]:
    """Return the names of the maps that ship with Tuppence."""
    folder = resources.files("tuppence.bank") / "maps"
    found = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def _value(key: str, value: Any) -> Any:
    if key in _TEXTS:
        if isinstance(value, str):
            return value
        raise CsvMapError(sentence("“%(key)s” in the map must be a text."), {"key": key})
    if key in _LISTS:
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        raise CsvMapError(sentence("“%(key)s” in the map must be a list of texts."), {"key": key})
    if key in _CHOICES:
        choices = _CHOICES[key]
        if value in [choice.value for choice in choices]:
            return choices(value)
        raise CsvMapError(
            sentence("“%(key)s” in the map must be one of: %(choices)s."),
            {"key": key, "choices": ", ".join(choices)},
        )
    raise CsvMapError(sentence("The map has an unknown key “%(key)s”."), {"key": shown(key)})


def _check_amounts(csv_map: CsvMap) -> None:
    one, two = bool(csv_map.amount), bool(csv_map.debit and csv_map.credit)
    if one == two or bool(csv_map.debit) != bool(csv_map.credit):
        raise CsvMapError(
            sentence("Name either “amount” or both “debit” and “credit” in the map."), {}
        )
    marks = csv_map.mark_debit and csv_map.mark_credit
    if csv_map.mark and not (one and marks):
        raise CsvMapError(
            sentence("“mark” needs “amount”, “mark_debit” and “mark_credit” in the map."), {}
        )


def _check_texts(csv_map: CsvMap) -> None:
    for pattern in csv_map.date_formats:
        parts = _DATE_PARTS.findall(pattern)
        letters = sorted(part for part in parts if part.isalpha())
        if "".join(parts) != pattern or letters not in (["DD", "MM", "YYYY"], ["DD", "MM", "YY"]):
            raise CsvMapError(
                sentence(
                    "“%(format)s” is not a date format: use DD, MM and YYYY or YY once each,"
                    " for example DD.MM.YYYY."
                ),
                {"format": shown(pattern)},
            )
    if csv_map.decimal not in {".", ","} or csv_map.thousands not in {"", ".", ",", " ", "'"}:
        raise CsvMapError(sentence("“decimal” must be a point or a comma in the map."), {})
    if csv_map.decimal == csv_map.thousands:
        raise CsvMapError(sentence("“decimal” and “thousands” must differ in the map."), {})
    if csv_map.delimiter not in {",", ";", "\t", "|"}:
        raise CsvMapError(
            sentence("“delimiter” must be a comma, semicolon, tab or bar in the map."), {}
        )
    if csv_map.encoding not in _ENCODINGS:
        raise CsvMapError(
            sentence("“encoding” must be one of: %(names)s."),
            {"names": ", ".join(sorted(_ENCODINGS))},
        )
    if not (csv_map.currency or csv_map.currency_column):
        raise CsvMapError(sentence("Name either “currency” or “currency_column” in the map."), {})
    if csv_map.currency:
        try:
            minor_digits(csv_map.currency)
        except UnknownCurrencyError as error:
            raise CsvMapError(error.template, error.params) from error
