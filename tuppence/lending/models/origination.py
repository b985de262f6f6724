"""From the product on the shelf to the signed contract."""

from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tuppence.lending.application_rules import LeavingReason
from tuppence.lending.terms import Method
from tuppence.money.currency import AMOUNT_MAX_MINOR
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit
from tuppence.postgres.fields import RateField


class Product(models.Model):
    """What can be borrowed: ranges, method, fees, and how its listings are funded."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80, blank=True)
    currency = models.CharField(max_length=3)
    amount_minor_min = models.BigIntegerField()
    amount_minor_max = models.BigIntegerField()
    instalments_min = models.IntegerField()
    instalments_max = models.IntegerField()
    every = models.IntegerField(default=1)
    unit = models.CharField(max_length=10, choices=[(u, u) for u in Unit], default=Unit.MONTHS)
    method = models.CharField(
        max_length=20, choices=[(m, m) for m in Method], default=Method.ANNUITY
    )
    day_count = models.CharField(
        max_length=12, choices=[(d, d) for d in DayCount], default=DayCount("30/360")
    )
    annual_rate_min = RateField()
    annual_rate_max = RateField()
    grace_principal = models.IntegerField(default=0)
    grace_interest = models.IntegerField(default=0)

    origination_fee = RateField(default=Fraction(0))  # share of the principal
    servicing_fee = RateField(default=Fraction(0))  # share of the lenders' interest
    vat = RateField(default=Fraction(0))  # share on top of fees without VAT
    withholding_tax = RateField(default=Fraction(0))  # share of the lenders' interest
    pays_out_net = models.BooleanField(default=False)  # of the origination fee
    late_fee_minor = models.BigIntegerField(default=0)  # for each instalment late past grace
    late_fee_share = RateField(default=Fraction(0))  # of the overdue instalment, beside it
    late_fee_to_firm = models.BooleanField(default=False)
    grace_days = models.IntegerField(default=0)
    prepayment_compensation = RateField(default=Fraction(0))  # of the principal paid early
    waterfall = models.CharField(max_length=60, default="fee,penalty,interest,principal")

    window_days = models.IntegerField(default=14)
    investment_minor_min = models.BigIntegerField()
    investment_minor_step = models.BigIntegerField()
    partial_floor = RateField(default=Fraction(1))  # funded share that is enough; 1 = all of it
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    amount_minor_min__gt=0,
                    amount_minor_max__gte=F("amount_minor_min"),
                    amount_minor_max__lt=AMOUNT_MAX_MINOR,
                    instalments_min__gt=0,
                    instalments_max__gte=F("instalments_min"),
                    investment_minor_min__gt=0,
                    investment_minor_step__gt=0,
                ),
                name="product_ranges",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Application(models.Model):
    """Somebody asks to borrow. What became of it stands in the rows that point here."""

    key = models.UUIDField(unique=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="applications")
    borrower = models.ForeignKey("members.Member", models.PROTECT, related_name="applications")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    instalments = models.IntegerField()
    title = models.CharField(max_length=120)
    purpose = models.TextField()
    business_purpose = models.BooleanField(default=False)
    income_minor_monthly = models.BigIntegerField(null=True)
    spending_minor_monthly = models.BigIntegerField(null=True)
    submitted_at = models.DateTimeField()
    # Neither refused, nor taken back, nor paid out: repeats those rows, so that what still waits
    # for somebody is found among all that ever came.
    in_progress = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, amount_minor__lt=AMOUNT_MAX_MINOR),
                name="application_amount_bounds",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"],
                condition=Q(in_progress=True),
                name="application_in_progress",
            ),
        ]

    def __str__(self) -> str:
        return f"Application {self.pk}"


class ApplicationDecision(models.Model):
    """A credit officer's yes or no, with reasons; an approval fixes rate and grade."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="decision")
    approved = models.BooleanField()
    reasons = models.TextField()
    grade = models.CharField(max_length=4, blank=True)
    annual_rate = RateField(null=True)
    expected_loss = RateField(null=True)  # a year, share of what is lent
    grounds = models.JSONField(default=list)  # codes of `decision_reasons.Ground`, in order
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # the second officer, where the amount was above what the first approves alone
    decided_at = models.DateTimeField(db_index=True)


class CreditLimit(models.Model):
    """Up to which amount an officer approves alone; rows are only ever added, the latest holds."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # null: for everybody without a limit of their own
    amount_minor = models.BigIntegerField(null=True)  # null: the limit is taken away
    currency = models.CharField(max_length=3)
    why = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor=None)
                | Q(amount_minor__gte=0, amount_minor__lt=AMOUNT_MAX_MINOR),
                name="credit_limit_bounds",
            ),
        ]


class ApplicationWithdrawal(models.Model):
    """The borrower took the application back before it was paid out."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="withdrawal")
    reason = models.CharField(
        max_length=20, choices=[(r.value, r.value) for r in LeavingReason], blank=True, default=""
    )
    note = models.CharField(max_length=500, blank=True, default="")
    withdrawn_at = models.DateTimeField()


class Contract(models.Model):
    """The text and terms that the borrower is asked to sign; never changed once made."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="contract")
    terms = models.JSONField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()


class Signature(models.Model):
    """Somebody signed a contract: who, when, from where, and the hash of what was read."""

    key = models.UUIDField(unique=True)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="signatures")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "member"], name="signature_once_per_member"
            ),
        ]
