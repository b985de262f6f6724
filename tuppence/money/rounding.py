"""Named rounding of exact figures.

The modes mean what they mean in decimal arithmetic: they look at the size of a figure and keep
its sign, so a figure and its opposite round to opposites.
"""

from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray


class Rounding(StrEnum):
    """Which neighbour an inexact figure goes to."""

    HALF_EVEN = "half_even"  # the nearer; a half to the even one
    HALF_UP = "half_up"  # the nearer; a half away from zero
    UP = "up"  # away from zero
    DOWN = "down"  # towards zero


def div_round(numerator: int, denominator: int, mode: Rounding) -> int:
    """Divide exactly and round to a whole number.

    >>> [div_round(5, 2, mode) for mode in Rounding]
    [2, 3, 3, 2]
    >>> [div_round(-5, 2, mode) for mode in Rounding]
    [-2, -3, -3, -2]
    """
    assert denominator != 0
    negative = (numerator < 0) != (denominator < 0)
    quotient, remainder = divmod(abs(numerator), abs(denominator))
    if _goes_up(quotient, 2 * remainder, abs(denominator), mode):
        quotient += 1
    return -quotient if negative else quotient


def div_round_array(
    numerators: NDArray[np.int64], denominator: int | NDArray[np.int64], mode: Rounding
) -> NDArray[np.int64]:
    """Divide each numerator and round it: `div_round` for whole columns, with the same answers.

    The denominators are positive. The caller sees to it that the numerators have not overflowed.
    """
    divisors = np.asarray(denominator, dtype=np.int64)
    assert (divisors > 0).all()
    sizes = np.abs(numerators)
    # The one int64 whose size does not fit an int64.
    assert (sizes >= 0).all()
    quotients, remainders = np.divmod(sizes, divisors)
    # remainder against (divisor - remainder) compares with the half without doubling anything.
    rests = divisors - remainders
    if mode is Rounding.UP:
        quotients += remainders > 0
    elif mode is Rounding.HALF_UP:
        quotients += remainders >= rests
    elif mode is Rounding.HALF_EVEN:
        quotients += (remainders > rests) | ((remainders == rests) & (quotients % 2 == 1))
    return np.where(numerators < 0, -quotients, quotients)


def round_fraction(value: Fraction, mode: Rounding, *, step: Fraction = Fraction(1)) -> Fraction:
    """Round to a multiple of the step.

    >>> round_fraction(Fraction(1005, 1000), Rounding.HALF_EVEN, step=Fraction(1, 100))
    Fraction(1, 1)
    """
    assert step > 0
    steps = value / step
    return div_round(steps.numerator, steps.denominator, mode) * step


def round_to_minor(value: Fraction, mode: Rounding, step_minor: int = 1) -> int:
    """Round a figure in minor units to a multiple of `step_minor` minor units.

    A step of 100 rounds an amount in euros to whole euros.

    >>> round_to_minor(Fraction(123450), Rounding.HALF_UP, 100)
    123500
    """
    assert step_minor > 0
    return div_round(value.numerator, value.denominator * step_minor, mode) * step_minor


def _goes_up(quotient: int, twice_remainder: int, denominator: int, mode: Rounding) -> bool:
    if twice_remainder == 0 or mode is Rounding.DOWN:
        return False
    if mode is Rounding.UP or twice_remainder > denominator:
        return True
    if twice_remainder < denominator:
        return False
    return mode is Rounding.HALF_UP or quotient % 2 == 1
