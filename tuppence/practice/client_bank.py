"""The practice bank: what happens at the client bank of a practice market, as its statement. Pure.

It takes the payment files that the platform writes for a real bank and gives statements as a
real bank does, so practice runs through the same files and the same import as real money.

    a transfer in a payment file whose day has come  -> money out, on its own line
    a transfer that went to a closed account         -> the same money back, on a later day
    a receipt                                        -> money in, with what the payer wrote
    a charge                                         -> money out that nobody ordered
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from tuppence.bank.payment_file import PaymentFile, Transfer
from tuppence.bank.reference import Order, order_reference
from tuppence.bank.small_bank import BankDay, carried_out, charged, come_back, paid_in
from tuppence.bank.statement import StatementLine

BANK_NUMBER = "99990000"
"""A bank number that no bank of the country has."""

FIRM_ACCOUNT_NUMBER = 1_000_000_002
"""Of the firm's own account."""

CLOSED_ENDING = "0013"
"""Accounts that end so are closed: what is sent to them comes back on the next banking day."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that somebody sends to the client account; `remittance` is what they write."""

    key: UUID
    amount_minor: int
    payer_name: str
    payer_account: str
    remittance: str = ""

    @property
    def reference(self) -> str:
        """The bank's own reference: one receipt is one movement, in however many files."""
        return f"C{self.key.hex.upper()}"


@dataclass(frozen=True, slots=True)
class Charge:
    """What the bank takes for itself."""

    key: UUID
    amount_minor: int
    text: str


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What comes to the bank beside the payment files of the platform."""

    receipts: Sequence[Receipt] = ()
    charges: Sequence[Charge] = ()


@dataclass(frozen=True, slots=True)
class Orders:
    """What the platform has told the bank to do.

    `carried` holds the end-to-end ids that earlier statements have told of already; `returned`
    are transfers that were paid to closed accounts on an earlier day.
    """

    files: Sequence[PaymentFile] = ()
    carried: frozenset[str] = frozenset()
    returned: Sequence[Transfer] = ()


def booked_day(morning: BankDay, orders: Orders, arrivals: Arrivals) -> BankDay:
    """The day with everything that the bank books on it; without lines where nothing happened."""
    currency = morning.currency
    lines = [
        *_due(orders, morning),
        *(
            replace(come_back(item, currency), bank_reference=_reference("R", item.end_to_end_id))
            for item in orders.returned
        ),
        *(_received(receipt, currency) for receipt in arrivals.receipts),
        *(
            replace(
                charged(charge.amount_minor, currency, text=charge.text),
                bank_reference=f"F{charge.key.hex.upper()}",
            )
            for charge in arrivals.charges
        ),
    ]
    on = morning.on
    # References of its own, because a day may be told of in several statements.
    return replace(
        morning, lines=tuple(replace(line, booked_on=on, valued_on=on) for line in lines)
    )


def float_receipt(account_key: UUID, amount_minor: int, *, key: UUID) -> Receipt:
    """The firm's own money for gifts, sent to the client account that the key names."""
    return Receipt(
        key=key,
        amount_minor=amount_minor,
        payer_name="Tuppence Practice",
        payer_account=practice_iban(FIRM_ACCOUNT_NUMBER),
        remittance=order_reference(Order.FLOAT, account_key),
    )


def is_closed(account: str) -> bool:
    """Whether the practice bank gives money for this account back."""
    return account.endswith(CLOSED_ENDING)


def practice_iban(number: int) -> str:
    """An IBAN of the practice bank for an account number, its check digits right (ISO 13616).

    >>> practice_iban(42)
    'DE64999900000000000042'
    """
    assert 0 < number < 10**10
    bban = f"{BANK_NUMBER}{number:010d}"
    return f"DE{98 - int(f'{bban}131400') % 97:02d}{bban}"


def _due(orders: Orders, morning: BankDay) -> list[StatementLine]:
    return [
        replace(line, bank_reference=_reference("D", line.end_to_end_id))
        for file in orders.files
        if file.execute_on <= morning.on and file.payer_account == morning.account
        for line in carried_out(file)
        if line.end_to_end_id not in orders.carried
    ]


def _received(receipt: Receipt, currency: str) -> StatementLine:
    line = paid_in(
        receipt.amount_minor,
        currency,
        payer=receipt.payer_name,
        payer_account=receipt.payer_account,
        text=receipt.remittance,
    )
    return replace(line, bank_reference=receipt.reference)


def _reference(prefix: str, end_to_end_id: str) -> str:
    return f"{prefix}{end_to_end_id}"[:35]
