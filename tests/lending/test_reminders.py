"""The close of a day says whom to remind, and which promises were kept or broken."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.lending.conftest import Stage
from tuppence.events.models import Event
from tuppence.lending import operations as lending
from tuppence.lending.collection_records import (
    HandOverOrder,
    PromiseOrder,
    PromiseState,
    RecallOrder,
)
from tuppence.lending.models import DayClose, PromiseOutcome, Reminder
from tuppence.lending.orders import ReverseOrder
from tuppence.lending.reminders import LateLoan, PromiseSeen, is_reminded, outcome_of

FIRST_DUE = date(2026, 4, 2)
DAY = timedelta(days=1)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def close(day: date) -> None:
    """Close a day and what was missed before it."""
    lending.close_day(day, at=noon(day + DAY))


def promised(stage: Stage, loan: int, amount: int, by_day: date, on: date) -> None:
    """The borrower promises."""
    order = PromiseOrder(stage.key(), loan, amount, by_day, noon(on))
    assert lending.promise_to_pay([order])[0].status.accepted


# --- Pure --------------------------------------------------------------------------------------
def test_reminders_are_due_on_four_days_and_not_where_somebody_is_on_it() -> None:
    assert [d for d in range(100) if is_reminded(LateLoan(1, d))] == [1, 7, 14, 30]
    assert not is_reminded(LateLoan(1, 7, with_collector=True))
    assert not is_reminded(LateLoan(1, 7, promise_runs=True))


@pytest.mark.parametrize(
    ("paid", "known", "day", "found"),
    [
        (0, None, FIRST_DUE - DAY, None),  # still open
        (0, None, FIRST_DUE, PromiseState.BROKEN),  # its day is over at the close
        (99, None, FIRST_DUE, PromiseState.BROKEN),
        (100, None, FIRST_DUE - DAY, PromiseState.KEPT),  # early
        (100, PromiseState.KEPT, FIRST_DUE, None),
        (100, PromiseState.BROKEN, FIRST_DUE + DAY, PromiseState.KEPT),  # told late
        (0, PromiseState.KEPT, FIRST_DUE + DAY, PromiseState.BROKEN),  # taken back
    ],
)
def test_a_close_writes_down_what_is_new(
    paid: int, known: PromiseState | None, day: date, found: PromiseState | None
) -> None:
    assert outcome_of(PromiseSeen(1, 100, FIRST_DUE, paid, known), day) is found


# --- The close of the day ----------------------------------------------------------------------
def test_each_stage_is_reminded_of_once_whatever_days_are_missed(stage: Stage) -> None:
    late, borrower, _ = stage.loan()
    timely, _, _ = stage.loan()
    stage.pay(timely, 200_00, FIRST_DUE)
    close(FIRST_DUE)
    assert not Reminder.objects.exists()
    close(FIRST_DUE + 14 * DAY)  # closes every day before it
    rows = Reminder.objects.order_by("id")
    assert [(row.loan_id, row.days_past_due, row.overdue_minor) for row in rows] == [
        (late, days, 88_85) for days in (1, 7, 14)
    ]
    told = Event.objects.filter(verb="loan.reminder_due")
    assert {each.member_id for each in told} == {borrower} and told.count() == 3
    report = DayClose.objects.get(day=FIRST_DUE + 14 * DAY).report
    assert report["reminders"] == {"reminded": 1}
    with pytest.raises(Error, match="append_only"), transaction.atomic():
        Reminder.objects.all().delete()


def test_nobody_is_reminded_while_a_promise_runs_or_a_collector_works(stage: Stage) -> None:
    promising, _, _ = stage.loan()
    given, _, _ = stage.loan()
    close(FIRST_DUE)
    promised(stage, promising, 50_00, FIRST_DUE + 9 * DAY, FIRST_DUE)
    order = HandOverOrder(stage.key(), given, "Collectors", Fraction(1, 10), noon(FIRST_DUE))
    lending.hand_over([order])
    close(FIRST_DUE + 9 * DAY)
    assert not Reminder.objects.exists()
    lending.recall([RecallOrder(stage.key(), given, "Moved.", noon(FIRST_DUE + 10 * DAY))])
    close(FIRST_DUE + 14 * DAY)
    assert set(Reminder.objects.values_list("loan_id", "days_past_due")) == {
        (promising, 14),
        (given, 14),
    }


def test_promises_are_kept_or_broken_at_the_close_and_found_otherwise_later(stage: Stage) -> None:
    keeps, _, _ = stage.loan()
    breaks, _, _ = stage.loan()
    by_day = FIRST_DUE + 5 * DAY
    close(FIRST_DUE)
    for loan in (keeps, breaks):
        promised(stage, loan, 88_85, by_day, FIRST_DUE + DAY)
    paid = stage.key()
    stage.pay(keeps, 88_85, FIRST_DUE + 3 * DAY, key=paid)
    close(by_day - DAY)
    (kept,) = PromiseOutcome.objects.all()
    assert kept.kept and kept.on == FIRST_DUE + 3 * DAY and kept.paid_minor == 88_85
    close(by_day)
    assert DayClose.objects.get(day=by_day).report["promises"] == {"kept": 0, "broken": 1}
    # A payment told late keeps the broken one after all; the bank takes the other one back.
    stage.pay(breaks, 88_85, by_day, late_days=1)
    back = ReverseOrder(stage.key(), paid, "Sent by mistake.", noon(by_day + DAY))
    assert lending.reverse_payments([back])[0].status.accepted
    close(by_day + DAY)
    latest = {
        row.promise.loan_id: row.kept
        for row in PromiseOutcome.objects.select_related("promise").order_by("id")
    }
    assert latest == {keeps: False, breaks: True}
    verbs = Event.objects.filter(verb__startswith="loan.promise_").exclude(
        verb="loan.promise_noted"
    )
    assert sorted(each.verb for each in verbs) == [
        *["loan.promise_broken"] * 2,
        *["loan.promise_kept"] * 2,
    ]
    close(by_day + 3 * DAY)
    assert PromiseOutcome.objects.count() == 4


@pytest.mark.parametrize("size", [1, 4])
def test_a_close_writes_any_number_of_reminders_in_one_query(stage: Stage, size: int) -> None:
    for _ in range(size):
        stage.loan()
    close(FIRST_DUE)
    with CaptureQueriesContext(connection) as captured:
        close(FIRST_DUE + DAY)
    assert Reminder.objects.count() == size
    asked = [each["sql"] for each in captured if "lending_reminder" in each["sql"]]
    assert len(asked) == 1
