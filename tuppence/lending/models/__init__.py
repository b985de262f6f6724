"""Tables of the lending room."""

from tuppence.lending.models.carried import CarriedShares
from tuppence.lending.models.collection import PromiseOutcome, Reminder
from tuppence.lending.models.day_sign_offs import DaySignOff
from tuppence.lending.models.drafts import ApplicationDraft, ApplicationPaper
from tuppence.lending.models.information import (
    InformationAnswer,
    InformationClosing,
    InformationItem,
    InformationRequest,
)
from tuppence.lending.models.origination import (
    Application,
    ApplicationDecision,
    ApplicationWithdrawal,
    Contract,
    CreditLimit,
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
    "CarriedShares",
    "Charge",
    "Contact",
    "Contract",
    "CreditLimit",
    "DayClose",
    "DaySignOff",
    "DistributionShare",
    "HandOver",
    "Holding",
    "InformationAnswer",
    "InformationClosing",
    "InformationItem",
    "InformationRequest",
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
    "PromiseOutcome",
    "Recall",
    "Reminder",
    "Replay",
    "Signature",
    "Waiver",
    "WriteOff",
]
