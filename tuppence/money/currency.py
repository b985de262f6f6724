"""Currencies by ISO 4217, and amounts between text and integer minor units.

The list of currencies comes from Babel's copy of the CLDR. The digits do too, except where the
CLDR states the customary use instead of the minor unit of ISO 4217 (the Albanian lek is shown
without its qindarka, but ISO 4217 gives it two digits): the books follow ISO 4217.
"""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from babel.core import get_global

from tuppence.money.refusals import InputRefusedError, sentence, shown

AMOUNT_MAX_MINOR = 10**15
"""Every amount is below this many minor units; products with a rate then stay within reason."""

_TEXT_LENGTH_MAX = 32
_PLAIN_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]+))?")

# Where the CLDR's customary digits differ from the minor unit of ISO 4217. The last row names
# currencies that are out of use; books kept in them stay readable.
_ISO_DIGITS: Mapping[str, int] = MappingProxyType(
    {"IQD": 3}
    | dict.fromkeys(("AFN", "ALL", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD"), 2)
    | dict.fromkeys(("SOS", "SYP", "YER"), 2)
    | dict.fromkeys(("MRO", "SLL", "STD", "TMM", "ZMK", "ZWD"), 2)
)


class AmountError(InputRefusedError):
    """A text is no amount that may be taken; the sentence says what to write instead."""


class UnknownCurrencyError(InputRefusedError):
    """A code names no currency that is or was legal tender."""


def minor_digits(code: str) -> int:
    """Return how many decimals the currency's minor unit has, by ISO 4217.

    Raises UnknownCurrencyError (a ValueError) for a code that never was legal tender anywhere.

    >>> [minor_digits(code) for code in ("JPY", "EUR", "KWD")]
    [0, 2, 3]
    """
    digits = _digits_by_code().get(code)
    if digits is None:
        raise UnknownCurrencyError(
            sentence(
                "“%(code)s” is not a currency code: use three capital letters of ISO 4217,"
                " for example EUR."
            ),
            {"code": shown(code)},
        )
    return digits


def parse_amount(text: str, currency: str, *, allow_zero: bool = False) -> int:
    """Read an amount strictly and return it in minor units of the currency.

    Taken are ASCII digits with at most one point and no more decimals than the currency has.
    Raises AmountError for anything else, UnknownCurrencyError for the currency.

    >>> parse_amount("1234.5", "EUR"), parse_amount("1234", "JPY"), parse_amount("0.001", "KWD")
    (123450, 1234, 1)
    """
    digits = minor_digits(currency)
    match = _match_plain_number(text, currency)
    whole, decimals = match.group(1), match.group(2) or ""
    if len(decimals) > digits:
        raise _too_many_decimals(currency, digits)
    amount_minor = int(whole + decimals.ljust(digits, "0"))
    if amount_minor >= AMOUNT_MAX_MINOR:
        raise _too_large(currency)
    if amount_minor == 0 and not allow_zero:
        raise AmountError(
            sentence("The amount is zero: enter at least %(least)s %(currency)s."),
            {"least": format_plain(1, currency), "currency": currency},
        )
    return amount_minor


def format_plain(amount_minor: int, currency: str) -> str:
    """Write minor units as a plain number, which `parse_amount` reads back.

    >>> format_plain(123450, "EUR"), format_plain(1234, "JPY"), format_plain(-5, "KWD")
    ('1234.50', '1234', '-0.005')
    """
    digits = minor_digits(currency)
    sign = "-" if amount_minor < 0 else ""
    text = str(abs(amount_minor)).rjust(digits + 1, "0")
    return sign + (f"{text[:-digits]}.{text[-digits:]}" if digits else text)


def _match_plain_number(text: str, currency: str) -> re.Match[str]:
    if not isinstance(text, str):
        raise AmountError(
            sentence(
                "Write the amount as text, for example “%(example)s”; this is of type %(kind)s."
            ),
            {"example": _example(currency), "kind": type(text).__name__},
        )
    if not text:
        raise AmountError(
            sentence("Enter an amount, for example %(example)s."), {"example": _example(currency)}
        )
    match = _PLAIN_NUMBER.fullmatch(text)
    if match is None:
        raise AmountError(
            sentence("“%(text)s” is not an amount: %(hint)s, for example %(example)s."),
            {"text": shown(text), "hint": _hint(text), "example": _example(currency)},
        )
    if len(text) > _TEXT_LENGTH_MAX:
        raise _too_large(currency)
    return match


def _hint(text: str) -> str:
    """Say what to change in a text that is no plain number; the first reason that fits."""
    if any(letter.isspace() for letter in text):
        return sentence("leave out the blanks")
    if text[0] in "+-−":
        return sentence("leave out the sign")
    if not text.isascii():
        return sentence("use the digits 0 to 9 and a point, without a currency sign")
    if "," in text:
        return sentence("leave out commas and use a point before the decimals")
    if text.lower().lstrip("+-").startswith(("nan", "inf")) or re.search(r"[0-9][eE]", text):
        return sentence("write an ordinary number in full")
    if text.startswith(".") or text.endswith("."):
        return sentence("write a digit on both sides of the point")
    return sentence("use only the digits 0 to 9 and one point")


def _too_many_decimals(currency: str, digits: int) -> AmountError:
    if digits == 0:
        return AmountError(
            sentence(
                "%(currency)s has no decimals: enter a whole number, for example %(example)s."
            ),
            {"currency": currency, "example": _example(currency)},
        )
    return AmountError(
        sentence(
            "%(currency)s has %(digits)s decimals: enter no more than that,"
            " for example %(example)s."
        ),
        {"currency": currency, "digits": digits, "example": _example(currency)},
    )


def _too_large(currency: str) -> AmountError:
    return AmountError(
        sentence("The amount is too large: enter at most %(most)s %(currency)s."),
        {"most": format_plain(AMOUNT_MAX_MINOR - 1, currency), "currency": currency},
    )


def _example(currency: str) -> str:
    digits = minor_digits(currency)
    return format_plain(1234 * 10**digits + 5 * 10**digits // 10, currency)


@cache
def _digits_by_code() -> Mapping[str, int]:
    """Map each code that is or was legal tender to its digits.

    Retired currencies stay in, so that an update of the source never makes old books unreadable.
    """
    fractions = get_global("currency_fractions")
    usual = fractions["DEFAULT"][0]
    tender = {
        code
        for uses in get_global("territory_currencies").values()
        for code, _start, _end, is_tender in uses
        if is_tender
    }
    return MappingProxyType(
        {
            code: _ISO_DIGITS.get(code, fractions[code][0] if code in fractions else usual)
            for code in sorted(tender)
        }
    )
