"""Is lending right for this member: knowledge test, loss simulation, classification, warnings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from tuppence.money.rounding import Rounding, round_to_minor

LOSS_SHARE = Fraction(10, 100)  # Regulation (EU) 2020/1503, article 21(5)
NET_WORTH_BOUND_MINOR = 10**15


class SuitabilityKind(StrEnum):
    """What was tested or shown."""

    KNOWLEDGE_TEST = "knowledge_test"
    RISK_ASSESSMENT = "risk_assessment"
    LOSS_SIMULATION = "loss_simulation"
    SOPHISTICATED = "sophisticated"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class SuitabilityOrder:
    """One result to be kept. `passed` means: passed, classified as asked, or acknowledged."""

    key: UUID
    member_id: int
    kind: SuitabilityKind
    passed: bool
    rulebook: str
    rulebook_version: str
    at: datetime
    score: int | None = None
    score_max: int | None = None
    net_worth_minor: int | None = None
    currency: str = ""
    answers: Mapping[str, str | int | bool] | None = None


class SuitabilityStatus(StrEnum):
    """What became of one result."""

    RECORDED = "recorded"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    MEMBER_NOT_FOUND = "member_not_found"
    SCORE_IMPOSSIBLE = "score_impossible"
    NET_WORTH_MISSING = "net_worth_missing"
    NET_WORTH_IMPOSSIBLE = "net_worth_impossible"


@dataclass(frozen=True, slots=True)
class SuitabilityOutcome:
    """What became of one order; for a loss simulation, the loss the member was shown."""

    key: UUID
    status: SuitabilityStatus
    loss_minor: int | None = None


def decide_suitability(order: SuitabilityOrder) -> SuitabilityStatus:
    """Whether a result can be true."""
    if order.score is not None and not 0 <= order.score <= (order.score_max or 0):
        return SuitabilityStatus.SCORE_IMPOSSIBLE
    if order.kind is SuitabilityKind.LOSS_SIMULATION:
        if order.net_worth_minor is None or not order.currency:
            return SuitabilityStatus.NET_WORTH_MISSING
        if abs(order.net_worth_minor) > NET_WORTH_BOUND_MINOR:
            return SuitabilityStatus.NET_WORTH_IMPOSSIBLE
    return SuitabilityStatus.RECORDED


def net_worth_minor(
    *, annual_income_minor: int, liquid_assets_minor: int, annual_commitments_minor: int
) -> int:
    """What a loss is measured against, in minor units; below zero where debts are larger.

    Regular net annual income and liquid assets less annual financial commitments: Delegated
    Regulation (EU) 2022/2114, articles 5 to 9.
    """
    return annual_income_minor + liquid_assets_minor - annual_commitments_minor


def bearable_loss_minor(net_worth_minor: int) -> int:
    """A tenth of the net worth, rounded down; nothing where there is no net worth.

    >>> bearable_loss_minor(12_345_67)
    123456
    """
    return max(0, round_to_minor(net_worth_minor * LOSS_SHARE, Rounding.DOWN))
