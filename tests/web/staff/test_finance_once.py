"""Every form of finance sent as people do: double click, back, refresh, two tabs. Money moves once.

A double click, "back" and "refresh" send the very page that was sent before: the same effect and
the same answer. A second tab is a page of its own: what it asks for either stands beside the first
and waits for a second person, who can carry out one of them only, or is refused in words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from django.db.models import Sum
from django.test import Client

from tests.web.conftest import Person, form_key
from tests.web.staff.conftest import Desk, Scene, browser
from tests.web.staff.test_credit import approve
from tests.web.staff.test_hand_entries import ENTRY, fee_back
from tuppence.bank.models import (
    BreakCover,
    HousePayment,
    LineMatch,
    PayoutFile,
    WithdrawalStep,
)
from tuppence.ledger.models import Transfer
from tuppence.members.models import ApprovalRequest


def money() -> tuple[int, int]:
    """How many transfers there are, and what they come to."""
    total = Transfer.objects.aggregate(total=Sum("amount_minor"))["total"]
    return Transfer.objects.count(), int(total or 0)


def traces() -> tuple[int, ...]:
    """All that a form of finance may leave behind."""
    rows = (ApprovalRequest, BreakCover, HousePayment, LineMatch, PayoutFile, WithdrawalStep)
    return (*money(), *(model._default_manager.count() for model in rows))


@dataclass
class Tabs:
    """What became of a form that was open in two tabs."""

    first: str  # where the first tab was led
    second: str  # where the second was led; empty where it was refused
    said: str  # the second tab's page


def in_two_tabs(client: Client, path: str, **fields: object) -> Tabs:
    """Send the first tab three times, then the second once; assert that the repeats do nothing."""
    one, two = (str(form_key(client.get(path).content)) for _ in range(2))
    answers = [client.post(path, {**fields, "key": one})]
    done = traces()
    answers += [client.post(path, {**fields, "key": one}) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302, 302], (path, answers[0].content.decode())
    assert len({answer["Location"] for answer in answers}) == 1, path
    assert traces() == done, path
    moved = money()
    tab = client.post(path, {**fields, "key": two})
    assert tab.status_code in {200, 302} and money() == moved, path
    where = tab.get("Location", "")
    page = client.get(where) if where else tab
    return Tabs(answers[0]["Location"], where, page.content.decode())


def carried_out(officer: Client, tabs: Tabs) -> str:
    """Let the second person agree to both requests; what is said to the second of them."""
    assert tabs.first != tabs.second, tabs.first
    assert "Approved and carried out" in approve(officer, tabs.first), tabs.first
    moved = money()
    said = approve(officer, tabs.second)
    assert money() == moved, tabs.first
    return said


@pytest.fixture
def ann(desk: Desk) -> Client:
    """The first finance officer's browser."""
    return browser(desk.ann)


@pytest.fixture
def bob(desk: Desk) -> Client:
    """The second finance officer's browser."""
    return browser(desk.bob)


def test_what_the_bank_left_open(ann: Client, bob: Client, scene: Scene) -> None:
    places = scene.places
    line = f"/staff/bank/lines/{places['line_id']}/send-back/"
    tabs = in_two_tabs(ann, line, why="Nobody knows it.")
    assert "Approved and carried out" not in carried_out(bob, tabs)
    assert HousePayment.objects.count() == 1

    path = f"/staff/bank/breaks/{places['break_id']}/"
    tabs = in_two_tabs(ann, f"{path}cover/")
    assert BreakCover.objects.count() == 1
    # Announced is not there yet: how it ends can't be asked for, and no tab has a form for it.
    refused = ann.get(f"{path}end/?how=firm_loss").content.decode()
    assert "cover" in refused and 'name="key"' not in refused


