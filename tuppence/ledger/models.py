"""The money book: accounts, and the transfers between them.

The rules that must hold whatever code runs are in PostgreSQL (migrations 0001 and 0002): one
statement trigger checks each batch of transfers and moves the balances, and transfers can be
neither changed nor removed.
"""

from django.db import models
from django.db.models import F, Q

from tuppence.ledger.chart import CHART, AccountKind, Book
from tuppence.money.currency import AMOUNT_MAX_MINOR

# Above this no sum of a batch can leave a bigint.
BALANCE_MAX_MINOR = 10**18


class Account(models.Model):
    """One purse of one book. The balance is kept on the account's own side, in minor units."""

    kind = models.CharField(max_length=40, choices=[(kind, kind) for kind in AccountKind])
    book = models.CharField(max_length=1, choices=[(book, book.name) for book in Book])
    owner_id = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    debit_normal = models.BooleanField()
    floored = models.BooleanField()
    balance_minor = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id", "kind", "currency"], name="account_one_per_key"
            ),
            models.CheckConstraint(
                condition=Q(floored=False) | Q(balance_minor__gte=0), name="account_floor"
            ),
            models.CheckConstraint(
                condition=Q(
                    balance_minor__gt=-BALANCE_MAX_MINOR, balance_minor__lt=BALANCE_MAX_MINOR
                ),
                name="account_balance_bounds",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(balance_minor=0), name="account_closed_is_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.kind} {self.owner_id or ''} {self.currency}".replace("  ", " ")


class Transfer(models.Model):
    """One amount from one account to another. Never updated, never deleted: a second corrects it.

    The accounts carry no foreign key: on the hottest table it would halve the speed, and the
    trigger that moves the balances looks both accounts up anyway.
    """

    id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(db_default=models.Value(0))  # the order of recording
    group_id = models.UUIDField()
    debit_account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    credit_account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    amount_minor = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20, db_default="")
    subject_id = models.BigIntegerField(db_default=0)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reverses = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="reversals",
        null=True,
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, amount_minor__lt=AMOUNT_MAX_MINOR),
                name="transfer_amount_bounds",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="transfer_reversed_once",
            ),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account")), name="transfer_accounts_differ"
            ),
        ]
        indexes = [
            # With moment and amount: a month of an account and its balances are read from these
            # alone, however many transfers the account has.
            models.Index(
                fields=["debit_account", "seq"],
                include=["recorded_at", "amount_minor"],
                name="transfer_debited",
            ),
            models.Index(
                fields=["credit_account", "seq"],
                include=["recorded_at", "amount_minor"],
                name="transfer_credited",
            ),
            models.Index(fields=["subject_id"], name="transfer_subject"),
            models.Index(fields=["recorded_at", "seq"], name="transfer_recorded"),
            models.Index(fields=["kind", "recorded_at", "seq"], name="transfer_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} {self.id}"


class Side(models.Model):
    """One side of a transfer: a view with a row for the account debited and one for the credited.

    An account's statement is a filter by `account_id` in the order of `seq`; both sides have their
    index, and PostgreSQL merges the two.
    """

    id = models.UUIDField(primary_key=True)  # the transfer's; each account has it once
    seq = models.BigIntegerField()
    account_id = models.BigIntegerField()
    other_account_id = models.BigIntegerField()
    is_debit = models.BooleanField()
    amount_minor = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reverses_id = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "ledger_side"

    def __str__(self) -> str:
        return f"{'debit' if self.is_debit else 'credit'} of {self.amount_minor} in {self.id}"


class Proof(models.Model):
    """One full recomputation of the books that somebody asked for, or the clock, and its result."""

    key = models.UUIDField(unique=True)
    asked_by_id = models.BigIntegerField(null=True)  # nobody: by the clock
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    compared = models.BigIntegerField(default=0)
    different = models.BigIntegerField(default=0)
    checks = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(compared__gte=F("different"), different__gte=0),
                name="proof_counts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"proof {self.pk} of {self.asked_at}"

    @property
    def state(self) -> str:
        """One of waiting, right, wrong."""
        if self.ended_at is None:
            return "waiting"
        return "wrong" if self.different else "right"


class CarriedSum(models.Model):
    """Movements of one purse carried forward: alike in their days, kind and direction.

    Rows repeat what the transfers say and may be dropped at any time; `books check` adds them up
    again. Everything of the account up to `until_seq` is in some row of the same zone.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False)
    zone = models.CharField(max_length=64)  # whose calendar the days are of
    recorded_on = models.DateField()
    occurred_on = models.DateField()
    kind = models.CharField(max_length=40)
    comes_in = models.BooleanField()  # by credits
    count = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    until_seq = models.BigIntegerField()


assert all(len(kind) <= 40 for kind in CHART)
