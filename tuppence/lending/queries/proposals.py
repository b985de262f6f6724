"""Read which applications wait for a second officer's word."""

from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from tuppence.members.models import ApprovalRequest

DECISION_KIND = "lending.decision"


def open_proposals(*, at: datetime) -> dict[int, int]:
    """The requests that wait for a second officer, by application."""
    rows = _open(at).order_by("id")
    return dict(rows.values_list("application_id", "id"))


def applications_proposed(*, at: datetime) -> QuerySet[Any, int]:
    """For a subquery: the applications that wait for a second officer."""
    return _open(at).values_list("application_id", flat=True)


def _open(at: datetime) -> QuerySet[Any]:
    rows = ApprovalRequest.objects.filter(kind=DECISION_KIND, decision=None, expires_at__gt=at)
    number = Cast(KeyTextTransform("application_id", "payload"), BigIntegerField())
    return rows.annotate(application_id=number)
