"""The bank against the books, by clicks: statements, breaks, withdrawals, entries, days."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.web.conftest import Person, form_key
from tests.web.staff.conftest import PAYER, Desk, ask, browser
from tests.web.staff.test_credit import approve, send
from tuppence import platform
from tuppence.bank.models import (
    BankBreak,
    BankLine,
    BreakCover,
    HousePayment,
    LineMatch,
    PayoutFile,
    Withdrawal,
)
from tuppence.bank.reference import Order, order_reference
from tuppence.bank.small_bank import charged, paid_in
from tuppence.bank.statement import StatementLine
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.models import DayClose, Loan
from tuppence.members.models import User
from tuppence.members.payment_reference import payment_reference


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


def upload(client: Client, data: bytes, name: str = "day.xml", **fields: str) -> str:
    """Send a statement; what the page says then."""
    file = SimpleUploadedFile(name, data, "application/xml")
    said = {"file": file, "file_format": "camt.053", **fields}
    return client.post("/staff/bank/import/", said, follow=True).content.decode()


def receipt(amount_minor: int, text: str, payer: str = "Lena Fletcher") -> StatementLine:
    """Money that comes in at the bank."""
    return paid_in(amount_minor, "EUR", payer=payer, payer_account=PAYER, text=text)


def send_page(client: Client, path: str, **fields: str) -> str:
    """Send the form of a page; what the page says then."""
    key = str(form_key(client.get(path).content))
    return client.post(path, {"key": key, **fields}, follow=True).content.decode()


# --- Statements --------------------------------------------------------------------------------
def test_a_statement_is_taken_once(ann: Client, desk: Desk, member: Callable[..., Person]) -> None:
    lena = member("lena").member_id
    desk.day = desk.day.with_lines([receipt(250_00, payment_reference(lena))])
    data = desk.file()
    assert "Imported: 1 new line" in upload(ann, data)
    assert "imported before; nothing was booked again" in upload(ann, data)
    assert balance(AccountKind.MEMBER_AVAILABLE, lena) == 250_00
    page = ann.get("/staff/bank/").content.decode()
    assert "€250.00" in page and "€0.00" in page


def test_a_file_that_cannot_be_taken_says_why_and_leaves_nothing(ann: Client, desk: Desk) -> None:
    for data in (b"", b"not a statement", b"<Document/>", desk.file()[:-40]):
        page = upload(ann, data)
        assert "Imported" not in page and "summary" in page
    assert not BankLine.objects.exists()


def test_an_unidentified_receipt_is_found_its_member(
    ann: Client, desk: Desk, member: Callable[..., Person]
) -> None:
    lena, other = member("lena").member_id, member("leo").member_id
    desk.day = desk.day.with_lines([receipt(75_00, "for my account", "Somebody")])
    upload(ann, desk.file())
    path = f"/staff/bank/lines/{BankLine.objects.get().pk}/"
    key = str(form_key(ann.get(path).content))
    said = {"key": key, "why": "She wrote to us."}
    several = ann.post(path, {**said, "member": "le"}).content.decode()
    assert "Several are found" in several and str(other) in several
    assert "Nobody is found" in ann.post(path, {**said, "member": "Xaver"}).content.decode()
    for _ in range(2):
        assert ann.post(path, {**said, "member": "Lena Fl"}).status_code == 302
    assert balance(AccountKind.MEMBER_AVAILABLE, lena) == 75_00
    assert balance(AccountKind.UNALLOCATED) == 0
    assert "deposit" in ann.get(path).content.decode()


def test_a_receipt_goes_back_by_two_people(ann: Client, bob: Client, desk: Desk) -> None:
    desk.day = desk.day.with_lines([receipt(75_00, "no idea", "Somebody")])
    upload(ann, desk.file())
    line = BankLine.objects.get()
    status, asked = send(ann, f"/staff/bank/lines/{line.pk}/send-back/", why="Nobody knows it.")
    assert status == 302 and "Approved and carried out" in approve(bob, asked)
    assert HousePayment.objects.get().receipt_id == line.pk
    assert LineMatch.objects.get(line=line, ends_at=None).meaning == "sent_back"


def test_a_break_is_covered_and_ended_by_two_people(ann: Client, bob: Client, desk: Desk) -> None:
    desk.day = desk.day.with_lines([receipt(100_00, "x"), charged(3_50, "EUR")])
    upload(ann, desk.file())
    row = BankBreak.objects.get()
    path = f"/staff/bank/breaks/{row.pk}/"
    listed = ann.get("/staff/bank/breaks/").content.decode()
    assert "€3.50" in listed and row.owner.email in listed
    for _ in range(2):
        send(ann, f"{path}cover/")
    page = ann.get(path).content.decode()
    assert "cover announced" in page and "Reference of the cover" in page
    missing = ann.get(f"{path}end/", {"how": "receipt"}).content.decode()
    assert "Enter the number of the receipt." in missing
    early = ann.get(f"{path}end/", {"how": "firm_loss"}).content.decode()
    assert "cover has not arrived" in early
    reference = order_reference(Order.COVER, BreakCover.objects.get().key)
    desk.day = desk.day.with_lines([receipt(3_50, reference, "The firm")])
    upload(ann, desk.file())
    assert "The firm bears it, from its cover" in ann.get(path).content.decode()
    review = f"{path}end/?how=firm_loss"
    assert "Losses of the firm" in ann.get(review).content.decode()
    status, asked = send(ann, review, how="firm_loss", why="The fee is ours.")
    assert status == 302 and "Approved and carried out" in approve(bob, asked)
    row.refresh_from_db()
    assert row.closed_at is not None


def test_notes_and_owner_of_a_break(ann: Client, desk: Desk) -> None:
    desk.day = desk.day.with_lines([receipt(100_00, "x"), charged(3_50, "EUR")])
    upload(ann, desk.file())
    row = BankBreak.objects.get()
    path = f"/staff/bank/breaks/{row.pk}/"
    for _ in range(2):
        send(ann, path, text="Asked the bank for the reason.", owner=str(desk.bob.pk))
    page = ann.get(path).content.decode()
    assert page.count("Asked the bank for the reason.") == 1 and desk.bob.email in page
    mine = "/staff/bank/breaks/?owner={}"
    assert "€3.50" not in ann.get(mine.format(desk.ann.pk)).content.decode()
    assert "€3.50" in ann.get(mine.format(desk.bob.pk)).content.decode()
    assert "summary" in send_page(ann, path, text="  ")


def test_a_deposit_is_taken_back_with_its_effect_shown_first(
    ann: Client, desk: Desk, member: Callable[..., Person]
) -> None:
    lena = member("lena")
    desk.day = desk.day.with_lines([receipt(75_00, payment_reference(lena.member_id))])
    upload(ann, desk.file())
    path = f"/staff/bank/lines/{BankLine.objects.get().pk}/"
    assert f"{path}take-back/" in ann.get(path).content.decode()
    page = ann.get(f"{path}take-back/").content.decode()
    assert f"Members, available, Member {lena.member_id}" in page and "€75.00" in page
    for _ in range(2):
        send(ann, f"{path}take-back/", why="It was meant for another member.")
    assert balance(AccountKind.MEMBER_AVAILABLE, lena.member_id) == 0
    assert "not identified" in ann.get(path).content.decode()
    assert "nothing to take back" in send_page(ann, f"{path}take-back/", why="Again.")


# --- Withdrawals -------------------------------------------------------------------------------
def test_a_withdrawal_is_approved_sent_and_downloaded(
    ann: Client, bob: Client, member: Callable[..., Person]
) -> None:
    withdrawal_id = ask(member("lena", 500_00), 120_00)
    path = f"/staff/withdrawals/{withdrawal_id}/"
    assert "€120.00" in ann.get("/staff/withdrawals/").content.decode()
    key = str(form_key(bob.get(path).content))
    bare = bob.post(path, {"key": key, "word": "refuse", "reason": " "}).content.decode()
    assert "Write a reason" in bare
    for _ in range(2):
        assert bob.post(path, {"key": key, "word": "approve", "reason": ""}).status_code == 302
    make = "/staff/withdrawals/files/make/"
    page = ann.get(make).content.decode()
    assert "€120.00" in page and "exactly once" in page
    first = str(form_key(page.encode()))
    places = {ann.post(make, {"key": first})["Location"] for _ in range(2)}
    file = PayoutFile.objects.get()
    assert places == {f"/staff/withdrawals/files/{file.pk}/"}
    download = ann.get(f"/staff/withdrawals/files/{file.pk}/download/")
    assert download["Content-Disposition"].startswith("attachment")
    assert download.content == file.content.encode()
    assert Withdrawal.objects.get().state == "sent"
    page = ann.post(make, {"key": str(uuid4())}, follow=True).content.decode()
    assert "Nothing was ready to be sent" in page


def test_a_refused_withdrawal_gives_the_money_back(
    bob: Client, member: Callable[..., Person]
) -> None:
    lena = member("lena", 500_00)
    withdrawal_id = ask(lena, 120_00)
    assert balance(AccountKind.MEMBER_AVAILABLE, lena.member_id) == 380_00
    path = f"/staff/withdrawals/{withdrawal_id}/"
    assert send(bob, path, word="refuse", reason="The account is in doubt.")[0] == 302
    assert balance(AccountKind.MEMBER_AVAILABLE, lena.member_id) == 500_00
    assert "The account is in doubt." in bob.get(path).content.decode()


def test_who_approves_sees_what_changed(bob: Client, member: Callable[..., Person]) -> None:
    lena = member("lena", 500_00)
    first = ask(lena, 20_00)
    path = f"/staff/withdrawals/{first}/"
    assert "first payout to this member" in bob.get(path).content.decode()
    send(bob, path, word="approve")
    lena.client.post(
        "/accounts/password/change/",
        {
            "oldpassword": "a long enough one",
            "password1": "another long one",
            "password2": "another long one",
        },
    )
    second = ask(lena, 30_00)
    for page in (f"/staff/withdrawals/{second}/", "/staff/withdrawals/"):
        assert "password changed" in bob.get(page).content.decode()


# --- Books and day close -----------------------------------------------------------------------
def test_a_day_is_closed_once_and_missed_days_are_caught_up(
    ann: Client, loan: Callable[..., Loan]
) -> None:
    loan()
    today = platform.business_day(timezone.now())
    three, one = today - timedelta(days=3), today - timedelta(days=1)
    send(ann, "/staff/days/", day=three.isoformat())
    assert DayClose.objects.count() == 1
    assert "2 days are to be closed" in ann.get("/staff/days/").content.decode()
    for _ in range(2):
        send(ann, "/staff/days/", day=one.isoformat())
    assert DayClose.objects.count() == 3
    page = ann.get(f"/staff/days/{one.isoformat()}/").content.decode()
    assert "Interest booked" in page and "1–30 days" in page
    status, _ = send(ann, "/staff/days/", day=(today + timedelta(days=1)).isoformat())
    assert status == 200 and DayClose.objects.count() == 3


def test_finance_sees_no_papers_and_no_notes(
    ann: Client, member: Callable[..., Person], staff: Callable[..., User]
) -> None:
    lena = member("lena").member_id
    page = ann.get(f"/staff/members/{lena}/").content.decode()
    assert "Bank accounts" in page
    assert "Papers" not in page and "Notes of compliance" not in page
