"""Currencies by ISO 4217, and amounts between text and integer minor units.

The list of currencies comes from Babel's copy of the CLDR. The digits do too, except where the
CLDR states the customary use instead of the minor unit of ISO 4217 (the Albanian lek is shown
without its qindarka, but ISO 4217 gives it two digits): the books follow ISO 4217.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from babel.core import get_global

from tuppence.money.plain_number import read_plain_number
from tuppence.money.refusals import InputRefusedError, sentence, shown

AMOUNT_MAX_MINOR = 10**15
"""Every amount is below this many minor units; products with a rate then stay within reason."""

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
    number = read_plain_number(text, example=_example(currency), refusal=AmountError)
    if number is None:
        raise _too_large(currency)
    if len(number.decimals) > digits:
        raise _too_many_decimals(currency, digits)
    amount_minor = number.scaled(digits)
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
