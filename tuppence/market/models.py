"""Listings and the money promised to them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tuppence.market.questions import TEXT_MAX, HiddenReason, Part
from tuppence.money.currency import AMOUNT_MAX_MINOR


class ListingState(models.TextChoices):
    """Where a listing stands; the last four are final."""

    OPEN = "open"
    FULL = "full"  # no more money; waits for reflection periods, signature and pay-out
    PAID_OUT = "paid_out"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class InvestmentState(models.TextChoices):
    """What became of an investment; all but the first are final."""

    PLACED = "placed"
    CANCELLED = "cancelled"  # by the investor, in time
    REFUNDED = "refunded"  # the listing expired or was withdrawn
    PAID_OUT = "paid_out"  # became a holding in the loan


class Listing(models.Model):
    """An approved application that investors can fund."""

    application = models.OneToOneField(
        "lending.Application", models.PROTECT, related_name="listing"
    )
    borrower = models.ForeignKey("members.Member", models.PROTECT, related_name="listings")
    currency = models.CharField(max_length=3)
    target_minor = models.BigIntegerField()
    funded_minor = models.BigIntegerField(default=0)
    investments = models.IntegerField(default=0)
    investment_minor_min = models.BigIntegerField()
    investment_minor_step = models.BigIntegerField()
    floor_minor = models.BigIntegerField()  # enough to be paid out when the window ends
    reflection_days = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=ListingState.choices, default=ListingState.OPEN)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()  # exclusive
    full_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    target_minor__gt=0,
                    target_minor__lt=AMOUNT_MAX_MINOR,
                    funded_minor__gte=0,
                    funded_minor__lte=F("target_minor"),
                    floor_minor__lte=F("target_minor"),
                ),
                name="listing_never_overfunded",
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="listing_state")]

    def __str__(self) -> str:
        return f"Listing {self.pk}"


class Investment(models.Model):
    """Money that an investor put into a listing.

    The id is the order's key, so the same key can never place money twice.
    """

    id = models.UUIDField(primary_key=True)
    listing = models.ForeignKey(
        Listing, models.PROTECT, related_name="placed", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="placed", db_constraint=False, db_index=False
    )
    amount_minor = models.BigIntegerField()
    state = models.CharField(
        max_length=10,
        choices=InvestmentState.choices,
        db_default=models.Value(InvestmentState.PLACED),
    )
    placed_at = models.DateTimeField()
    revocable_until = models.DateTimeField()  # the investor may change their mind until then
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, amount_minor__lt=AMOUNT_MAX_MINOR),
                name="investment_amount_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["listing"], name="investment_listing"),
            models.Index(fields=["member", "placed_at"], name="investment_member"),
        ]

    def __str__(self) -> str:
        return f"Investment {self.pk}"


class Question(models.Model):
    """What an investor asked about a listing; everybody reads it."""

    key = models.UUIDField(unique=True)
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="questions")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    text = models.CharField(max_length=TEXT_MAX)
    asked_at = models.DateTimeField()


class Answer(models.Model):
    """What the borrower answered, once and for everybody."""

    key = models.UUIDField(unique=True)
    question = models.OneToOneField(Question, models.PROTECT, related_name="answer")
    text = models.CharField(max_length=TEXT_MAX)
    answered_at = models.DateTimeField()


class QuestionHidden(models.Model):
    """Staff hid a question with its answer, or an answer alone; the row behind it stays."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="hidden")
    part = models.CharField(max_length=10, choices=[(p.value, p.value) for p in Part])
    reason = models.CharField(max_length=20, choices=[(r.value, r.value) for r in HiddenReason])
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    hidden_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "part"], name="question_hidden_once"),
        ]
