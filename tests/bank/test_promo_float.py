"""The firm's money for gifts: paid in by a bank line, claimed, taken out where free."""

from typing import Any
from uuid import UUID

import pytest

from tuppence.bank import operations
from tuppence.bank.controls.queries import controls
from tuppence.bank.house_payment import HousePaymentError, HousePaymentOrder, HousePurpose
from tuppence.bank.matching import Meaning
from tuppence.bank.models import ClientBankAccount, LineMatch
from tuppence.bank.promo_float import PromoFloat
from tuppence.bank.promo_float.queries import promo_float
from tuppence.bank.reference import Order, order_reference
from tuppence.bank.small_bank import carried_out, come_back, paid_in
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.controls.queries import controls as ledger_controls
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.members.approvals import Status
from tuppence.members.operations import decide_approval

Desk = Any  # of tests/bank/conftest.py, which is not importable by name
FIRM_IBAN = "CH9300762011623852957"


def reference(desk: Desk) -> str:
    return order_reference(Order.FLOAT, ClientBankAccount.objects.get(id=desk.account_id).key)


def pay_in(desk: Desk, amount_minor: int, text: str | None = None) -> None:
    told = reference(desk) if text is None else text
    desk.happens(paid_in(amount_minor, "EUR", payer="The Firm", payer_account=FIRM_IBAN, text=told))
    desk.import_()


def claim(desk: Desk, amount_minor: int) -> None:
    """A campaign may give so much: the book of commitments says so."""
    sides = [
        AccountKey(kind, 1, "EUR") for kind in (AccountKind.AUTHORITY, AccountKind.BUDGET_AVAILABLE)
    ]
    ids = ledger.open_accounts(sides, at=desk.at)
    key = derive_id("test.claim", amount_minor)
    transfer = Transfer(
        key, ids[sides[0]], ids[sides[1]], amount_minor, "test", desk.at, desk.at, key
    )
    ledger.post_all([transfer])


def take_out(desk: Desk, amount_minor: int, number: int = 1) -> tuple[Status, str]:
    order = HousePaymentOrder(
        key=UUID(int=number),
        purpose=HousePurpose.FLOAT_BACK,
        amount_minor=amount_minor,
        payee_name="Tuppence Ltd",
        payee_account=FIRM_IBAN,
        by=desk.ann.pk,
        at=desk.at,
        why="no campaign needs it",
    )
    return agree(desk, operations.request_house_payment(order, account_id=desk.account_id))


def agree(desk: Desk, request: Any) -> tuple[Status, str]:
    outcome = decide_approval(
        request.pk,
        by=desk.bob.pk,
        approve=True,
        payload_hash=request.payload_hash,
        reason="",
        at=desk.at,
    )
    return outcome.status, outcome.detail


def failing() -> set[str]:
    return {found.name for found in [*controls(), *ledger_controls()] if not found.holds}


def test_a_line_with_the_reference_is_the_firms_float(desk: Desk) -> None:
    pay_in(desk, 500_00)
    assert promo_float("EUR") == PromoFloat(500_00, 0, 0, 0)
    assert desk.balance(AccountKind.CLIENT_BANK) == 500_00
    assert desk.balance(AccountKind.FIRM_PROMO_FLOAT) == 500_00
    assert desk.balance(AccountKind.FIRM_BANK) == -500_00
    assert failing() == set()


def test_what_is_free_goes_back_to_the_firm_and_what_is_claimed_stays(desk: Desk) -> None:
    pay_in(desk, 500_00)
    claim(desk, 300_00)
    status, detail = take_out(desk, 200_01)
    assert (status, "claimed" in detail) == (Status.CANNOT_APPLY, True)
    assert take_out(desk, 150_00, 2) == (Status.APPROVED, "")
    # What is on its way out is free no more.
    assert promo_float("EUR") == PromoFloat(500_00, 300_00, 0, 150_00)
    assert take_out(desk, 50_01, 3)[0] is Status.CANNOT_APPLY
    desk.sends()
    order = desk.sent_file()
    desk.tomorrow()
    desk.happens(*carried_out(order))
    desk.import_()
    assert promo_float("EUR") == PromoFloat(350_00, 300_00, 0, 0)
    assert desk.balance(AccountKind.FIRM_BANK) == -350_00
    desk.tomorrow()
    desk.happens(come_back(order.transfers[0], "EUR"))
    desk.import_()
    assert promo_float("EUR") == PromoFloat(500_00, 300_00, 0, 0)
    assert failing() == set()


def test_a_receipt_without_the_reference_is_the_float_by_two_peoples_word(desk: Desk) -> None:
    pay_in(desk, 80_00, "for gifts")
    match = LineMatch.objects.get(ends_at=None)
    assert match.meaning == Meaning.UNALLOCATED
    request = operations.request_float_receipt(
        match.line_id, why="we sent it", by=desk.ann.pk, at=desk.at, key=UUID(int=7)
    )
    assert desk.balance(AccountKind.PROMO_FLOAT) == 0
    assert agree(desk, request) == (Status.APPROVED, "")
    assert promo_float("EUR").free_minor == 80_00
    assert desk.balance(AccountKind.UNALLOCATED) == 0
    assert LineMatch.objects.get(ends_at=None).meaning == Meaning.FLOAT
    assert failing() == set()
    with pytest.raises(HousePaymentError, match="does not wait"):
        operations.request_float_receipt(
            match.line_id, why="again", by=desk.ann.pk, at=desk.at, key=UUID(int=8)
        )


def test_a_claim_that_the_float_does_not_cover_is_found(desk: Desk) -> None:
    pay_in(desk, 10_00)
    claim(desk, 10_01)
    assert failing() == {"float for gifts"}
