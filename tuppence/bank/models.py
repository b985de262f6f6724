"""The client bank: its accounts, what its statements say, what they mean, and what goes out.

Lines, files and steps are written once and never changed (migration 0002 holds that in
PostgreSQL). The one column that repeats a row is `Withdrawal.state`: the queue of a finance
officer needs an index; only `operations` writes it, together with the step it repeats.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tuppence.bank.house_payment import HousePurpose
from tuppence.bank.matching import Meaning
from tuppence.bank.withdrawal import Purpose, State
from tuppence.money.currency import AMOUNT_MAX_MINOR

USER = settings.AUTH_USER_MODEL


def within(field: str) -> Q:
    """An amount in (0, upper bound)."""
    return Q(**{f"{field}__gt": 0, f"{field}__lt": AMOUNT_MAX_MINOR})


class StatementFormat(models.TextChoices):
    CAMT053 = "camt.053"
    CSV = "csv"
    COLUMNS = "columns"  # of a book that is taken over; no file was read


class ClientBankAccount(models.Model):
    """An account at a bank where members' money is held in trust."""

    key = models.UUIDField(unique=True)
    holder_name = models.CharField(max_length=70)
    account = models.CharField(max_length=34)  # an IBAN or another number, without blanks
    bic = models.CharField(max_length=11, blank=True)
    currency = models.CharField(max_length=3)
    # One format an account: the same movement told in two formats would look like two.
    statement_format = models.CharField(max_length=10, choices=StatementFormat.choices)
    csv_map = models.TextField(blank=True)  # TOML
    payout_days = models.PositiveSmallIntegerField()  # business days promised to members
    payout_cut_off = models.TimeField()  # in the platform's business time zone
    break_limit_minor = models.BigIntegerField()  # uncovered breaks above it hold payouts
    responsible = models.ForeignKey(USER, models.PROTECT, related_name="+")  # owns new breaks
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "currency"], name="client_bank_account_once"
            ),
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(closed_at=None),
                name="client_bank_account_one_open_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(break_limit_minor__gte=0, break_limit_minor__lt=AMOUNT_MAX_MINOR),
                name="client_bank_account_limit_bounded",
            ),
        ]


class StatementFile(models.Model):
    """A file that was imported whole; the same bytes are imported once."""

    sha256 = models.CharField(max_length=64, unique=True)
    statement_format = models.CharField(max_length=10, choices=StatementFormat.choices)
    size_bytes = models.BigIntegerField()
    new_lines = models.IntegerField()
    known_lines = models.IntegerField()
    meanings = models.JSONField(default=dict)  # how many new lines of each meaning
    imported_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(db_index=True)


class AccountStatement(models.Model):
    """One statement of a file, with the balances that the bank stated."""

    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="statements")
    account = models.ForeignKey(ClientBankAccount, models.PROTECT, related_name="statements")
    reference = models.CharField(max_length=80, blank=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    opening_minor = models.BigIntegerField(null=True)
    closing_minor = models.BigIntegerField(null=True)
    new_lines = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["account", "-closed_on"], name="account_statement_latest")]


class BankLine(models.Model):
    """One movement on a client bank account. The fingerprint makes it once."""

    account = models.ForeignKey(ClientBankAccount, models.PROTECT, related_name="lines")
    statement = models.ForeignKey(AccountStatement, models.PROTECT, related_name="lines")
    fingerprint = models.CharField(max_length=32)
    booked_on = models.DateField()
    valued_on = models.DateField()
    amount_minor = models.BigIntegerField()  # signed: in is positive
    counterparty_name = models.TextField(blank=True)
    counterparty_account = models.TextField(blank=True)
    remittance = models.TextField(blank=True)
    bank_reference = models.TextField(blank=True)
    end_to_end_id = models.TextField(blank=True)
    payment_information_id = models.TextField(blank=True)
    bank_code = models.TextField(blank=True)
    return_reason = models.TextField(blank=True)
    is_reversal = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="bank_line_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=-AMOUNT_MAX_MINOR, amount_minor__lt=AMOUNT_MAX_MINOR)
                & ~Q(amount_minor=0),
                name="bank_line_amount_bounds",
            ),
        ]
        indexes = [models.Index(fields=["account", "booked_on"], name="bank_line_day")]


class LineMatch(models.Model):
    """What a line means: as imported, and again where a person assigned it."""

    line = models.ForeignKey(BankLine, models.PROTECT, related_name="matches")
    meaning = models.CharField(max_length=20, choices=[(item, item) for item in Meaning])
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    matched_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)  # exclusive; null while it holds
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(ends_at=None), name="line_match_one_open"
            ),
        ]
        indexes = [
            models.Index(
                fields=["meaning"], condition=Q(ends_at=None), name="line_match_open_meaning"
            )
        ]


class PayoutFile(models.Model):
    """A payment file as it was handed to the bank."""

    key = models.UUIDField(unique=True)
    account = models.ForeignKey(ClientBankAccount, models.PROTECT, related_name="payout_files")
    message_id = models.CharField(max_length=35, unique=True)
    execute_on = models.DateField()
    count = models.IntegerField()
    total_minor = models.BigIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="payout_file_not_empty"),
            models.CheckConstraint(condition=within("total_minor"), name="payout_file_bounded"),
        ]


