"""Take up the firm's own bank account and import its statements: whole, each line once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from tuppence import platform
from tuppence.bank.camt import parse_camt053
from tuppence.bank.csv_map import load_map
from tuppence.bank.csv_statement import parse_csv
from tuppence.bank.models import ClientBankAccount, StatementFormat
from tuppence.bank.reference import Order, find_order
from tuppence.bank.statement import (
    Statement,
    StatementError,
    StatementLine,
    account_key,
    check_days,
)
from tuppence.growth.firm_bank import Use
from tuppence.growth.models import FirmAccount, FirmLine, FirmLineUse, FirmStatement
from tuppence.growth.queries.firm_bank import free_twins
from tuppence.ledger.ids import derive_id
from tuppence.members import queries as members
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import NotPermittedError, audit
from tuppence.members.roles import Permission
from tuppence.money.refusals import InputRefusedError, sentence

OURS = (Order.FLOAT, Order.COVER, Order.PAYOUT)
"""What of ours the firm's bank repeats when money goes to the client bank or comes from it."""


class FirmAccountError(InputRefusedError):
    """The description of the firm's account cannot stand; the sentence says what to change."""


@dataclass(frozen=True, slots=True)
class NewFirmAccount:
    """The firm's account as it is to be taken up."""

    key: UUID
    holder_name: str
    account: str
    bic: str = ""
    statement_format: str = StatementFormat.CAMT053.value
    csv_map: str = ""


