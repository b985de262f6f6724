"""Payments of the house: asked by one, agreed to by another, sent with the next file."""

from datetime import datetime
from uuid import UUID

from tuppence.bank import queries
from tuppence.bank.house_payment import (
    SOURCES,
    HousePaymentError,
    HousePaymentOrder,
    HousePurpose,
    check_house_payment,
)
from tuppence.bank.matching import Meaning
from tuppence.bank.models import ClientBankAccount, HousePayment, LineMatch
from tuppence.bank.operations.breaks import replace_match, whole
from tuppence.bank.operations.permitted import require
from tuppence.bank.payment_file import NAME_LENGTH_MAX
from tuppence.bank.promo_float.queries import lock_promo_float, promo_float
from tuppence.bank.statement import account_key
from tuppence.ledger.queries import balances
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
from tuppence.money.refusals import sentence

HOUSE_KIND = "bank.house_payment"


def request_house_payment(order: HousePaymentOrder, *, account_id: int) -> ApprovalRequest:
    """Ask that fees, tax, a collector, a cover or a receipt be paid out; another person approves.

    Raises HousePaymentError for what cannot stand, NotPermittedError for who may not ask.
    """
    require(order.by, Permission.MANUAL_ENTRY)
    check_house_payment(order)
    payload: dict[str, JSON] = {
        "account_id": account_id,
        "purpose": order.purpose.value,
        "amount_minor": order.amount_minor,
        "payee_name": order.payee_name.strip(),
        "payee_account": account_key(order.payee_account),
        "payee_bic": order.payee_bic,
        "why": order.why.strip(),
        "line_id": order.line_id,
    }
    return request_approval(HOUSE_KIND, payload, made_by=order.by, at=order.at, key=order.key)


def request_receipt_back(
    line_id: int, *, why: str, by: int, at: datetime, key: UUID
) -> ApprovalRequest:
    """Ask that an unidentified receipt go back, whole, to the account that it came from."""
    match = LineMatch.objects.select_related("line").filter(
        line_id=line_id, ends_at=None, meaning=Meaning.UNALLOCATED
    )
    waiting = match.first()
    if waiting is None:
        raise HousePaymentError(sentence("The receipt does not wait in unallocated any more."))
    order = HousePaymentOrder(
        key=key,
        purpose=HousePurpose.RECEIPT_BACK,
        amount_minor=waiting.line.amount_minor,
        payee_name=waiting.line.counterparty_name[:NAME_LENGTH_MAX],
        payee_account=waiting.line.counterparty_account,
        by=by,
        at=at,
        why=why,
        line_id=line_id,
    )
    return request_house_payment(order, account_id=waiting.line.account_id)


@approval_handler(HOUSE_KIND, permission=Permission.APPROVE_MANUAL_ENTRY)
def agree_house_payment(approved: ApprovedRequest) -> None:
    """Put the payment into the queue of the next file, if its account still has the money."""
    payload = approved.payload
    purpose = HousePurpose(str(payload["purpose"]))
    amount_minor = whole(approved, "amount_minor")
    account = (
        ClientBankAccount.objects.select_for_update(no_key=True)
        .filter(id=whole(approved, "account_id"), closed_at=None)
        .first()
    )
    if account is None:
        raise CannotApplyError("There is no open client account of this number.")
    line_id = whole(approved, "line_id")
    if purpose is HousePurpose.RECEIPT_BACK:
        take_from_queue(line_id, amount_minor, account, approved)
    else:
        check_source(account, purpose, amount_minor)
    HousePayment.objects.create(
        key=approved.key,
        account=account,
        purpose=purpose,
        amount_minor=amount_minor,
        payee_name=str(payload["payee_name"])[:NAME_LENGTH_MAX],
        payee_account=str(payload["payee_account"]),
        payee_bic=str(payload["payee_bic"]),
        why=str(payload["why"])[:200],
        receipt_id=line_id or None,
        approval_id=approved.id,
        asked_by_id=approved.made_by,
        approved_by_id=approved.decided_by,
        approved_at=approved.at,
    )


def check_source(account: ClientBankAccount, purpose: HousePurpose, amount_minor: int) -> None:
    """The books owe at least this for the purpose, beside what is on its way already."""
    if purpose is HousePurpose.FLOAT_BACK:
        lock_promo_float()
        if amount_minor > promo_float(account.currency).free_minor:
            raise CannotApplyError("Running campaigns have claimed so much of the float.")
        return
    source = AccountKey(SOURCES[purpose], 0, account.currency)
    waiting_minor = queries.house_waiting_minor(account.pk, purpose)
    if amount_minor > balances([source])[source] - waiting_minor:
        raise CannotApplyError("The books do not owe so much for this purpose.")


def take_from_queue(
    line_id: int, amount_minor: int, account: ClientBankAccount, approved: ApprovedRequest
) -> None:
    """End that the receipt waits: it is going back."""
    match = (
        LineMatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("line")
        .filter(line_id=line_id, ends_at=None, meaning=Meaning.UNALLOCATED)
        .first()
    )
    if match is None:
        raise CannotApplyError("The receipt does not wait in unallocated any more.")
    if (match.line.amount_minor, match.line.account_id) != (amount_minor, account.pk):
        raise CannotApplyError("The receipt has another amount or account.")
    replace_match(match, Meaning.SENT_BACK, str(approved.payload["why"])[:200], approved)