class Withdrawal(models.Model):
    """Money that a member takes out, with the account it goes to as it was when asked."""

    key = models.UUIDField(unique=True)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    account = models.ForeignKey(ClientBankAccount, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=[(item, item) for item in Purpose])
    amount_minor = models.BigIntegerField()
    bank_account = models.ForeignKey("members.BankAccount", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    promised_on = models.DateField()
    payout_file = models.ForeignKey(
        PayoutFile, models.PROTECT, null=True, related_name="withdrawals"
    )
    state = models.CharField(max_length=10, choices=[(item, item) for item in State])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=within("amount_minor"), name="withdrawal_bounds"),
            models.CheckConstraint(
                condition=Q(payout_file=None) | ~Q(state__in=["asked", "approved", "cancelled"]),
                name="withdrawal_in_file_is_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="withdrawal_queue"),
            models.Index(fields=["member", "-asked_at"], name="withdrawal_member"),
        ]


class WithdrawalStep(models.Model):
    """One state that a withdrawal reached: when, by whose word, by which bank line."""

    key = models.UUIDField(unique=True)
    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=[(item, item) for item in State])
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey(BankLine, models.PROTECT, null=True, related_name="steps")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["withdrawal", "state"], name="withdrawal_step_each_once"
            ),
            # The asker is repeated so that the table itself can refuse.
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(by__isnull=False) & (Q(asked_by=None) | ~Q(by=F("asked_by"))),
                name="withdrawal_step_second_person",
            ),
        ]


class HousePayment(models.Model):
    """A payment of the house that two people agreed on; how far it is shows by what it names."""

    key = models.UUIDField(unique=True)
    account = models.ForeignKey(ClientBankAccount, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=[(item, item) for item in HousePurpose])
    amount_minor = models.BigIntegerField()
    payee_name = models.CharField(max_length=70)
    payee_account = models.CharField(max_length=34)
    payee_bic = models.CharField(max_length=11, blank=True)
    why = models.CharField(max_length=200)
    receipt = models.ForeignKey(BankLine, models.PROTECT, null=True, related_name="sent_back")
    approval = models.OneToOneField("members.ApprovalRequest", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    payout_file = models.ForeignKey(
        PayoutFile, models.PROTECT, null=True, related_name="house_payments"
    )
    paid_line = models.ForeignKey(BankLine, models.PROTECT, null=True, related_name="+")
    returned_line = models.ForeignKey(BankLine, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=within("amount_minor"), name="house_payment_bounds"),
            models.CheckConstraint(
                condition=~Q(asked_by=F("approved_by")), name="house_payment_two_people"
            ),
            models.CheckConstraint(
                condition=(Q(paid_line=None) | Q(payout_file__isnull=False))
                & (Q(returned_line=None) | Q(paid_line__isnull=False)),
                name="house_payment_in_order",
            ),
            models.CheckConstraint(
                condition=Q(purpose="receipt_back", receipt__isnull=False)
                | ~Q(purpose="receipt_back") & Q(receipt=None),
                name="house_payment_receipt_sent_back",
            ),
        ]


class BreakKind(models.TextChoices):
    FEE = "fee"  # the bank charged the client account
    UNKNOWN = "unknown"  # money went out that nobody here ordered, or another amount than ordered
    GAP = "gap"  # the stated balance is not what the lines make: a statement is missing


class BankBreak(models.Model):
    """A difference at the bank: an amount, an owner, and an age that follows from `opened_at`.

    `amount_minor` is what the clients' money is short by (negative: what there is too much). A
    fee or unknown line is booked against the breaks account; a gap is not booked, because the
    missing statement will tell what it was.
    """

    account = models.ForeignKey(ClientBankAccount, models.PROTECT, related_name="breaks")
    kind = models.CharField(max_length=10, choices=BreakKind.choices)
    line = models.OneToOneField(BankLine, models.PROTECT, null=True, related_name="break_opened")
    amount_minor = models.BigIntegerField()
    owner = models.ForeignKey(USER, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=200, blank=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(closed_at=None, kind="gap"),
                name="bank_break_one_open_gap",
            ),
            models.CheckConstraint(
                condition=Q(kind="gap", line=None) & ~Q(amount_minor=0)
                | ~Q(kind="gap") & Q(line__isnull=False, amount_minor__gt=0),
                name="bank_break_amount_and_line",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(closed_at=None), name="bank_break_open")
        ]


class BreakNote(models.Model):
    """What somebody found out about a break; with an owner, whose it is from then on."""

    key = models.UUIDField(unique=True)
    bank_break = models.ForeignKey(BankBreak, models.PROTECT, related_name="notes")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    owner = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")


class SeparatePayment(models.Model):
    """Somebody compared a line with one that looks the same: they are two payments."""

    key = models.UUIDField(unique=True)
    line = models.OneToOneField(BankLine, models.PROTECT, related_name="separate")
    other = models.ForeignKey(BankLine, models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(line=F("other")), name="separate_payment_of_another"
            )
        ]


class BreakCover(models.Model):
    """The firm announces own money to cover a break; it is booked by the line that brings it."""

    key = models.UUIDField(unique=True)
    bank_break = models.OneToOneField(BankBreak, models.PROTECT, related_name="cover")
    amount_minor = models.BigIntegerField()
    announced_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField()
    line = models.OneToOneField(BankLine, models.PROTECT, null=True, related_name="cover")
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=within("amount_minor"), name="break_cover_bounds"),
            models.CheckConstraint(
                condition=Q(line=None, received_at=None)
                | Q(line__isnull=False, received_at__isnull=False),
                name="break_cover_received_with_line",
            ),
        ]


class ManualEntry(models.Model):
    """An entry that two people made by hand; its transfers are those of group `key`."""

    key = models.UUIDField(unique=True)
    approval = models.OneToOneField("members.ApprovalRequest", models.PROTECT, related_name="+")
    why = models.TextField()
    reverses = models.JSONField(default=list)  # ids of the transfers taken back, if any
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(asked_by=F("approved_by")), name="manual_entry_two_people"
            )
        ]
