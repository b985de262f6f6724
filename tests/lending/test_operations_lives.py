"""Late payments, reversals, late fees, the close of the day, write-off and recovery."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from tuppence.ledger.chart import AccountKind
from tuppence.lending import operations as lending
from tuppence.lending.collection_records import ContactChannel, ContactOrder, PromiseOrder
from tuppence.lending.models import Charge, DayClose, Holding, Loan, Replay
from tuppence.lending.orders import (
    ActStatus,
    PaymentStatus,
    RecoverOrder,
    ReverseOrder,
    WriteOffOrder,
)

pytestmark = pytest.mark.django_db

FIRST_DUE = date(2026, 4, 2)
SECOND_DUE = date(2026, 5, 2)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def purses(stage: Any, *members: int) -> list[int]:
    return [stage.available(member) for member in members]


def test_a_payment_entered_late_comes_to_the_same(
    stage: Any, loan_books: Callable[[], None]
) -> None:
    fields = {"servicing_fee": Fraction(1, 10), "vat": Fraction(1, 5), "late_fee_minor": 5_00}
    timely, _, first = stage.loan((600_00, 399_99, 1), **fields)
    late, borrower, second = stage.loan((600_00, 399_99, 1), **fields)
    stage.pay(timely, 50_00, FIRST_DUE)
    for day in (FIRST_DUE, date(2026, 4, 3), date(2026, 4, 4)):
        lending.close_day(day, at=noon(day))
    for loan in (timely, late):
        stage.pay(loan, 100_00, SECOND_DUE)
    loan_books()
    result = stage.pay(late, 50_00, FIRST_DUE, late_days=40)
    assert (result.status, result.replayed) == (PaymentStatus.BOOKED, True)
    assert purses(stage, *first) == purses(stage, *second)
    held = [
        list(Holding.objects.filter(loan_id=loan).order_by("id").values_list("outstanding_minor"))
        for loan in (timely, late)
    ]
    assert held[0] == held[1]
    assert stage.available(borrower) == 850_00
    assert Replay.objects.get().explanation
    loan_books()


def test_a_late_payment_voids_the_late_fee(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, _, lenders = stage.loan(late_fee_minor=5_00)
    lending.charge_late_fees(date(2026, 4, 10), at=noon(date(2026, 4, 10)))
    assert stage.balance(AccountKind.LATE_FEE_OWED, loan) == 5_00
    loan_books()
    stage.pay(loan, 88_85, FIRST_DUE, late_days=20)
    assert stage.balance(AccountKind.LATE_FEE_OWED, loan) == 0
    assert sum(purses(stage, *lenders)) == 88_85
    loan_books()


def test_late_fees_are_charged_once(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, _, _ = stage.loan(late_fee_minor=5_00, late_fee_share=Fraction(1, 100), grace_days=3)
    days = [FIRST_DUE + timedelta(days=n) for n in (3, 4, 4, 9)]
    fees = [lending.charge_late_fees(day, at=noon(day)).amount_minor for day in days]
    assert fees == [0, 5_89, 0, 0]
    assert Charge.objects.get().amount_minor == 5_89
    result = stage.pay(loan, 94_74, date(2026, 4, 15))
    assert (result.charges_minor, result.principal_minor) == (5_89, 78_85)
    loan_books()


def test_a_late_fee_for_the_firm(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, _, lenders = stage.loan(late_fee_minor=5_00, late_fee_to_firm=True)
    lending.charge_late_fees(date(2026, 4, 5), at=noon(date(2026, 4, 5)))
    assert stage.balance(AccountKind.FEE_INCOME) == 0
    stage.pay(loan, 93_85, date(2026, 4, 6))
    assert stage.balance(AccountKind.FEE_INCOME) == 5_00
    assert sum(purses(stage, *lenders)) == 88_85
    loan_books()


def test_a_reversed_payment_is_as_if_never_received(
    stage: Any, loan_books: Callable[[], None]
) -> None:
    loan, borrower, lenders = stage.loan(
        withholding_tax=Fraction(1, 4), servicing_fee=Fraction(1, 9)
    )
    key = stage.key("bounced")
    stage.pay(loan, 88_85, FIRST_DUE, key=key)
    stage.pay(loan, 88_85, SECOND_DUE)
    order = ReverseOrder(stage.key("reverse"), key, "returned by the bank", noon(date(2026, 5, 5)))
    assert [o.status for o in lending.reverse_payments([order])] == [ActStatus.DONE]
    assert stage.available(borrower) == 1000_00 - 88_85
    row = Loan.objects.get(pk=loan)
    assert (row.outstanding_minor, row.next_due_on) == (921_15, SECOND_DUE)
    loan_books()
    assert [o.status for o in lending.reverse_payments([order])] == [ActStatus.EXISTS]
    other = ReverseOrder(stage.key(), key, "again", noon(date(2026, 5, 5)))
    assert [o.status for o in lending.reverse_payments([other])] == [ActStatus.ALREADY_REVERSED]
    assert min(purses(stage, *lenders)) > 0


def test_the_only_payment_reversed(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, borrower, lenders = stage.loan()
    key = stage.key("only")
    stage.pay(loan, 88_85, FIRST_DUE, key=key)
    lending.reverse_payments([ReverseOrder(stage.key(), key, "returned", noon(FIRST_DUE))])
    assert stage.available(borrower) == 1000_00
    assert purses(stage, *lenders) == [0, 0]
    assert Loan.objects.get(pk=loan).next_due_on == FIRST_DUE
    loan_books()


def test_a_lender_who_spent_it_gives_it_back_later(
    stage: Any, loan_books: Callable[[], None]
) -> None:
    loan, borrower, (first, second) = stage.loan((600_00, 400_00))
    key = stage.key("bounced")
    stage.pay(loan, 88_85, FIRST_DUE, key=key)
    stage.spend(first, 50_00)
    order = ReverseOrder(stage.key(), key, "returned by the bank", noon(date(2026, 4, 5)))
    lending.reverse_payments([order])
    assert stage.available(borrower) == 1000_00
    assert stage.balance(AccountKind.MEMBER_RECEIVABLE, first) == 50_00
    assert stage.balance(AccountKind.FIRM_COVER) == -50_00
    assert Replay.objects.get().shortfall_minor == 50_00
    loan_books()
    stage.pay(loan, 88_85, date(2026, 4, 6))
    assert stage.available(first) == 53_31 - 50_00
    assert stage.available(second) == 35_54
    assert stage.balance(AccountKind.MEMBER_RECEIVABLE, first) == 0
    assert stage.balance(AccountKind.FIRM_COVER) == 0
    loan_books()


def test_closing_days_books_interest_once(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, _, _ = stage.loan()
    product = Loan.objects.get(pk=loan).product_id
    begin = date(2026, 3, 2)
    lending.close_day(begin, at=noon(begin))
    day = date(2026, 3, 17)
    closed = lending.close_day(day, at=noon(day))
    assert len(closed.days) == 15
    # Half of a month of 30 days at 1 % a month.
    assert stage.balance(AccountKind.INTEREST_OWED, product) == 5_00
    loan_books()
    again = lending.close_day(day, at=noon(day))
    assert (again.status, again.days) == (lending.CloseStatus.ALREADY_CLOSED, ())
    assert stage.balance(AccountKind.INTEREST_OWED, product) == 5_00
    lending.close_day(date(2026, 4, 10), at=noon(date(2026, 4, 10)))
    # The first instalment is due and unpaid; the second period bears 8 of 30 days on 921.15.
    assert stage.balance(AccountKind.INTEREST_OWED, product) == 10_00 + 2_45
    report = DayClose.objects.get(day=date(2026, 4, 10)).report
    assert report["buckets"]["1-30"] == {"count": 1, "outstanding_minor": 1000_00}
    loan_books()


def test_missed_days_come_to_the_same_books(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, _, _ = stage.loan(late_fee_minor=5_00)
    start = date(2026, 3, 30)
    lending.close_day(start, at=noon(start))
    lending.close_day(date(2026, 4, 9), at=noon(date(2026, 4, 9)))
    caught_up = stage.balance(AccountKind.INTEREST_OWED, Loan.objects.get(pk=loan).product_id)
    assert stage.balance(AccountKind.LATE_FEE_OWED, loan) == 5_00
    days = list(DayClose.objects.order_by("day").values_list("day", flat=True))
    assert days == [start + timedelta(days=n) for n in range(11)]
    assert caught_up == 10_00 + 2_14
    assert Charge.objects.get().on == date(2026, 4, 3)
    loan_books()


def test_a_day_to_come_is_not_closed(stage: Any) -> None:
    with pytest.raises(lending.DayNotOverError):
        lending.close_day(date(2026, 4, 2), at=noon(date(2026, 4, 1)))
    assert not DayClose.objects.exists()


def test_payments_between_closes_keep_interest_right(
    stage: Any, loan_books: Callable[[], None]
) -> None:
    loan, _, _ = stage.loan()
    for day in (date(2026, 3, 20), FIRST_DUE):
        lending.close_day(day, at=noon(day))
    stage.pay(loan, 40_00, date(2026, 4, 8))
    loan_books()
    stage.pay(loan, 20_00, date(2026, 3, 25), late_days=16)
    loan_books()
    lending.close_day(date(2026, 4, 12), at=noon(date(2026, 4, 12)))
    loan_books()
    assert Loan.objects.get(pk=loan).state == "active"


def test_write_off_and_recovery(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, borrower, lenders = stage.loan((600_00, 400_00), late_fee_minor=5_00)
    stage.pay(loan, 88_85, FIRST_DUE)
    lending.close_day(date(2026, 5, 20), at=noon(date(2026, 5, 20)))
    order = WriteOffOrder(stage.key(), loan, date(2026, 6, 1), "insolvent", noon(date(2026, 6, 1)))
    assert [o.status for o in lending.write_off([order])] == [ActStatus.DONE]
    assert [o.status for o in lending.write_off([order])] == [ActStatus.EXISTS]
    row = Loan.objects.get(pk=loan)
    assert (row.state, row.outstanding_minor) == ("written_off", 0)
    assert stage.balance(AccountKind.INTEREST_OWED, row.product_id) == 0
    assert stage.balance(AccountKind.HOLDINGS, loan) == 0
    # principal, the second period's interest and 29 days of the third, one late fee
    claim = 921_15 + 9_21 + 8_13 + 5_00
    assert stage.balance(AccountKind.WRITTEN_OFF_CLAIM, loan) == claim
    loan_books()
    before = purses(stage, *lenders)
    day = date(2026, 9, 1)
    recovery = RecoverOrder(stage.key(), loan, day, 500_00, 50_00, noon(day))
    (result,) = lending.recover([recovery])
    assert (result.status, result.principal_minor) == (PaymentStatus.BOOKED, 450_00)
    gained = [now - then for now, then in zip(purses(stage, *lenders), before, strict=True)]
    assert gained == [270_00, 180_00]
    assert stage.balance(AccountKind.COLLECTOR_DUE) == 50_00
    assert stage.balance(AccountKind.WRITTEN_OFF_CLAIM, loan) == claim - 450_00
    loan_books()
    stage.deposit(borrower, 1000_00)
    more = RecoverOrder(stage.key(), loan, day, 600_00, 0, noon(day))
    (beyond,) = lending.recover([more])
    assert beyond.amount_minor == 600_00
    assert stage.balance(AccountKind.WRITTEN_OFF_CLAIM, loan) == 0
    assert sum(purses(stage, *lenders)) == sum(before) + 450_00 + 600_00
    loan_books()


def test_recovery_needs_a_write_off(stage: Any) -> None:
    loan, _, _ = stage.loan()
    order = RecoverOrder(stage.key(), loan, FIRST_DUE, 5_00, 0, noon(FIRST_DUE))
    (result,) = lending.recover([order])
    assert result.status is PaymentStatus.LOAN_NOT_WRITTEN_OFF


def test_contacts_and_promises(stage: Any) -> None:
    loan, _, _ = stage.loan()
    at = noon(FIRST_DUE)
    contact = ContactOrder(stage.key("c"), loan, ContactChannel.PHONE, "Will pay.", at)
    promise = PromiseOrder(stage.key("p"), loan, 88_85, date(2026, 4, 20), at)
    for status in (ActStatus.DONE, ActStatus.EXISTS):
        assert lending.log_contact([contact])[0].status is status
        assert lending.promise_to_pay([promise])[0].status is status
