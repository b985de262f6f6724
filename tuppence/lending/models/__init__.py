"""Tables of the lending room."""

from tuppence.lending.models.origination import (
    Application,
    ApplicationDecision,
    ApplicationWithdrawal,
    Contract,
    Product,
    Signature,
)
from tuppence.lending.models.servicing import (
    Charge,
    Contact,
    DayClose,
    DistributionShare,
    Holding,
    Instalment,
    Loan,
    Payment,
    PaymentReversal,
    PlanChange,
    Promise,
    Replay,
    Waiver,
    WriteOff,
)

__all__ = [
    "Application",
    "ApplicationDecision",
    "ApplicationWithdrawal",
    "Charge",
    "Contact",
    "Contract",
    "DayClose",
    "DistributionShare",
    "Holding",
    "Instalment",
    "Loan",
    "Payment",
    "PaymentReversal",
    "PlanChange",
    "Product",
    "Promise",
    "Replay",
    "Signature",
    "Waiver",
    "WriteOff",
]
