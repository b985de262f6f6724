"""Schedules of repayments, exact to the minor unit.

Every figure is computed with integers and fractions and rounded once, by the rule the terms name.

- Interest of a row is rounded by `interest_rounding`; deferred interest is rounded when it falls
  due, not period by period.
- The annuity instalment is the level amount that repays what is owed over the periods left, each
  with its own length, rounded by `instalment_rounding`. It is computed at the first period with
  principal and again at each period in which another rate begins: with that period's interest as
  it splits by days and the latest rate for all later ones. A later change is not anticipated, and
  a pause in mid-life leaves the instalment alone: it repays more principal instead.
- `instalment_rounding` rounds the level part: annuity the instalment, equal principal the
  principal, flat the instalment (its principal first to the minor unit).
- Flat interest is rounded once for the whole loan; the rows share it.
- The last row takes the rest. No row repays more than is owed or less than nothing, so that a loan
  whose rounded instalments repay it early ends with rows of zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

from tuppence.lending.interest_periods import InterestPeriods, Period
from tuppence.lending.terms import LoanTerms, Method, RoundingRule
from tuppence.money.rounding import div_round


@dataclass(frozen=True, slots=True)
class Instalment:
    """One row of a schedule; number 0 is a down payment on the start date.

    `balance_minor` is the principal owed after the row is paid.
    """

    number: int
    due_on: date
    principal_minor: int
    interest_minor: int
    balance_minor: int

    @property
    def amount_minor(self) -> int:
        """What is to be paid: principal and interest."""
        return self.principal_minor + self.interest_minor


@dataclass(frozen=True, slots=True)
class Amortisation:
    """A schedule and its instalment.

    `instalment_minor` is for annuity and flat the level instalment as first computed, for equal
    principal the first payment with principal, for interest only the first period's interest
    (deferred interest left out of all of these), for bullet the one payment.
    """

    rows: list[Instalment]
    instalment_minor: int


def build_schedule(terms: LoanTerms) -> list[Instalment]:
    """Return the rows of the loan in date order: a down payment if any, then every instalment.

    The parts of principal sum to the loan's principal, and the last balance is zero.

    >>> terms = LoanTerms(100_00, "EUR", Fraction(7, 100), 6, start=date(2024, 1, 31))
    >>> for row in build_schedule(terms):
    ...     print(row.due_on, row.principal_minor, row.interest_minor, row.balance_minor)
    2024-02-29 1643 58 8357
    2024-03-31 1652 49 6705
    2024-04-30 1662 39 5043
    2024-05-31 1672 29 3371
    2024-06-30 1681 20 1690
    2024-07-31 1690 10 0
    """
    return amortise(terms).rows


def amortise(terms: LoanTerms) -> Amortisation:
    """Return the rows of the loan together with the instalment that its borrower is told."""
    walk = _Walk(terms)
    rows = walk.rows()
    level_minor = rows[-1].amount_minor if walk.level_minor is None else walk.level_minor
    return Amortisation(rows, level_minor)


def level_instalment(owed_minor: int, factors: Sequence[Fraction], rounding: RoundingRule) -> int:
    """Return the level amount that repays what is owed, with the interest factor of each period.

    Exact before it is rounded: the amount is owed / S with S the present value of 1 in each
    period, S = v1 (1 + v2 (1 + ...)), v = 1 / (1 + factor), computed from the last period in
    whole numbers over one common denominator.

    >>> level_instalment(5000_00, [Fraction(1, 100)] * 24, RoundingRule())
    23537
    """
    assert owed_minor > 0 and factors
    common = lcm(*(factor.denominator for factor in factors))
    value, divisor = 0, 1
    for factor in reversed(factors):
        grown = common + factor.numerator * (common // factor.denominator)
        value, divisor = common * (divisor + value), grown * divisor
    step = rounding.step_minor
    return div_round(owed_minor * divisor, value * step, rounding.mode) * step


class _Walk:
    """Walks through the periods of one loan and writes its rows."""

    def __init__(self, terms: LoanTerms) -> None:
        self._terms = terms
        self._interest = InterestPeriods(terms)
        self._periods = list(self._interest.periods())
        self._owed_minor = terms.financed_minor
        self._deferred = Fraction(0)
        self._instalment_minor: int | None = None
        self.level_minor: int | None = None

    def rows(self) -> list[Instalment]:
        terms = self._terms
        rows = []
        if terms.down_payment_minor:
            rows.append(
                Instalment(0, terms.start, terms.down_payment_minor, 0, terms.financed_minor)
            )
        if terms.method is Method.FLAT:
            rows += self._flat_rows()
        else:
            rows += [self._row(period) for period in self._periods]
        assert sum(row.principal_minor for row in rows) == terms.principal_minor
        assert rows[-1].balance_minor == 0
        assert all(row.principal_minor >= 0 and row.interest_minor >= 0 for row in rows)
        return rows

    def _row(self, period: Period) -> Instalment:
        accrued = self._owed_minor * self._interest.factor(period)
        interest_minor = self._interest_due(period, accrued)
        principal_minor = self._principal_due(period, self._terms.interest_rounding.apply(accrued))
        self._owed_minor -= principal_minor
        return Instalment(
            period.number, period.due_on, principal_minor, interest_minor, self._owed_minor
        )

    def _interest_due(self, period: Period, accrued: Fraction) -> int:
        """Return the interest that falls due, and carry on what is deferred."""
        terms = self._terms
        is_deferred = terms.method is Method.BULLET or period.number <= terms.grace_interest
        self._deferred += accrued
        if is_deferred and period.number < terms.instalments:
            return 0
        due_minor = terms.interest_rounding.apply(self._deferred)
        self._deferred = Fraction(0)
        return due_minor

    def _principal_due(self, period: Period, own_interest_minor: int) -> int:
        terms = self._terms
        is_last = period.number == terms.instalments
        if terms.method in (Method.INTEREST_ONLY, Method.BULLET):
            if terms.method is Method.INTEREST_ONLY and own_interest_minor:
                self.level_minor = self.level_minor or own_interest_minor
            return self._owed_minor if is_last else 0
        if period.number <= terms.grace_principal or self._owed_minor == 0:
            return 0
        if terms.method is Method.EQUAL_PRINCIPAL:
            planned_minor = terms.instalment_rounding.apply(self._principal_share())
            if self.level_minor is None:
                self.level_minor = planned_minor + own_interest_minor
        else:
            planned_minor = self._annuity_instalment(period) - own_interest_minor
        if planned_minor < 0:
            # A first period so long that its interest outgrows the instalment: interest alone is
            # paid, and the instalment is computed anew on what is then owed.
            self._instalment_minor = self.level_minor = None
        return self._owed_minor if is_last else min(max(planned_minor, 0), self._owed_minor)

    def _principal_share(self) -> Fraction:
        terms = self._terms
        return Fraction(terms.financed_minor, terms.instalments - terms.grace_principal)

    def _annuity_instalment(self, period: Period) -> int:
        """Return the level instalment in force, computed anew where another rate begins."""
        if self._instalment_minor is None or self._interest.rate_moves_in(period):
            self._instalment_minor = level_instalment(
                self._owed_minor, self._factors_from(period), self._terms.instalment_rounding
            )
        if self.level_minor is None:
            self.level_minor = self._instalment_minor
        return self._instalment_minor

    def _factors_from(self, period: Period) -> list[Fraction]:
        """Return the interest factors of this and all later periods, as known in this one."""
        rate = self._interest.rate_on_last_day(period)
        later = self._periods[period.number :]
        return [
            self._interest.level_factor(period),
            *(self._interest.factor_at(other, rate) for other in later),
        ]

    def _flat_rows(self) -> list[Instalment]:
        """Return the rows of a flat loan: interest on the first amount, whatever is repaid."""
        terms = self._terms
        factors = [self._interest.factor(period) for period in self._periods]
        left_minor = terms.interest_rounding.apply(terms.financed_minor * sum(factors, Fraction(0)))
        rows = []
        deferred_minor = 0
        for period, factor in zip(self._periods, factors, strict=True):
            is_last = period.number == terms.instalments
            own_minor = left_minor
            if not is_last:
                rounded_minor = terms.interest_rounding.apply(terms.financed_minor * factor)
                own_minor = min(rounded_minor, left_minor)
            left_minor -= own_minor
            principal_minor = self._flat_principal(period, own_minor)
            self._owed_minor -= principal_minor
            deferred_minor += own_minor
            due_minor = 0
            if is_last or period.number > terms.grace_interest:
                due_minor, deferred_minor = deferred_minor, 0
            rows.append(
                Instalment(
                    period.number, period.due_on, principal_minor, due_minor, self._owed_minor
                )
            )
        return rows

    def _flat_principal(self, period: Period, own_interest_minor: int) -> int:
        terms = self._terms
        if period.number <= terms.grace_principal:
            return 0
        rule = terms.instalment_rounding
        share_minor = RoundingRule(1, rule.mode).apply(self._principal_share())
        level_minor = rule.apply(Fraction(share_minor + own_interest_minor))
        if self.level_minor is None:
            self.level_minor = level_minor
        if period.number == terms.instalments:
            return self._owed_minor
        return min(max(level_minor - own_interest_minor, 0), self._owed_minor)
