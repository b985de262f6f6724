"""What applicants were asked for before a decision, and what they answered; only ever added."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuppence.lending.information_requests import WORDS_MAX, Closing, ItemKind
from tuppence.lending.models.origination import Application
from tuppence.members.paper import PaperKind


class InformationRequest(models.Model):
    """Staff ask for what a decision needs; open until a closing stands beside it."""

    key = models.UUIDField(unique=True)
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="information_requests"
    )
    why = models.CharField(max_length=WORDS_MAX)
    due_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()


class InformationItem(models.Model):
    """One thing that is asked for."""

    request = models.ForeignKey(InformationRequest, models.PROTECT, related_name="items")
    number = models.IntegerField()
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ItemKind])
    paper = models.CharField(
        max_length=20, blank=True, choices=[(k.value, k.value) for k in PaperKind]
    )
    words = models.CharField(max_length=WORDS_MAX)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "number"], name="information_item_once_a_number"
            ),
            models.CheckConstraint(
                condition=Q(kind="paper") ^ Q(paper=""), name="information_item_paper_has_kind"
            ),
        ]


class InformationAnswer(models.Model):
    """What the applicant answered to one item."""

    item = models.OneToOneField(InformationItem, models.PROTECT, related_name="answer")
    words = models.CharField(max_length=WORDS_MAX, blank=True)
    document = models.ForeignKey("members.Document", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class InformationClosing(models.Model):
    """A request ended: everything was answered, or staff took it back."""

    request = models.OneToOneField(InformationRequest, models.PROTECT, related_name="closing")
    how = models.CharField(max_length=12, choices=[(c.value, c.value) for c in Closing])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
