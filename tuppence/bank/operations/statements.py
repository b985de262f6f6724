"""Import a bank statement: whole or not at all, each line once, with everything it means."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from django.db import transaction

from tuppence.bank.camt import parse_camt053
from tuppence.bank.csv_map import load_map
from tuppence.bank.csv_statement import parse_csv
from tuppence.bank.matching import Decision, Meaning, decide
from tuppence.bank.models import (
    BankLine,
    ClientBankAccount,
    StatementFile,
    StatementFormat,
)
from tuppence.bank.operations.booking import business_zone
from tuppence.bank.operations.gaps import compare_balances
from tuppence.bank.operations.line_writing import (
    FreshLine,
    tell,
    write_lines,
    write_meanings,
)
from tuppence.bank.operations.loads import load_known
from tuppence.bank.operations.permitted import require
from tuppence.bank.statement import Statement, StatementError, check_days
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.roles import Permission
from tuppence.money.refusals import sentence


class ImportStatus(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What a file brought: new lines by meaning, and how many were known from other files."""

    status: ImportStatus
    file_id: int
    new_lines: int
    known_lines: int
    meanings: Mapping[Meaning, int] = field(default_factory=dict)


def import_statement(
    data: bytes,
    file_format: str,
    *,
    at: datetime,
    by: int | None,
    account_id: int | None = None,
) -> ImportOutcome:
    """Import a statement file (`camt.053` or `csv`) and book every new line, in one transaction.

    The same bytes again give the first outcome; lines known from other files are passed over. A
    CSV file needs `account_id`: its map belongs to the account. Raises StatementError if any part
    of the file cannot be taken, and then nothing is; NotPermittedError for who may not import.
    """
    require(by, Permission.IMPORT_STATEMENT)
    statements = read(data, file_format, account_id)
    check_days(statements, today=at.astimezone(business_zone()).date())
    digest = sha256(data).hexdigest()
    with transaction.atomic():
        accounts = lock_accounts(statements, file_format)
        known = StatementFile.objects.filter(sha256=digest).first()
        if known is not None:
            return outcome(known, ImportStatus.EXISTS)
        lines = fresh_lines(statements, accounts)
        plain = [item.line for item in lines]
        decisions = decide(plain, load_known(plain))
        upload = Upload(digest, len(data), file_format, at, by)
        file = write_file(upload, statements, decisions)
        rows = write_lines(file, statements, accounts, lines)
        write_meanings(rows, lines, decisions, at=at)
        for account in accounts.values():
            compare_balances(account, at=at)
        tell(rows, decisions, at=at)
        return outcome(file, ImportStatus.IMPORTED)


@dataclass(frozen=True, slots=True)
class Upload:
    """The file as it came: the digest of its bytes, who brought it and when."""

    sha256: str
    size_bytes: int
    statement_format: str
    at: datetime
    by: int | None


def read(data: bytes, file_format: str, account_id: int | None) -> tuple[Statement, ...]:
    """Return the statements of a file, read as its format says."""
    if file_format == StatementFormat.CAMT053:
        return parse_camt053(data)
    if file_format != StatementFormat.CSV:
        raise StatementError(sentence("Statements are read as camt.053 or csv."), {})
    account = ClientBankAccount.objects.filter(
        id=account_id or 0, statement_format=StatementFormat.CSV
    ).first()
    if account is None:
        raise StatementError(sentence("Choose the account whose CSV statement this is."), {})
    return parse_csv(data, load_map(account.csv_map), account=account.account)


def lock_accounts(
    statements: Sequence[Statement], file_format: str
) -> dict[int, ClientBankAccount]:
    """Return the account of each statement by its place in the file, locked in id order."""
    found = {
        (row.account, row.currency): row
        for row in ClientBankAccount.objects.select_for_update(no_key=True)
        .filter(account__in=[statement.account for statement in statements], closed_at=None)
        .order_by("id")
    }
    accounts = {}
    for place, statement in enumerate(statements):
        account = found.get((statement.account, statement.currency))
        if account is None:
            raise StatementError(
                sentence(
                    "The statement %(reference)s is of an account in %(currency)s that ends in"
                    " %(ending)s, which is no client account. Check which file you chose."
                ),
                {
                    "reference": statement.reference or "—",
                    "currency": statement.currency,
                    "ending": statement.account[-4:],
                },
            )
        if account.statement_format != file_format:
            raise StatementError(
                sentence(
                    "Statements of this account come as %(format)s: in two formats one movement"
                    " would look like two."
                ),
                {"format": account.statement_format},
            )
        accounts[place] = account
    return accounts


def fresh_lines(
    statements: Sequence[Statement], accounts: Mapping[int, ClientBankAccount]
) -> list[FreshLine]:
    """Return the lines whose fingerprints are new to their account, in the order of the file."""
    told = [
        FreshLine(line, place)
        for place, statement in enumerate(statements)
        for line in statement.lines
    ]
    known = set(
        BankLine.objects.filter(
            account__in=list(accounts.values()),
            fingerprint__in=[item.line.fingerprint for item in told],
        ).values_list("account_id", "fingerprint")
    )
    return [
        item for item in told if (accounts[item.statement].pk, item.line.fingerprint) not in known
    ]


def write_file(
    upload: Upload, statements: Sequence[Statement], decisions: Sequence[Decision]
) -> StatementFile:
    """Write that this file was imported, for the books and for the audit."""
    told = sum(len(statement.lines) for statement in statements)
    file = StatementFile.objects.create(
        sha256=upload.sha256,
        statement_format=upload.statement_format,
        size_bytes=upload.size_bytes,
        new_lines=len(decisions),
        known_lines=told - len(decisions),
        meanings=dict(Counter(decision.meaning.value for decision in decisions)),
        imported_by_id=upload.by,
        imported_at=upload.at,
    )
    audit(
        [
            Audit(
                at=upload.at,
                user_id=upload.by,
                action="bank.import",
                outcome=ImportStatus.IMPORTED.value,
                subject_kind="statement_file",
                subject_id=file.pk,
                after={"new_lines": file.new_lines, "known_lines": file.known_lines},
            )
        ]
    )
    return file


def outcome(file: StatementFile, status: ImportStatus) -> ImportOutcome:
    """What a file brought, also when it is uploaded again."""
    return ImportOutcome(
        status=status,
        file_id=file.pk,
        new_lines=file.new_lines,
        known_lines=file.known_lines,
        meanings={Meaning(name): count for name, count in file.meanings.items()},
    )
