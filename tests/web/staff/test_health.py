"""Errors are counted without a word of what was said; what runs and what is set stands on pages."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.web.conftest import Person
from tests.web.staff.conftest import browser
from tests.web.staff.test_credit import send
from tuppence.events.happenings import Event
from tuppence.events.operations import consume, record
from tuppence.faults.fault import Fault, State, fault_of, state_of
from tuppence.faults.models import FaultRecord
from tuppence.faults.operations import SeenStatus, mark_seen, record_fault
from tuppence.members.models import AuditEntry, User
from tuppence.members.roles import Role
from tuppence.web.operator_settings import GROUPS, shown
from tuppence.web.views import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, member: Callable[..., Person]) -> Person:
    """A member whose page of money fails with a secret in its message."""

    def fail(*_said: object, **_named: object) -> None:
        raise LookupError("Lena Fletcher DE89370400440532013000")

    monkeypatch.setattr(cash, "purse_of", fail)
    person = member("lena")
    person.client.raise_request_exception = False
    return person


def test_an_error_is_counted_once_a_place_and_tells_of_nobody(
    broken: Person, staff: Callable[..., User]
) -> None:
    for _ in range(3):
        page = broken.client.get("/cash/?q=Lena")
        assert page.status_code == 500
    row = FaultRecord.objects.get()
    assert (row.kind, row.route, row.method, row.count) == ("LookupError", "cash/", "GET", 3)
    assert f"error {row.pk}" in page.content.decode()
    assert any("views/cash.py" in place for place in row.places)
    kept = str(FaultRecord.objects.values().get())
    assert "Lena" not in kept and "DE89" not in kept and "lena" not in kept
    root = browser(staff("rosa", Role.ADMINISTRATOR))
    assert "Errors to look at" in root.get("/staff/").content.decode()
    path = f"/staff/errors/{row.pk}/"
    assert "LookupError" in root.get("/staff/errors/").content.decode()
    assert send(root, path, why="A page asked for what is gone.")[0] == 302
    assert "looked at" in root.get("/staff/errors/").content.decode()
    assert AuditEntry.objects.get(action="fault.seen").subject_id == row.pk
    broken.client.get("/cash/")
    assert "came back" in root.get("/staff/errors/").content.decode()


def test_who_may_not_see_health_marks_nothing(staff: Callable[..., User]) -> None:
    now = timezone.now()
    number = record_fault(Fault("KeyError", "cash/", "GET", ("tuppence/a.py:1 b",)), at=now)
    sue = staff("sue", Role.SUPPORT)
    said = mark_seen(number, by=sue.pk, at=now, remark="")
    assert said is SeenStatus.NOT_PERMITTED and FaultRecord.objects.get().seen_at is None


def test_errors_differ_by_kind_route_and_place_not_by_what_they_say() -> None:
    def raised(text: str) -> Fault:
        try:
            raise ValueError(text)
        except ValueError as error:
            return fault_of(error, route="loans/<int:loan_id>/", method="GET")

    assert raised("one") == raised("two") and raised("one").digest == raised("two").digest
    assert raised("one").digest != Fault("ValueError", "x/", "GET", ()).digest
    now = timezone.now()
    later = now + timedelta(seconds=1)
    assert state_of(last_at=now, seen_at=None) is State.OPEN
    assert state_of(last_at=now, seen_at=later) is State.SEEN
    assert state_of(last_at=later, seen_at=now) is State.AGAIN


def test_what_runs_says_how_far_each_reader_is_behind(
    staff: Callable[..., User], settings: Any, tmp_path: Path
) -> None:
    now = timezone.now()
    root = browser(staff("rosa", Role.ADMINISTRATOR))
    record([Event("member.registered", now - timedelta(hours=2), member_id=1)])
    consume("test-reader", lambda _found: None, limit=1, at=now - timedelta(hours=1))
    page = root.get("/staff/jobs/").content.decode()
    assert "silent" in page and "How to make a backup" in page and "PostgreSQL" in page
    settings.TUPPENCE_BACKUPS = str(tmp_path)
    assert "no file that we can read" in root.get("/staff/jobs/").content.decode()
    (tmp_path / "tuppence-monday.dump").write_bytes(b"x" * 2048)
    page = root.get("/staff/jobs/").content.decode()
    assert "tuppence-monday.dump" in page and "How to make a backup" not in page


def test_settings_explain_themselves_and_keep_secrets(
    staff: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUPPENCE_SECRET_KEY", "hush-hush-hush")
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:hush-word@db.example:5432/books")
    monkeypatch.setenv("TUPPENCE_SMTP_PASSWORD", "hush-mail")
    page = browser(staff("rosa", Role.ADMINISTRATOR)).get("/staff/settings/").content.decode()
    assert "hush" not in page and "db.example/books" in page and "set, not shown" in page
    secrets = {"TUPPENCE_SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL"}
    secrets.add("TUPPENCE_SMTP_PASSWORD")
    assert {s.name for _, group in GROUPS for s in group if s.is_secret} == secrets
    assert all(
        each.value == each.usual for _, group in shown({}) for each in group if not each.is_secret
    )


def test_every_setting_that_is_read_is_explained() -> None:
    source = (Path(__file__).parents[3] / "tuppence" / "settings.py").read_text()
    read = set(re.findall(r'(?:environ\.get|env_flag)\(\s*"([A-Z_]+)"', source))
    explained = {each.name for _, group in GROUPS for each in group}
    assert read - explained == {"TUPPENCE_DATABASE_ROLE"}  # set by commands, not by people
