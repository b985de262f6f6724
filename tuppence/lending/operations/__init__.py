"""The only modules that write the room's tables: load, decide, write."""

from tuppence.lending.operations.applications import (
    apply,
    decide_applications,
    withdraw_applications,
)
from tuppence.lending.operations.contracts import make_contracts, sign, terms_of
from tuppence.lending.operations.disburse import disburse
from tuppence.lending.operations.payments import collect, early_repay, record_payments, recover
from tuppence.lending.operations.products import (
    ProductRefusedError,
    create_product,
    retire_product,
)

__all__ = [
    "ProductRefusedError",
    "apply",
    "collect",
    "create_product",
    "decide_applications",
    "disburse",
    "early_repay",
    "make_contracts",
    "record_payments",
    "recover",
    "retire_product",
    "sign",
    "terms_of",
    "withdraw_applications",
]
