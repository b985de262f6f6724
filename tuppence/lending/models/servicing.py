"""From the pay-out to the last penny: what was agreed, what happened, and where it stands.

Payments, charges, reversals and write-offs are the loan's dated facts; they are only ever added.
The loan's own columns, its instalments and its holdings repeat what follows from these facts, so
that a day is closed for every loan in a few queries; only `operations` writes them.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuppence.lending.allocation import Component
from tuppence.lending.models.origination import Application, Product
from tuppence.lending.servicing.facts import EarlyChoice, PlanCause
from tuppence.lending.servicing.loan_state import PaymentKind, Status
from tuppence.money.currency import AMOUNT_MAX_MINOR
from tuppence.postgres.fields import RateField


class Loan(models.Model):
    """A loan that was paid out.

    `terms` are the frozen rules that servicing reads. From `state` on, columns repeat what the
    facts add up to: days past due follow from `next_due_on`, the due date of the oldest instalment
    whose principal or interest is not fully paid. The `running` columns are the period in which
    interest accrues: what earlier periods earned, and what this one earns by its end.
    """

    key = models.UUIDField(unique=True)
    application = models.OneToOneField(Application, models.PROTECT, related_name="loan")
    product = models.ForeignKey(Product, models.PROTECT, related_name="loans")
    borrower = models.ForeignKey("members.Member", models.PROTECT, related_name="loans")
    currency = models.CharField(max_length=3)
    principal_minor = models.BigIntegerField()
    annual_rate = RateField()
    grade = models.CharField(max_length=4, blank=True)
    instalments_agreed = models.BigIntegerField()
    starts_on = models.DateField()
    matures_on = models.DateField()
    terms = models.JSONField()
    origination_fee_minor = models.BigIntegerField(default=0)  # with VAT
    lenders = models.BigIntegerField()
    paid_out_at = models.DateTimeField()

    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in Status], default=Status.ACTIVE.value
    )
    outstanding_minor = models.BigIntegerField()
    next_due_on = models.DateField(null=True)  # null once all is paid or given up
    closed_on = models.DateField(null=True)
    facts_until = models.DateField()  # value date of the latest fact
    facts = models.BigIntegerField(default=0)
    principal_paid_minor = models.BigIntegerField(default=0)
    interest_paid_minor = models.BigIntegerField(default=0)
    charges_open_minor = models.BigIntegerField(default=0)  # fees and penalties
    claim_minor = models.BigIntegerField(default=0)  # written off, not recovered
    earned_before_minor = models.BigIntegerField(default=0)
    running_from = models.DateField()
    running_until = models.DateField()
    running_interest_minor = models.BigIntegerField()
    running_counted = models.BigIntegerField(default=0)
    running_counted_interest_minor = models.BigIntegerField(default=0)
    counts_days_of_360 = models.BooleanField()
    grace_days = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    principal_minor__gt=0,
                    principal_minor__lt=AMOUNT_MAX_MINOR,
                    outstanding_minor__gte=0,
                    charges_open_minor__gte=0,
                    claim_minor__gte=0,
                ),
                name="loan_amount_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["next_due_on"], name="loan_next_due", condition=Q(state="active")),
        ]

    def __str__(self) -> str:
        return f"Loan {self.pk}"


class Instalment(models.Model):
    """One row of a loan's schedule: as agreed, as planned now, and what is paid of it."""

    pk = models.CompositePrimaryKey("loan_id", "number")
    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="instalments", db_constraint=False, db_index=False
    )
    number = models.BigIntegerField()
    starts_on = models.DateField()
    due_on = models.DateField()
    agreed_principal_minor = models.BigIntegerField()
    agreed_interest_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    penalty_minor = models.BigIntegerField(default=0)
    interest_minor = models.BigIntegerField()
    principal_minor = models.BigIntegerField()
    paid_fee_minor = models.BigIntegerField(db_default=0)
    paid_penalty_minor = models.BigIntegerField(db_default=0)
    paid_interest_minor = models.BigIntegerField(db_default=0)
    paid_principal_minor = models.BigIntegerField(db_default=0)
    counted = models.BigIntegerField(db_default=0)  # days of the period already counted
    counted_interest_minor = models.BigIntegerField(db_default=0)

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="instalment_due")]

    def __str__(self) -> str:
        return f"Instalment {self.number} of loan {self.loan_id}"


