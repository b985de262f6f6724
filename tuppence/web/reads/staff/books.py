"""The four books as the finance officer reads them: totals, accounts, journals, transfers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from tuppence.ledger.chart import CHART, AccountKind, Owner
from tuppence.ledger.models import Account
from tuppence.ledger.models import Transfer as TransferRow
from tuppence.ledger.queries import account_keys, transfers_by_id
from tuppence.ledger.transfers import AccountKey, Transfer


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account with its balance on its own side, in minor units."""

    id: int
    key: AccountKey
    balance_minor: int


def accounts_of_owner(owner: Owner, owner_id: int) -> list[AccountRow]:
    """Every account of one member, loan, product or campaign."""
    kinds = [kind for kind, rule in CHART.items() if rule.owner is owner]
    rows = Account.objects.filter(owner_id=owner_id, kind__in=kinds).order_by("id")
    return [_row(row) for row in rows]


def account(account_id: int) -> AccountRow | None:
    """One account."""
    row = Account.objects.filter(id=account_id).first()
    return _row(row) if row else None


def _row(row: Account) -> AccountRow:
    key = AccountKey(AccountKind(row.kind), row.owner_id, row.currency)
    return AccountRow(row.pk, key, row.balance_minor)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One transfer seen from one account, with the balance after it."""

    seq: int
    transfer_id: UUID
    kind: str
    subject_kind: str
    subject_id: int
    occurred_at: datetime
    recorded_at: datetime
    other_id: int
    other: AccountKey
    change_minor: int
    balance_minor: int

    @property
    def in_minor(self) -> int:
        """What it added on the account's own side."""
        return max(self.change_minor, 0)

    @property
    def out_minor(self) -> int:
        """What it took from the account's own side."""
        return max(-self.change_minor, 0)


def account_lines(
    row: AccountRow, *, before_seq: int | None = None, limit: int
) -> list[AccountLine]:
    """Transfers of an account, newest first, each with the balance after it.

    The balance of the first row is the account's own less everything newer, so a page costs as
    much as the rows it shows and those above it.
    """
    debit_grows = CHART[row.key.kind].debit_normal
    moves = _moves(row.id, before_seq, limit)
    keys = account_keys({m.debit_account_id for m in moves} | {m.credit_account_id for m in moves})
    balance_minor = row.balance_minor - _newer(row.id, before_seq, debit_grows)
    lines = []
    for move in moves:
        is_debit = move.debit_account_id == row.id
        other = move.credit_account_id if is_debit else move.debit_account_id
        change = move.amount_minor if is_debit is debit_grows else -move.amount_minor
        lines.append(
            AccountLine(
                move.seq,
                move.pk,
                move.kind,
                move.subject_kind,
                move.subject_id,
                move.occurred_at,
                move.recorded_at,
                other,
                keys[other],
                change,
                balance_minor,
            )
        )
        balance_minor -= change
    return lines


def _moves(account_id: int, before_seq: int | None, limit: int) -> list[TransferRow]:
    found: list[TransferRow] = []
    for side in ("debit_account_id", "credit_account_id"):
        rows = TransferRow.objects.filter(**{side: account_id})
        if before_seq is not None:
            rows = rows.filter(seq__lt=before_seq)
        found += rows.order_by("-seq")[:limit]
    return sorted(found, key=lambda row: -row.seq)[:limit]


def _newer(account_id: int, before_seq: int | None, debit_grows: bool) -> int:
    if before_seq is None:
        return 0
    total = 0
    for side, grows in (("debit_account_id", debit_grows), ("credit_account_id", not debit_grows)):
        rows = TransferRow.objects.filter(**{side: account_id}, seq__gte=before_seq)
        moved = int(rows.aggregate(total=Sum("amount_minor"))["total"] or 0)
        total += moved if grows else -moved
    return total


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A transfer with both of its accounts in words."""

    transfer: Transfer
    debit: AccountKey
    credit: AccountKey

    @property
    def currency(self) -> str:
        """Both accounts have the one currency."""
        return self.debit.currency


def journal_of(
    subject_kind: str, subject_id: int, *, after_seq: int = 0, limit: int
) -> tuple[list[JournalLine], int]:
    """Transfers about one thing in the order of recording, and where the list goes on (or 0)."""
    rows = TransferRow.objects.filter(
        subject_kind=subject_kind, subject_id=subject_id, seq__gt=after_seq
    )
    places = list(rows.order_by("seq").values_list("seq", "id")[: limit + 1])
    shown = places[:limit]
    found = transfers_by_id([number for _, number in shown])
    lines = with_accounts(found[number] for _, number in shown)
    return lines, shown[-1][0] if len(places) > limit else 0


def with_accounts(transfers: Iterable[Transfer]) -> list[JournalLine]:
    """These transfers with their accounts."""
    listed = list(transfers)
    ids = {t.debit_account_id for t in listed} | {t.credit_account_id for t in listed}
    keys = account_keys(ids)
    return [JournalLine(t, keys[t.debit_account_id], keys[t.credit_account_id]) for t in listed]


@dataclass(frozen=True, slots=True)
class TransferPage:
    """One transfer, the group it stood with, and what took it back."""

    line: JournalLine
    group: tuple[JournalLine, ...]
    reversal_ids: tuple[UUID, ...]


def transfer_page(transfer_id: UUID, *, group_limit: int = 40) -> TransferPage | None:
    """A transfer with its group."""
    found = transfers_by_id([transfer_id])
    if transfer_id not in found:
        return None
    transfer = found[transfer_id]
    group = _group_ids(transfer.group_id, transfer.subject_id, group_limit)
    lines = with_accounts(transfers_by_id(group).values())
    reversals = TransferRow.objects.filter(reverses_id=transfer_id).values_list("id", flat=True)
    return TransferPage(
        line=with_accounts([transfer])[0],
        group=tuple(line for line in lines if line.transfer.id != transfer_id),
        reversal_ids=tuple(reversals),
    )


def group_lines(group_id: UUID, subject_id: int, *, limit: int = 40) -> list[JournalLine]:
    """Transfers that stood or fell together, all about one thing, in the order of recording."""
    ids = _group_ids(group_id, subject_id, limit)
    found = transfers_by_id(ids)
    return with_accounts(found[number] for number in ids)


def _group_ids(group_id: UUID, subject_id: int, limit: int) -> Sequence[UUID]:
    # Groups carry no index; the subject's does, and a group is nearly always about one subject.
    rows = TransferRow.objects.filter(subject_id=subject_id, group_id=group_id).order_by("seq")
    return list(rows.values_list("id", flat=True)[:limit])
