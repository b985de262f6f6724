"""Default rates and outcomes of made-up books, against counting day by day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tuppence.insight.default_rate import Window, WindowCount
from tuppence.insight.queries import outcomes
from tuppence.lending.models import Application, Instalment, Loan, Payment, WriteOff
from tuppence.web.reads import open_books as reads
from tuppence.web.tasks import keep_open_books

pytestmark = pytest.mark.django_db
WINDOWS = [
    Window(date(2024, 1, 1), date(2024, 12, 31)),
    Window(date(2025, 1, 1), date(2025, 12, 31)),
]
PART = 100_00


@dataclass
class Life:
    """One loan: when it began, when each part was due and paid (None: never), when given up."""

    grade: str
    starts_on: date
    due: list[date]
    paid: list[date | None]
    gone_on: date | None = None

    @property
    def closed_on(self) -> date | None:
        """The day of the last payment, where all came."""
        days = [day for day in self.paid if day is not None]
        return max(days) if len(days) == len(self.paid) else None

    def is_in_default(self, day: date) -> bool:
        """Counted by hand: is any part more than 90 days late at the beginning of this day?"""
        came = sum(paid is not None and paid < day for paid in self.paid)
        should = sum((day - due).days > 90 for due in self.due)
        return came < should

    def told(self, window: Window) -> tuple[bool, bool]:
        """Whether it counts in a window, and whether it defaults in it."""
        first, last = window.first, window.last
        closed = self.closed_on is not None and self.closed_on < first
        given_up = self.gone_on is not None and self.gone_on < first
        scheduled = any(first <= due <= last for due in self.due)
        # What was paid on the first day itself comes after the window's beginning.
        came = sum(paid is not None and paid < first for paid in self.paid)
        was = came < sum(due + timedelta(91) < first for due in self.due)
        counts = self.starts_on < first and scheduled and not (closed or given_up or was)
        days = (first + timedelta(at) for at in range((last - first).days + 1))
        falls = any(
            (self.is_in_default(day) and not self.is_in_default(day - timedelta(1)))
            or self._turns_late(day)
            for day in days
        )
        gone = self.gone_on is not None and first <= self.gone_on <= last
        return counts, counts and (falls or gone)

    def _turns_late(self, day: date) -> bool:
        return self.is_in_default(day) and any(due + timedelta(91) == day for due in self.due)


def lives(seed: int, number: int) -> list[Life]:
    """Loans of six parts: most pay, some late, some early, some never again."""
    random = Random(seed)
    found = []
    for _ in range(number):
        starts_on = date(2023, 6, 1) + timedelta(random.randrange(500))
        due = [starts_on + timedelta(60 * (at + 1)) for at in range(6)]
        stops = random.choice([6, 6, 6, 3, 1])
        paid: list[date | None] = []
        for at, day in enumerate(due):
            late = random.choice([-20, 0, 0, 5, 90, 91, 140])
            before = paid[-1] if paid and paid[-1] else starts_on
            paid.append(max(day + timedelta(late), before) if at < stops else None)
        gone_on = due[-1] + timedelta(200) if stops < 6 and random.random() < 0.5 else None
        found.append(Life(random.choice("AB"), starts_on, due, paid, gone_on))
    return found


def write(like: Loan, stories: Sequence[Life]) -> None:
    """These loans in the place of the one that there is."""
    Payment.objects.filter(loan=like).delete()
    Instalment.objects.filter(loan_id=like.pk).delete()
    for life in stories:
        application = Application.objects.get(pk=like.application_id)
        application.pk, application.key = None, uuid4()
        application.save()
        loan = Loan.objects.get(pk=like.pk)
        loan.pk, loan.key, loan.application = None, uuid4(), application
        loan.grade, loan.starts_on, loan.closed_on = life.grade, life.starts_on, life.closed_on
        loan.state = "paid" if life.closed_on else "written_off" if life.gone_on else "active"
        loan.principal_minor = PART * len(life.due)
        loan.save()
        for number, (due, paid) in enumerate(zip(life.due, life.paid, strict=True), start=1):
            instalment(loan, number, due)
            if paid is not None:
                payment(loan, number, paid)
        if life.gone_on:
            WriteOff.objects.create(
                key=uuid4(),
                loan=loan,
                on=life.gone_on,
                reason="",
                principal_minor=PART,
                interest_minor=0,
                charges_minor=0,
                sequence=99,
                recorded_at=timezone.now(),
            )


def instalment(loan: Loan, number: int, due: date) -> None:
    """One part of the schedule."""
    Instalment.objects.create(
        loan_id=loan.pk,
        number=number,
        starts_on=due,
        due_on=due,
        agreed_principal_minor=PART,
        agreed_interest_minor=0,
        interest_minor=0,
        principal_minor=PART,
    )


def payment(loan: Loan, number: int, on: date) -> None:
    """One part paid."""
    Payment.objects.create(
        id=uuid4(),
        loan=loan,
        kind="repayment",
        on=on,
        sequence=number,
        asked_minor=PART,
        amount_minor=PART,
        fee_minor=0,
        penalty_minor=0,
        interest_minor=0,
        principal_minor=PART,
        recorded_at=timezone.now(),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_defaults_are_those_that_counting_by_hand_finds(
    loan: Callable[..., Loan], seed: int
) -> None:
    stories = lives(seed, 25)
    write(loan(), stories)
    expected = []
    for window in WINDOWS:
        for grade in "AB":
            told = [life.told(window) for life in stories if life.grade == grade]
            counts = WindowCount(window, grade, sum(c for c, _d in told), sum(d for _c, d in told))
            expected += [counts] if counts.loans else []
    found = outcomes.default_counts("EUR", WINDOWS)
    assert found == expected
    assert sum(each.defaulted for each in found) > 3


def test_outcomes_count_what_was_lost_and_what_ended_early(loan: Callable[..., Loan]) -> None:
    like, start = loan(), date(2024, 1, 1)
    due = [start + timedelta(60 * (at + 1)) for at in range(6)]
    early, late = [day - timedelta(1) for day in due], [day + timedelta(1) for day in due]
    lost = [*due[:5], None]
    stories = [
        Life("B", start, due, [*early]),
        Life("B", start, due, [*late]),
        Life("B", start, due, lost, due[-1] + timedelta(100)),
    ]
    write(like, stories)
    batches = [each for each in outcomes.batches("EUR") if each.grade == "B" and each.loans >= 3]
    (found,) = batches
    assert (found.ended, found.ended_early, found.lost_minor) == (2, 1, PART)
    assert found.annual_rate == like.annual_rate
    assert Fraction(0) <= found.fee < 1


def test_readers_get_what_the_task_kept_and_files_of_it(
    client: Client, loan: Callable[..., Loan], settings: Any
) -> None:
    cache.clear()
    write(loan(), lives(3, 6))
    keep_open_books(0)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(reverse("open_books"))
    assert "How many default" in page.content.decode()
    assert not any("lending_" in query["sql"] for query in captured.captured_queries)
    for name in ("defaults", "grades"):
        answer = client.get(reverse("open_books") + f"?{name}_format=csv")
        lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
        assert lines[0].startswith(("first,last,grade", "grade,loans,lent"))
        assert len(lines) > 1


def test_figures_that_nobody_refreshed_for_a_day_are_worked_out_again(
    loan: Callable[..., Loan],
) -> None:
    cache.clear()
    loan()
    now = timezone.now()
    first = reads.open_books(at=now)
    assert reads.open_books(at=now + timedelta(hours=23)).at == first.at == now
    assert reads.open_books(at=now + timedelta(hours=25)).at == now + timedelta(hours=25)