class Holding(models.Model):
    """A lender's part of a loan: what was lent, and what of it is outstanding."""

    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="holdings", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="holdings", db_constraint=False
    )
    lent_minor = models.BigIntegerField()
    outstanding_minor = models.BigIntegerField()
    written_off_minor = models.BigIntegerField(db_default=0)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loan", "member"], name="holding_one_per_lender"),
            models.CheckConstraint(
                condition=Q(lent_minor__gt=0, outstanding_minor__gte=0, written_off_minor__gte=0),
                name="holding_not_negative",
            ),
        ]
        indexes = [
            models.Index(
                fields=["member"],
                include=["written_off_minor"],
                condition=Q(written_off_minor__gt=0),
                name="holding_lost",
            ),
        ]

    def __str__(self) -> str:
        return f"Holding of {self.member_id} in loan {self.loan_id}"


class Payment(models.Model):
    """Money of the borrower for a loan, and where it went when it was booked.

    The id is the order's key. `amount_minor` is what was taken; `asked_minor` is what the order
    named. Stated parts come from another system and take the place of the waterfall.
    What a later replay changed stands in `Replay` and in its distribution.
    """

    id = models.UUIDField(primary_key=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="payments", db_constraint=False)
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in PaymentKind])
    choice = models.CharField(
        max_length=20, choices=[(c.value, c.value) for c in EarlyChoice], db_default=""
    )
    on = models.DateField()
    sequence = models.BigIntegerField()
    asked_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    stated = models.BooleanField(db_default=False)
    settles = models.BooleanField(db_default=False)
    fee_minor = models.BigIntegerField()
    penalty_minor = models.BigIntegerField()
    interest_minor = models.BigIntegerField()
    principal_minor = models.BigIntegerField()
    compensation_minor = models.BigIntegerField(db_default=0)
    surplus_minor = models.BigIntegerField(db_default=0)  # beyond what was owed; the lenders'
    waived_minor = models.BigIntegerField(db_default=0)  # principal given up with the payment
    cost_minor = models.BigIntegerField(db_default=0)  # the collector's
    servicing_fee_minor = models.BigIntegerField(db_default=0)  # with VAT
    tax_minor = models.BigIntegerField(db_default=0)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, amount_minor__lt=AMOUNT_MAX_MINOR),
                name="payment_amount_bounds",
            ),
        ]
        indexes = [models.Index(fields=["on"], name="payment_on")]

    def __str__(self) -> str:
        return f"Payment {self.pk}"


class PaymentReversal(models.Model):
    """The bank took a payment back: it counts as never received."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="reversal")
    key = models.UUIDField(unique=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="reversals")
    on = models.DateField()
    sequence = models.BigIntegerField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()


class Charge(models.Model):
    """A late fee by the contract's rule, or a fee charged by hand."""

    id = models.UUIDField(primary_key=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="charges")
    on = models.DateField()
    number = models.BigIntegerField()
    component = models.CharField(max_length=20, choices=[(c.value, c.value) for c in Component])
    amount_minor = models.BigIntegerField()
    by_rule = models.BooleanField()
    reason = models.TextField(blank=True)
    sequence = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "number"],
                condition=Q(by_rule=True),
                name="charge_one_late_fee_per_instalment",
            ),
        ]


