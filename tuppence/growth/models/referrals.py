"""Members who invite, friends who came, and the rewards for it."""

from django.conf import settings
from django.db import models

from tuppence.growth.models.offers import Grant, Offer
from tuppence.growth.models.traffic import TrackedLink
from tuppence.growth.referring import WORDS_LENGTH_MAX, RewardState, Side

USER = settings.AUTH_USER_MODEL


class InviteCode(models.Model):
    """A member's own invitation: a tracked link, and their words to whoever follows it."""

    member = models.OneToOneField("members.Member", models.PROTECT, related_name="invite_code")
    link = models.OneToOneField(TrackedLink, models.PROTECT, related_name="invite_code")
    words = models.CharField(max_length=WORDS_LENGTH_MAX, blank=True)
    opened_at = models.DateTimeField()


class Invitation(models.Model):
    """A friend who registered by a member's invitation. Append-only; one a friend."""

    code = models.ForeignKey(InviteCode, models.PROTECT, related_name="invitations")
    inviter = models.ForeignKey("members.Member", models.PROTECT, related_name="invited")
    friend = models.OneToOneField("members.Member", models.PROTECT, related_name="invitation")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["inviter", "at"], name="invitation_of_inviter")]


class ReferralReward(models.Model):
    """A stage that a friend reached, for one side and one offer: paid, refused or in doubt."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="rewards")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="rewards")
    side = models.CharField(max_length=8, choices=[(each, each) for each in Side])
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=[(each, each) for each in RewardState])
    doubts = models.JSONField(default=list)
    grant = models.OneToOneField(Grant, models.PROTECT, null=True, related_name="reward")
    reached_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "offer", "side"], name="referral_reward_once"
            )
        ]
        indexes = [models.Index(fields=["state", "reached_at"], name="referral_reward_queue")]
