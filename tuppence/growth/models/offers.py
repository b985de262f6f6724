"""Offers and what members hold of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tuppence.growth.models.campaigns import Campaign
from tuppence.growth.offer import OfferKind
from tuppence.growth.using import GrantState

USER = settings.AUTH_USER_MODEL


class Offer(models.Model):
    """An offer of a launched campaign. Its terms never change; `granted` counts its grants."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="offers")
    place = models.IntegerField()  # in the campaign's plan
    kind = models.CharField(max_length=20, choices=[(each, each) for each in OfferKind])
    terms = models.JSONField()
    code = models.CharField(max_length=40, blank=True)  # folded; empty where none is needed
    total = models.IntegerField()
    granted = models.IntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "place"], name="offer_of_plan_once"),
            models.CheckConstraint(
                condition=Q(granted__gte=0, granted__lte=F("total")), name="offer_never_overgiven"
            ),
        ]
        indexes = [models.Index(fields=["code"], condition=~Q(code=""), name="offer_code")]


class Grant(models.Model):
    """An offer that a member holds; the worst case stands reserved until it ends."""

    key = models.UUIDField(unique=True)
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="grants")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="grants")
    source = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=[(each, each) for each in GrantState])
    currency = models.CharField(max_length=3)
    worst_minor = models.BigIntegerField()
    reserved_minor = models.BigIntegerField()  # still
    earned_minor = models.BigIntegerField(db_default=0)
    paid_minor = models.BigIntegerField(db_default=0)
    granted_on = models.DateField()
    granted_at = models.DateTimeField()
    last_day = models.DateField()
    investment = models.ForeignKey(
        "market.Investment", models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    application = models.ForeignKey(
        "lending.Application", models.PROTECT, null=True, related_name="+"
    )
    loan = models.ForeignKey("lending.Loan", models.PROTECT, null=True, related_name="+")
    base_minor = models.BigIntegerField(null=True)  # invested, borrowed or boosted
    taken_at = models.DateTimeField(null=True)
    earned_at = models.DateTimeField(null=True)
    pays_on = models.DateField(null=True)  # when what is earned is given
    principal_days = models.BigIntegerField(db_default=0)  # of an extra rate
    days_left = models.IntegerField(db_default=0)
    earned_to = models.DateField(null=True)  # the last day that an extra rate was reckoned for
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved_minor__gte=0, paid_minor__gte=0)
                & Q(earned_minor__lte=F("worst_minor"), paid_minor__lte=F("earned_minor")),
                name="grant_within_worst_case",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "state"], name="grant_of_member"),
            models.Index(fields=["offer", "granted_on"], name="grant_of_day"),
            models.Index(
                fields=["last_day"], condition=Q(state=GrantState.GRANTED), name="grant_unused"
            ),
            models.Index(
                fields=["pays_on"], condition=Q(state=GrantState.EARNED), name="grant_to_pay"
            ),
            models.Index(
                fields=["loan"], condition=Q(state=GrantState.RUNNING), name="grant_running"
            ),
            models.Index(
                fields=["investment"], condition=~Q(investment=None), name="grant_investment"
            ),
            models.Index(
                fields=["application"], condition=~Q(application=None), name="grant_application"
            ),
        ]


class CodeTry(models.Model):
    """A code that a member tried and that was none: guesses are limited by the hour."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "at"], name="code_try_of_member")]
