"""Campaigns and their steps."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tuppence.growth.campaign import Act, State
from tuppence.growth.plan import Goal

USER = settings.AUTH_USER_MODEL


class Campaign(models.Model):
    """An activity with a plan. `state` and what repeats the plan are written with its steps."""

    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=[(state, state) for state in State])
    goal = models.CharField(max_length=20, choices=[(goal, goal) for goal in Goal])
    plan = models.JSONField()
    plan_digest = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField()
    spend_minor = models.BigIntegerField()  # planned
    gives_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    owner = models.ForeignKey(USER, models.PROTECT, related_name="+")
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="copies")
    made_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    results_counted = models.BigIntegerField(null=True)  # of the goal, at the review

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="campaign_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(spend_minor__gte=0, gives_minor__gte=0), name="campaign_budget_positive"
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_on"], name="campaign_board")]


class CampaignStep(models.Model):
    """One thing that was done to a campaign, by whom and why. Append-only."""

    key = models.UUIDField(unique=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="steps")
    act = models.CharField(max_length=10, choices=[(act, act) for act in Act])
    state = models.CharField(max_length=12)  # afterwards
    plan_digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=2000, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    second = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["campaign", "at"], name="campaign_step_story")]
