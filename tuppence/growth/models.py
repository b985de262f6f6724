"""Channels and partners, campaigns and their steps, spend and the files that it came in."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tuppence.growth.campaign import Act, State
from tuppence.growth.plan import Goal
from tuppence.growth.spend import PaidFrom, PriceModel

USER = settings.AUTH_USER_MODEL


class Channel(models.Model):
    """Where people come from. Its code stands in links and never changes."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    paid = models.BooleanField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)


class Partner(models.Model):
    """Who sells traffic or reach to the platform and is owed for it."""

    name = models.CharField(max_length=120, unique=True)
    spend_map = models.JSONField(null=True)  # how the partner's files are laid out
    opened_at = models.DateTimeField()


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


class Activity(models.Model):
    """A channel's work, for a campaign or standing: owner of an account of marketing expense."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="activities")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="activities")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "campaign"], nulls_distinct=False, name="activity_once"
            )
        ]


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
