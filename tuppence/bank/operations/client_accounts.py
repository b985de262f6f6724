"""Take up an account at the client bank: at set-up by the command, later by two people."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db import transaction

from tuppence.bank.csv_map import load_map
from tuppence.bank.models import ClientBankAccount, StatementFormat
from tuppence.bank.operations.permitted import require
from tuppence.bank.statement import account_key
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind, Book, kinds_of
from tuppence.ledger.transfers import AccountKey
from tuppence.members.approvals import JSON
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations import (
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    request_approval,
)
from tuppence.members.roles import Permission
from tuppence.money.currency import AMOUNT_MAX_MINOR, minor_digits
from tuppence.money.refusals import InputRefusedError, sentence

OPEN_KIND = "bank.client_account"


class ClientAccountError(InputRefusedError):
    """The description of a client bank account cannot stand; the sentence says what to change."""


@dataclass(frozen=True, slots=True)
class ClientAccount:
    """A client bank account as it is to be taken up.

    `responsible_id` is the user who owns the differences found on it; uncovered differences
    above `break_limit_minor` hold payouts. Payouts are promised in `payout_days` business days.
    """

    key: UUID
    holder_name: str
    account: str
    currency: str
    responsible_id: int
    bic: str = ""
    statement_format: str = StatementFormat.CAMT053.value
    csv_map: str = ""
    payout_days: int = 2
    payout_cut_off: time = time(15, 0)
    break_limit_minor: int = 0


@transaction.atomic
def open_client_account(account: ClientAccount, *, at: datetime) -> int:
    """Take up an account while the platform is set up, and return its id; safe to repeat.

    Raises ClientAccountError, CsvMapError or UnknownCurrencyError for what cannot stand.
    """
    check(account)
    row, _ = ClientBankAccount.objects.get_or_create(
        key=account.key,
        defaults={
            "holder_name": account.holder_name.strip(),
            "account": account_key(account.account),
            "bic": account.bic,
            "currency": account.currency,
            "statement_format": account.statement_format,
            "csv_map": account.csv_map,
            "payout_days": account.payout_days,
            "payout_cut_off": account.payout_cut_off,
            "break_limit_minor": account.break_limit_minor,
            "responsible_id": account.responsible_id,
            "opened_at": at,
        },
    )
    kinds = [*kinds_of(Book.CLIENT), AccountKind.FIRM_BANK, AccountKind.FIRM_COVER_ASSET]
    platform = [kind for kind in kinds if not kind.startswith("member")]
    ledger.open_accounts((AccountKey(kind, 0, account.currency) for kind in platform), at=at)
    return row.pk


def request_client_account(account: ClientAccount, *, by: int, at: datetime) -> ApprovalRequest:
    """Ask that an account be taken up while the platform runs; another person approves.

    A new account can bring forged statements, so this never depends on one person.
    """
    require(by, Permission.MANUAL_ENTRY)
    check(account)
    payload: dict[str, JSON] = {
        "holder_name": account.holder_name,
        "account": account.account,
        "bic": account.bic,
        "currency": account.currency,
        "responsible_id": account.responsible_id,
        "statement_format": account.statement_format,
        "csv_map": account.csv_map,
        "payout_days": account.payout_days,
        "payout_cut_off": account.payout_cut_off.isoformat(),
        "break_limit_minor": account.break_limit_minor,
    }
    return request_approval(OPEN_KIND, payload, made_by=by, at=at, key=account.key)


@approval_handler(OPEN_KIND, permission=Permission.APPROVE_MANUAL_ENTRY)
def open_approved_account(approved: ApprovedRequest) -> None:
    """Take up the account that two people agreed on."""
    payload = dict(approved.payload)
    payload["payout_cut_off"] = None
    cut_off = time.fromisoformat(str(approved.payload["payout_cut_off"]))
    values = {name: value for name, value in payload.items() if name != "payout_cut_off"}
    account = ClientAccount(key=approved.key, payout_cut_off=cut_off, **values)  # type: ignore[arg-type]  # checked when it was asked
    taken = ClientBankAccount.objects.filter(currency=account.currency, closed_at=None)
    if taken.exists():
        raise CannotApplyError(f"There is a client account in {account.currency} already.")
    open_client_account(account, at=approved.at)


def check(account: ClientAccount) -> None:
    """Raise for the first thing that cannot stand."""
    minor_digits(account.currency)
    if not account.holder_name.strip() or not account_key(account.account):
        raise ClientAccountError(sentence("Give the holder's name and the account number."))
    if not 0 <= account.break_limit_minor < AMOUNT_MAX_MINOR or not 0 <= account.payout_days <= 30:
        raise ClientAccountError(
            sentence("The limit must not be negative, and payouts take 0 to 30 business days.")
        )
    if account.statement_format not in StatementFormat.values:
        raise ClientAccountError(sentence("Statements are read as camt.053 or csv."))
    if account.statement_format == StatementFormat.CSV:
        load_map(account.csv_map)
