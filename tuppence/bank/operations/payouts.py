"""Send what was approved: one payment file for the client bank, made once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tuppence.bank import queries
from tuppence.bank.models import ClientBankAccount, HousePayment, PayoutFile, Withdrawal
from tuppence.bank.operations.booking import business_zone
from tuppence.bank.operations.loads import load_payees, lock_house_payments, lock_withdrawals
from tuppence.bank.operations.permitted import require
from tuppence.bank.operations.steps import Step, write_steps
from tuppence.bank.operations.withdrawals import event, put_back
from tuppence.bank.payment_file import (
    NAME_LENGTH_MAX,
    PaymentFile,
    Transfer,
    write_payment_file,
)
from tuppence.bank.payout_selection import Candidate, select
from tuppence.bank.reference import Order, order_reference
from tuppence.bank.withdrawal import State
from tuppence.events.operations import record
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.roles import Permission
from tuppence.money.calendars import add_business_days
from tuppence.money.currency import format_plain
from tuppence.money.refusals import InputRefusedError, sentence

TRANSFERS_MAX = 5_000
"""Banks bound their files; what is over waits for the next one."""

ACCOUNT_CHANGED = "the bank account was replaced after the withdrawal was asked for"


class PayoutsHeldError(InputRefusedError):
    """Nothing may be sent now; the sentence says what has to be cleared first."""


class SendStatus(StrEnum):
    """What became of a run."""

    SENT = "sent"
    EXISTS = "exists"
    NOTHING_TO_SEND = "nothing_to_send"


@dataclass(frozen=True, slots=True)
class PayoutRun:
    """What a run sent, left waiting (blocked members, not enough at the bank), and refused.

    `sent_by_house` numbers payments of the house, the others withdrawals.
    """

    status: SendStatus
    file_id: int | None = None
    total_minor: int = 0
    sent: tuple[int, ...] = ()
    sent_by_house: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()


@transaction.atomic
def send_payouts(account_id: int, *, key: UUID, at: datetime, by: int | None) -> PayoutRun:
    """Make the payment file of all approved withdrawals of an account, in the order of asking.

    The same key again gives the first file; another key at the same time finds what is left,
    which may be nothing. Raises PayoutsHeldError while uncovered breaks are above the account's
    limit, NotPermittedError for who may not send.
    """
    require(by, Permission.SEND_PAYMENTS)
    account = ClientBankAccount.objects.select_for_update(no_key=True).get(id=account_id)
    known = PayoutFile.objects.filter(key=key).first()
    if known is not None:
        return run_of(known, SendStatus.EXISTS)
    hold_for_breaks(account)
    rows = approved_withdrawals(account)
    payable_minor = queries.payable_minor(account)
    chosen = select(
        [Candidate(r.pk, r.member_id, r.bank_account_id, r.amount_minor) for r in rows],
        load_payees(row.member_id for row in rows),
        bank_minor=payable_minor,
    )
    by_id = {row.pk: row for row in rows}
    refuse_changed([by_id[number] for number in chosen.account_changed], at=at)
    sending = [by_id[number] for number in chosen.sent]
    left_minor = payable_minor - sum(row.amount_minor for row in sending)
    house = approved_house_payments(account, left_minor)
    if not sending and not house:
        return PayoutRun(
            SendStatus.NOTHING_TO_SEND, waiting=chosen.waiting, refused=chosen.account_changed
        )
    file = write_file(account, sending, house, key=key, at=at, by=by)
    return replace(
        run_of(file, SendStatus.SENT), waiting=chosen.waiting, refused=chosen.account_changed
    )


def run_of(file: PayoutFile, status: SendStatus) -> PayoutRun:
    """What a file sent, also when it is asked for again."""
    return PayoutRun(
        status,
        file.pk,
        file.total_minor,
        tuple(file.withdrawals.order_by("id").values_list("id", flat=True)),
        tuple(file.house_payments.order_by("id").values_list("id", flat=True)),
    )


def approved_withdrawals(account: ClientBankAccount) -> list[Withdrawal]:
    """What members wait for, in the order of asking, locked."""
    waiting = Withdrawal.objects.filter(account=account, state=State.APPROVED).order_by("id")
    return lock_withdrawals(waiting.values_list("id", flat=True)[:TRANSFERS_MAX])


def approved_house_payments(account: ClientBankAccount, left_minor: int) -> list[HousePayment]:
    """What the house has to pay, in the order of approval, as far as the money reaches, locked."""
    waiting = HousePayment.objects.filter(account=account, payout_file=None).order_by("id")
    chosen = []
    for row in lock_house_payments(waiting.values_list("id", flat=True)[:TRANSFERS_MAX]):
        if row.amount_minor <= left_minor:
            left_minor -= row.amount_minor
            chosen.append(row)
    return chosen


def hold_for_breaks(account: ClientBankAccount) -> None:
    """Raise while clients' money is short by more than the account's limit."""
    short_minor = queries.uncovered_minor(account.pk)
    if short_minor > account.break_limit_minor:
        raise PayoutsHeldError(
            sentence(
                "Payouts are held: %(short)s %(currency)s are missing at the bank and not covered;"
                " the limit is %(limit)s. Cover or resolve the breaks first."
            ),
            {
                "short": format_plain(short_minor, account.currency),
                "limit": format_plain(account.break_limit_minor, account.currency),
                "currency": account.currency,
            },
        )


def refuse_changed(rows: Sequence[Withdrawal], *, at: datetime) -> None:
    """Give back what was asked for an account that is no longer the member's verified one."""
    write_steps(
        [Step(row.pk, row.key, at=at, reason=ACCOUNT_CHANGED) for row in rows], State.REFUSED
    )
    put_back([(row, at) for row in rows], State.REFUSED)
    record([event("withdrawal.refused", row, at=at) for row in rows])


