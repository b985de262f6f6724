"""Products as borrowers see them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import get_language

from tuppence.lending.models import Product
from tuppence.lending.terms import LoanTerms, Method
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit


@dataclass(frozen=True, slots=True)
class ProductRow:
    """What can be borrowed: ranges, rates and fees."""

    id: int
    code: str
    name: str
    currency: str
    amount_minor_min: int
    amount_minor_max: int
    instalments_min: int
    instalments_max: int
    every: int
    unit: str
    method: str
    day_count: str
    grace_principal: int
    grace_interest: int
    annual_rate_min: Fraction
    annual_rate_max: Fraction
    origination_fee: Fraction
    servicing_fee: Fraction
    vat: Fraction
    pays_out_net: bool
    late_fee_minor: int
    grace_days: int
    prepayment_compensation: Fraction
    window_days: int

    def schedule_terms(
        self, principal_minor: int, instalments: int, annual_rate: Fraction, start: date
    ) -> LoanTerms:
        """The terms of a schedule of this product; TermsError where they make no loan."""
        return LoanTerms(
            principal_minor=principal_minor,
            currency=self.currency,
            annual_rate=annual_rate,
            instalments=instalments,
            start=start,
            every=self.every,
            unit=Unit(self.unit),
            method=Method(self.method),
            day_count=DayCount(self.day_count),
            grace_principal=self.grace_principal,
            grace_interest=self.grace_interest,
        )


def products_on_offer() -> list[ProductRow]:
    """Products that take applications, in the order they were made."""
    return [row_of(product) for product in Product.objects.filter(retired_at=None).order_by("id")]


def product_by_code(code: str) -> ProductRow | None:
    """A product that takes applications, by its code."""
    product = Product.objects.filter(retired_at=None, code=code).first()
    return row_of(product) if product else None


def row_of(product: Product) -> ProductRow:
    """A product in the reader's language."""
    return ProductRow(
        id=product.pk,
        code=product.code,
        name=product_name(product),
        currency=product.currency,
        amount_minor_min=product.amount_minor_min,
        amount_minor_max=product.amount_minor_max,
        instalments_min=product.instalments_min,
        instalments_max=product.instalments_max,
        every=product.every,
        unit=product.unit,
        method=product.method,
        day_count=product.day_count,
        grace_principal=product.grace_principal,
        grace_interest=product.grace_interest,
        annual_rate_min=product.annual_rate_min,
        annual_rate_max=product.annual_rate_max,
        origination_fee=product.origination_fee,
        servicing_fee=product.servicing_fee,
        vat=product.vat,
        pays_out_net=product.pays_out_net,
        late_fee_minor=product.late_fee_minor,
        grace_days=product.grace_days,
        prepayment_compensation=product.prepayment_compensation,
        window_days=product.window_days,
    )


def product_name(product: Product) -> str:
    """The product's name in the reader's language, where it has one."""
    return (get_language() == "zh-hans" and product.name_zh) or product.name
