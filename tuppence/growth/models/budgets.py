"""Budgets by month and channel, and alerts of budgets that are being used up."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuppence.growth.budgets import Budget
from tuppence.growth.models.campaigns import Campaign
from tuppence.growth.models.channels import Channel

USER = settings.AUTH_USER_MODEL


class ChannelBudget(models.Model):
    """What a channel may cost in a month; of several, the latest holds. Append-only."""

    key = models.UUIDField(unique=True)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="budgets")
    month = models.DateField()  # its first day
    amount_minor = models.BigIntegerField()  # 0: no budget any more
    currency = models.CharField(max_length=3)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0), name="channel_budget_not_negative"
            )
        ]
        indexes = [models.Index(fields=["month", "channel", "-id"], name="channel_budget_latest")]


class BudgetAlert(models.Model):
    """A share of a budget that was reached: recorded once, shown until somebody has seen it."""

    budget = models.CharField(max_length=16, choices=[(each, each) for each in Budget])
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="alerts")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="alerts")
    month = models.DateField(null=True)
    percent = models.PositiveSmallIntegerField()
    used_minor = models.BigIntegerField()  # when it was reached
    budget_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "campaign", "channel", "month", "percent"],
                nulls_distinct=False,
                name="budget_alert_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    budget="channel_month",
                    campaign=None,
                    channel__isnull=False,
                    month__isnull=False,
                )
                | ~Q(budget="channel_month") & Q(campaign__isnull=False, channel=None, month=None),
                name="budget_alert_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["-at"], condition=Q(seen_at=None), name="budget_alert_unseen")
        ]
