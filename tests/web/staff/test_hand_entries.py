"""Entries by hand: reviewed with their effect on each balance, asked, agreed, taken back."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from tests.web.conftest import Person, form_key
from tests.web.staff.conftest import Desk, ask, browser
from tests.web.staff.test_credit import approve, send
from tuppence.bank.manual_entry import HandEntry, effects
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.models import Transfer
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.members.models import ApprovalRequest

PATH = "/staff/books/entry/"
ENTRY = {
    "why": "Capital paid in by the founders.",
    "debit_1": "firm_bank",
    "credit_1": "firm_capital",
    "amount_1": "1000.00",
}


@pytest.fixture
def ann(desk: Desk) -> Client:
    """The first finance officer's browser."""
    return browser(desk.ann)


@pytest.fixture
def bob(desk: Desk) -> Client:
    """The second finance officer's browser."""
    return browser(desk.bob)


def balance(kind: AccountKind, owner_id: int = 0) -> int:
    """A balance in the books, in cents."""
    key = AccountKey(kind, owner_id, "EUR")
    return balances([key])[key]


def fee_back(member_id: int, amount: str) -> dict[str, str]:
    """An entry that takes money from a member's purse: a fee that was forgotten."""
    return {
        "why": "A fee that was forgotten.",
        "debit_1": "member_available",
        "debit_owner_1": str(member_id),
        "credit_1": "due_to_firm",
        "amount_1": amount,
    }


def test_effects_are_the_net_of_all_lines_on_each_accounts_own_side() -> None:
    purse = AccountKey(AccountKind.MEMBER_AVAILABLE, 7, "EUR")
    due = AccountKey(AccountKind.DUE_TO_FIRM, 0, "EUR")
    tax = AccountKey(AccountKind.TAX_DUE, 0, "EUR")
    found = effects(
        [HandEntry(purse, due, 12_00), HandEntry(due, tax, 2_00)], {purse: 10_00, due: 5_00}
    )
    told = [(e.account, e.before_minor, e.after_minor, e.is_below_floor) for e in found]
    assert told == [
        (purse, 10_00, -2_00, True),
        (due, 5_00, 15_00, False),
        (tax, 0, 2_00, False),
    ]


def test_the_review_shows_each_balance_and_asks_for_nothing(ann: Client) -> None:
    key = str(form_key(ann.get(PATH).content))
    page = ann.post(PATH, {**ENTRY, "key": key})
    text = page.content.decode()
    assert page.status_code == 200 and not ApprovalRequest.objects.exists()
    assert "What it does to each balance" in text and "+€1,000.00" in text
    assert key in text and "opened by this entry" in text
    back = ann.post(PATH, {**ENTRY, "key": key, "step": "change"}).content.decode()
    assert 'value="1000.00"' in back and "Capital paid in" in back and key in back
    assert not ApprovalRequest.objects.exists()


def test_an_entry_by_hand_needs_two_people_and_is_taken_back_by_two(
    ann: Client, bob: Client
) -> None:
    status, asked = send(ann, PATH, **ENTRY, step="ask")
    assert status == 302 and balance(AccountKind.FIRM_BANK) == 0
    assert "You made this request" in approve(ann, asked)
    shown = bob.get(asked).content.decode()
    assert "+€1,000.00" in shown and "Capital paid in by the founders." in shown
    assert "What it does to each balance" in shown
    booked = approve(bob, asked)
    assert "Approved and carried out" in booked and "What it booked" in booked
    assert "What it does to each balance" not in booked
    assert balance(AccountKind.FIRM_BANK) == 1_000_00
    transfer = Transfer.objects.get()
    assert "Entry by hand" in ann.get(f"/staff/books/transfers/{transfer.pk}/").content.decode()
    take_back = f"/staff/books/transfers/{transfer.pk}/take-back/"
    assert "−€1,000.00" in ann.get(take_back).content.decode().replace("-€", "−€")
    _, asked = send(ann, take_back, why="Booked twice.")
    assert "What it does to each balance" in bob.get(asked).content.decode()
    assert "Approved and carried out" in approve(bob, asked)
    assert balance(AccountKind.FIRM_BANK) == 0


