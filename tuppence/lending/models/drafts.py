"""Applications while they are filled in, and the papers that go with an application."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tuppence.lending.models.origination import Application, Product


class ApplicationDraft(models.Model):
    """What a member answered so far; it is no record of the books until it is sent.

    A draft that is thrown away or too old is deleted with its answers.
    """

    key = models.UUIDField(unique=True)  # of the application it becomes
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField(null=True)
    instalments = models.IntegerField(null=True)
    business_purpose = models.BooleanField(null=True)
    title = models.CharField(max_length=120, null=True)
    purpose = models.TextField(null=True)
    income_minor_monthly = models.BigIntegerField(null=True)
    spending_minor_monthly = models.BigIntegerField(null=True)
    elsewhere_minor = models.BigIntegerField(null=True)
    version = models.IntegerField(default=1)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField(db_index=True)
    application = models.OneToOneField(Application, models.PROTECT, null=True, related_name="draft")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "product"],
                condition=Q(application=None),
                name="application_draft_one_open",
            ),
            models.CheckConstraint(
                condition=Q(saved_at__gte=F("started_at")), name="application_draft_times"
            ),
        ]


class ApplicationPaper(models.Model):
    """A paper of a member that goes with an application or the draft of one."""

    draft = models.ForeignKey(ApplicationDraft, models.CASCADE, null=True, related_name="papers")
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="papers")
    document = models.ForeignKey("members.Document", models.PROTECT, related_name="+")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) | Q(application__isnull=False),
                name="application_paper_belongs",
            ),
            models.UniqueConstraint(fields=["document"], name="application_paper_once"),
        ]
