"""The signature under a closed day."""

from django.conf import settings
from django.db import models

from tuppence.lending.models.servicing import DayClose


class DaySignOff(models.Model):
    """A person signed a closed day: the control figures as they stood, kept for good."""

    key = models.UUIDField(unique=True)
    day = models.OneToOneField(DayClose, models.PROTECT, related_name="sign_off")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    figures = models.JSONField()
    remark = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Sign-off of {self.day_id}"
