"""In the demo, a member lets the practice bank receive money; outside it there is no such bank."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.web.conftest import form_key
from tuppence import platform
from tuppence.bank.controls.queries import controls
from tuppence.bank.models import BankBreak, BankLine, LineMatch
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.checks import Check
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.models import DayClose
from tuppence.members.models import Member, User
from tuppence.practice.demo import build

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_transfer_arrives_once_however_often_the_form_is_sent(
    settings: Settings, client: Client, tmp_path: Path
) -> None:
    settings.TUPPENCE_DEMO = True
    settings.MEDIA_ROOT = tmp_path
    build(seed=3, at=AT, progress=lambda *_: None, size=40)
    user = User.objects.get(email="investor@practice.example")
    purse = AccountKey(AccountKind.MEMBER_AVAILABLE, Member.objects.get(user=user).pk, "EUR")
    before = balances([purse])[purse]
    client.force_login(user)
    page = client.get("/cash/in/").content.decode()
    assert "/cash/in/practice/" in page
    sent = {"amount": "250.00", "key": str(uuid4())}
    for _ in range(2):
        answer = client.post("/cash/in/practice/", sent)
        assert (answer.status_code, answer["Location"]) == (302, "/cash/")
    assert balances([purse])[purse] - before == 250_00
    refused = client.post("/cash/in/practice/", sent | {"amount": "-1"})
    assert refused.status_code == 200
    assert balances([purse])[purse] - before == 250_00

    client.force_login(User.objects.get(email="finance@practice.example"))
    assert client.post("/staff/bank/practice-day/").status_code == 302


def test_there_is_no_practice_bank_outside_the_demo(client: Client, settings: Settings) -> None:
    settings.TUPPENCE_DEMO = False
    user = User.objects.create_user("anna@example.com")
    client.force_login(user)
    assert client.post("/cash/in/practice/", {"amount": "1.00"}).status_code in {302, 404}
    assert client.post("/staff/bank/practice-day/").status_code in {302, 403, 404}


def test_a_difficult_day_ends_with_the_books_agreeing(
    settings: Settings, client: Client, tmp_path: Path
) -> None:
    settings.TUPPENCE_DEMO = True
    settings.MEDIA_ROOT = tmp_path
    now = timezone.now()
    build(seed=3, at=now, progress=lambda *_: None, size=40)
    client.force_login(User.objects.get(email="finance@practice.example"))
    lines = BankLine.objects.count()
    for _ in range(2):  # a double click sends it once
        client.post("/staff/bank/practice-difficult-day/")
    assert BankLine.objects.count() == lines + 3
    page = client.get("/staff/finance/").content.decode()
    assert "Looks doubled" in page and "Stated balance and lines differ" in page
    assert not failed(controls())

    client.post("/staff/bank/practice-day/")
    assert client.post("/staff/bank/practice-day/").status_code == 302
    assert not BankBreak.objects.filter(kind="gap", closed_at=None).exists()
    page = client.get("/staff/finance/").content.decode()
    assert "Stated balance and lines differ" not in page and "the one before it closed" not in page

    line = LineMatch.objects.filter(meaning="unallocated", ends_at=None).latest("line_id").line_id
    path = f"/staff/bank/lines/{line}/"
    said = {"key": str(form_key(client.get(path).content)), "why": "The name is the member's."}
    member = Member.objects.order_by("id")[0]
    for _ in range(2):
        assert client.post(path, said | {"member": str(member.pk)}).status_code == 302
    assert not LineMatch.objects.filter(line_id=line, meaning="unallocated", ends_at=None)

    day = platform.business_day(now).isoformat()
    key = str(form_key(client.get("/staff/days/").content))
    client.post("/staff/days/", {"day": day, "key": key})
    assert DayClose.objects.filter(day=day).exists()
    assert not failed(controls())


def failed(checks: list[Check]) -> list[str]:
    """The checks of the client bank that found a difference."""
    return [check.name for check in checks if check.differences]
