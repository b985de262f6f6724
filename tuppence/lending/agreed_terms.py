"""What a loan's contract fixes for its whole life, as it is written down and read again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from tuppence.lending.allocation import Component
from tuppence.lending.servicing.contract import (
    EarlyRepaymentPolicy,
    LateFeeRule,
    LateFeeTo,
    LoanContract,
    PlannedRow,
)
from tuppence.lending.terms import LoanTerms, Method
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """The terms that a product gives its loans, frozen when the contract is made.

    Rates are exact shares. The fees of the platform carry VAT on top; late fees do not.
    """

    every: int = 1
    unit: Unit = Unit.MONTHS
    method: Method = Method.ANNUITY
    day_count: DayCount = DayCount.PERIOD_30_360
    grace_principal: int = 0
    grace_interest: int = 0
    origination_fee: Fraction = Fraction(0)  # of the principal
    pays_out_net: bool = False
    servicing_fee: Fraction = Fraction(0)  # of the lenders' interest
    vat: Fraction = Fraction(0)
    withholding_tax: Fraction = Fraction(0)  # of the lenders' interest
    late_fee_minor: int = 0
    late_fee_share: Fraction = Fraction(0)
    late_fee_to_firm: bool = False
    grace_days: int = 0
    prepayment_compensation: Fraction = Fraction(0)
    waterfall: str = "fee,penalty,interest,principal"

    @property
    def servicing_fee_with_vat(self) -> Fraction:
        """The share of the interest that leaves the lenders as fee, VAT included."""
        return self.servicing_fee * (1 + self.vat)

    def to_json(self) -> dict[str, str | int | bool]:
        """The terms as plain values; exact rates as text."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def schedule_terms(
        self,
        principal_minor: int,
        currency: str,
        annual_rate: Fraction,
        instalments: int,
        start: date,
    ) -> LoanTerms:
        """The terms of a schedule; TermsError where they make no loan."""
        return LoanTerms(
            principal_minor=principal_minor,
            currency=currency,
            annual_rate=annual_rate,
            instalments=instalments,
            start=start,
            every=self.every,
            unit=self.unit,
            method=self.method,
            day_count=self.day_count,
            grace_principal=self.grace_principal,
            grace_interest=self.grace_interest,
        )

    def contract(self, rows: Sequence[PlannedRow], currency: str, starts_on: date) -> LoanContract:
        """The contract that servicing reads. The last year's compensation is half the other."""
        fee = None
        if self.late_fee_minor or self.late_fee_share:
            to = LateFeeTo.FIRM if self.late_fee_to_firm else LateFeeTo.LENDERS
            fee = LateFeeRule(self.late_fee_minor, self.late_fee_share, to=to)
        return LoanContract(
            rows=rows,
            currency=currency,
            starts_on=starts_on,
            waterfall=tuple(Component(name) for name in self.waterfall.split(",")),
            grace_days=self.grace_days,
            late_fee=fee,
            day_count=self.day_count,
            unit=self.unit,
            early_repayment=EarlyRepaymentPolicy(
                compensation_rate=self.prepayment_compensation,
                compensation_rate_last_year=self.prepayment_compensation / 2,
            ),
        )


def agreed_terms(values: Mapping[str, Any]) -> AgreedTerms:
    """Read terms back from plain values."""
    defaults = AgreedTerms()
    return AgreedTerms(
        **{name: type(getattr(defaults, name))(value) for name, value in values.items()}
    )


@lru_cache(maxsize=4096)
def agreed_terms_of_text(text: str) -> AgreedTerms:
    """Read terms back from JSON. Loans of one product share one text."""
    return agreed_terms(json.loads(text))


def _plain(value: object) -> str | int | bool:
    return value if type(value) in (bool, int) else str(value)  # type: ignore[return-value]  # so narrowed
