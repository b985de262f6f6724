"""What a chart's values are, and how they are written: money, shares, numbers."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from babel.numbers import format_compact_decimal
from django.utils.translation import gettext

from tuppence.money.currency import minor_digits
from tuppence.web.formats import Reader

COMPACT_FROM = 10_000
TICK_DECIMALS = 4  # no step of ours is finer


class Unit(Protocol):
    """Turns values into numbers of the axis, and into words."""

    @property
    def name(self) -> str:
        """What stands over the axis."""

    @property
    def whole(self) -> bool:
        """Whether there is nothing between whole numbers."""

    def number(self, value: int | Fraction) -> Fraction:
        """The value in the unit of the axis."""

    def words(self, value: int | Fraction, reader: Reader) -> str:
        """The value with its unit."""

    def plain(self, value: int | Fraction, reader: Reader) -> str:
        """The value where the unit is named already."""


@dataclass(frozen=True, slots=True)
class Money:
    """Minor units of a currency."""

    currency: str
    whole: bool = False

    @property
    def name(self) -> str:
        """The currency's code."""
        return self.currency

    def number(self, value: int | Fraction) -> Fraction:
        """Major units."""
        return Fraction(value) / Fraction(10) ** minor_digits(self.currency)

    def words(self, value: int | Fraction, reader: Reader) -> str:
        """The amount with its currency."""
        return reader.money(int(value), self.currency)

    def plain(self, value: int | Fraction, reader: Reader) -> str:
        """The amount."""
        return reader.plain_money(int(value), self.currency)


@dataclass(frozen=True, slots=True)
class Percent:
    """Exact shares: 1 is 100 %."""

    decimals: int = 2
    whole: bool = False

    @property
    def name(self) -> str:
        """The sign of percent."""
        return "%"

    def number(self, value: int | Fraction) -> Fraction:
        """Percent."""
        return Fraction(value) * 100

    def words(self, value: int | Fraction, reader: Reader) -> str:
        """The share with its sign."""
        return gettext("{percent} %").format(percent=self.plain(value, reader))

    def plain(self, value: int | Fraction, reader: Reader) -> str:
        """The share, rounded half even."""
        return reader.percent(Fraction(value), self.decimals)


@dataclass(frozen=True, slots=True)
class Count:
    """Whole numbers of something; `name` says of what."""

    name: str = ""
    whole: bool = True

    def number(self, value: int | Fraction) -> Fraction:
        """The number itself."""
        return Fraction(value)

    def words(self, value: int | Fraction, reader: Reader) -> str:
        """The number with what is counted."""
        return f"{self.plain(value, reader)} {self.name}".strip()

    def plain(self, value: int | Fraction, reader: Reader) -> str:
        """The number."""
        return reader.count(int(value))


def tick_words(tick: Fraction, reader: Reader) -> str:
    """A tick as short as it can be said: 2,500 but 20K; 2万 in Chinese."""
    number = Decimal(tick.numerator) / Decimal(tick.denominator)
    if abs(number) >= COMPACT_FROM:
        text = format_compact_decimal(number, locale=reader.locale, fraction_digits=2)
    elif number == int(number):
        text = reader.count(int(number))
    else:
        text = format(round(number, TICK_DECIMALS).normalize(), "f")
    return str(text).replace("-", "−")
