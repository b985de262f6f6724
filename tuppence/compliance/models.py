"""What the rulebook said to whom, complaints and what was done about them, publications."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuppence.compliance.complaint import EntryKind, Outcome, Topic, Way

USER = settings.AUTH_USER_MODEL


class RuleFinding(models.Model):
    """One rule that fired on one act: what was compared, and what followed. Append-only."""

    at = models.DateTimeField()
    book = models.CharField(max_length=20)
    rule_id = models.CharField(max_length=40)
    act = models.CharField(max_length=40)  # "market.invest"
    effect = models.CharField(max_length=20)
    refused = models.BooleanField()
    figure = models.CharField(max_length=200)  # the two figures compared
    limit = models.CharField(max_length=80, blank=True)  # the rule's own, as it stood that day
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+")
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(default=0)
    key = models.UUIDField(null=True)  # of the order: sent again, it is one finding

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "rule_id"], name="rule_finding_once_an_order")
        ]
        indexes = [
            models.Index(fields=["rule_id", "-at"], name="rule_finding_rule"),
            models.Index(fields=["-at"], name="rule_finding_latest"),
            models.Index(fields=["member", "-at"], name="rule_finding_member"),
        ]


class Complaint(models.Model):
    """A member is not satisfied and says so. `closed_at` and `handler` repeat the entries."""

    key = models.UUIDField(unique=True)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="complaints")
    topic = models.CharField(max_length=20, choices=[(item, item) for item in Topic])
    way = models.CharField(max_length=10, choices=[(item, item) for item in Way])
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.BigIntegerField(default=0)
    what_happened = models.TextField()
    what_is_wanted = models.TextField()
    received_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    receipt_by = models.DateField(null=True)  # null where the rulebook names no time
    answer_by = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)  # answered or taken back; open again if escalated

    class Meta:
        indexes = [
            models.Index(
                fields=["answer_by", "id"], condition=Q(closed_at=None), name="complaint_queue"
            ),
            models.Index(fields=["member", "-received_at"], name="complaint_member"),
            models.Index(fields=["-received_at"], name="complaint_latest"),
        ]


class ComplaintEntry(models.Model):
    """One thing said or done about a complaint, in order. Append-only."""

    key = models.UUIDField(unique=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=[(item, item) for item in EntryKind])
    by_member = models.BooleanField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    outcome = models.CharField(
        max_length=12, blank=True, choices=[(item, item) for item in Outcome]
    )
    expected_on = models.DateField(null=True)  # of a delay: when the answer comes

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="decision") ^ Q(outcome=""), name="complaint_decision_has_outcome"
            ),
            models.CheckConstraint(
                condition=Q(kind="delay") ^ Q(expected_on=None), name="complaint_delay_has_a_day"
            ),
        ]


class Publication(models.Model):
    """What the rulebook asks to publish was published, or did not apply. Append-only."""

    key = models.UUIDField(unique=True)
    book = models.CharField(max_length=20)
    rule_id = models.CharField(max_length=40)
    period = models.CharField(max_length=10)  # "2026", "2026-Q3", "2026-10"
    applies = models.BooleanField()
    place = models.CharField(max_length=300, blank=True)  # where it stands
    remark = models.TextField(blank=True)
    published_on = models.DateField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["rule_id", "period", "-id"], name="publication_latest")]
