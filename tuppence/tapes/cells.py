"""Reading one cell of a tape: amounts, rates, terms and dates out of text, exactly.

Nothing here goes through a float. Each function raises CellRefusedError with a sentence that
says what the cell should hold.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from tuppence.money.currency import AMOUNT_MAX_MINOR
from tuppence.money.rounding import Rounding, round_fraction

RATE_STEP = Fraction(1, 1_000_000)
"""Rates are rounded half up to this step: a tape's 0.13720000000000002 means 13.72 %."""

RATE_MAX = Fraction(10)
TERM_MONTHS_MAX = 600

_DECIMAL = re.compile(r"[0-9]{1,24}(?:\.[0-9]{1,40})?")
_TERM = re.compile(r"([0-9]{1,3})(?:\.0+)?(?: ?months?)?")
_MONTH_NAMES: Mapping[str, int] = MappingProxyType(
    {
        name: number
        for number, name in enumerate(
            ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
        )
    }
)


class CellRefusedError(ValueError):
    """A cell can't be read; the sentence says what it should hold."""


class RateFormat(StrEnum):
    """How a tape writes a year's rate."""

    FRACTION = "fraction"  # 0.1065
    PERCENT = "percent"  # 10.65, with or without the sign


class DateFormat(StrEnum):
    """How a tape writes a date; a month stands for its first day."""

    ISO = "YYYY-MM-DD"
    MONTH_NAME = "MMM-YYYY"
    DAY_FIRST = "DD/MM/YYYY"
    MONTH_FIRST = "MM/DD/YYYY"


def read_amount(text: str, digits: int) -> int:
    """Return an amount in minor units, rounded half up from its exact decimal text.

    >>> read_amount("24422.538221283296", 2), read_amount("0.005", 2), read_amount("7.5", 0)
    (2442254, 1, 8)
    """
    if not _DECIMAL.fullmatch(text):
        raise CellRefusedError(
            "an amount is written in digits with at most one point, without a sign"
        )
    whole, _, decimals = text.partition(".")
    kept = decimals[:digits].ljust(digits, "0")
    rounds_up = decimals[digits : digits + 1] >= "5"
    amount_minor = int(whole + kept) + rounds_up
    if amount_minor >= AMOUNT_MAX_MINOR:
        raise CellRefusedError("the amount is too large")
    return amount_minor


@lru_cache(maxsize=4096)
def read_rate(text: str, rate_format: RateFormat) -> Fraction:
    """Return a year's rate, exact to six decimals.

    >>> read_rate("0.13720000000000002", RateFormat.FRACTION)
    Fraction(343, 2500)
    >>> read_rate("13.72%", RateFormat.PERCENT)
    Fraction(343, 2500)
    """
    is_percent = rate_format is RateFormat.PERCENT
    number = text.removesuffix("%").rstrip() if is_percent else text
    if not _DECIMAL.fullmatch(number):
        example = "10.65" if is_percent else "0.1065"
        raise CellRefusedError(f"a year's rate is written like {example}")
    stated = Fraction(number) / (100 if is_percent else 1)
    rate = round_fraction(stated, Rounding.HALF_UP, step=RATE_STEP)
    if rate > RATE_MAX:
        raise CellRefusedError("the rate is above 1000 % a year; check the map's rate format")
    return rate


@lru_cache(maxsize=256)
def read_term(text: str) -> int:
    """Return a term in months.

    >>> read_term("36"), read_term("36.0"), read_term("60 months")
    (36, 36, 60)
    """
    match = _TERM.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= TERM_MONTHS_MAX:
        raise CellRefusedError(f"a term is a whole number of months from 1 to {TERM_MONTHS_MAX}")
    return int(match[1])


@lru_cache(maxsize=65536)
def read_date(text: str, date_format: DateFormat) -> date:
    """Return the date; a month without a day is its first day.

    >>> read_date("2011-12-01", DateFormat.ISO), read_date("Mar-2018", DateFormat.MONTH_NAME)
    (datetime.date(2011, 12, 1), datetime.date(2018, 3, 1))
    """
    pattern, parts = _DATE_PARTS[date_format]
    match = pattern.fullmatch(text)
    try:
        if match is not None:
            return date(*parts(match))
    except (ValueError, KeyError):
        pass  # 30 February, month 13, a month's name in another language
    raise CellRefusedError(f"a date is a day that exists, written {date_format.value}")


_DATE_PARTS: Mapping[
    DateFormat, tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[int, int, int]]]
] = MappingProxyType(
    {
        DateFormat.ISO: (
            re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
            lambda match: (int(match[1]), int(match[2]), int(match[3])),
        ),
        DateFormat.MONTH_NAME: (
            re.compile(r"([A-Z][a-z]{2})-([0-9]{4})"),
            lambda match: (int(match[2]), _MONTH_NAMES[match[1]], 1),
        ),
        DateFormat.DAY_FIRST: (
            re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})"),
            lambda match: (int(match[3]), int(match[2]), int(match[1])),
        ),
        DateFormat.MONTH_FIRST: (
            re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})"),
            lambda match: (int(match[3]), int(match[1]), int(match[2])),
        ),
    }
)
