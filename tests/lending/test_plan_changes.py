"""Rates, pauses, other plans and waivers in a loan's mid-life, in the books of PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from django.db import Error, transaction

from tuppence.ledger.chart import AccountKind
from tuppence.lending import operations as lending
from tuppence.lending.allocation import Component
from tuppence.lending.models import Instalment, Loan, PlanChange, Replay
from tuppence.lending.orders import (
    ActStatus,
    ChangeRateOrder,
    PauseInterestOrder,
    RescheduleOrder,
    WaiveOrder,
)
from tuppence.lending.queries.loan_files import loan_files

pytestmark = pytest.mark.django_db

FIRST_DUE = date(2026, 4, 2)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def status(order: Any) -> ActStatus:
    (outcome,) = lending.change_plans([order])
    return outcome.status


def to_come(loan: int, after: date) -> list[tuple[int, int]]:
    rows = Instalment.objects.filter(loan_id=loan, due_on__gt=after).order_by("number")
    return [(row.principal_minor, row.interest_minor) for row in rows]


def test_another_rate_from_a_due_date(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, _, _ = stage.loan()
    stage.pay(loan, 88_85, FIRST_DUE)
    lending.close_day(FIRST_DUE, at=noon(FIRST_DUE))
    rate = Fraction(6, 100)
    order = ChangeRateOrder(stage.key(), loan, FIRST_DUE, rate, "agreed", noon(FIRST_DUE))
    assert status(order) is ActStatus.DONE
    assert status(order) is ActStatus.EXISTS
    rows = to_come(loan, FIRST_DUE)
    assert len(rows) == 11
    assert sum(principal for principal, _ in rows) == 921_15
    assert rows[0][1] == 4_61  # 921.15 at half a percent a month
    loan_books()
    lending.close_day(date(2026, 5, 10), at=noon(date(2026, 5, 10)))
    loan_books()


def test_a_pause_takes_the_interest_of_its_days(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, _, _ = stage.loan()
    stage.pay(loan, 88_85, FIRST_DUE)
    before = sum(interest for _, interest in to_come(loan, FIRST_DUE))
    last = date(2026, 5, 1)
    order = PauseInterestOrder(stage.key(), loan, FIRST_DUE, last, "flood", noon(FIRST_DUE))
    assert status(order) is ActStatus.DONE
    rows = to_come(loan, FIRST_DUE)
    assert rows[0][1] == 0
    assert sum(interest for _, interest in rows) < before - 9_00
    loan_books()
    late = date(2026, 7, 20)
    lending.close_day(late, at=noon(late))
    loan_books()


def test_another_plan_never_sets_days_past_due_back(
    stage: Any, loan_books: Callable[[], None]
) -> None:
    loan, borrower, _ = stage.loan()
    stage.pay(loan, 88_85, FIRST_DUE)
    today = date(2026, 6, 20)  # the instalments of May and June are unpaid
    lending.close_day(today, at=noon(today))
    order = RescheduleOrder(stage.key(), loan, 24, 3, Fraction(6, 100), "ill", noon(today))
    assert status(order) is ActStatus.DONE
    rows = to_come(loan, today)
    assert len(rows) == 24
    assert [principal for principal, _ in rows[:3]] == [0, 0, 0]
    assert max(principal + interest for principal, interest in rows) < 88_85
    row = Loan.objects.get(pk=loan)
    assert row.next_due_on == date(2026, 5, 2)
    assert loan_files([loan])[loan].before.days_past_due == 49
    loan_books()
    later = date(2026, 7, 5)
    lending.close_day(later, at=noon(later))
    assert loan_files([loan])[loan].before.days_past_due == 64
    stage.pay(loan, 2 * 88_85, later)
    assert Loan.objects.get(pk=loan).next_due_on == date(2026, 7, 2)
    loan_books()
    end = Instalment.objects.filter(loan_id=loan).latest("number").due_on
    stage.deposit(borrower, 1000_00)
    stage.pay(loan, 1000_00, end)
    assert Loan.objects.get(pk=loan).state == "paid"
    loan_books()


def test_a_rate_is_not_laid_on_another_plan(stage: Any) -> None:
    loan, _, _ = stage.loan()
    at = noon(FIRST_DUE)
    plan = RescheduleOrder(stage.key(), loan, 24, 0, Fraction(6, 100), "ill", at)
    assert status(plan) is ActStatus.DONE
    rate = ChangeRateOrder(stage.key(), loan, FIRST_DUE, Fraction(1, 100), "agreed", at)
    assert status(rate) is ActStatus.OTHER_PLAN_AGREED
    again = RescheduleOrder(stage.key(), loan, 10, 0, Fraction(6, 100), "well again", at)
    assert status(again) is ActStatus.DONE
    assert len([row for row in to_come(loan, FIRST_DUE) if sum(row)]) == 10


def test_a_waived_late_fee_leaves_the_books(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, _, _ = stage.loan(late_fee_minor=5_00)
    day = date(2026, 4, 10)
    lending.close_day(day, at=noon(day))
    lending.charge_late_fees(day, at=noon(day))
    same_day = WaiveOrder(stage.key(), loan, day, Component.PENALTY, 3_00, "kind", noon(day))
    assert status(same_day) is ActStatus.EXCEEDS_OPEN
    day = date(2026, 4, 11)
    too_much = WaiveOrder(stage.key(), loan, day, Component.PENALTY, 5_01, "kind", noon(day))
    assert status(too_much) is ActStatus.EXCEEDS_OPEN
    order = WaiveOrder(stage.key(), loan, day, Component.PENALTY, 3_00, "kind", noon(day))
    assert status(order) is ActStatus.DONE
    assert stage.balance(AccountKind.LATE_FEE_OWED, loan) == 2_00
    interest = WaiveOrder(stage.key(), loan, day, Component.INTEREST, 4_00, "kind", noon(day))
    assert status(interest) is ActStatus.DONE
    loan_books()
    result = stage.pay(loan, 86_85, day)
    assert (result.charges_minor, result.interest_minor, result.principal_minor) == (
        2_00,
        6_00,
        78_85,
    )
    loan_books()


def test_a_waiver_before_a_payment_counts_it_again(
    stage: Any, loan_books: Callable[[], None]
) -> None:
    loan, _, _ = stage.loan()
    stage.pay(loan, 4_00, date(2026, 5, 4))
    day = date(2026, 5, 3)
    order = WaiveOrder(stage.key(), loan, day, Component.INTEREST, 5_00, "kind", noon(day))
    assert status(order) is ActStatus.DONE
    loan_books()


def test_a_pause_before_a_payment_counts_it_again(
    stage: Any, loan_books: Callable[[], None]
) -> None:
    loan, _, _ = stage.loan()
    stage.pay(loan, 30_00, date(2026, 4, 10))
    pause = PauseInterestOrder(
        stage.key(), loan, date(2026, 3, 10), date(2026, 3, 20), "flood", noon(date(2026, 4, 12))
    )
    assert status(pause) is ActStatus.DONE
    assert Replay.objects.filter(loan_id=loan).count() == 1
    loan_books()


def test_refusals(stage: Any) -> None:
    loan, _, _ = stage.loan()
    at = noon(FIRST_DUE)
    rate = Fraction(1, 10)

    def plan(count: int, grace: int, why: str = "ill") -> ActStatus:
        return status(RescheduleOrder(stage.key(), loan, count, grace, rate, why, at))

    assert plan(0, 0) is ActStatus.PLAN_OUT_OF_RANGE
    assert plan(5, 5) is ActStatus.PLAN_OUT_OF_RANGE
    assert plan(99_999, 0) is ActStatus.PLAN_OUT_OF_RANGE
    assert plan(5, 0, " ") is ActStatus.REASON_MISSING
    same = ChangeRateOrder(
        stage.key(), loan, FIRST_DUE, Loan.objects.get(pk=loan).annual_rate, "x", at
    )
    assert status(same) is ActStatus.NOTHING_TO_CHANGE
    gone = ChangeRateOrder(stage.key(), 10**9, FIRST_DUE, rate, "x", at)
    assert status(gone) is ActStatus.LOAN_NOT_FOUND
    back = PauseInterestOrder(stage.key(), loan, FIRST_DUE, date(2026, 4, 1), "x", at)
    assert status(back) is ActStatus.DAYS_OUT_OF_ORDER


def test_changes_are_only_added(stage: Any) -> None:
    loan, _, _ = stage.loan()
    order = RescheduleOrder(stage.key(), loan, 24, 0, Fraction(6, 100), "ill", noon(FIRST_DUE))
    assert status(order) is ActStatus.DONE
    with pytest.raises(Error), transaction.atomic():
        PlanChange.objects.update(reason="other")