def test_entries_that_cannot_stand_are_refused_in_words(ann: Client) -> None:
    key = {"key": str(uuid4())}
    for change, sentence in (
        ({"credit_1": "member_available"}, "Enter the owner&#x27;s number."),
        ({"credit_1": "due_to_firm"}, "stands in the book The firm&#x27;s own"),
        ({"amount_1": "0"}, "amount"),
        ({"credit_1": ""}, "required"),
        ({"debit_2": "payables"}, "Fill this line in whole"),
        ({"why": " "}, "required"),
    ):
        for step in ("", "ask"):
            answer = ann.post(PATH, {**ENTRY, **key, **change, "step": step})
            assert answer.status_code == 200 and sentence in answer.content.decode(), change
    assert not ApprovalRequest.objects.exists()


def test_a_floor_forbids_an_entry_with_what_would_be_possible(
    ann: Client, member: Callable[..., Person]
) -> None:
    lena = member("lena", 10_00).member_id
    for step in ("", "ask"):
        answer = ann.post(PATH, {**fee_back(lena, "12"), "key": str(uuid4()), "step": step})
        text = answer.content.decode()
        assert f"Member {lena} has €10.00; this entry takes €12.00" in text
        assert "Enter at most €10.00" in text and 'value="12"' in text
    assert not ApprovalRequest.objects.exists()
    assert "€0.00" in ann.post(PATH, {**fee_back(lena, "10"), "key": str(uuid4())}).content.decode()


def test_the_second_person_sees_that_a_balance_has_moved_since(
    ann: Client, bob: Client, member: Callable[..., Person]
) -> None:
    lena = member("lena", 100_00)
    _, asked = send(ann, PATH, **fee_back(lena.member_id, "70"), step="ask")
    assert "have moved since" not in bob.get(asked).content.decode()
    ask(lena, 20_00)
    moved = bob.get(asked).content.decode()
    assert "have moved since" in moved and "€100.00 when it was asked for" in moved
    ask(lena, 40_00)
    short = bob.get(asked).content.decode()
    assert "can&#x27;t be booked as it is" in short and "may not go below zero" in short
    assert "would fall below zero by now" in approve(bob, asked)
    assert balance(AccountKind.MEMBER_AVAILABLE, lena.member_id) == 40_00


def test_the_same_entry_sent_again_is_answered_as_the_first_time(
    ann: Client, bob: Client, member: Callable[..., Person]
) -> None:
    lena = member("lena", 100_00).member_id
    key = str(form_key(ann.get(PATH).content))
    sent = {**fee_back(lena, "70"), "key": key, "step": "ask"}
    first = ann.post(PATH, sent)["Location"]
    approve(bob, first)
    # The money is gone by now; the answer is still the first one, and nothing is asked again.
    assert ann.post(PATH, sent)["Location"] == first
    assert ApprovalRequest.objects.count() == 1
    assert balance(AccountKind.MEMBER_AVAILABLE, lena) == 30_00
    transfer = Transfer.objects.get(kind="manual")
    take_back = f"/staff/books/transfers/{transfer.pk}/take-back/"
    sent = {"key": str(form_key(ann.get(take_back).content)), "why": "It was paid."}
    second = ann.post(take_back, sent)["Location"]
    approve(bob, second)
    assert ann.post(take_back, sent)["Location"] == second
    assert balance(AccountKind.MEMBER_AVAILABLE, lena) == 100_00


def test_two_tabs_with_the_same_entry_are_told_of_each_other(ann: Client) -> None:
    first, second = (str(form_key(ann.get(PATH).content)) for _ in range(2))
    said = "asked for already and waits"
    assert said not in ann.post(PATH, {**ENTRY, "key": first}).content.decode()
    asked = ann.post(PATH, {**ENTRY, "key": first, "step": "ask"})["Location"]
    review = ann.post(PATH, {**ENTRY, "key": second, "why": "Once more."}).content.decode()
    assert said in review and asked in review
    other = ann.post(PATH, {**ENTRY, "key": second, "amount_1": "5"}).content.decode()
    assert said not in other
