"""Tables of the lending room."""

from tuppence.lending.models.drafts import ApplicationDraft, ApplicationPaper
from tuppence.lending.models.origination import (
    Application,
    ApplicationDecision,
    ApplicationWithdrawal,
    Contract,
    Product,
    Signature,
)
from tuppence.lending.models.plan_requests import (
    PlanAnswer,
    PlanRequest,
    PlanRequestWithdrawal,
)
from tuppence.lending.models.servicing import (
    Charge,
    Contact,
    DayClose,
    DistributionShare,
    HandOver,
    Holding,
    Instalment,
    Loan,
    Payment,
    PaymentReversal,
    PlanChange,
    Promise,
    Recall,
    Replay,
    Waiver,
    WriteOff,
)

__all__ = [
    "Application",
    "ApplicationDecision",
    "ApplicationDraft",
    "ApplicationPaper",
    "ApplicationWithdrawal",
    "Charge",
    "Contact",
    "Contract",
    "DayClose",
    "DistributionShare",
    "HandOver",
    "Holding",
    "Instalment",
    "Loan",
    "Payment",
    "PaymentReversal",
    "PlanAnswer",
    "PlanChange",
    "PlanRequest",
    "PlanRequestWithdrawal",
    "Product",
    "Promise",
    "Recall",
    "Replay",
    "Signature",
    "Waiver",
    "WriteOff",
]
