"""Read what was counted."""

from django.db.models import F, Q, QuerySet

from tuppence.faults.models import FaultRecord


def faults() -> QuerySet[FaultRecord]:
    """Every error with who looked at it."""
    return FaultRecord.objects.select_related("seen_by")


def open_faults() -> QuerySet[FaultRecord]:
    """Errors that nobody has looked at since they last happened."""
    return FaultRecord.objects.filter(Q(seen_at=None) | Q(seen_at__lt=F("last_at")))
