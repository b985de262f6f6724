"""The outbox, the language in which each user reads, and the devices that each signs in from."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuppence.letters.kinds import OPTIONAL, LetterKind
from tuppence.letters.outbox import State


class OutboxLetter(models.Model):
    """One letter to one member, in the words it was written in; where it goes stands elsewhere.

    `facts` are what the words were made of. A letter is never changed, only its way out is.
    """

    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=30, choices=[(kind, kind) for kind in LetterKind])
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="letters")
    language = models.CharField(max_length=10)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.BigIntegerField(default=0)
    facts = models.JSONField()
    content = models.JSONField()
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=[(state, state) for state in State])
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, blank=True)  # the name of its kind only

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") ^ Q(next_try_at=None), name="letter_waiting_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="sent") ^ Q(sent_at=None), name="letter_sent_has_a_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], condition=Q(state="waiting"), name="letter_waiting"
            ),
            models.Index(fields=["member", "-happened_at", "-id"], name="letter_member"),
            models.Index(fields=["kind", "-id"], name="letter_kind"),
            models.Index(fields=["-written_at", "-id"], name="letter_written"),
            models.Index(fields=["id"], condition=Q(state="failed"), name="letter_failed"),
            models.Index(fields=["sent_at"], condition=Q(state="sent"), name="letter_sent"),
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk}"


class UnwantedKind(models.Model):
    """A member does without letters of this kind by e-mail; they still stand on the page."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=[(kind, kind) for kind in OPTIONAL])
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind"], name="unwanted_kind_once"),
        ]


class ReaderLanguage(models.Model):
    """The language in which a user last chose to read."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    language = models.CharField(max_length=10)
    since = models.DateTimeField()


class KnownDevice(models.Model):
    """A browser that a user has signed in from, as a digest that tells nobody which one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="known_device_once"),
        ]
