"""Payments of the house: two people, the next file, the bank line, and what came back."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tuppence.bank import operations, queries
from tuppence.bank.house_payment import HousePaymentError, HousePaymentOrder, HousePurpose
from tuppence.bank.models import HousePayment
from tuppence.bank.operations import SendStatus
from tuppence.bank.small_bank import carried_out, come_back, paid_in
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind, Book
from tuppence.ledger.ids import derive_id
from tuppence.ledger.queries import trial_balance
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.members.approvals import Status
from tuppence.members.operations import decide_approval

Desk = Any  # of tests/bank/conftest.py, which is not importable by name
FIRM_IBAN = "CH9300762011623852957"


def owe(desk: Desk, debit: AccountKey, credit: AccountKey, amount_minor: int) -> None:
    """Book what some other room would have booked: a fee taken, a tax held back."""
    ids = ledger.open_accounts([debit, credit], at=desk.at)
    group_id = derive_id("test.owe", debit.kind, credit.kind)
    ledger.post_all(
        [
            Transfer(
                derive_id(group_id),
                ids[debit],
                ids[credit],
                amount_minor,
                "test",
                desk.at,
                desk.at,
                group_id,
            )
        ]
    )


def fees(desk: Desk, amount_minor: int = 5_00) -> None:
    """Cleo pays in 100 and pays a fee."""
    desk.pays("cleo", 100_00)
    desk.import_()
    purse = AccountKey(AccountKind.MEMBER_AVAILABLE, desk.member("cleo"), "EUR")
    owe(desk, purse, AccountKey(AccountKind.DUE_TO_FIRM, 0, "EUR"), amount_minor)
    from_client = AccountKey(AccountKind.DUE_FROM_CLIENT, 0, "EUR")
    owe(desk, from_client, AccountKey(AccountKind.FEE_INCOME, 0, "EUR"), amount_minor)


def sweep(desk: Desk, amount_minor: int = 5_00, number: int = 1, **more: Any) -> HousePaymentOrder:
    order = HousePaymentOrder(
        key=UUID(int=number),
        purpose=HousePurpose.FEES,
        amount_minor=amount_minor,
        payee_name="Tuppence Ltd",
        payee_account=FIRM_IBAN,
        by=desk.ann.pk,
        at=desk.at,
        why="fees of February",
    )
    return replace(order, **more)


def agree(desk: Desk, order: HousePaymentOrder) -> tuple[Status, str]:
    request = operations.request_house_payment(order, account_id=desk.account_id)
    return decide(desk, request)


def decide(desk: Desk, request: Any) -> tuple[Status, str]:
    outcome = decide_approval(
        request.pk,
        by=desk.bob.pk,
        approve=True,
        payload_hash=request.payload_hash,
        reason="",
        at=desk.at,
    )
    return outcome.status, outcome.detail


def books_balance() -> bool:
    lines = trial_balance()
    return all(
        sum(line.debit_minor - line.credit_minor for line in lines if line.book is book) == 0
        for book in Book
    )


def test_fees_are_swept_and_come_back(desk: Desk) -> None:
    fees(desk)
    assert agree(desk, sweep(desk)) == (Status.APPROVED, "")
    desk.approves(desk.asks("cleo", 10_00))
    run = desk.sends()
    assert (run.status, run.total_minor, len(run.sent_by_house)) == (SendStatus.SENT, 15_00, 1)
    again = desk.sends()
    assert (again.status, again.sent_by_house) == (SendStatus.EXISTS, run.sent_by_house)
    order = desk.sent_file()
    desk.tomorrow()
    desk.happens(*carried_out(order))
    desk.import_()
    assert desk.balance(AccountKind.CLIENT_BANK) == 85_00
    assert desk.balance(AccountKind.DUE_TO_FIRM) == 0
    assert desk.balance(AccountKind.FIRM_BANK) == 5_00
    assert desk.balance(AccountKind.DUE_FROM_CLIENT) == 0
    desk.tomorrow()
    desk.happens(come_back(order.transfers[1], "EUR"))
    desk.import_()
    assert desk.balance(AccountKind.CLIENT_BANK) == 90_00
    assert desk.balance(AccountKind.DUE_TO_FIRM) == 5_00
    assert desk.balance(AccountKind.FIRM_BANK) == 0
    assert books_balance()


def test_no_more_than_the_books_owe(desk: Desk) -> None:
    fees(desk)
    status, detail = agree(desk, sweep(desk, 5_01, 1))
    assert (status, "do not owe" in detail) == (Status.CANNOT_APPLY, True)
    assert agree(desk, sweep(desk, 3_00, 2)) == (Status.APPROVED, "")
    assert agree(desk, sweep(desk, 3_00, 3))[0] is Status.CANNOT_APPLY
    assert [row.amount_minor for row in HousePayment.objects.all()] == [3_00]


def test_members_are_paid_first(desk: Desk) -> None:
    fees(desk)
    agree(desk, sweep(desk))
    number = desk.asks("cleo", 95_00)
    desk.approves(number)
    run = desk.sends()
    assert (run.sent, len(run.sent_by_house), run.total_minor) == ((number,), 1, 100_00)
    assert queries.payable_minor(queries.account_in("EUR")) == 0


def test_an_unidentified_receipt_goes_back_to_its_sender(desk: Desk) -> None:
    desk.happens(paid_in(30_00, "EUR", payer="Zoe", payer_account=FIRM_IBAN, text="gift"))
    desk.import_()
    (waiting,) = queries.unmatched_lines()
    request = operations.request_receipt_back(
        waiting.line_id, why="nobody knows whose it is", by=desk.ann.pk, at=desk.at, key=UUID(int=1)
    )
    assert decide(desk, request) == (Status.APPROVED, "")
    assert queries.unmatched_lines() == []
    assert desk.balance(AccountKind.UNALLOCATED) == 30_00
    desk.sends()
    order = desk.sent_file()
    assert (order.transfers[0].payee_name, order.transfers[0].payee_account) == ("Zoe", FIRM_IBAN)
    desk.tomorrow()
    desk.happens(*carried_out(order))
    desk.import_()
    assert desk.balance(AccountKind.UNALLOCATED) == 0
    assert desk.balance(AccountKind.CLIENT_BANK) == 0
    with pytest.raises(HousePaymentError, match="does not wait"):
        operations.request_receipt_back(
            waiting.line_id, why="x", by=desk.ann.pk, at=desk.at, key=UUID(int=2)
        )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"amount_minor": 0}, "above zero"),
        ({"payee_name": " "}, "name and account"),
        ({"payee_account": ""}, "name and account"),
        ({"why": ""}, "what the payment is for"),
        ({"line_id": 7}, "Name the receipt"),
        ({"purpose": HousePurpose.RECEIPT_BACK}, "Name the receipt"),
    ],
)
def test_what_can_never_stand_is_refused_at_once(
    desk: Desk, change: dict[str, Any], says: str
) -> None:
    with pytest.raises(HousePaymentError, match=says):
        operations.request_house_payment(sweep(desk, **change), account_id=desk.account_id)
    assert HousePayment.objects.count() == 0