def write_file(
    account: ClientBankAccount,
    rows: Sequence[Withdrawal],
    house: Sequence[HousePayment],
    *,
    key: UUID,
    at: datetime,
    by: int | None,
) -> PayoutFile:
    """Write the file, move what is in it, and tell."""
    transfers = [*map(withdrawal_transfer, rows), *map(house_transfer, house)]
    order = payment_file(account, transfers, key=key, at=at)
    content = write_payment_file(order)
    file = PayoutFile.objects.create(
        key=key,
        account=account,
        message_id=order.message_id,
        execute_on=order.execute_on,
        count=len(transfers),
        total_minor=order.total_minor,
        content=content.decode(),
        sha256=sha256(content).hexdigest(),
        made_by_id=by,
        made_at=at,
    )
    write_steps([Step(row.pk, row.key, at=at, by=by) for row in rows], State.SENT)
    Withdrawal.objects.filter(id__in=[row.pk for row in rows]).update(payout_file=file)
    HousePayment.objects.filter(id__in=[row.pk for row in house]).update(payout_file=file)
    record([event("withdrawal.sent", row, at=at) for row in rows])
    audit(
        [
            Audit(
                at=at,
                user_id=by,
                action="bank.send_payouts",
                outcome=SendStatus.SENT.value,
                subject_kind="payout_file",
                subject_id=file.pk,
                after={"count": file.count, "total_minor": file.total_minor},
            )
        ]
    )
    return file


def payment_file(
    account: ClientBankAccount, transfers: Sequence[Transfer], *, key: UUID, at: datetime
) -> PaymentFile:
    """The order to the bank, to be carried out on the next day on which it works."""
    today = at.astimezone(business_zone()).date()
    return PaymentFile(
        message_id=order_reference(Order.FILE, key),
        created_at=at,
        payer_name=account.holder_name,
        payer_account=account.account,
        payer_bic=account.bic,
        currency=account.currency,
        execute_on=add_business_days(today, 0, settings.TUPPENCE_COUNTRY),
        transfers=tuple(transfers),
    )


def withdrawal_transfer(row: Withdrawal) -> Transfer:
    """A member's payout, to the account that was verified when it was asked for."""
    return Transfer(
        end_to_end_id=order_reference(Order.PAYOUT, row.key),
        amount_minor=row.amount_minor,
        payee_name=row.bank_account.holder_name[:NAME_LENGTH_MAX].strip(),
        payee_account=row.bank_account.iban,
        payee_bic=row.bank_account.bic,
        remittance=f"{settings.TUPPENCE_NAME} {row.purpose.replace('_', ' ')} {row.pk}",
    )


def house_transfer(row: HousePayment) -> Transfer:
    """A payment of the house, to the payee that two people agreed on."""
    return Transfer(
        end_to_end_id=order_reference(Order.PAYOUT, row.key),
        amount_minor=row.amount_minor,
        payee_name=row.payee_name,
        payee_account=row.payee_account,
        payee_bic=row.payee_bic,
        remittance=f"{settings.TUPPENCE_NAME} {row.purpose.replace('_', ' ')} {row.pk}",
    )
