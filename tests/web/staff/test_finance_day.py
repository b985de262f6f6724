"""The finance officer's day page: what agrees, what is open, and in which order it is done."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.conftest import Person, form_key
from tests.web.staff.conftest import PAYER, Desk, browser
from tuppence.bank.models import BankLine, LineMatch
from tuppence.bank.operations import import_statement
from tuppence.bank.small_bank import paid_in
from tuppence.members.payment_reference import payment_reference
from tuppence.web.reads.staff.finance import equations

PAGE = "/staff/finance/"


@pytest.fixture
def ann(desk: Desk) -> Client:
    """A finance officer's browser."""
    return browser(desk.ann)


def test_a_missing_a_doubled_and_an_unidentified_line_are_named(
    ann: Client, desk: Desk, member: Callable[..., Person]
) -> None:
    lena = member("lena").member_id
    quiet = ann.get(PAGE).content.decode()
    assert "No line looks doubled" in quiet and "Days without a statement" in quiet
    said = {"payer": "Lena Fletcher", "payer_account": PAYER}
    twice = paid_in(250_00, "EUR", text=payment_reference(lena), **said)
    nobody = paid_in(75_00, "EUR", text="for the garden", **said)
    desk.day = desk.day.with_lines([twice, twice, nobody])
    import_statement(desk.file(), "camt.053", at=timezone.now(), by=desk.ann.pk)
    desk.day = desk.day.next_day(timezone.localdate())
    left_out = desk.day.with_lines([paid_in(40_00, "EUR", text="left out", **said)])
    desk.day = left_out.__class__(
        left_out.account, left_out.currency, left_out.on, left_out.closing_minor
    ).with_lines([paid_in(10_00, "EUR", text="later", **said)])
    import_statement(desk.file(), "camt.053", at=timezone.now(), by=desk.ann.pk)
    page = ann.get(PAGE).content.decode()
    assert "Looks doubled" in page and "Receipts not identified" in page
    assert "Stated balance and lines differ" in page and "opens +€40.00 from" in page


def test_doubled_lines_are_compared_and_one_is_set_aside(
    ann: Client, desk: Desk, member: Callable[..., Person]
) -> None:
    lena = member("lena").member_id
    said = {"payer": "Lena Fletcher", "payer_account": PAYER}
    twice = paid_in(250_00, "EUR", text=payment_reference(lena), **said)
    other = paid_in(40_00, "EUR", text="rent", **said)
    desk.day = desk.day.with_lines([twice, twice, other, other])
    import_statement(desk.file(), "camt.053", at=timezone.now(), by=desk.ann.pk)
    lines = list(BankLine.objects.order_by("id").values_list("id", flat=True))
    assert f"/staff/bank/lines/{lines[3]}/alike/" in ann.get(PAGE).content.decode()
    path = f"/staff/bank/lines/{lines[1]}/alike/"
    page = ann.get(path).content.decode()
    assert "What it books" in page and "€250.00" in page
    sent = {"key": str(form_key(page.encode())), "word": "doubled", "why": "Booked twice."}
    for _ in range(2):
        answer = ann.post(path, sent)
        assert answer["Location"] == f"/staff/bank/lines/{lines[3]}/alike/"
    assert LineMatch.objects.get(line_id=lines[1], ends_at=None).meaning == "doubled"
    assert equations()[0].difference_minor == 0
    rent = f"/staff/bank/lines/{lines[3]}/alike/"
    sent = {"key": str(form_key(ann.get(rent).content)), "word": "separate", "why": "Two rents."}
    assert ann.post(rent, sent)["Location"] == PAGE
    assert "No line looks doubled" in ann.get(PAGE).content.decode()
    assert "Set aside: booked twice" in ann.get("/staff/bank/breaks/").content.decode()
    alone = f"/staff/bank/lines/{lines[0]}/alike/"
    assert "No other line of these days" in ann.get(alone).content.decode()


def test_held_is_owed_now_and_at_the_end_of_a_day(
    ann: Client, desk: Desk, member: Callable[..., Person]
) -> None:
    member("lena", 300_00)
    (now,) = equations()
    assert (now.held_minor, now.difference_minor) == (300_00, 0)
    (added_up,) = equations(at_end_of=timezone.localdate())
    assert added_up == now
    assert "€300.00" in ann.get(PAGE).content.decode()
    for bad in ("nonsense", "2026-02-31", "2999-01-01"):
        assert ann.get(PAGE, {"on": bad}).status_code == 200
