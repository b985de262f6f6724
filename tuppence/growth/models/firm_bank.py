"""The firm's own bank: its account, what its statements say, and what each line is."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tuppence.growth.firm_bank import OF_PARTNERS, Use
from tuppence.growth.models.channels import Partner
from tuppence.money.currency import AMOUNT_MAX_MINOR

USER = settings.AUTH_USER_MODEL


class FirmAccount(models.Model):
    """An account of the firm's own, apart from all client money."""

    key = models.UUIDField(unique=True)
    holder_name = models.CharField(max_length=70)
    account = models.CharField(max_length=34)  # an IBAN or another number, without blanks
    bic = models.CharField(max_length=11, blank=True)
    currency = models.CharField(max_length=3)
    statement_format = models.CharField(max_length=10)
    csv_map = models.TextField(blank=True)  # TOML
    opened_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(closed_at=None),
                name="firm_account_one_open_a_currency",
            ),
        ]


class FirmStatement(models.Model):
    """A statement file of the firm's bank, imported whole; the same bytes are imported once."""

    account = models.ForeignKey(FirmAccount, models.PROTECT, related_name="statements")
    sha256 = models.CharField(max_length=64, unique=True)
    opening_minor = models.BigIntegerField(null=True)  # of the first statement in the file
    closing_minor = models.BigIntegerField(null=True)  # of the last one
    closed_on = models.DateField(null=True)
    new_lines = models.IntegerField()
    known_lines = models.IntegerField()
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class FirmLine(models.Model):
    """One movement on the firm's account. The fingerprint makes it once. Append-only."""

    account = models.ForeignKey(FirmAccount, models.PROTECT, related_name="lines")
    statement = models.ForeignKey(FirmStatement, models.PROTECT, related_name="lines")
    fingerprint = models.CharField(max_length=32)
    booked_on = models.DateField()
    valued_on = models.DateField()
    amount_minor = models.BigIntegerField()  # signed: in is positive
    counterparty_name = models.TextField(blank=True)
    counterparty_account = models.TextField(blank=True)
    remittance = models.TextField(blank=True)
    bank_reference = models.TextField(blank=True)
    end_to_end_id = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="firm_line_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=-AMOUNT_MAX_MINOR, amount_minor__lt=AMOUNT_MAX_MINOR)
                & ~Q(amount_minor=0),
                name="firm_line_amount_bounds",
            ),
        ]
        indexes = [models.Index(fields=["account", "-booked_on"], name="firm_line_day")]


class FirmLineUse(models.Model):
    """What a line is, from one moment until it is taken back. Its key groups its transfers."""

    key = models.UUIDField(unique=True)
    line = models.ForeignKey(FirmLine, models.PROTECT, related_name="uses")
    use = models.CharField(max_length=16, choices=[(each, each) for each in Use])
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="line_uses")
    owed_less_minor = models.BigIntegerField(default=0)
    prepaid_more_minor = models.BigIntegerField(default=0)
    twin = models.UUIDField(null=True)  # the transfer that the client bank's statement booked
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(ended_at=None), name="firm_line_one_use"
            ),
            models.UniqueConstraint(
                fields=["twin"],
                condition=Q(ended_at=None, twin__isnull=False),
                name="firm_line_twin_once",
            ),
            models.CheckConstraint(
                condition=Q(use__in=sorted(OF_PARTNERS), partner__isnull=False)
                | ~Q(use__in=sorted(OF_PARTNERS)) & Q(partner=None),
                name="firm_line_use_partner",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) ^ ~Q(ended_why=""), name="firm_line_use_ended_why"
            ),
        ]
        indexes = [models.Index(fields=["partner", "-at"], name="firm_use_of_partner")]


class PrepaidSetOff(models.Model):
    """What was paid beforehand taken for what is owed to the same partner. Append-only."""

    key = models.UUIDField(unique=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="set_offs")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="prepaid_set_off_above_zero"
            )
        ]
