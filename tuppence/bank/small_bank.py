"""The built-in small bank of the demo and the tests: it carries out payment files and tells of
its days in the same CAMT.053 files that a real one sends.

It keeps nothing itself. Whoever runs it keeps the balance of the day before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tuppence.bank.camt_writer import write_camt053
from tuppence.bank.payment_file import PaymentFile, Transfer
from tuppence.bank.statement import Statement, StatementLine

TRANSFER_IN = "PMNT.RCDT.ESCT"
TRANSFER_OUT = "PMNT.ICDT.ESCT"
TRANSFER_BACK = "PMNT.ICDT.RRTN"
CHARGE = "ACMT.MDOP.CHRG"


@dataclass(frozen=True, slots=True)
class BankDay:
    """One day of one account: what was there in the morning, and what happened in order."""

    account: str
    currency: str
    on: date
    opening_minor: int
    lines: tuple[StatementLine, ...] = ()

    @property
    def closing_minor(self) -> int:
        """The balance in the evening, in minor units."""
        return self.opening_minor + sum(line.amount_minor for line in self.lines)

    def with_lines(self, lines: Iterable[StatementLine]) -> "BankDay":
        """Return the day with more movements, each with the bank's own reference and the day."""
        numbered = list(self.lines)
        for line in lines:
            reference = f"SB{self.on:%Y%m%d}{len(numbered) + 1:07d}"
            numbered.append(
                replace(line, booked_on=self.on, valued_on=self.on, bank_reference=reference)
            )
        return replace(self, lines=tuple(numbered))

    def next_day(self, on: date) -> "BankDay":
        """Return the next day on which the account is told of, opening where this one closed."""
        assert on > self.on
        return replace(self, on=on, opening_minor=self.closing_minor, lines=())

    def statement(self) -> Statement:
        """Return the day as a statement."""
        return Statement(
            account=self.account,
            currency=self.currency,
            reference=f"SB-{self.currency}-{self.on:%Y%m%d}",
            lines=self.lines,
            opening_minor=self.opening_minor,
            closing_minor=self.closing_minor,
            opened_on=self.on,
            closed_on=self.on,
        )


def paid_in(
    amount_minor: int, currency: str, *, payer: str, payer_account: str, text: str
) -> StatementLine:
    """Somebody's transfer to the account."""
    assert amount_minor > 0
    return _line(amount_minor, currency, TRANSFER_IN, payer, payer_account, text)


def carried_out(order: PaymentFile) -> list[StatementLine]:
    """Every transfer of a payment file, each as a line of its own, as the file asks."""
    return [
        replace(
            _out(transfer, order.currency),
            end_to_end_id=transfer.end_to_end_id,
            payment_information_id=order.message_id,
        )
        for transfer in order.transfers
    ]


def come_back(transfer: Transfer, currency: str, *, reason: str = "AC04") -> StatementLine:
    """A transfer that the payee's bank sent back; AC04 says that the account is closed."""
    return replace(
        _line(
            transfer.amount_minor,
            currency,
            TRANSFER_BACK,
            transfer.payee_name,
            transfer.payee_account,
            transfer.remittance,
        ),
        end_to_end_id=transfer.end_to_end_id,
        return_reason=reason,
    )


def charged(amount_minor: int, currency: str, *, text: str = "Account fee") -> StatementLine:
    """What the bank takes for itself."""
    assert amount_minor > 0
    return _line(-amount_minor, currency, CHARGE, "", "", text)


def statement_file(days: Sequence[BankDay], *, created_at: datetime, version: str = "08") -> bytes:
    """Return these days as one CAMT.053 file."""
    message_id = f"SB{created_at:%Y%m%d%H%M%S}"
    statements = [day.statement() for day in days]
    return write_camt053(statements, message_id=message_id, created_at=created_at, version=version)


def _out(transfer: Transfer, currency: str) -> StatementLine:
    return _line(
        -transfer.amount_minor,
        currency,
        TRANSFER_OUT,
        transfer.payee_name,
        transfer.payee_account,
        transfer.remittance,
    )


def _line(
    amount_minor: int, currency: str, code: str, name: str, account: str, text: str
) -> StatementLine:
    return StatementLine(
        booked_on=date.min,
        valued_on=date.min,
        amount_minor=amount_minor,
        currency=currency,
        counterparty_name=name,
        counterparty_account=account,
        remittance=text,
        bank_code=code,
    )
