"""The annual percentage rate of payments given by their dates."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from tuppence.lending.apr import eu_apr, us_apr
from tuppence.lending.apr_periods import (
    UnitPeriod,
    UnitPeriodUnit,
    eu_years,
    find_unit_period,
    unit_periods_between,
)
from tuppence.lending.calculators.fields import Fields
from tuppence.money.refusals import sentence

APR_KEYS: Final = frozenset({"method", "drawdown", "drawdown_date", "payments", "unit_period"})
_PAYMENTS_MAX: Final = 10_000
# Without a currency the scale makes no difference: amounts are read as ten-billionths.
_SCALE: Final = 10**10
_EVERY_MAX: Final = {
    UnitPeriodUnit.DAYS: 365,
    UnitPeriodUnit.WEEKS: 52,
    UnitPeriodUnit.HALF_MONTHS: 1,
    UnitPeriodUnit.MONTHS: 12,
    UnitPeriodUnit.YEARS: 1,
}


class AprMethod(StrEnum):
    """By which law a rate is computed."""

    EU = "eu"
    US = "us"


def solve_apr(fields: Fields) -> Decimal:
    """Return the annual percentage rate as a share, by the law that `method` names.

    Raises ItemError for what can't be read and RateNotFoundError where no rate solves it.
    """
    method = fields.choice("method", AprMethod)
    drawdown = int(fields.number("drawdown") * _SCALE)
    if drawdown == 0:
        raise fields.refuse("drawdown", sentence("it must be above zero."))
    start = fields.day("drawdown_date")
    payments = _payments(fields, start)
    days = [day for day, _ in payments]
    if method is AprMethod.EU:
        if fields.has("unit_period"):
            raise fields.refuse("unit_period", sentence("leave it out: it is for method “us”."))
        years = eu_years(start, days)
        return eu_apr(drawdown, [(t, a) for t, (_, a) in zip(years, payments, strict=True)])
    unit_period = _unit_period(fields) or find_unit_period(start, days)
    return us_apr(
        drawdown,
        [(*unit_periods_between(start, day, unit_period), amount) for day, amount in payments],
        unit_period,
    )


def _payments(fields: Fields, start: date) -> list[tuple[date, int]]:
    payments = []
    for row in fields.objects("payments", ("date", "amount"), _PAYMENTS_MAX, least=1):
        day, amount = row.day("date"), int(row.number("amount") * _SCALE)
        if day < start:
            raise row.refuse("date", sentence("it is before the drawdown: give a later day."))
        payments.append((day, amount))
    if all(day == start for day, amount in payments if amount):
        raise fields.refuse("payments", sentence("give at least one payment after the drawdown."))
    return payments


def _unit_period(fields: Fields) -> UnitPeriod | None:
    """Read {every, unit}; half a month is a unit of its own."""
    if not fields.has("unit_period"):
        return None
    nested = fields.nested("unit_period", ("every", "unit"))
    unit = nested.choice("unit", UnitPeriodUnit)
    every = nested.number("every") if nested.has("every") else Fraction(1)
    if unit is UnitPeriodUnit.MONTHS and every == Fraction(1, 2):
        return UnitPeriod(1, UnitPeriodUnit.HALF_MONTHS)
    if every.denominator != 1 or not 1 <= every <= _EVERY_MAX[unit]:
        raise nested.refuse(
            "every", sentence("a unit-period is at most a year: give a whole number within it.")
        )
    if unit is UnitPeriodUnit.MONTHS and every == 12:
        return UnitPeriod(1, UnitPeriodUnit.YEARS)
    return UnitPeriod(int(every), unit)
