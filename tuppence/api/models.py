"""What the API keeps: tokens, and the answers it gave to calls that move money."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ApiToken(models.Model):
    """A program may speak for a member. Only a hash of the token is kept."""

    digest = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="api_tokens")
    label = models.CharField(max_length=60)
    scopes = models.JSONField(default=list)  # values of `scopes.Scope`
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("made_at")),
                name="api_token_revoked_later",
            )
        ]

    def __str__(self) -> str:
        return f"Token {self.pk} of member {self.member_id}"


class ApiAnswer(models.Model):
    """The answer to a call that moves money: the same key gets the same bytes again, for good.

    The id is derived from operation, member and key.
    """

    id = models.UUIDField(primary_key=True)
    fingerprint = models.CharField(max_length=64)  # of the call's content
    status = models.SmallIntegerField()
    body = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.status} to {self.id}"
