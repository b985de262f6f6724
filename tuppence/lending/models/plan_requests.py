"""What borrowers in trouble asked for, and what they were told; rows are only ever added."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuppence.lending.models.servicing import Loan
from tuppence.lending.plan_requests import STORY_MAX, TroubleReason
from tuppence.money.currency import AMOUNT_MAX_MINOR


class PlanRequest(models.Model):
    """A borrower asks for another plan: what happened, what can be paid, and from when."""

    key = models.UUIDField(unique=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="plan_requests")
    reason = models.CharField(max_length=20, choices=[(r.value, r.value) for r in TroubleReason])
    story = models.CharField(max_length=STORY_MAX)
    can_pay_minor = models.BigIntegerField()  # on each due date; zero asks for a pause
    starts_on = models.DateField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(can_pay_minor__gte=0, can_pay_minor__lt=AMOUNT_MAX_MINOR),
                name="plan_request_amount_bounds",
            ),
        ]


class PlanAnswer(models.Model):
    """The answer to a request, in words that its borrower reads."""

    request = models.OneToOneField(PlanRequest, models.PROTECT, related_name="answer")
    agreed = models.BooleanField()
    words = models.TextField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()


class PlanRequestWithdrawal(models.Model):
    """The borrower took a request back before it was answered."""

    request = models.OneToOneField(PlanRequest, models.PROTECT, related_name="withdrawal")
    withdrawn_at = models.DateTimeField()
