"""Channels, partners, and what is done where."""

from django.db import models

from tuppence.growth.models.campaigns import Campaign


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
