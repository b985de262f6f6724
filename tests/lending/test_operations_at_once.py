"""Two at once: the day is closed once, a payment is booked once, and interest stays right."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tuppence.ledger.chart import AccountKind
from tuppence.lending import operations as lending
from tuppence.lending.models import DayClose, Payment
from tuppence.lending.orders import PaymentOrder

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 4, 2)
AT = datetime(2026, 4, 2, 18, tzinfo=UTC)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run these in threads of their own, begun together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(run, act) for act in acts]]


def test_two_closes_of_one_day(stage: Any, loan_books: Callable[[], None]) -> None:
    stage.loan(late_fee_minor=5_00)
    lending.close_day(date(2026, 3, 31), at=AT)
    results = at_once(*[lambda: lending.close_day(DAY, at=AT)] * 3)
    days = sorted(day for result in results for day in result.days)
    assert days == [date(2026, 4, 1), DAY]
    assert DayClose.objects.count() == 3
    loan_books()


def test_the_same_payment_from_many_sides(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, borrower, _ = stage.loan()
    order = PaymentOrder(stage.key(), loan, DAY, 88_85, AT)
    results = at_once(*[lambda: lending.record_payments([order])[0].status.value] * 4)
    assert sorted(results) == ["booked", "exists", "exists", "exists"]
    assert stage.available(borrower) == 1000_00 - 88_85
    assert Payment.objects.count() == 1
    loan_books()


def test_payments_while_the_day_is_closed(stage: Any, loan_books: Callable[[], None]) -> None:
    loans = [stage.loan()[0] for _ in range(3)]
    lending.close_day(date(2026, 4, 1), at=AT)
    orders = [PaymentOrder(stage.key(), loan, DAY, 88_85, AT) for loan in loans]
    at_once(
        lambda: lending.close_day(DAY, at=AT),
        *[lambda order=order: lending.record_payments([order]) for order in orders],
    )
    assert [stage.balance(AccountKind.PRINCIPAL_OWED, loan) for loan in loans] == [921_15] * 3
    loan_books()
