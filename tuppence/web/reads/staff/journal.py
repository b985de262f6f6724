"""Journals and statements: pages of transfers as rows with their accounts in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BigIntegerField, Case, CharField, F, QuerySet, Value, When

from tuppence.ledger.chart import CHART, Book
from tuppence.ledger.models import Side, Transfer
from tuppence.ledger.queries import account_keys
from tuppence.ledger.queries.sides import Mark, balances_after
from tuppence.ledger.transfers import AccountKey
from tuppence.web.reads.staff.books import AccountRow


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A transfer with both accounts."""

    id: UUID
    group_id: UUID
    kind: str
    subject_kind: str
    subject_id: int
    occurred_at: datetime
    recorded_at: datetime
    reverses_id: UUID | None
    debit_id: int
    debit: AccountKey
    credit_id: int
    credit: AccountKey
    amount_minor: int
    currency: str

    @property
    def book(self) -> Book:
        """The one book of both accounts."""
        return CHART[self.debit.kind].book


def transfers() -> QuerySet[Transfer]:
    """All transfers, each with its currency."""
    return Transfer.objects.annotate(currency=F("debit_account__currency"))


def journal_rows(rows: Sequence[Transfer]) -> list[JournalRow]:
    """Transfers of a page with their accounts, which are looked up all at once."""
    keys = account_keys(
        account for row in rows for account in (row.debit_account_id, row.credit_account_id)
    )
    return [
        JournalRow(
            row.pk,
            row.group_id,
            row.kind,
            row.subject_kind,
            row.subject_id,
            row.occurred_at,
            row.recorded_at,
            row.reverses_id,
            row.debit_account_id,
            keys[row.debit_account_id],
            row.credit_account_id,
            keys[row.credit_account_id],
            row.amount_minor,
            keys[row.debit_account_id].currency,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A transfer seen from one account, with the balance after it."""

    id: UUID
    kind: str
    subject_kind: str
    subject_id: int
    occurred_at: datetime
    recorded_at: datetime
    reverses_id: UUID | None
    other_id: int
    other: AccountKey
    in_minor: int | None
    out_minor: int | None
    balance_minor: int
    currency: str


def sides_of(account: AccountRow) -> QuerySet[Side]:
    """The account's side of all its transfers, what came in and what went out apart."""
    grows = CHART[account.key.kind].debit_normal
    number = BigIntegerField()
    return Side.objects.filter(account_id=account.id).annotate(
        in_minor=Case(When(is_debit=grows, then=F("amount_minor")), output_field=number),
        out_minor=Case(When(is_debit=not grows, then=F("amount_minor")), output_field=number),
        currency=Value(account.key.currency, output_field=CharField()),
    )


class Statement:
    """Turns an account's sides into rows with running balances, page by page or file in chunks.

    In a file each chunk goes on from the balance that the one before it ended on.
    """

    def __init__(self, account: AccountRow) -> None:
        self.account = account
        self.known: Mark | None = None

    def __call__(self, rows: Sequence[Side]) -> list[StatementRow]:
        """The rows of one page or chunk."""
        after = balances_after(self.account.id, [row.seq for row in rows], known=self.known)
        if after:
            self.known = Mark(min(after), after[min(after)])
        keys = account_keys(row.other_account_id for row in rows)
        grows = CHART[self.account.key.kind].debit_normal
        return [
            StatementRow(
                row.pk,
                row.kind,
                row.subject_kind,
                row.subject_id,
                row.occurred_at,
                row.recorded_at,
                row.reverses_id,
                row.other_account_id,
                keys[row.other_account_id],
                row.amount_minor if row.is_debit is grows else None,
                None if row.is_debit is grows else row.amount_minor,
                after[row.seq],
                self.account.key.currency,
            )
            for row in rows
        ]
