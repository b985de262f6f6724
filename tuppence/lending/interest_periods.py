"""The periods of a loan and the share of the principal that each bears as interest.

A period runs from one due date to the next. Its length in years follows the day count of the
loan; "30/360" is special: a whole period counts its nominal length (a month 30 days of 360, a week
7, a year 360), and a part of a period its own days of 360. So that the parts of a whole period
always sum to it, also where the calendar disagrees (31 January to 28 February is one month but 28
days of 360), a part takes its proportion of the period's days of 360.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tuppence.lending.terms import LoanTerms, due_date, has_broken_first_period
from tuppence.money.day_count import DayCount, year_fraction
from tuppence.money.months import Unit, step

_NOMINAL_DAYS = {Unit.DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 30, Unit.YEARS: 360}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a loan: interest of the days from `starts_on` until before `due_on`."""

    number: int
    starts_on: date
    due_on: date
    is_whole: bool


class InterestPeriods:
    """The periods of one loan, with the interest each bears for one unit of principal."""

    def __init__(self, terms: LoanTerms) -> None:
        self._terms = terms
        steps = _rate_steps(terms)
        self._rate_days = [day for day, _ in steps]
        self._rates = [rate for _, rate in steps]
        self._edges = sorted(
            {pause.first_day for pause in terms.interest_pauses}
            | {pause.last_day + _ONE_DAY for pause in terms.interest_pauses}
            | set(self._rate_days)
        )

    def period(self, number: int) -> Period:
        """Return a period by its number from 1; numbers after the last instalment go on."""
        assert number >= 1
        starts_on, due_on = due_date(self._terms, number - 1), due_date(self._terms, number)
        return Period(number, starts_on, due_on, number > 1 or self._is_first_whole())

    def periods(self) -> Iterator[Period]:
        """Yield the periods of all instalments, in order."""
        for number in range(1, self._terms.instalments + 1):
            yield self.period(number)

    def factor(self, period: Period, until: date | None = None) -> Fraction:
        """Return the interest on a principal of 1 from the period's start, pauses left out."""
        return self._accrue(period, until or period.due_on, with_pauses=True)

    def level_factor(self, period: Period) -> Fraction:
        """Return the period's interest on a principal of 1 as if there were no pauses."""
        return self._accrue(period, period.due_on, with_pauses=False)

    def factor_at(self, period: Period, annual_rate: Fraction) -> Fraction:
        """Return the period's interest on a principal of 1 if one rate held throughout."""
        if period.number <= self._terms.interest_free_periods:
            return Fraction(0)
        return annual_rate * self._years(period, period.due_on)

    def rate_on(self, day: date) -> Fraction:
        """Return the rate a year at which interest accrues on that day."""
        index = bisect_right(self._rate_days, day)
        return self._rates[index - 1] if index else self._terms.annual_rate

    def rate_on_last_day(self, period: Period) -> Fraction:
        """Return the rate at which the period ends."""
        return self.rate_on(period.due_on - _ONE_DAY)

    def rate_moves_in(self, period: Period) -> bool:
        """Tell whether another rate begins in the period, its first day included."""
        return bisect_right(self._rate_days, period.due_on - _ONE_DAY) > bisect_right(
            self._rate_days, period.starts_on - _ONE_DAY
        )

    def _accrue(self, period: Period, until: date, *, with_pauses: bool) -> Fraction:
        if period.number <= self._terms.interest_free_periods:
            return Fraction(0)
        edges = _between(self._edges, period.starts_on, until)
        if not edges and not (with_pauses and self._is_paused(period.starts_on)):
            return self.rate_on(period.starts_on) * self._years(period, until)
        total, before = Fraction(0), Fraction(0)
        for first, last in zip([period.starts_on, *edges], [*edges, until], strict=True):
            after = self._years(period, last)
            if not (with_pauses and self._is_paused(first)):
                total += self.rate_on(first) * (after - before)
            before = after
        return total

    def _is_paused(self, day: date) -> bool:
        return any(pause.covers(day) for pause in self._terms.interest_pauses)

    def _is_first_whole(self) -> bool:
        """Tell whether the first period is one step long, seen from either of its ends."""
        terms = self._terms
        if not has_broken_first_period(terms):
            return True
        assert terms.first_due is not None
        try:
            return step(terms.first_due, -terms.every, terms.unit) == terms.start
        except OverflowError:
            return False

    def _years(self, period: Period, until: date) -> Fraction:
        """Return the years from the start of the period to the day."""
        terms = self._terms
        if terms.day_count != DayCount.PERIOD_30_360:
            return year_fraction(period.starts_on, until, terms.day_count)
        if not period.is_whole:
            return _years_of_360(period.starts_on, until, terms.unit)
        nominal = Fraction(terms.every * _NOMINAL_DAYS[terms.unit], 360)
        if until == period.due_on:
            return nominal
        part = _years_of_360(period.starts_on, until, terms.unit)
        return nominal * part / _years_of_360(period.starts_on, period.due_on, terms.unit)


def _years_of_360(start: date, end: date, unit: Unit) -> Fraction:
    """Count days of 360: months of 30 days on month steps, plain days on day and week steps."""
    if unit in (Unit.DAYS, Unit.WEEKS):
        return Fraction((end - start).days, 360)
    return year_fraction(start, end, DayCount.THIRTY_E_360)


def _between(days: Sequence[date], start: date, end: date) -> list[date]:
    return [day for day in days if start < day < end]


def _rate_steps(terms: LoanTerms) -> list[tuple[date, Fraction]]:
    """Return the days on which the rate becomes another one; a repeated rate is no change."""
    steps: list[tuple[date, Fraction]] = []
    rate = terms.annual_rate
    for change in sorted(terms.rate_changes, key=lambda change: change.effective_from):
        if change.annual_rate != rate:
            rate = change.annual_rate
            steps.append((change.effective_from, rate))
    return steps
