"""Errors by kind and place. Nothing in these rows tells of a person but who looked at them."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class FaultRecord(models.Model):
    """One kind of error at one place, how often it happened, and who looked at it last."""

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=120)
    route = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=10, blank=True)
    places = models.JSONField(default=list)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    count = models.BigIntegerField()

    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by=None)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="fault_seen_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"Error {self.pk}"
