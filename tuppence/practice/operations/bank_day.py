"""Let the practice bank do its work: take payment files, receive money, send a statement."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tuppence import platform
from tuppence.bank.models import StatementFormat
from tuppence.bank.operations import ImportOutcome, import_statement
from tuppence.bank.payment_file import read_payment_file
from tuppence.bank.small_bank import BankDay, statement_file
from tuppence.ledger.ids import derive_id
from tuppence.money.currency import AMOUNT_MAX_MINOR
from tuppence.money.refusals import InputRefusedError, sentence
from tuppence.practice import queries
from tuppence.practice.client_bank import (
    Arrivals,
    Orders,
    Receipt,
    booked_day,
    float_receipt,
    practice_iban,
)

NOTHING_ARRIVES = Arrivals()


class PracticeBankError(InputRefusedError):
    """The practice bank can't do this; the sentence says what to do."""


@transaction.atomic
def run_bank_day(
    *, at: datetime, arrivals: Arrivals = NOTHING_ARRIVES, by: int | None = None
) -> ImportOutcome | None:
    """Make the statement of the day of `at` and import it; None where nothing happened.

    Transfers of payment files whose day has come are carried out, and what went to closed
    accounts on an earlier day comes back. Running it again on a day tells of what is new only.
    Raises PracticeBankError outside of practice, NotPermittedError for who may not import.
    """
    account = practice_account()
    waiting = queries.files_to_carry_out(account.pk)
    orders = Orders(
        files=[read_payment_file(content) for content in waiting.contents],
        carried=waiting.carried,
        returned=queries.returns_due(account.pk, before=platform.business_day(at)),
    )
    return _send(account, orders, arrivals, at=at, by=by)


@transaction.atomic
def receive_deposit(
    member_id: int, amount_minor: int, at: datetime, *, key: UUID | None = None
) -> ImportOutcome | None:
    """Let a member's transfer arrive now, on a statement of its own, and import it.

    The same key again brings the money once and answers None; without one, it is of member,
    amount and moment. Raises PracticeBankError for an amount or a member that can't be.
    """
    if not 0 < amount_minor < AMOUNT_MAX_MINOR:
        raise PracticeBankError(sentence("Write an amount above zero."))
    account = practice_account()
    payer = queries.payers([member_id]).get(member_id)
    if payer is None:
        raise PracticeBankError(sentence("There is no member of this number."))
    order = key or derive_id("practice.deposit", amount_minor, at.isoformat())
    receipt = Receipt(
        key=derive_id("practice.receipt", member_id, order),
        amount_minor=amount_minor,
        payer_name=payer.legal_name,
        payer_account=payer.iban or practice_iban(member_id),
        remittance=payer.payment_reference,
    )
    return _send(account, Orders(), Arrivals(receipts=[receipt]), at=at, by=None)


@transaction.atomic
def receive_float(amount_minor: int, at: datetime, *, key: UUID) -> ImportOutcome | None:
    """Let the firm's money for gifts arrive now; the same key again brings it once.

    Raises PracticeBankError for an amount that can't be.
    """
    if not 0 < amount_minor < AMOUNT_MAX_MINOR:
        raise PracticeBankError(sentence("Write an amount above zero."))
    account = practice_account()
    receipt = float_receipt(account.key, amount_minor, key=derive_id("practice.float", key))
    return _send(account, Orders(), Arrivals(receipts=[receipt]), at=at, by=None)


def practice_account() -> queries.PracticeAccount:
    """The client account in the platform's currency, held until the statement is written."""
    if not settings.TUPPENCE_DEMO:
        raise PracticeBankError(
            sentence("The practice bank is open in the demo only: start it with `tuppence demo`.")
        )
    account = queries.lock_account(platform.currency())
    if account is None:
        raise PracticeBankError(sentence("There is no client bank account to write to yet."))
    return account


def _send(
    account: queries.PracticeAccount,
    orders: Orders,
    arrivals: Arrivals,
    *,
    at: datetime,
    by: int | None,
) -> ImportOutcome | None:
    told = queries.references_told(account.pk, [item.reference for item in arrivals.receipts])
    fresh = [item for item in arrivals.receipts if item.reference not in told]
    morning = BankDay(
        account=account.account,
        currency=account.currency,
        on=platform.business_day(at),
        opening_minor=queries.stated_minor(account.pk),
    )
    day = booked_day(morning, orders, Arrivals(fresh, arrivals.charges))
    if not day.lines:
        return None
    data = statement_file([day], created_at=at)
    return import_statement(data, StatementFormat.CAMT053.value, at=at, by=by)
