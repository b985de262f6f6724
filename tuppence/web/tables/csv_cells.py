"""Values as cells of a CSV file: alike in every language, harmless in a spreadsheet. Pure."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n")
RATE_DECIMALS = 10


def csv_cell(value: object) -> str:
    """Numbers with a point, moments in UTC; a text that a spreadsheet would run gets an apostrophe.

    >>> csv_cell(-12), csv_cell("=1+1"), csv_cell(Fraction(84, 1000)), csv_cell(None)
    ('-12', "'=1+1", '0.084', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return decimal_text(value)
    if isinstance(value, int | Decimal):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_BEGINNINGS) else text


def decimal_text(number: Fraction) -> str:
    """A rate as a decimal share with ten decimals at most, rounded half even."""
    scaled = Decimal(round(number * 10**RATE_DECIMALS)).scaleb(-RATE_DECIMALS)
    text = f"{scaled:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
