"""Double click, back and refresh: one effect, the same receipt."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone

from tuppence.bank.models import Withdrawal
from tuppence.lending.models import Signature
from tuppence.market.models import Investment
from tuppence.members.models import BankAccount
from tuppence.web.reads.purse import purse_of

pytestmark = pytest.mark.django_db


def test_an_investment_confirmed_twice_is_one(
    member: Callable[..., object], listing: Callable[..., int]
) -> None:
    investor, number = member("ann", 500_00), listing()
    sent = {"amount": "100.00", "key": str(uuid4())}
    first = investor.client.post(f"/listings/{number}/invest/", sent)
    again = investor.client.post(f"/listings/{number}/invest/", sent)
    assert first["Location"] == again["Location"]
    assert Investment.objects.count() == 1
    assert purse_of(investor.member_id).available_minor == 400_00
    assert investor.client.get(first["Location"]).status_code == 200


def test_the_last_money_confirmed_twice_still_answers_with_the_receipt(
    member: Callable[..., object], listing: Callable[..., int]
) -> None:
    investor, number = member("ann", 100_00), listing()
    sent = {"amount": "100", "key": str(uuid4())}
    first = investor.client.post(f"/listings/{number}/invest/", sent)
    again = investor.client.post(f"/listings/{number}/invest/", sent)
    assert first["Location"] == again["Location"]


def test_the_same_page_with_another_amount_is_another_investment(
    member: Callable[..., object], listing: Callable[..., int]
) -> None:
    investor, number = member("ann", 500_00), listing()
    key = str(uuid4())
    for amount in ("100", "150"):
        answer = investor.client.post(f"/listings/{number}/invest/", {"amount": amount, "key": key})
        assert answer.status_code == 302
    assert Investment.objects.count() == 2


def test_two_members_with_the_same_key_do_not_meet(
    member: Callable[..., object], listing: Callable[..., int]
) -> None:
    number, key = listing(), str(uuid4())
    for name in ("ann", "cat"):
        person = member(name, 500_00)
        answer = person.client.post(f"/listings/{number}/invest/", {"amount": "100", "key": key})
        assert person.client.get(answer["Location"]).status_code == 200
    assert Investment.objects.count() == 2


def test_an_investment_taken_back_twice_comes_back_once(
    member: Callable[..., object], listing: Callable[..., int]
) -> None:
    investor, number = member("ann", 500_00), listing()
    receipt = investor.client.post(
        f"/listings/{number}/invest/", {"amount": "100", "key": str(uuid4())}
    )["Location"]
    for _ in range(2):
        assert investor.client.post(f"{receipt}cancel/").status_code == 302
    assert purse_of(investor.member_id).available_minor == 500_00


def test_nobody_takes_back_what_somebody_else_invested(
    member: Callable[..., object], listing: Callable[..., int]
) -> None:
    investor, number = member("ann", 500_00), listing()
    receipt = investor.client.post(
        f"/listings/{number}/invest/", {"amount": "100", "key": str(uuid4())}
    )["Location"]
    stranger = member("eve")
    assert stranger.client.get(receipt).status_code == 404
    assert stranger.client.post(f"{receipt}cancel/").status_code == 404
    assert purse_of(investor.member_id).reserved_minor == 100_00


@pytest.mark.usefixtures("client_bank")
def test_a_withdrawal_confirmed_twice_is_one(member: Callable[..., object]) -> None:
    person = member("ann", 100_00)
    sent = {"amount": "100", "key": str(uuid4())}
    first = person.client.post("/cash/out/confirm/", sent)
    again = person.client.post("/cash/out/confirm/", sent)
    assert first["Location"] == again["Location"]
    assert Withdrawal.objects.count() == 1
    assert purse_of(person.member_id).available_minor == 0
    person.client.post(f"{first['Location']}cancel/", {"key": str(uuid4())})
    assert purse_of(person.member_id).available_minor == 100_00


def test_a_contract_is_signed_once_and_only_as_it_was_read(
    approved: Callable[..., object],
) -> None:
    application, borrower = approved()
    page = f"/applications/{application.pk}/contract/"
    assert borrower.client.post(page)["Location"] == page
    assert borrower.client.post(page).status_code == 200
    application.refresh_from_db()
    sha256 = application.contract.sha256
    sent = {"key": str(uuid4()), "sha256": "0" * 64, "read": "on"}
    refused = borrower.client.post(f"{page}sign/", sent)
    assert "has changed since" in refused.content.decode()
    assert Signature.objects.count() == 0
    for _ in range(2):
        signed = borrower.client.post(f"{page}sign/", sent | {"sha256": sha256})
        assert signed["Location"] == f"/applications/{application.pk}/"
    assert Signature.objects.count() == 1


@pytest.mark.usefixtures("client_bank")
def test_taking_out_says_where_to_when_and_for_how_much_before_it_is_asked(
    member: Callable[..., object],
) -> None:
    person, poor = member("ann", 100_00), member("ben")
    page = person.client.get("/cash/out/").content.decode()
    for words in ("There by", "Our fee", "15:00", "working days later", 'name="amount"'):
        assert words in page
    empty = poor.client.get("/cash/out/").content.decode()
    assert "There is no cash to take out" in empty and 'name="amount"' not in empty


def test_who_has_no_verified_account_is_led_to_it_first(member: Callable[..., object]) -> None:
    person = member("ann", 100_00)
    BankAccount.objects.update(verified_at=None)
    page = person.client.get("/cash/out/").content.decode()
    assert "waits to be verified" in page and 'name="amount"' not in page
    BankAccount.objects.update(retired_at=timezone.now())
    assert "Name your bank account first" in person.client.get("/cash/out/").content.decode()
