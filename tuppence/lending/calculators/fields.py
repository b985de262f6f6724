"""Strict reading of one JSON object: every refusal names the key and says what to do."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from tuppence.lending.terms import RoundingRule
from tuppence.money.currency import minor_digits, parse_amount
from tuppence.money.dates import parse_date
from tuppence.money.plain_number import PlainNumber, read_plain_number
from tuppence.money.rates import parse_percent
from tuppence.money.refusals import InputRefusedError, sentence, shown
from tuppence.money.rounding import Rounding

DEFAULT_CURRENCY = "EUR"
"""Where no currency is named, amounts have two decimals, as this one has."""

_DECIMALS_MAX = 10
_DIGITS_MAX = 40
_WHOLE_DIGITS_MAX = 14
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")

_Choice = TypeVar("_Choice", bound=StrEnum)
_Value = TypeVar("_Value")


class ItemError(InputRefusedError):
    """An item can't be computed; the sentence names the key and says what to do."""


class Fields:
    """The values of one JSON object, read by key.

    `null` counts as absent. Numbers are best written as text; JSON integers and numbers read as
    Decimal are taken for what they say, binary floats are refused.
    """

    def __init__(self, item: Any, keys: Collection[str], path: str = "") -> None:
        self._path = path
        if not isinstance(item, Mapping):
            raise ItemError(
                sentence(
                    "%(where)s must be an object with keys and values: write {…} with %(keys)s."
                ),
                {"where": f"“{path}”" if path else "An item", "keys": ", ".join(sorted(keys))},
            )
        repeated = getattr(item, "repeated_key", None)
        if repeated is not None:
            raise self.refuse(shown(repeated), sentence("it is given twice: give it once."))
        unknown = [key for key in item if key not in keys]
        if unknown:
            raise ItemError(
                sentence("“%(key)s” is not known here: use only %(keys)s."),
                {"key": self._name(shown(unknown[0])), "keys": ", ".join(sorted(keys))},
            )
        self._values = {key: value for key, value in item.items() if value is not None}

    def has(self, key: str) -> bool:
        """Tell whether the key is given."""
        return key in self._values

    def amount(self, key: str, currency: str, *, allow_zero: bool = False) -> int:
        """Read an amount of the currency in minor units."""
        text = self._number(key)
        return self._refusing(key, lambda: parse_amount(text, currency, allow_zero=allow_zero))

    def number(self, key: str, *, allow_sign: bool = False) -> Fraction:
        """Read an exact number of no currency, with at most ten decimals."""
        text = self._number(key)
        negative = allow_sign and text.startswith("-")
        number = self._plain(key, text[1:] if negative else text)
        size = Fraction(number.scaled(_DECIMALS_MAX), 10**_DECIMALS_MAX)
        return -size if negative else size

    def decimals(self, key: str) -> int:
        """Return how many decimals a number is written with."""
        return len(self._plain(key, self._number(key)).decimals)

    def percent(self, key: str) -> Fraction:
        """Read a percentage as the exact share."""
        text = self._number(key)
        return self._refusing(key, lambda: parse_percent(text))

    def whole(self, key: str, default: int | None = None) -> int:
        """Read a whole number; how large it may be is for the caller to say."""
        if default is not None and not self.has(key):
            return default
        text = self._number(key)
        if _WHOLE_NUMBER.fullmatch(text) is None:
            raise self.refuse(key, sentence("it must be a whole number, for example 12."))
        return int(text)

    def day(self, key: str) -> date:
        """Read a date written as YYYY-MM-DD."""
        value = self.value(key)
        return self._refusing(key, lambda: parse_date(value))

    def text(self, key: str) -> str:
        """Read a text of at most 200 characters that is not empty."""
        value = self.value(key)
        if not isinstance(value, str) or not 0 < len(value) <= 200:
            raise self.refuse(key, sentence("it must be a text of 1 to 200 characters."))
        return value

    def choice(self, key: str, kind: type[_Choice], default: _Choice | None = None) -> _Choice:
        """Read one of the values of an enumeration."""
        if default is not None and not self.has(key):
            return default
        value = self.value(key)
        if not isinstance(value, str) or value not in {member.value for member in kind}:
            names = ", ".join(f"“{member.value}”" for member in kind)
            raise self.refuse(key, sentence("it must be one of ") + names + ".")
        return kind(value)

    def currency(self, key: str = "currency") -> str:
        """Read a currency code; without one, amounts have two decimals."""
        if not self.has(key):
            return DEFAULT_CURRENCY
        value = self.text(key)
        self._refusing(key, lambda: minor_digits(value))
        return value

    def rounding(self, key: str, currency: str) -> RoundingRule:
        """Read {to, mode}; without it, half even to the minor unit of the currency."""
        if not self.has(key):
            return RoundingRule()
        fields = self.nested(key, ("to", "mode"))
        step_minor = fields.amount("to", currency) if fields.has("to") else 1
        return RoundingRule(step_minor, fields.choice("mode", Rounding, Rounding.HALF_EVEN))

    def nested(self, key: str, keys: Collection[str]) -> "Fields":
        """Read an object inside this one."""
        return Fields(self.value(key), keys, self._name(key))

    def rows(self, key: str, most: int, *, least: int = 0) -> list[Any]:
        """Read a list of at most so many values; absent counts as empty where none is needed."""
        if not self.has(key) and least == 0:
            return []
        value = self.value(key)
        if not isinstance(value, list) or not least <= len(value) <= most:
            size = {"least": least, "most": most}
            raise self.refuse(
                key, sentence("it must be a list of %(least)s to %(most)s entries.") % size
            )
        return value

    def objects(
        self, key: str, keys: Collection[str], most: int, *, least: int = 0
    ) -> "list[Fields]":
        """Read a list of objects."""
        return [
            Fields(row, keys, f"{self._name(key)}[{index}]")
            for index, row in enumerate(self.rows(key, most, least=least))
        ]

    def value(self, key: str) -> Any:
        """Return the raw value of a key that must be given."""
        if key not in self._values:
            raise self.refuse(key, sentence("it is missing: give a value."))
        return self._values[key]

    def refuse(self, key: str, problem: str) -> ItemError:
        """Return the refusal of a key's value, to be raised; the problem says what to do."""
        return ItemError(
            sentence("“%(key)s”: %(problem)s"), {"key": self._name(key), "problem": problem}
        )

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _refusing(self, key: str, read: Callable[[], _Value]) -> _Value:
        """Name the key in a refusal of its value."""
        try:
            return read()
        except InputRefusedError as error:
            raise self.refuse(key, str(error)) from error

    def _plain(self, key: str, text: str) -> PlainNumber:
        number = self._refusing(
            key, lambda: read_plain_number(text, example="1234.50", refusal=ItemError)
        )
        too_long = number is None or len(number.whole) > _WHOLE_DIGITS_MAX
        if number is None or too_long or len(number.decimals) > _DECIMALS_MAX:
            raise self.refuse(
                key, sentence("it has too many digits: give at most 14 and 10 decimals.")
            )
        return number

    def _number(self, key: str) -> str:
        """Return a number as it was written, for the strict readers of text to judge."""
        value = self.value(key)
        if isinstance(value, str):
            return value
        if isinstance(value, Decimal) and value.is_finite():
            # An exponent of a few digits is read exactly; a huge one stays as it is, for refusal.
            digits = max(abs(value.adjusted()), -int(value.as_tuple().exponent))
            return format(value, "f") if digits <= _DIGITS_MAX else str(value)[:_DIGITS_MAX]
        if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 128:
            return str(value)
        raise self.refuse(
            key, sentence("write the number as text in quotes, for example “1234.50”.")
        )
