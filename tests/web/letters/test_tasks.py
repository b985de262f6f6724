"""Background work: letters are written and sent each minute, and those of the day each hour."""

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django import app

from tests.web.conftest import Person
from tuppence.letters.kinds import LetterKind
from tuppence.letters.models import OutboxLetter
from tuppence.web import tasks
from tuppence.web.letters.drafts import Draft
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.writing import write_now


def test_each_task_has_its_time() -> None:
    crons = {
        registered.task.name: registered.cron
        for registered in app.periodic_registry.periodic_tasks.values()
    }
    assert crons["letters.write"] == crons["letters.send"] == "* * * * *"
    assert crons["letters.of_day"].endswith(" * * * *")


@pytest.mark.django_db(transaction=True)
def test_what_happened_is_written_and_sent(member: object) -> None:
    ann: Person = member("ann")  # type: ignore[operator]
    now = timezone.now()
    facts = Facts(currency="EUR", amount_minor=12_00)
    write_now(Draft(LetterKind.DEPOSIT_ARRIVED, ann.member_id, now, facts), at=now)
    tasks.write_letters(0)
    tasks.write_letters_of_day(0)
    assert OutboxLetter.objects.filter(kind="welcome").count() >= 1
    tasks.deliver_letters(0)
    assert [message.subject for message in mail.outbox] == ["€12.00 arrived · Tuppence"]