class WriteOff(models.Model):
    """The loan was given up: what was owed becomes a claim."""

    key = models.UUIDField(unique=True)
    loan = models.OneToOneField(Loan, models.PROTECT, related_name="write_off")
    on = models.DateField()
    reason = models.TextField()
    principal_minor = models.BigIntegerField()
    interest_minor = models.BigIntegerField()
    charges_minor = models.BigIntegerField()
    sequence = models.BigIntegerField()
    recorded_at = models.DateTimeField()


class PlanChange(models.Model):
    """From a day on another rate, or days without interest: the coming rows were replaced.

    The id is the order's key. `rows` are the new instalments as they were agreed: number, due
    date, principal, interest. `on` is the day from which they count; the contract's own terms
    stay as they are with the loan, so that these rows are the history of its terms.
    """

    id = models.UUIDField(primary_key=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="plan_changes")
    cause = models.CharField(max_length=20, choices=[(c.value, c.value) for c in PlanCause])
    on = models.DateField()
    first_day = models.DateField()  # of the other rate, or of the pause
    last_day = models.DateField(null=True)  # of a pause
    annual_rate = RateField(null=True)  # of a change of rate
    rows = models.JSONField()
    reason = models.TextField()
    sequence = models.BigIntegerField()
    recorded_at = models.DateTimeField()


class Waiver(models.Model):
    """A fee, a penalty or interest was given up, as far as it is unpaid. The id is the order's."""

    id = models.UUIDField(primary_key=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="waivers")
    on = models.DateField()
    component = models.CharField(max_length=20, choices=[(c.value, c.value) for c in Component])
    amount_minor = models.BigIntegerField()
    reason = models.TextField()
    sequence = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, amount_minor__lt=AMOUNT_MAX_MINOR),
                name="waiver_amount_bounds",
            ),
        ]


class Replay(models.Model):
    """A fact came late or was taken back, and all later ones were counted again.

    The shares whose `distribution_id` is this id hold the differences for each lender.
    """

    id = models.UUIDField(primary_key=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="replays")
    since = models.DateField()  # from this value date on
    explanation = models.JSONField()
    shortfall_minor = models.BigIntegerField()
    recorded_at = models.DateTimeField()


class DistributionShare(models.Model):
    """What one lender got of one payment, part by part; of a replay, the differences."""

    pk = models.CompositePrimaryKey("distribution_id", "member_id")
    distribution_id = models.UUIDField()  # of the payment or of the replay
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    seq = models.BigIntegerField(db_default=models.Value(0))  # the order of writing
    principal_minor = models.BigIntegerField()
    interest_minor = models.BigIntegerField()
    late_fee_minor = models.BigIntegerField()
    compensation_minor = models.BigIntegerField()
    surplus_minor = models.BigIntegerField()
    servicing_fee_minor = models.BigIntegerField()  # with VAT, taken off
    tax_minor = models.BigIntegerField()  # taken off
    net_minor = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["member", "seq"], name="share_member")]


class DayClose(models.Model):
    """A business day was closed: what accrued, what fell due, how late the loans are."""

    day = models.DateField(primary_key=True)
    closed_at = models.DateTimeField()
    report = models.JSONField()

    def __str__(self) -> str:
        return f"Day {self.day}"


class Contact(models.Model):
    """Somebody spoke or wrote to a borrower about a loan."""

    key = models.UUIDField(unique=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="contacts")
    channel = models.CharField(max_length=20)
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class Promise(models.Model):
    """A borrower promised to pay an amount by a day; payments show whether it was kept."""

    key = models.UUIDField(unique=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="promises")
    amount_minor = models.BigIntegerField()
    by_day = models.DateField()
    note = models.TextField(blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()


class HandOver(models.Model):
    """A collector works on a loan from a day on, for an agreed share of what comes in."""

    key = models.UUIDField(unique=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="hand_overs")
    collector = models.CharField(max_length=200)
    on = models.DateField()
    fee_share = RateField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class Recall(models.Model):
    """A loan was taken back from its collector."""

    key = models.UUIDField(unique=True)
    hand_over = models.OneToOneField(HandOver, models.PROTECT, related_name="recall")
    on = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
