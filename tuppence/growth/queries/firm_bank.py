"""The firm's bank as it stands: lines, what they may be, and the books beside the bank."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from tuppence.growth.firm_bank import (
    KnownPartner,
    PartnerBalance,
    PartnerSuggestion,
    suggest,
)
from tuppence.growth.models import FirmAccount, FirmLine, FirmLineUse, FirmStatement, Partner
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import account_ids, balances
from tuppence.ledger.transfers import AccountKey


@dataclass(frozen=True, slots=True)
class Twin:
    """A transfer on the firm's bank that the client bank's statement booked; in is above zero."""

    id: UUID
    amount_minor: int
    kind: str
    occurred_at: datetime


def firm_account(currency: str) -> FirmAccount | None:
    """The firm's open account in a currency."""
    return FirmAccount.objects.filter(currency=currency, closed_at=None).first()


def partner_balance(partner_id: int, currency: str) -> PartnerBalance:
    """What a partner is owed and what was paid to them beforehand."""
    owed = AccountKey(AccountKind.PAYABLES, partner_id, currency)
    prepaid = AccountKey(AccountKind.PREPAID_ADVERTISING, partner_id, currency)
    found = balances([owed, prepaid])
    return PartnerBalance(found[owed], found[prepaid])


def free_twins(currency: str) -> list[Twin]:
    """Client money that went to or came from the firm and that no line of its bank shows yet."""
    bank = AccountKey(AccountKind.FIRM_BANK, 0, currency)
    number = account_ids([bank]).get(bank)
    if number is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.id,
                   CASE WHEN t.debit_account_id = %(bank)s THEN t.amount_minor
                        ELSE -t.amount_minor END,
                   t.kind, t.occurred_at
            FROM ledger_transfer AS t
            WHERE (t.debit_account_id = %(bank)s OR t.credit_account_id = %(bank)s)
              AND t.subject_kind = 'bank_line'
              AND NOT EXISTS (SELECT FROM growth_firmlineuse AS used
                              WHERE used.twin = t.id AND used.ended_at IS NULL)
            ORDER BY t.occurred_at, t.id
            """,
            {"bank": number},
        )
        return [Twin(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class FirmBankPosition:
    """The bank against the books of the firm's money, and what lies between, in minor units."""

    stated_minor: int | None
    stated_on: date | None
    opening_minor: int  # before the first statement
    lines_minor: int
    books_minor: int
    waiting_minor: int  # lines of which nobody has said what they are
    waiting: int
    aside_minor: int  # lines that these books do not keep
    under_way_minor: int  # booked by the client bank's statement, on no line yet
    by_hand_minor: int  # entries by hand

    @property
    def bank_minor(self) -> int:
        """What the bank has by its lines."""
        return self.opening_minor + self.lines_minor

    @property
    def unexplained_minor(self) -> int:
        """What is left when all that lies between is counted: zero, or something is wrong."""
        between = self.opening_minor + self.waiting_minor + self.aside_minor
        return (
            self.bank_minor
            - self.books_minor
            - between
            + self.under_way_minor
            + (self.by_hand_minor)
        )


def firm_bank_position(account: FirmAccount) -> FirmBankPosition:
    """How the firm's bank and the books stand to each other."""
    files = FirmStatement.objects.filter(account=account)
    first = files.exclude(opening_minor=None).order_by("closed_on", "id").first()
    last = files.exclude(closing_minor=None).order_by("-closed_on", "-id").first()
    bank = AccountKey(AccountKind.FIRM_BANK, 0, account.currency)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(line.amount_minor), 0)::bigint,
                   coalesce(sum(line.amount_minor) FILTER (WHERE used.id IS NULL), 0)::bigint,
                   count(*) FILTER (WHERE used.id IS NULL),
                   coalesce(sum(line.amount_minor) FILTER (WHERE used.use = 'aside'), 0)::bigint
            FROM growth_firmline AS line
            LEFT JOIN growth_firmlineuse AS used
                ON used.line_id = line.id AND used.ended_at IS NULL
            WHERE line.account_id = %s
            """,
            [account.pk],
        )
        lines_minor, waiting_minor, waiting, aside_minor = cursor.fetchone()
    return FirmBankPosition(
        stated_minor=last.closing_minor if last else None,
        stated_on=last.closed_on if last else None,
        opening_minor=(first.opening_minor or 0) if first else 0,
        lines_minor=lines_minor,
        books_minor=balances([bank])[bank],
        waiting_minor=waiting_minor,
        waiting=waiting,
        aside_minor=aside_minor,
        under_way_minor=sum(each.amount_minor for each in free_twins(account.currency)),
        by_hand_minor=_by_hand_minor(bank),
    )


def _by_hand_minor(bank: AccountKey) -> int:
    number = account_ids([bank]).get(bank)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(CASE WHEN debit_account_id = %(bank)s THEN amount_minor
                                     ELSE -amount_minor END), 0)::bigint
            FROM ledger_transfer
            WHERE (debit_account_id = %(bank)s OR credit_account_id = %(bank)s)
              AND subject_kind NOT IN ('bank_line', 'firm_line')
            """,
            {"bank": number},
        )
        ((minor,),) = cursor.fetchall()
    return int(minor)


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A line of which nobody has said what it is, with what it may be."""

    line: FirmLine
    suggestions: tuple[PartnerSuggestion, ...]
    twin: Twin | None


def waiting_lines(account: FirmAccount, *, limit: int) -> list[WaitingLine]:
    """Lines that wait, oldest first."""
    rows = FirmLine.objects.filter(account=account).exclude(
        id__in=FirmLineUse.objects.filter(ended_at=None).values("line_id")
    )
    return may_be(rows.order_by("booked_on", "id")[:limit], account.currency)


def may_be(rows: Iterable[FirmLine], currency: str) -> list[WaitingLine]:
    """What each of these lines may be: partners with reasons, or client money of its amount."""
    lines = list(rows)
    if not lines:
        return []
    partners, twins = known_partners(currency), free_twins(currency)
    return [
        WaitingLine(
            row,
            tuple(suggest(_told(row), row.amount_minor, partners)),
            next((each for each in twins if each.amount_minor == row.amount_minor), None),
        )
        for row in lines
    ]


def _told(row: FirmLine) -> dict[str, str]:
    return {
        "name": row.counterparty_name,
        "account": row.counterparty_account,
        "text": row.remittance,
    }


def known_partners(currency: str) -> list[KnownPartner]:
    """Every partner with what they are owed and the accounts of their earlier lines."""
    rows = list(Partner.objects.order_by("id"))
    keys = {row.pk: AccountKey(AccountKind.PAYABLES, row.pk, currency) for row in rows}
    owed = balances(keys.values())
    accounts: dict[int, set[str]] = {}
    used = FirmLineUse.objects.filter(ended_at=None, partner__isnull=False)
    for partner, account in used.values_list("partner_id", "line__counterparty_account"):
        accounts.setdefault(partner or 0, set()).add(account)
    return [
        KnownPartner(
            row.pk, row.name, owed[keys[row.pk]], frozenset(accounts.get(row.pk, set()) - {""})
        )
        for row in rows
    ]
