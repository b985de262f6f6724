"""Put products on the shelf, and take them off."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.allocation import Component
from tuppence.lending.models import Product
from tuppence.money.currency import minor_digits


class ProductRefusedError(ValueError):
    """A product that makes no sense; the sentence says what to change."""


RATES = (
    "origination_fee",
    "servicing_fee",
    "vat",
    "withholding_tax",
    "late_fee_share",
    "prepayment_compensation",
    "annual_rate_min",
    "annual_rate_max",
    "partial_floor",
)


@transaction.atomic
def create_product(*, code: str, at: datetime, **fields: Any) -> Product:
    """Create a product from its fields (see the model); the same code again returns it.

    Rates are exact shares. Raises ProductRefusedError with a sentence that says what to change.
    """
    existing = Product.objects.filter(code=code).first()
    if existing is not None:
        return existing
    product = Product(code=code, **fields)
    try:
        product.clean_fields(exclude={*RATES, "retired_at"})
    except ValidationError as error:
        sentences = [
            f"{name}: {text}" for name, texts in error.message_dict.items() for text in texts
        ]
        raise ProductRefusedError(" ".join(sentences)) from error
    _check(product)
    product.save()
    ledger.open_accounts(
        [
            AccountKey(kind, product.pk, product.currency)
            for kind in (AccountKind.INTEREST_OWED, AccountKind.LENDERS_INTEREST)
        ],
        at=at,
    )
    return product


def retire_product(product_id: int, *, at: datetime) -> None:
    """Take a product off the shelf: nobody can apply for it any more."""
    Product.objects.filter(pk=product_id, retired_at=None).update(retired_at=at)


def _check(product: Product) -> None:
    minor_digits(product.currency)
    for name in RATES:
        rate = getattr(product, name)
        if not isinstance(rate, Fraction) or not 0 <= rate <= 1:
            raise ProductRefusedError(f"{name}: give a share from 0 to 1, such as 1/100.")
    if product.annual_rate_min > product.annual_rate_max:
        raise ProductRefusedError("The lowest rate is above the highest: swap them.")
    if not 0 < product.amount_minor_min <= product.amount_minor_max:
        raise ProductRefusedError("The smallest amount must be above 0 and not above the largest.")
    if not 0 < product.instalments_min <= product.instalments_max:
        raise ProductRefusedError(
            "The fewest instalments must be 1 or more, and not above the most."
        )
    taken = product.servicing_fee * (1 + product.vat) + product.withholding_tax
    if taken > 1:
        raise ProductRefusedError(
            "Fee, VAT and tax take more than the interest: lower one of them."
        )
    if sorted(product.waterfall.split(",")) != sorted(Component):
        raise ProductRefusedError(
            "The waterfall names fee, penalty, interest and principal once each."
        )
    if product.grace_principal >= product.instalments_min > 1:
        raise ProductRefusedError("The grace on principal must leave an instalment that repays.")
    if product.grace_interest > product.instalments_min:
        raise ProductRefusedError("The grace on interest is longer than the shortest loan.")
