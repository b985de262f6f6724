"""Loan terms from the keys of a calculator."""

from fractions import Fraction
from typing import Final

from tuppence.lending.calculators.fields import Fields
from tuppence.lending.terms import (
    CHANGES_MAX,
    InterestPause,
    LoanTerms,
    Method,
    RateChange,
)
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit

TERMS_KEYS: Final = frozenset(
    {
        "principal",
        "currency",
        "annual_rate_percent",
        "instalments",
        "start",
        "first_due",
        "every",
        "unit",
        "method",
        "day_count",
        "interest_rounding",
        "instalment_rounding",
        "grace_principal",
        "grace_interest",
        "interest_free_periods",
        "down_payment_percent",
        "rate_changes",
        "interest_pauses",
    }
)


def read_terms(fields: Fields) -> LoanTerms:
    """Read the terms of a loan; only principal, rate, instalments and start must be given.

    Raises ItemError or TermsError, whose sentences name the key.
    """
    currency = fields.currency()
    return LoanTerms(
        principal_minor=fields.amount("principal", currency),
        currency=currency,
        annual_rate=fields.percent("annual_rate_percent"),
        instalments=fields.whole("instalments"),
        start=fields.day("start"),
        first_due=fields.day("first_due") if fields.has("first_due") else None,
        every=fields.whole("every", 1),
        unit=fields.choice("unit", Unit, Unit.MONTHS),
        method=fields.choice("method", Method, Method.ANNUITY),
        day_count=fields.choice("day_count", DayCount, DayCount.PERIOD_30_360),
        interest_rounding=fields.rounding("interest_rounding", currency),
        instalment_rounding=fields.rounding("instalment_rounding", currency),
        grace_principal=fields.whole("grace_principal", 0),
        grace_interest=fields.whole("grace_interest", 0),
        interest_free_periods=fields.whole("interest_free_periods", 0),
        down_payment=_down_payment(fields),
        rate_changes=tuple(
            RateChange(change.day("from"), change.percent("annual_rate_percent"))
            for change in fields.objects(
                "rate_changes", ("from", "annual_rate_percent"), CHANGES_MAX
            )
        ),
        interest_pauses=tuple(
            InterestPause(pause.day("first_day"), pause.day("last_day"))
            for pause in fields.objects("interest_pauses", ("first_day", "last_day"), CHANGES_MAX)
        ),
    )


def _down_payment(fields: Fields) -> Fraction:
    key = "down_payment_percent"
    return fields.percent(key) if fields.has(key) else Fraction(0)
