"""What it costs to end a loan on a day: the principal still owed and the interest up to then."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from tuppence.lending.interest_periods import InterestPeriods
from tuppence.lending.schedule import Instalment, build_schedule
from tuppence.lending.terms import LoanTerms, Method, TermsError, due_date
from tuppence.money.refusals import sentence

PERIODS_AFTER_MATURITY_MAX: Final = 1_200


class InterestUntil(StrEnum):
    """Up to which day a loan that ends within a period bears interest."""

    PAYOFF_DATE = "payoff_date"
    PERIOD_END = "period_end"


@dataclass(frozen=True, slots=True)
class Payoff:
    """What is to be paid to end a loan, in minor units."""

    principal_minor: int
    interest_minor: int

    @property
    def amount_minor(self) -> int:
        """Principal and interest together."""
        return self.principal_minor + self.interest_minor


def quote_payoff(
    terms: LoanTerms,
    *,
    payoff_date: date,
    instalments_paid_on_time: int,
    interest_until: InterestUntil = InterestUntil.PAYOFF_DATE,
) -> Payoff:
    """Quote what ends the loan on a day, after so many first instalments were paid on time.

    The down payment counts as paid. Interest runs from the last due date that was paid, on the
    principal owed since then and without interest on interest; deferred interest is added; all of
    it is rounded once. On a due date the quote is therefore what the schedule says. Instalments
    that fell due unpaid make no difference but that their principal goes on bearing interest, also
    after the last due date. A flat loan bears no interest after its last due date.

    "period_end" charges the period in which the day falls to its end; a day on which a period
    ends needs nothing added. Raises TermsError for a day before the last paid due date or long
    after the end of the loan.
    """
    _check(terms, payoff_date, instalments_paid_on_time)
    rows = [row for row in build_schedule(terms) if row.number > 0]
    paid = instalments_paid_on_time
    if paid == terms.instalments:
        return Payoff(0, 0)
    owed_minor = rows[paid - 1].balance_minor if paid else terms.financed_minor
    if terms.method is Method.FLAT and payoff_date >= rows[-1].due_on:
        return Payoff(owed_minor, sum(row.interest_minor for row in rows[paid:]))
    interest = InterestPeriods(terms)
    factor = _factor_since(
        interest, after=paid, until=payoff_date, to_end=interest_until is InterestUntil.PERIOD_END
    )
    base_minor = terms.financed_minor if terms.method is Method.FLAT else owed_minor
    exact = _deferred(terms, interest, rows[:paid]) + base_minor * factor
    return Payoff(owed_minor, terms.interest_rounding.apply(exact))


def _check(terms: LoanTerms, payoff_date: date, paid: int) -> None:
    if not 0 <= paid <= terms.instalments:
        raise TermsError(
            "instalments_paid_on_time",
            sentence("“%(key)s” must be a whole number from 0 to %(most)s."),
            {"most": terms.instalments},
        )
    earliest = due_date(terms, paid)
    if payoff_date < earliest:
        raise TermsError(
            "payoff_date",
            sentence(
                "“%(key)s” is before %(earliest)s, when the last paid instalment fell due:"
                " give that day or a later one, or fewer paid instalments."
            ),
            {"earliest": earliest.isoformat()},
        )
    try:
        latest = due_date(terms, terms.instalments + PERIODS_AFTER_MATURITY_MAX)
    except OverflowError:
        latest = date.max
    if payoff_date > latest:
        raise TermsError(
            "payoff_date",
            sentence(
                "“%(key)s” is too long after the end of the loan: give a day up to %(latest)s."
            ),
            {"latest": latest.isoformat()},
        )


def _factor_since(interest: InterestPeriods, *, after: int, until: date, to_end: bool) -> Fraction:
    """Return the interest on a principal of 1 from the end of a period to the day."""
    factor = Fraction(0)
    period = interest.period(after + 1)
    while period.due_on <= until:
        factor += interest.factor(period)
        period = interest.period(period.number + 1)
    if until > period.starts_on:
        factor += interest.factor(period, None if to_end else until)
    return factor


def _deferred(terms: LoanTerms, interest: InterestPeriods, paid_rows: list[Instalment]) -> Fraction:
    """Return the interest of the paid rows' periods that has not fallen due with them."""
    paid = len(paid_rows)
    if terms.method is not Method.BULLET and paid > terms.grace_interest:
        return Fraction(0)
    deferred = Fraction(0)
    owed_minor = terms.financed_minor
    for row in paid_rows:
        base_minor = terms.financed_minor if terms.method is Method.FLAT else owed_minor
        deferred += base_minor * interest.factor(interest.period(row.number))
        owed_minor = row.balance_minor
    return deferred
