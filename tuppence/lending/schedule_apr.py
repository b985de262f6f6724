"""The annual percentage rates of a schedule, whose periods are known from its terms."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from tuppence.lending.apr import RateNotFoundError, eu_apr, us_apr
from tuppence.lending.apr_periods import (
    YEAR,
    UnitPeriod,
    UnitPeriodUnit,
    find_unit_period,
    unit_periods_between,
    years_by_days,
    years_by_months,
    years_by_weeks,
)
from tuppence.lending.schedule import Instalment
from tuppence.lending.terms import LoanTerms, due_date, has_broken_first_period
from tuppence.money.months import Unit


def schedule_eu_apr(terms: LoanTerms, rows: Sequence[Instalment]) -> Decimal | None:
    """Return the effective rate of a schedule by directive 2008/48/EC, None where there is none.

    Month and year steps count equal months, week steps weeks of 52 a year, day steps days; the odd
    part of a broken first period counts in days.
    """
    times = [(_eu_years(terms, row), row.amount_minor) for row in rows]
    return _or_none(lambda: eu_apr(terms.principal_minor, times))


def schedule_us_apr(terms: LoanTerms, rows: Sequence[Instalment]) -> Decimal | None:
    """Return the rate of a schedule by Regulation Z, appendix J, None where there is none.

    The unit-period is the step of the schedule, at most a year; a single payment makes the term
    the unit-period.
    """
    paying = [row for row in rows if row.amount_minor]
    unit_period = _unit_period(terms)
    instalments = [row for row in paying if row.number > 0]
    if len(instalments) == 1:
        unit_period = find_unit_period(terms.start, [instalments[0].due_on])
        times = [
            (*unit_periods_between(terms.start, row.due_on, unit_period), row.amount_minor)
            for row in paying
        ]
    else:
        times = [(*_us_periods(terms, row, unit_period), row.amount_minor) for row in paying]
    return _or_none(lambda: us_apr(terms.principal_minor, times, unit_period))


def _eu_years(terms: LoanTerms, row: Instalment) -> Fraction:
    if row.number == 0:
        return Fraction(0)
    if terms.unit is Unit.DAYS:
        return years_by_days(terms.start, row.due_on)
    count_years = years_by_weeks if terms.unit is Unit.WEEKS else years_by_months
    steps_a_year = {Unit.WEEKS: 52, Unit.MONTHS: 12, Unit.YEARS: 1}[terms.unit]
    one = Fraction(terms.every, steps_a_year)
    if has_broken_first_period(terms):
        return count_years(terms.start, due_date(terms, 1)) + (row.number - 1) * one
    return row.number * one


def _unit_period(terms: LoanTerms) -> UnitPeriod:
    """Return the step of the schedule as a unit-period, a year where it is longer than that."""
    most = {Unit.DAYS: 364, Unit.WEEKS: 51, Unit.MONTHS: 11, Unit.YEARS: 0}[terms.unit]
    if terms.every > most:
        return YEAR
    return UnitPeriod(terms.every, UnitPeriodUnit(terms.unit.value))


def _us_periods(terms: LoanTerms, row: Instalment, unit_period: UnitPeriod) -> tuple[int, Fraction]:
    if row.number == 0:
        return 0, Fraction(0)
    if unit_period == YEAR:
        return unit_periods_between(terms.start, row.due_on, unit_period)
    if not has_broken_first_period(terms):
        return row.number, Fraction(0)
    whole, odd = unit_periods_between(terms.start, due_date(terms, 1), unit_period)
    return whole + row.number - 1, odd


def _or_none(rate: Callable[[], Decimal]) -> Decimal | None:
    try:
        return rate()
    except RateNotFoundError:
        return None