def test_payouts(ann: Client, bob: Client, scene: Scene) -> None:
    places = scene.places
    sent = PayoutFile.objects.get().withdrawals.get().pk
    asked = places["withdrawal_id"]
    tabs = in_two_tabs(bob, f"/staff/withdrawals/{asked}/", word="approve", reason="")
    assert tabs.second == ""
    files = in_two_tabs(ann, "/staff/withdrawals/files/make/")
    assert "Nothing was ready to be sent" in files.said and PayoutFile.objects.count() == 2

    tabs = in_two_tabs(ann, f"/staff/withdrawals/{sent}/rejected/", why="The bank says so.")
    assert "no payout of this number on its way" in carried_out(bob, tabs)


def test_a_refused_withdrawal(bob: Client, scene: Scene) -> None:
    path = f"/staff/withdrawals/{scene.places['withdrawal_id']}/"
    tabs = in_two_tabs(bob, path, word="refuse", reason="The account is in doubt.")
    assert tabs.second == ""


def test_entries_by_hand_and_payments_of_the_house(
    ann: Client, bob: Client, member: Callable[..., Person]
) -> None:
    lena = member("lena", 100_00).member_id
    tabs = in_two_tabs(ann, "/staff/books/entry/", **fee_back(lena, "70"), step="ask")
    assert "would fall below zero by now" in carried_out(bob, tabs)

    house = {
        "purpose": "fees",
        "amount": "50",
        "payee_name": "Tuppence",
        "payee_account": "GB82WEST12345698765432",
        "payee_bic": "WESTGB2L",
        "why": "Fees of November.",
    }
    tabs = in_two_tabs(ann, "/staff/bank/house/ask/", **house)
    carried_out(bob, tabs)

    (booked,) = Transfer.objects.filter(kind="manual")
    tabs = in_two_tabs(ann, f"/staff/books/transfers/{booked.pk}/take-back/", why="Booked twice.")
    carried_out(bob, tabs)


def test_a_request_is_decided_once(ann: Client, bob: Client) -> None:
    key = str(form_key(ann.get("/staff/books/entry/").content))
    asked = ann.post("/staff/books/entry/", {**ENTRY, "key": key, "step": "ask"})["Location"]
    assert "Approved and carried out" in approve(bob, asked)
    moved = money()
    for _ in range(2):  # the same word of the same person is answered as the first time
        assert "Approved and carried out" in approve(bob, asked)
    row = ApprovalRequest.objects.get()
    no = {"payload_hash": row.payload_hash, "word": "refuse", "reason": "After all not."}
    assert "decided" in bob.post(asked, no).content.decode()
    assert "decided" in ann.post(asked, {**no, "word": "approve"}).content.decode()
    assert money() == moved == (1, 1_000_00)


def test_a_form_whose_key_is_gone_says_so(ann: Client, scene: Scene) -> None:
    before = traces()
    paths = (
        *("/staff/books/entry/", "/staff/bank/house/ask/", "/staff/withdrawals/files/make/"),
        f"/staff/bank/lines/{scene.places['line_id']}/send-back/",
        f"/staff/books/transfers/{scene.places['transfer_id']}/take-back/",
    )
    for path in paths:
        for key in ({}, {"key": "yesterday"}):
            page = ann.post(path, {**ENTRY, "step": "ask", **key})
            assert page.status_code == 200 and "out of date" in page.content.decode(), path
    assert traces() == before


def test_a_session_that_ended_in_mid_form_leads_to_sign_in_and_back(
    ann: Client, scene: Scene
) -> None:
    paths = (
        *("/staff/books/entry/", "/staff/bank/house/ask/", "/staff/withdrawals/files/make/"),
        *("/staff/books/proofs/ask/", f"/staff/approvals/{scene.places['request_id']}/"),
    )
    key = str(form_key(ann.get("/staff/books/entry/").content))
    ann.logout()
    before = traces()
    for path in paths:
        away = ann.post(path, {**ENTRY, "step": "ask", "key": key})
        assert away.status_code == 302 and "/accounts/login/" in away["Location"], path
        assert path in unquote(away["Location"]), path
    assert traces() == before
