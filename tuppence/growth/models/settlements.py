"""Months with partners: what was claimed, rejected, agreed and invoiced."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tuppence.growth.models.channels import Partner
from tuppence.growth.settlement import Act, State

USER = settings.AUTH_USER_MODEL


class Settlement(models.Model):
    """A month with a partner. What led to its state stands in the steps."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="settlements")
    month = models.DateField()  # its first day
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=[(each, each) for each in State])
    claimed_minor = models.BigIntegerField(default=0)
    claim_reference = models.CharField(max_length=200, blank=True)
    rejected_minor = models.BigIntegerField(default=0)
    agreed_minor = models.BigIntegerField(null=True)
    invoice_number = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "month", "currency"], name="settlement_once"
            ),
            models.UniqueConstraint(
                fields=["partner", "invoice_number"],
                condition=~Q(invoice_number=""),
                name="settlement_invoice_once",
            ),
            models.CheckConstraint(
                condition=Q(claimed_minor__gte=F("rejected_minor"), rejected_minor__gte=0),
                name="settlement_rejected_within",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "claimed"], agreed_minor=None)
                | Q(
                    state__in=["agreed", "invoiced"],
                    agreed_minor=F("claimed_minor") - F("rejected_minor"),
                ),
                name="settlement_agreed",
            ),
        ]


class SettlementStep(models.Model):
    """One thing done to a month with a partner. Append-only."""

    key = models.UUIDField(unique=True)
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="steps")
    act = models.CharField(max_length=10, choices=[(each, each) for each in Act])
    amount_minor = models.BigIntegerField(null=True)
    text = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    second = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("by")), name="settlement_step_two_people"
            )
        ]
