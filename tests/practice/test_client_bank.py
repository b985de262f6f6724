"""The practice bank books what reaches it, once, and its statements read back as they were."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.bank.camt import parse_camt053
from tuppence.bank.payment_file import PaymentFile, Transfer, read_payment_file, write_payment_file
from tuppence.bank.reference import is_iban
from tuppence.bank.small_bank import BankDay, statement_file
from tuppence.practice.client_bank import (
    CLOSED_ENDING,
    Arrivals,
    Charge,
    Orders,
    Receipt,
    booked_day,
    is_closed,
    practice_iban,
)

ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACCOUNT = practice_iban(1)
MORNING = BankDay(ACCOUNT, "EUR", ON, 500_00)


def payment_file(*amounts_minor: int, execute_on: date = ON, payer: str = ACCOUNT) -> PaymentFile:
    """A file as the platform writes it, read as the bank does."""
    transfers = tuple(
        Transfer(f"TP{number:032d}", amount, "Ylva Thorvik", practice_iban(100 + number))
        for number, amount in enumerate(amounts_minor, start=1)
    )
    order = PaymentFile("TF1", AT, "Client money", payer, "EUR", execute_on, transfers)
    return read_payment_file(write_payment_file(order))


def receipt(number: int, amount_minor: int = 25_00) -> Receipt:
    return Receipt(UUID(int=number), amount_minor, "Ylva Thorvik", practice_iban(101), "thanks")


def test_a_day_books_files_returns_receipts_and_charges() -> None:
    orders = Orders(
        files=[payment_file(100_00, 50_00)],
        returned=[Transfer("TP9", 10_00, "Zita Imhoven", practice_iban(9_0013))],
    )
    arrivals = Arrivals([receipt(1, 25_00)], [Charge(UUID(int=2), 3_00, "Account fee")])
    day = booked_day(MORNING, orders, arrivals)
    assert [line.amount_minor for line in day.lines] == [-100_00, -50_00, 10_00, 25_00, -3_00]
    assert day.closing_minor == 500_00 - 100_00 - 50_00 + 10_00 + 25_00 - 3_00
    assert day.lines[0].payment_information_id == "TF1"
    assert day.lines[2].return_reason == "AC04"


@pytest.mark.parametrize(
    ("file", "carried"),
    [
        (payment_file(100_00, execute_on=date(2026, 3, 3)), frozenset()),  # tomorrow's
        (payment_file(100_00, payer=practice_iban(2)), frozenset()),  # another account's
        (payment_file(100_00), frozenset({f"TP{1:032d}"})),  # told of on an earlier statement
    ],
)
def test_a_transfer_is_carried_out_on_its_day_from_its_account_once(
    file: PaymentFile, carried: frozenset[str]
) -> None:
    assert booked_day(MORNING, Orders([file], carried), Arrivals()).lines == ()


@settings(max_examples=50)
@given(
    amounts=st.lists(st.integers(1, 10**9), max_size=5),
    received=st.lists(st.integers(1, 10**9), max_size=5),
)
def test_a_statement_reads_back_as_it_was_booked(amounts: list[int], received: list[int]) -> None:
    files = [payment_file(*amounts)] if amounts else []
    arrivals = Arrivals([receipt(n, amount) for n, amount in enumerate(received)])
    day = booked_day(MORNING, Orders(files), arrivals)
    if not day.lines:
        return
    (read,) = parse_camt053(statement_file([day], created_at=AT))
    assert (read.opening_minor, read.closing_minor) == (500_00, day.closing_minor)
    assert [line.amount_minor for line in read.lines] == [line.amount_minor for line in day.lines]
    references = [line.bank_reference for line in read.lines]
    assert len(set(references)) == len(references)


@given(st.integers(1, 10**10 - 1))
def test_account_numbers_are_valid_and_some_are_closed(number: int) -> None:
    account = practice_iban(number)
    assert is_iban(account)
    assert is_closed(account) == f"{number:010d}".endswith(CLOSED_ENDING)
