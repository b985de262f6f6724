"""The four books as the finance officer reads them: accounts, and transfers with their events."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from tuppence.ledger.chart import CHART, AccountKind, Book, Owner
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
class JournalLine:
    """A transfer with both of its accounts in words."""

    transfer: Transfer
    debit: AccountKey
    credit: AccountKey

    @property
    def currency(self) -> str:
        """Both accounts have the one currency."""
        return self.debit.currency

    @property
    def book(self) -> Book:
        """Both accounts stand in the one book."""
        return CHART[self.debit.kind].book


def with_accounts(transfers: Iterable[Transfer]) -> list[JournalLine]:
    """These transfers with their accounts."""
    listed = list(transfers)
    ids = {t.debit_account_id for t in listed} | {t.credit_account_id for t in listed}
    keys = account_keys(ids)
    return [JournalLine(t, keys[t.debit_account_id], keys[t.credit_account_id]) for t in listed]


@dataclass(frozen=True, slots=True)
class BookPart:
    """What an event booked in one book, and how much of it in one currency."""

    book: Book
    currency: str
    lines: tuple[JournalLine, ...]

    @property
    def amount_minor(self) -> int:
        """All amounts; each is a debit and a credit of this book."""
        return sum(line.transfer.amount_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class TransferPage:
    """One transfer, the event it stands in, book by book, and what took it back."""

    line: JournalLine
    parts: tuple[BookPart, ...]
    is_whole: bool  # the event has no more transfers than are shown
    reversal_ids: tuple[UUID, ...]

    @property
    def lines(self) -> list[JournalLine]:
        """All shown transfers of the event, this one too."""
        return [line for part in self.parts for line in part.lines]


def transfer_page(transfer_id: UUID, *, event_limit: int = 40) -> TransferPage | None:
    """A transfer with its event."""
    found = transfers_by_id([transfer_id])
    if transfer_id not in found:
        return None
    transfer = found[transfer_id]
    # An event is written down at one moment, and moments are indexed.
    rows = TransferRow.objects.filter(
        recorded_at=transfer.recorded_at, group_id=transfer.group_id
    ).order_by("seq")
    ids = list(rows.values_list("id", flat=True)[: event_limit + 1])
    event = transfers_by_id(ids)
    lines = with_accounts(event[number] for number in ids[:event_limit])
    reversals = TransferRow.objects.filter(reverses_id=transfer_id).values_list("id", flat=True)
    return TransferPage(
        line=with_accounts([transfer])[0],
        parts=tuple(parts_of(lines)),
        is_whole=len(ids) <= event_limit,
        reversal_ids=tuple(reversals),
    )


def parts_of(lines: Sequence[JournalLine]) -> Iterator[BookPart]:
    """Transfers book by book."""
    for book in Book:
        for currency in sorted({line.currency for line in lines}):
            found = [line for line in lines if (line.book, line.currency) == (book, currency)]
            if found:
                yield BookPart(book, currency, tuple(found))


def group_lines(group_id: UUID, subject_id: int, *, limit: int = 40) -> list[JournalLine]:
    """Transfers that stood or fell together, all about one thing, in the order of recording."""
    # Groups carry no index; the subject's does.
    rows = TransferRow.objects.filter(subject_id=subject_id, group_id=group_id).order_by("seq")
    ids = list(rows.values_list("id", flat=True)[:limit])
    found = transfers_by_id(ids)
    return with_accounts(found[number] for number in ids)
