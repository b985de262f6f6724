"""The bank at the other end: what members send, and the payment files it carries out."""

from datetime import date, datetime

from tuppence.bank.payment_file import read_payment_file
from tuppence.bank.small_bank import BankDay, carried_out, paid_in, statement_file

CLIENT_IBAN = "DE89370400440532013000"


class ClientBank:
    """One account of one bank, and its statement of a day."""

    def __init__(self, on: date) -> None:
        self.day = BankDay(CLIENT_IBAN, "EUR", on, 0)

    def receives(self, amount_minor: int, *, payer: str, iban: str, text: str) -> None:
        """Somebody pays in and writes `text` beside it."""
        line = paid_in(amount_minor, "EUR", payer=payer, payer_account=iban, text=text)
        self.day = self.day.with_lines([line])

    def carries_out(self, content: bytes) -> list[int]:
        """Pay everything that a payment file asks for; returns the amounts in minor units."""
        order = read_payment_file(content)
        self.day = self.day.with_lines(carried_out(order))
        return [transfer.amount_minor for transfer in order.transfers]

    def statement(self, at: datetime) -> bytes:
        """The bank's own file of its day."""
        return statement_file([self.day], created_at=at)

    def next_day(self, on: date) -> None:
        """Another day begins with yesterday's balance."""
        self.day = self.day.next_day(on)
