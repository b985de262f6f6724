"""The outbox: written once, sent once, tried again, and silent about people."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from tests.web.conftest import Person
from tuppence.letters import operations
from tuppence.letters.kinds import LetterKind
from tuppence.letters.letter import Drawn, Letter
from tuppence.letters.models import OutboxLetter
from tuppence.letters.outbox import TRIES_MAX, LetterOrder, State
from tuppence.letters.queries import recipients
from tuppence.members.models import User

pytestmark = pytest.mark.django_db


def draw(letter: Letter) -> Drawn:
    """A letter in its plainest form."""
    return Drawn(letter.subject, f"<p>{letter.subject}</p>", letter.subject)


def write(member_id: int, key: UUID | None = None, *, happened_at: datetime | None = None) -> int:
    """One letter in the outbox."""
    now = timezone.now()
    order = LetterOrder(
        key or uuid4(),
        LetterKind.WELCOME,
        member_id,
        "en",
        Letter("Secret Weber", "Hello,", ("Words.",)),
        happened_at or now,
        now,
    )
    return operations.write_letters([order])


class Refusing(BaseEmailBackend):
    """A mail server that refuses and tells why, with the address in it."""

    def send_messages(self, email_messages: object) -> int:
        raise SMTPRecipientsRefused({"ann@member.example": (552, b"Weber's mailbox is full")})


class Closed(BaseEmailBackend):
    """A mail server that nobody can reach."""

    def open(self) -> bool:
        raise ConnectionRefusedError("ann@member.example")


class Leaving(BaseEmailBackend):
    """A mail server that takes one letter and is gone."""

    taken: ClassVar[list[object]] = []

    def send_messages(self, email_messages: Sequence[object]) -> int:
        if Leaving.taken:
            raise SMTPServerDisconnected("ann@member.example")
        Leaving.taken += email_messages
        return 1


def test_one_key_is_one_letter(member: Callable[..., Person]) -> None:
    ann, key = member("ann"), uuid4()
    assert write(ann.member_id, key) == 1
    assert write(ann.member_id, key) == 0
    assert OutboxLetter.objects.count() == 1


def test_a_letter_goes_out_once_to_the_address_its_member_has_then(
    member: Callable[..., Person],
) -> None:
    ann = member("ann")
    write(ann.member_id)
    User.objects.filter(pk=ann.user.pk).update(email="moved@member.example")
    now = timezone.now()
    assert operations.send_letters(draw, at=now)[State.SENT] == 1
    assert sum(operations.send_letters(draw, at=now + timedelta(days=9)).values()) == 0
    (message,) = mail.outbox
    assert message.to == ["moved@member.example"] and message.subject == "Secret Weber"
    row = OutboxLetter.objects.get()
    assert str(row.key) in message.extra_headers["Message-ID"]
    assert (row.state, row.sent_at, row.next_try_at) == ("sent", now, None)


def test_tries_in_vain_end_with_staff_who_can_try_again(
    member: Callable[..., Person],
    settings: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ann = member("ann")
    write(ann.member_id)
    now = timezone.now()
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"  # type: ignore[attr-defined]
    with caplog.at_level(logging.DEBUG):
        for tries in range(1, TRIES_MAX + 1):
            counts = operations.send_letters(draw, at=now)
            assert sum(counts.values()) == 1, tries
            assert sum(operations.send_letters(draw, at=now).values()) == 0, "it waits"
            now += timedelta(days=1)
    row = OutboxLetter.objects.get()
    assert (row.state, row.tries, row.last_error) == ("failed", TRIES_MAX, "SMTPRecipientsRefused")
    assert "ann@" not in caplog.text and "Weber" not in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    assert operations.try_again([row.pk], at=now) == 1
    assert operations.try_again([row.pk], at=now) == 0
    assert operations.send_letters(draw, at=now)[State.SENT] == 1


@pytest.mark.parametrize(("server", "taken"), [(Closed, 0), (Leaving, 1)])
def test_while_the_server_is_away_no_letter_uses_up_a_try(
    server: type[BaseEmailBackend],
    taken: int,
    member: Callable[..., Person],
    settings: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    people, lettered = [member(name) for name in ("ann", "bob", "cat")], 3
    for person in people:
        write(person.member_id)
    now = timezone.now()
    Leaving.taken = []
    settings.EMAIL_BACKEND = f"{__name__}.{server.__name__}"  # type: ignore[attr-defined]
    for _ in range(2 * TRIES_MAX):
        operations.send_letters(draw, at=now)
        now += timedelta(minutes=2)
    waiting = OutboxLetter.objects.filter(state="waiting")
    assert {row.tries for row in waiting} == {0} and len(waiting) == lettered - taken
    assert "@" not in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    assert operations.send_letters(draw, at=now)[State.SENT] == lettered - taken


def test_a_backlog_goes_out_in_one_run(member: Callable[..., Person]) -> None:
    ann = member("ann")
    for _ in range(230):
        write(ann.member_id)
    assert operations.send_letters(draw, at=timezone.now())[State.SENT] == 230


def test_one_letter_that_fails_keeps_no_other_back(member: Callable[..., Person]) -> None:
    ann, bob = member("ann"), member("bob")
    write(ann.member_id)
    write(bob.member_id)

    def choosy(letter: Letter) -> Drawn:
        first = OutboxLetter.objects.order_by("id")[0]
        if not mail.outbox and first.state == "waiting" and not choosy_calls:
            choosy_calls.append(1)
            raise KeyError("a word is missing")
        return draw(letter)

    choosy_calls: list[int] = []
    counts = operations.send_letters(choosy, at=timezone.now())
    assert (counts[State.SENT], counts[State.WAITING]) == (1, 1)


def test_old_news_is_kept(member: Callable[..., Person]) -> None:
    ann = member("ann")
    write(ann.member_id, happened_at=timezone.now() - timedelta(days=30))
    assert sum(operations.send_letters(draw, at=timezone.now()).values()) == 0
    assert OutboxLetter.objects.get().state == "kept"


def test_what_a_member_does_without_is_kept_and_the_rest_is_sent(
    member: Callable[..., Person],
) -> None:
    ann, bob = member("ann"), member("bob")
    now = timezone.now()
    operations.choose_letters(ann.member_id, [LetterKind.LENT_OUT, LetterKind.LENT_LATE], at=now)
    operations.choose_letters(ann.member_id, [LetterKind.LENT_OUT], at=now)
    for person in (ann, bob):
        for kind in (LetterKind.LENT_OUT, LetterKind.LENT_LATE, LetterKind.INSTALMENT_LATE):
            letter = Letter("Subject", "Hello,", ("Words.",))
            order = LetterOrder(uuid4(), kind, person.member_id, "en", letter, now, now)
            operations.write_letters([order])
    kept = OutboxLetter.objects.filter(state="kept").values_list("member_id", "kind")
    assert list(kept) == [(ann.member_id, "lent_out")]
    with pytest.raises(AssertionError):
        operations.choose_letters(ann.member_id, [LetterKind.INSTALMENT_LATE], at=now)


def test_who_signs_in_no_more_gets_none(member: Callable[..., Person]) -> None:
    ann = member("ann")
    write(ann.member_id)
    User.objects.filter(pk=ann.user.pk).update(is_active=False)
    assert operations.send_letters(draw, at=timezone.now())[State.KEPT] == 1
    assert mail.outbox == []


def test_the_language_is_the_one_last_chosen(member: Callable[..., Person]) -> None:
    ann, now = member("ann"), timezone.now()
    assert recipients([ann.member_id], at=now)[ann.member_id].language == "en"
    operations.note_language(ann.user.pk, "zh-hans", at=now)
    assert recipients([ann.member_id], at=now)[ann.member_id].language == "zh-hans"
    assert recipients([ann.member_id + 999], at=now) == {}


def test_only_another_device_of_a_user_who_had_one_is_new(member: Callable[..., Person]) -> None:
    ann, now = member("ann"), timezone.now()
    noted = [
        operations.note_sign_in(ann.user.pk, digest, at=now) for digest in ("x", "x", "y", "y")
    ]
    # Making the person signed them in once already, with a browser of its own.
    assert noted == [True, False, True, False]
