"""Rates are exact fractions: 8.4 % a year is Fraction(84, 1000)."""

from fractions import Fraction

from tuppence.money.plain_number import read_plain_number
from tuppence.money.refusals import InputRefusedError, sentence
from tuppence.money.rounding import Rounding, div_round

PERCENT_MAX = 10_000
"""No rate or share that a person enters is above this many percent."""

PERCENT_DECIMALS_MAX = 10
_EXAMPLE = "8.4"


class RateError(InputRefusedError):
    """A text is no percentage that may be taken; the sentence says what to write instead."""


def parse_percent(
    text: str, *, allow_zero: bool = True, percent_max: int = PERCENT_MAX
) -> Fraction:
    """Read a percentage strictly and return the exact rate.

    Taken are ASCII digits with at most one point and ten decimals, up to `percent_max`. Raises
    RateError for anything else, with a sentence that says what to do.

    >>> parse_percent("8.4") == Fraction(84, 1000)
    True
    """
    number = read_plain_number(text, example=_EXAMPLE, refusal=RateError)
    if number is None or int(number.whole) > percent_max:
        raise _too_large(percent_max)
    if len(number.decimals) > PERCENT_DECIMALS_MAX:
        raise RateError(
            sentence("A percentage has at most %(digits)s decimals: enter no more than that."),
            {"digits": PERCENT_DECIMALS_MAX},
        )
    rate = Fraction(number.scaled(PERCENT_DECIMALS_MAX), 100 * 10**PERCENT_DECIMALS_MAX)
    if rate > Fraction(percent_max, 100):
        raise _too_large(percent_max)
    if rate == 0 and not allow_zero:
        raise RateError(
            sentence("The percentage is zero: enter more than that, for example %(example)s."),
            {"example": _EXAMPLE},
        )
    return rate


def format_percent(rate: Fraction, decimals: int, mode: Rounding = Rounding.HALF_EVEN) -> str:
    """Write a rate as percent with exactly so many decimals, rounded by the mode.

    >>> format_percent(Fraction(84, 1000), 2), format_percent(Fraction(-1, 3), 0)
    ('8.40', '-33')
    """
    assert decimals >= 0
    units = div_round(rate.numerator * 100 * 10**decimals, rate.denominator, mode)
    text = str(abs(units)).rjust(decimals + 1, "0")
    sign = "-" if units < 0 else ""
    return sign + (f"{text[:-decimals]}.{text[-decimals:]}" if decimals else text)


def format_percent_exact(rate: Fraction) -> str:
    """Write a rate that was read by `parse_percent` with just the decimals it needs.

    >>> format_percent_exact(Fraction(84, 1000)), format_percent_exact(Fraction(1, 10))
    ('8.4', '10')
    """
    units = rate * 100 * 10**PERCENT_DECIMALS_MAX
    assert units.denominator == 1
    return format_percent(rate, PERCENT_DECIMALS_MAX).rstrip("0").rstrip(".")


def _too_large(percent_max: int) -> RateError:
    return RateError(
        sentence("The percentage is too large: enter at most %(most)s."), {"most": percent_max}
    )
