"""Annuity schedules of many loans at once, in columns: the figures of `build_schedule`, faster.

Covered are loans of level instalments with equal periods and one rate each. Every figure equals
that of `build_schedule` to the minor unit, for any rates:

- the instalment is estimated in floating point with an error far below `_ESTIMATE_ERROR`; only
  where the exact value could lie on the other side of a rounding boundary is it computed again
  with whole numbers of any size;
- interest is computed in 64-bit integers, where the largest product fits them, which is checked
  before; the few loans of which it doesn't go through exact whole numbers one by one.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuppence.lending.schedule import level_instalment
from tuppence.lending.terms import INSTALMENTS_MAX, RoundingRule
from tuppence.money.currency import AMOUNT_MAX_MINOR
from tuppence.money.rounding import Rounding, div_round_array

_Column = NDArray[np.int64]

# log1p, expm1, three products and a quotient are each good to a few units in the last place, so
# the estimate is off by less than 1e-14 of itself; this leaves a wide margin.
_ESTIMATE_ERROR: Final = 1e-12
_PRODUCT_MAX: Final = 2**62
_HALF_UNIT = RoundingRule()


@dataclass(frozen=True, slots=True, eq=False)
class ScheduleColumns:
    """Schedules in minor units: one row a loan, in the tables one column an instalment.

    `balance_minor` is what is owed after each instalment; the last column is zero.
    """

    instalment_minor: _Column
    principal_minor: _Column
    interest_minor: _Column
    balance_minor: _Column


def annuity_schedules(
    principals_minor: _Column,
    annual_rates: _Column,
    *,
    rate_scale: int = 1_000_000,
    instalments: int,
    period_years: Fraction = Fraction(1, 12),
    interest_rounding: RoundingRule = _HALF_UNIT,
    instalment_rounding: RoundingRule = _HALF_UNIT,
) -> ScheduleColumns:
    """Return the annuity schedules of many loans with the same number of equal periods.

    `annual_rates` are whole numbers over `rate_scale` (84000 of 1,000,000 is 8.4 % a year) and
    `period_years` is the nominal length of a period: a month of "30/360" is 1/12.

    >>> loans = annuity_schedules(np.array([100_00]), np.array([70_000]), instalments=6)
    >>> loans.instalment_minor.tolist(), loans.interest_minor.tolist()
    ([1701], [[58, 49, 39, 29, 20, 10]])
    """
    principals = np.ascontiguousarray(principals_minor, dtype=np.int64)
    numerators = np.ascontiguousarray(annual_rates, dtype=np.int64)
    _check(principals, numerators, rate_scale, instalments, period_years)
    scale = rate_scale * period_years.denominator
    numerators = numerators * period_years.numerator
    rules = (interest_rounding, instalment_rounding)
    levels = _level_instalments(principals, numerators, scale, instalments, instalment_rounding)
    interest, balance, exact_needed = _columns(
        principals, numerators, scale, levels, instalments, interest_rounding
    )
    for loan in np.flatnonzero(exact_needed):
        rate = Fraction(int(numerators[loan]), scale)
        levels[loan], interest[:, loan], balance[:, loan] = _exact_columns(
            int(principals[loan]), rate, instalments, *rules
        )
    principal = np.diff(balance, axis=0, prepend=principals[np.newaxis, :])
    np.negative(principal, out=principal)
    assert bool((balance[-1] == 0).all()) and bool((principal >= 0).all())
    return ScheduleColumns(levels, principal.T, interest.T, balance.T)


def _check(
    principals: _Column,
    numerators: _Column,
    rate_scale: int,
    instalments: int,
    period_years: Fraction,
) -> None:
    assert principals.shape == numerators.shape and principals.ndim == 1
    assert 1 <= instalments <= INSTALMENTS_MAX
    assert 0 < rate_scale <= 10**9
    assert 0 < period_years <= 100 and max(period_years.as_integer_ratio()) <= 10**6
    if principals.size:
        assert principals.min() > 0 and principals.max() < AMOUNT_MAX_MINOR
        assert numerators.min() >= 0 and numerators.max() <= 100 * rate_scale


def _level_instalments(
    principals: _Column, numerators: _Column, scale: int, instalments: int, rule: RoundingRule
) -> _Column:
    """Return each loan's level instalment, rounded exactly."""
    rates = numerators / scale
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = rates / -np.expm1(-instalments * np.log1p(rates))
    factors[numerators == 0] = 1 / instalments
    steps = principals * factors / rule.step_minor
    levels = np.asarray(_round(steps, rule.mode), dtype=np.int64) * rule.step_minor
    # Halves turn at .5 and the other modes at whole numbers.
    turn = 0.5 if rule.mode in (Rounding.HALF_EVEN, Rounding.HALF_UP) else 0.0
    distance = np.abs(steps - turn - np.rint(steps - turn))
    for loan in np.flatnonzero(distance <= steps * _ESTIMATE_ERROR):
        factor = Fraction(int(numerators[loan]), scale)
        levels[loan] = level_instalment(int(principals[loan]), [factor] * instalments, rule)
    return levels


def _round(values: NDArray[np.float64], mode: Rounding) -> NDArray[np.float64]:
    if mode is Rounding.UP:
        return np.ceil(values)
    if mode is Rounding.DOWN:
        return np.floor(values)
    return np.rint(values)


def _columns(
    principals: _Column,
    numerators: _Column,
    scale: int,
    levels: _Column,
    instalments: int,
    rule: RoundingRule,
) -> tuple[_Column, _Column, NDArray[np.bool_]]:
    """Return interest and balance by instalment and loan, and which loans these don't hold for."""
    divisor = scale * rule.step_minor
    exact_needed = principals > _PRODUCT_MAX // np.maximum(numerators, 1)
    if divisor > _PRODUCT_MAX:
        exact_needed[:], divisor = True, 1
    # A product that could overflow is kept out by an interest of nothing; it is made good later.
    safe = np.where(exact_needed, 0, numerators)
    interest = np.empty((instalments, principals.size), dtype=np.int64)
    balance = np.empty_like(interest)
    owed = principals
    for number in range(instalments):
        interest[number] = div_round_array(owed * safe, divisor, rule.mode) * rule.step_minor
        repaid = levels - interest[number]
        exact_needed |= repaid < 0
        owed = owed - np.clip(repaid, 0, owed) if number < instalments - 1 else np.zeros_like(owed)
        balance[number] = owed
    return interest, balance, exact_needed


def _exact_columns(
    principal_minor: int,
    rate: Fraction,
    instalments: int,
    interest_rounding: RoundingRule,
    instalment_rounding: RoundingRule,
) -> tuple[int, list[int], list[int]]:
    """Return instalment, interest and balances of one loan, in whole numbers of any size."""
    interest, balance = [], []
    owed_minor, level_minor, told_minor = principal_minor, None, None
    for left in range(instalments, 0, -1):
        if level_minor is None and owed_minor:
            level_minor = level_instalment(owed_minor, [rate] * left, instalment_rounding)
        due_minor = interest_rounding.apply(owed_minor * rate)
        repaid_minor = (level_minor or 0) - due_minor
        if repaid_minor < 0:
            level_minor = told_minor = None
        elif told_minor is None:
            told_minor = level_minor
        repaid_minor = owed_minor if left == 1 else min(max(repaid_minor, 0), owed_minor)
        owed_minor -= repaid_minor
        interest.append(due_minor)
        balance.append(owed_minor)
    return repaid_minor + due_minor if told_minor is None else told_minor, interest, balance
