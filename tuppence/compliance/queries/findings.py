"""What the rulebook said, as pages show it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from tuppence.compliance.models import RuleFinding


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One rule that fired on one act."""

    id: int
    at: datetime
    rule_id: str
    act: str
    effect: str
    refused: bool
    figure: str
    limit: str
    member_id: int | None
    subject_kind: str
    subject_id: int


FIELDS = (
    *("id", "at", "rule_id", "act", "effect", "refused", "figure", "limit", "member_id"),
    *("subject_kind", "subject_id"),
)


def findings(
    *, rule_id: str = "", before_id: int | None = None, limit: int = 50
) -> list[FindingRow]:
    """Findings, newest first: of one rule or of all; `before_id` turns the page."""
    rows = RuleFinding.objects.order_by("-id")
    if rule_id:
        rows = rows.filter(rule_id=rule_id)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [FindingRow(*row) for row in rows.values_list(*FIELDS)[:limit]]


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How often a rule fired since a moment, and when last."""

    fired: int
    refused: int
    latest: datetime


def finding_counts(*, since: datetime) -> dict[str, FindingCount]:
    """By rule: how often it fired since a moment."""
    rows = (
        RuleFinding.objects.filter(at__gte=since)
        .values("rule_id")
        .annotate(fired=Count("id"), times=Count("id", filter=Q(refused=True)), latest=Max("at"))
    )
    return {row["rule_id"]: FindingCount(row["fired"], row["times"], row["latest"]) for row in rows}
