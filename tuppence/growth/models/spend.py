"""Spend by day and the files that it came in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuppence.growth.models.channels import Activity, Channel, Partner
from tuppence.growth.spend import PaidFrom, PriceModel

USER = settings.AUTH_USER_MODEL


class SpendImport(models.Model):
    """A partner's file of spend that was booked whole. Append-only."""

    key = models.UUIDField(unique=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64, db_index=True)
    layout = models.JSONField()
    rows = models.IntegerField()
    booked = models.IntegerField()
    corrected = models.IntegerField()
    known = models.IntegerField()  # stood in the books already, unchanged
    total_minor = models.BigIntegerField()  # of the whole file
    booked_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    first_day = models.DateField()
    last_day = models.DateField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class SpendUpload(models.Model):
    """A file that was sent and waits for a person to say what its columns mean. Append-only."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class SpendRow(models.Model):
    """One day of one activity. Its key is the id of its transfer, where it cost anything."""

    key = models.UUIDField(unique=True)
    identity = models.UUIDField()  # which fact it tells, whatever the amount
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="spend")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="spend")
    day = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    price_model = models.CharField(max_length=24, choices=[(each, each) for each in PriceModel])
    paid_from = models.CharField(max_length=12, choices=[(each, each) for each in PaidFrom])
    reference = models.CharField(max_length=200, blank=True)
    partner_campaign = models.CharField(max_length=200, blank=True)
    creative = models.CharField(max_length=200, blank=True)
    audience = models.CharField(max_length=200, blank=True)
    showings = models.BigIntegerField(null=True)
    clicks = models.BigIntegerField(null=True)
    results = models.BigIntegerField(null=True)
    hours_hundredths = models.IntegerField(null=True)
    # What the partner's file says, in major units: a restated file is compared with this.
    stated = models.DecimalField(max_digits=36, decimal_places=20, null=True)
    batch = models.ForeignKey(SpendImport, models.PROTECT, null=True, related_name="spend")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    reversed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="spend_not_negative"),
            # One fact stands once: the same file again, or an overlapping one, books nothing twice.
            models.UniqueConstraint(
                fields=["identity"], condition=Q(reversed_at=None), name="spend_fact_once"
            ),
            models.CheckConstraint(
                condition=Q(reversed_at=None) ^ ~Q(reversed_why=""), name="spend_reversed_why"
            ),
        ]
        indexes = [
            models.Index(fields=["activity", "day"], name="spend_activity_day"),
            models.Index(fields=["-day", "-id"], name="spend_latest"),
            models.Index(fields=["batch"], condition=~Q(batch=None), name="spend_batch"),
        ]
