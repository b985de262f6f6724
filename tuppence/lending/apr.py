"""The annual percentage rate a borrower is told, by the law of the European Union and of the USA.

European Union, directive 2008/48/EC, annex I: the effective rate X that makes the payments, each
divided by (1 + X)^t with t in years, worth the drawdown.

United States, Regulation Z, appendix J (12 CFR 1026): the nominal rate w * i, with w unit-periods a
year and i the rate of a unit-period that makes the payments, each divided by (1 + f i)(1 + i)^t,
worth the drawdown; t counts whole unit-periods and f the part of one that is left.

How dates become years or unit-periods is told in `apr_periods`. Rates are shares (0.0969 is
9.69 %), found numerically and given to ten decimals.
"""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import exp, expm1, isfinite

from tuppence.lending.apr_periods import UnitPeriod

_TEN_DECIMALS = Decimal("1e-10")
_ITERATIONS_MAX = 400
_LOG_RATE_MAX = 650.0  # exp() of more has no float

_Curve = Callable[[float], tuple[float, float]]


class RateNotFoundError(ArithmeticError):
    """No rate solves the payments, or none that could be written down."""


def eu_apr(drawdown_minor: int, times: Sequence[tuple[Fraction, int]]) -> Decimal:
    """Return the effective rate a year for payments given as (years from the drawdown, amount).

    The published example of 1,000 repaid by 600 after one and 600 after two years:

    >>> eu_apr(1000_00, [(Fraction(1), 600_00), (Fraction(2), 600_00)]).quantize(Decimal("1e-4"))
    Decimal('0.1307')

    Raises RateNotFoundError where the payments determine no rate.
    """
    net_minor = drawdown_minor - sum(amount for years, amount in times if not years)
    rows = [(float(years), float(amount)) for years, amount in times if years and amount]

    def curve(log_rate: float) -> tuple[float, float]:
        value, slope = -float(net_minor), 0.0
        for years, amount in rows:
            part = amount * _exp(-log_rate * years)
            value += part
            slope -= years * part
        return value, slope

    return _decimal(expm1(_root(curve, net_minor, rows)))


def us_apr(
    drawdown_minor: int, times: Sequence[tuple[int, Fraction, int]], unit_period: UnitPeriod
) -> Decimal:
    """Return the nominal rate a year for payments given as (t, f, amount), by appendix J.

    Example (c)(1)(i), 24 monthly payments of 230 for 5,000:

    >>> from tuppence.lending.apr_periods import UnitPeriodUnit
    >>> monthly = UnitPeriod(1, UnitPeriodUnit.MONTHS)
    >>> payments = [(t, Fraction(0), 230_00) for t in range(1, 25)]
    >>> us_apr(5000_00, payments, monthly).quantize(Decimal("1e-4"))
    Decimal('0.0969')

    Raises RateNotFoundError where the payments determine no rate.
    """
    net_minor = drawdown_minor - sum(amount for t, f, amount in times if not t and not f)
    rows = [(t, float(f), float(amount)) for t, f, amount in times if (t or f) and amount]

    def curve(log_rate: float) -> tuple[float, float]:
        value, slope = -float(net_minor), 0.0
        growth = _exp(log_rate)
        for t, f, amount in rows:
            odd = 1 + f * (growth - 1)
            part = amount * _exp(-log_rate * t) / odd
            value += part
            slope -= part * (t + f * growth / odd)
        return value, slope

    root = _root(curve, net_minor, [(t + f, amount) for t, f, amount in rows])
    return _decimal(expm1(root) * float(unit_period.per_year))


def _root(curve: _Curve, net_minor: int, rows: Sequence[tuple[float, float]]) -> float:
    """Return log(1 + rate) where the falling curve crosses zero: Newton, kept in a bracket."""
    if net_minor == sum(amount for _, amount in rows) and rows:
        return 0.0
    if net_minor <= 0 or not rows:
        raise RateNotFoundError(
            "No rate solves this: give payments after the drawdown, less than it on its day."
        )
    low, high = _bracket(curve)
    guess = min(max(0.0, low), high)
    for _ in range(_ITERATIONS_MAX):
        value, slope = curve(guess)
        low, high = (guess, high) if value > 0 else (low, guess)
        following = guess - value / slope if slope and isfinite(slope) else low - 1
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - guess) <= 1e-15 * max(1.0, abs(guess)):
            return following
        guess = following
    return guess


def _bracket(curve: _Curve) -> tuple[float, float]:
    """Return a log rate at which the payments are worth too much and one at which too little."""
    low, high = -0.5, 0.5
    while curve(low)[0] < 0:
        low *= 2
        if low < -_LOG_RATE_MAX:
            raise RateNotFoundError(
                "No rate can be stated: the payments are far too small for the drawdown."
            )
    while curve(high)[0] > 0:
        high *= 2
        if high > _LOG_RATE_MAX:
            raise RateNotFoundError(
                "No rate can be stated: the payments are far too large for the drawdown."
            )
    return low, high


def _exp(power: float) -> float:
    return exp(min(power, _LOG_RATE_MAX))


def _decimal(rate: float) -> Decimal:
    if not isfinite(rate) or rate > 1e15:
        raise RateNotFoundError(
            "No rate can be stated: the payments are far too large for the drawdown."
        )
    return Decimal(repr(rate)).quantize(_TEN_DECIMALS, ROUND_HALF_UP)