class StatementStatus(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class FirmImport:
    """What a file brought."""

    status: StatementStatus
    new_lines: int
    known_lines: int
    matched: int = 0  # lines that name client money which is booked already


@transaction.atomic
def open_firm_account(asked: NewFirmAccount, *, by: int | None, at: datetime) -> FirmAccount:
    """Take up the firm's account; the same key again is the same account.

    Raises FirmAccountError or CsvMapError for what cannot stand.
    """
    _require(by, Permission.MANUAL_ENTRY)
    known = FirmAccount.objects.filter(key=asked.key).first()
    if known is not None:
        return known
    number, currency = account_key(asked.account), platform.currency()
    if not number or not asked.holder_name.strip():
        raise FirmAccountError(sentence("Give the account's number and who holds it."))
    if FirmAccount.objects.filter(currency=currency, closed_at=None).exists():
        raise FirmAccountError(sentence("The firm's account is taken up already."))
    if ClientBankAccount.objects.filter(account=number).exists():
        raise FirmAccountError(
            sentence("This is a client account. The firm's own money lies apart from it.")
        )
    if asked.statement_format == StatementFormat.CSV:
        load_map(asked.csv_map)
    row = FirmAccount.objects.create(
        key=asked.key,
        holder_name=asked.holder_name.strip()[:70],
        account=number[:34],
        bic=asked.bic.strip().upper()[:11],
        currency=currency,
        statement_format=asked.statement_format,
        csv_map=asked.csv_map,
        opened_by_id=by,
        opened_at=at,
    )
    audit([_entry("firm_bank.open", row.pk, by, at, {"account": number[-4:]})])
    return row


def import_firm_statement(data: bytes, *, by: int | None, at: datetime) -> FirmImport:
    """Import a statement of the firm's account; nothing is booked until a line's use is said.

    Lines that name money of the client bank which is booked already are matched to it. Raises
    StatementError if any part of the file cannot be taken, and then nothing is.
    """
    _require(by, Permission.IMPORT_STATEMENT)
    account = FirmAccount.objects.filter(currency=platform.currency(), closed_at=None).first()
    if account is None:
        raise StatementError(sentence("Take up the firm's account first."), {})
    statements = _read(data, account)
    check_days(statements, today=platform.business_day(at))
    digest = sha256(data).hexdigest()
    with transaction.atomic():
        FirmAccount.objects.select_for_update(no_key=True).get(id=account.pk)
        known = FirmStatement.objects.filter(sha256=digest).first()
        if known is not None:
            return FirmImport(StatementStatus.EXISTS, known.new_lines, known.known_lines)
        return _write(statements, account, digest, by=by, at=at)


def _read(data: bytes, account: FirmAccount) -> tuple[Statement, ...]:
    if account.statement_format == StatementFormat.CSV:
        return parse_csv(data, load_map(account.csv_map), account=account.account)
    statements = parse_camt053(data)
    for statement in statements:
        if (statement.account, statement.currency) != (account.account, account.currency):
            raise StatementError(
                sentence(
                    "The statement %(reference)s is of an account that ends in %(ending)s, which"
                    " is not the firm's. Check which file you chose."
                ),
                {"reference": statement.reference or "—", "ending": statement.account[-4:]},
            )
    return statements


def _write(
    statements: Sequence[Statement],
    account: FirmAccount,
    digest: str,
    *,
    by: int | None,
    at: datetime,
) -> FirmImport:
    told = [line for statement in statements for line in statement.lines]
    standing = set(
        FirmLine.objects.filter(
            account=account, fingerprint__in=[line.fingerprint for line in told]
        ).values_list("fingerprint", flat=True)
    )
    fresh = [line for line in told if line.fingerprint not in standing]
    file = FirmStatement.objects.create(
        account=account,
        sha256=digest,
        opening_minor=statements[0].opening_minor if statements else None,
        closing_minor=statements[-1].closing_minor if statements else None,
        closed_on=statements[-1].closed_on if statements else None,
        new_lines=len(fresh),
        known_lines=len(told) - len(fresh),
        by_id=by,
        at=at,
    )
    FirmLine.objects.bulk_create([_row(line, account, file) for line in fresh])
    matched = _match_twins(account, at=at)
    audit([_entry("firm_bank.import", file.pk, by, at, {"new_lines": len(fresh)})])
    return FirmImport(StatementStatus.IMPORTED, file.new_lines, file.known_lines, matched)


def _row(line: StatementLine, account: FirmAccount, file: FirmStatement) -> FirmLine:
    return FirmLine(
        account=account,
        statement=file,
        fingerprint=line.fingerprint,
        booked_on=line.booked_on,
        valued_on=line.valued_on,
        amount_minor=line.amount_minor,
        counterparty_name=line.counterparty_name,
        counterparty_account=account_key(line.counterparty_account),
        remittance=line.remittance,
        bank_reference=line.bank_reference,
        end_to_end_id=line.end_to_end_id,
    )


def _match_twins(account: FirmAccount, *, at: datetime) -> int:
    """Match lines that name an order of ours to what the client bank's statement has booked.

    Either bank may tell of it first, so lines of earlier files are looked at again.
    """
    waiting = FirmLine.objects.filter(account=account).exclude(
        id__in=FirmLineUse.objects.filter(ended_at=None).values("line_id")
    )
    naming = [row for row in waiting.order_by("id") if _names_ours(row)]
    free = free_twins(account.currency) if naming else []
    uses = []
    for row in naming:
        twin = next((each for each in free if each.amount_minor == row.amount_minor), None)
        if twin is None:
            continue
        free.remove(twin)
        uses.append(
            FirmLineUse(
                key=derive_id("growth.firm_twin", row.pk, twin.id),
                line=row,
                use=Use.CLIENT_MONEY,
                twin=twin.id,
                at=at,
            )
        )
    FirmLineUse.objects.bulk_create(uses)
    return len(uses)


def _names_ours(row: FirmLine) -> bool:
    texts = (row.remittance, row.end_to_end_id)
    return any(find_order(text, order) is not None for text in texts for order in OURS)


def _require(by: int | None, permission: Permission) -> None:
    if by is not None and permission not in members.permissions_of_user(by):
        raise NotPermittedError("Ask a finance officer: your role does not include this.")


def _entry(
    action: str, number: int, by: int | None, at: datetime, after: dict[str, str | int]
) -> Audit:
    return Audit(
        at=at,
        user_id=by,
        action=action,
        outcome="done",
        subject_kind="firm_bank",
        subject_id=number,
        after=after,
    )
