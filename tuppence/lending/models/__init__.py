"""Tables of the lending room."""

from tuppence.lending.models.origination import (
    Application,
    ApplicationDecision,
    ApplicationWithdrawal,
    Contract,
    Product,
    Signature,
)

__all__ = [
    "Application",
    "ApplicationDecision",
    "ApplicationWithdrawal",
    "Contract",
    "Product",
    "Signature",
]
