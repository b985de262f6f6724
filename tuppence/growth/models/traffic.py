"""Tracked links, visits, and whose visits they turned out to be."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuppence.growth.arriving import HOST_LENGTH_MAX, TAG_LENGTH_MAX, SourceKind
from tuppence.growth.links import NAME_LENGTH_MAX, TARGET_LENGTH_MAX
from tuppence.growth.models.campaigns import Campaign
from tuppence.growth.models.channels import Channel, Partner
from tuppence.growth.stitching import Cause
from tuppence.growth.visiting import PAGE_LENGTH_MAX

USER = settings.AUTH_USER_MODEL


class TrackedLink(models.Model):
    """A short address of ours that says where it was followed. What it says never changes."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=NAME_LENGTH_MAX)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="links")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="links")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="links")
    creative = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    target = models.CharField(max_length=TARGET_LENGTH_MAX)
    utm_source = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    utm_medium = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    utm_campaign = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    utm_content = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    utm_term = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    owner = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)


class LinkDay(models.Model):
    """How often a link was followed on a business day, by people and by programs."""

    link = models.ForeignKey(TrackedLink, models.PROTECT, related_name="days")
    day = models.DateField()
    clicks = models.BigIntegerField(default=0)
    bot_clicks = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "day"], name="link_day_once"),
            models.CheckConstraint(
                condition=Q(clicks__gte=0, bot_clicks__gte=0), name="link_day_not_negative"
            ),
        ]


class Visit(models.Model):
    """A visit as it began. Its number is drawn by the face; append-only but for one thing:
    a visit that was nobody's may be given a visitor, once, when the visitor agrees."""

    id = models.BigIntegerField(primary_key=True)
    visitor_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="visits")
    kind = models.CharField(max_length=10, choices=[(each, each) for each in SourceKind])
    reason = models.CharField(max_length=2 * TAG_LENGTH_MAX + 3, blank=True)
    link = models.ForeignKey(TrackedLink, models.PROTECT, null=True, related_name="visits")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="visits")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="visits")
    creative = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    utm_source = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    utm_medium = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    utm_campaign = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    utm_content = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    utm_term = models.CharField(max_length=TAG_LENGTH_MAX, blank=True)
    referrer_host = models.CharField(max_length=HOST_LENGTH_MAX, blank=True)
    landing = models.CharField(max_length=PAGE_LENGTH_MAX)
    device = models.CharField(max_length=8, blank=True)
    language = models.CharField(max_length=10, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="visit_at"),
            models.Index(fields=["visitor_id", "at"], name="visit_visitor"),
        ]


class VisitorLink(models.Model):
    """A visitor turned out to be a member. Append-only; it can be undone, once, with a reason."""

    visitor_id = models.UUIDField()
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="visitors")
    cause = models.CharField(max_length=8, choices=[(each, each) for each in Cause])
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    undone_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            # A browser is of one member at a time: two members never become one.
            models.UniqueConstraint(
                fields=["visitor_id"], condition=Q(undone_at=None), name="visitor_of_one_member"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) ^ ~Q(undone_why=""), name="visitor_undone_why"
            ),
        ]
        indexes = [
            models.Index(fields=["member"], condition=Q(undone_at=None), name="visitor_of_member")
        ]


class SpentSignal(models.Model):
    """The key of a signal that a page has told: the same one again is a replay. Forgotten once
    the page's token has run out."""

    key = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="spent_signal_at")]
