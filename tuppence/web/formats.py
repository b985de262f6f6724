"""Amounts, rates, dates and numbers as the reader writes them. Pure: values in, text out.

Money keeps the digits of ISO 4217, whatever the customary use; grouping, signs and the place of the
currency are the reader's. Nothing is rounded here except rates, which are shown half even.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import NumberPattern, format_decimal, parse_pattern

from tuppence.money.currency import minor_digits
from tuppence.money.rates import format_percent

# English here is that of Europe: days before months.
LOCALES = {"en": "en_GB", "zh-hans": "zh_Hans_CN"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose form figures are written in: the language of the page and the platform's time zone."""

    language: str
    zone: ZoneInfo

    @property
    def locale(self) -> Locale:
        """The reader's locale; English where a language is not among ours."""
        return _locale(LOCALES.get(self.language, LOCALES["en"]))

    def money(self, amount_minor: int, currency: str, *, signed: bool = False) -> str:
        """An amount with its currency; `signed` writes the plus of a positive one too.

        >>> Reader("en", ZoneInfo("UTC")).money(-123450, "EUR")
        '−€1,234.50'
        """
        digits = minor_digits(currency)
        amount = Decimal(abs(amount_minor)).scaleb(-digits)
        pattern = _money_pattern(self.locale, digits)
        text = str(pattern.apply(amount, self.locale, currency=currency, currency_digits=False))
        return _sign(amount_minor, signed=signed) + text

    def plain_money(self, amount_minor: int, currency: str) -> str:
        """An amount without its currency, for columns whose head names it."""
        digits = minor_digits(currency)
        amount = Decimal(abs(amount_minor)).scaleb(-digits)
        text = format_decimal(amount, _decimal_format(digits), self.locale)
        return _sign(amount_minor, signed=False) + str(text)

    def percent(self, rate: Fraction, decimals: int = 2) -> str:
        """A share or rate as a number of percent, without the sign of percent.

        >>> Reader("en", ZoneInfo("UTC")).percent(Fraction(84, 1000))
        '8.40'
        """
        return str(
            format_decimal(
                Decimal(format_percent(rate, decimals)), _decimal_format(decimals), self.locale
            )
        ).replace("-", "−")

    def count(self, number: int) -> str:
        """A whole number with grouping."""
        return str(format_decimal(number, locale=self.locale)).replace("-", "−")

    def day(self, on: date) -> str:
        """A date, the month in letters where the language has them."""
        return str(format_date(on, "d MMM y" if self._is_english else "long", self.locale))

    def month(self, on: date) -> str:
        """A month with its year."""
        return str(format_skeleton("yMMM", on, locale=self.locale))

    def moment(self, at: datetime) -> str:
        """A moment to the minute, in the platform's time zone."""
        local = at.astimezone(self.zone)
        form = "d MMM y, HH:mm" if self._is_english else "y年M月d日 HH:mm"
        return str(format_datetime(local, form, locale=self.locale))

    def day_of(self, at: datetime) -> date:
        """The platform's day on which a moment falls."""
        return at.astimezone(self.zone).date()

    @property
    def _is_english(self) -> bool:
        return self.locale.language == "en"


def receipt_number(key: UUID) -> str:
    """The number a person can read out for an order: twelve signs of its key.

    >>> receipt_number(UUID("0123456789abcdef0123456789abcdef"))
    '0123-4567-89AB'
    """
    signs = key.hex[:12].upper()
    return "-".join(signs[start : start + 4] for start in (0, 4, 8))


def _sign(amount_minor: int, *, signed: bool) -> str:
    if amount_minor < 0:
        return "−"
    return "+" if signed and amount_minor > 0 else ""


def _decimal_format(decimals: int) -> str:
    return "#,##0." + "0" * decimals if decimals else "#,##0"


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@cache
def _money_pattern(locale: Locale, digits: int) -> NumberPattern:
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (digits, digits)
    return pattern
