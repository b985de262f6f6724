"""Money that leaves the client bank and is not a member's: to the firm, the tax office, back.

    fees          due to firm / client bank, and firm bank / due from client book
    tax           tax due / client bank
    collector     collector due / client bank
    cover back    firm cover / client bank, and firm bank / firm cover asset
    float back    promo float / client bank, and firm bank / firm promo float; only what is free
    receipt back  unallocated / client bank: to who sent it, because nobody could say whose it is

Two people agree on each; it goes out with the next payment file and is booked by the bank line.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tuppence.ledger.chart import AccountKind
from tuppence.money.currency import AMOUNT_MAX_MINOR
from tuppence.money.refusals import InputRefusedError, sentence


class HousePurpose(StrEnum):
    """Why the money leaves."""

    FEES = "fees"
    TAX = "tax"
    COLLECTOR = "collector"
    COVER_BACK = "cover_back"
    FLOAT_BACK = "float_back"
    RECEIPT_BACK = "receipt_back"


SOURCES = {
    HousePurpose.FEES: AccountKind.DUE_TO_FIRM,
    HousePurpose.TAX: AccountKind.TAX_DUE,
    HousePurpose.COLLECTOR: AccountKind.COLLECTOR_DUE,
    HousePurpose.COVER_BACK: AccountKind.FIRM_COVER,
    HousePurpose.FLOAT_BACK: AccountKind.PROMO_FLOAT,
    HousePurpose.RECEIPT_BACK: AccountKind.UNALLOCATED,
}
"""The account of the client book that each purpose takes from."""

FIRM_SIDES = {
    HousePurpose.FEES: (AccountKind.FIRM_BANK, AccountKind.DUE_FROM_CLIENT),
    HousePurpose.COVER_BACK: (AccountKind.FIRM_BANK, AccountKind.FIRM_COVER_ASSET),
    HousePurpose.FLOAT_BACK: (AccountKind.FIRM_BANK, AccountKind.FIRM_PROMO_FLOAT),
}
"""Debit and credit in the firm's book, where the firm itself is paid."""


class HousePaymentError(InputRefusedError):
    """A payment of the house cannot be asked for so; the sentence says what to change."""


@dataclass(frozen=True, slots=True)
class HousePaymentOrder:
    """What is to be paid to whom. For a receipt sent back, `line_id` names it and says the rest."""

    key: UUID
    purpose: HousePurpose
    amount_minor: int
    payee_name: str
    payee_account: str
    by: int
    at: datetime
    why: str
    payee_bic: str = ""
    line_id: int = 0


def check_house_payment(order: HousePaymentOrder) -> None:
    """Raise HousePaymentError for the first thing that cannot stand."""
    if not 0 < order.amount_minor < AMOUNT_MAX_MINOR:
        raise HousePaymentError(sentence("The payment needs an amount above zero."))
    if not order.payee_name.strip() or not order.payee_account.strip():
        raise HousePaymentError(sentence("Give the payee's name and account."))
    if not order.why.strip():
        raise HousePaymentError(sentence("Say what the payment is for."))
    if (order.purpose is HousePurpose.RECEIPT_BACK) != (order.line_id > 0):
        raise HousePaymentError(sentence("Name the receipt where one is sent back, else none."))
