"""Paying out, and repayments that reach the lenders to the penny."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tuppence.ledger.chart import AccountKind
from tuppence.lending import operations as lending
from tuppence.lending.models import DistributionShare, Holding, Instalment, Loan, Payment
from tuppence.lending.orders import (
    CollectOrder,
    DisburseOrder,
    DisburseStatus,
    EarlyRepayOrder,
    PaymentOrder,
    PaymentStatus,
)
from tuppence.lending.servicing.facts import EarlyChoice, StatedSplit

pytestmark = pytest.mark.django_db

FIRST_DUE = date(2026, 4, 2)
AT = datetime(2026, 4, 2, 10, tzinfo=UTC)


def test_a_loan_begins(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, borrower, lenders = stage.loan((600_00, 400_00))
    assert stage.available(borrower) == 1000_00
    assert stage.balance(AccountKind.PRINCIPAL_OWED, loan) == 1000_00
    assert [h.outstanding_minor for h in Holding.objects.order_by("id")] == [600_00, 400_00]
    assert [stage.balance(AccountKind.MEMBER_RESERVED, lender) for lender in lenders] == [0, 0]
    assert Instalment.objects.filter(loan_id=loan).count() == 12
    assert Loan.objects.get(pk=loan).next_due_on == FIRST_DUE
    loan_books()


def test_a_repayment_reaches_the_lenders(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, borrower, lenders = stage.loan((600_00, 400_00))
    result = stage.pay(loan, 88_85, FIRST_DUE)
    assert result.status is PaymentStatus.BOOKED
    assert (result.principal_minor, result.interest_minor) == (78_85, 10_00)
    assert [stage.available(lender) for lender in lenders] == [53_31, 35_54]
    assert stage.available(borrower) == 1000_00 - 88_85
    row = Loan.objects.get(pk=loan)
    assert (row.outstanding_minor, row.next_due_on) == (921_15, date(2026, 5, 2))
    assert stage.balance(AccountKind.HOLDINGS, loan) == 921_15
    assert stage.balance(AccountKind.INTEREST_OWED, row.product_id) == 0
    assert DistributionShare.objects.count() == 2
    loan_books()


def test_the_same_key_pays_once(stage: Any) -> None:
    loan, borrower, _ = stage.loan()
    key = stage.key("once")
    assert stage.pay(loan, 88_85, FIRST_DUE, key=key).status is PaymentStatus.BOOKED
    again = stage.pay(loan, 88_85, FIRST_DUE, key=key)
    assert (again.status, again.interest_minor) == (PaymentStatus.EXISTS, 10_00)
    other = stage.pay(loan, 88_84, FIRST_DUE, key=key)
    assert other.status is PaymentStatus.EXISTS_WITH_DIFFERENT_FIELDS
    assert stage.available(borrower) == 1000_00 - 88_85


def test_fee_vat_and_tax_leave_the_lenders(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, borrower, lenders = stage.loan(
        servicing_fee=Fraction(1, 10), vat=Fraction(19, 100), withholding_tax=Fraction(1, 4)
    )
    stage.pay(loan, 88_85, FIRST_DUE)
    # 10.00 interest: fee 1.19 with 0.19 VAT, tax 2.50.
    assert stage.balance(AccountKind.DUE_TO_FIRM) == 1_19
    assert stage.balance(AccountKind.FEE_INCOME) == 1_00
    assert stage.balance(AccountKind.VAT_DUE) == 19
    assert stage.balance(AccountKind.TAX_DUE) == 2_50
    assert sum(stage.available(lender) for lender in lenders) == 88_85 - 1_19 - 2_50
    assert stage.available(borrower) == 1000_00 - 88_85
    loan_books()


def test_origination_fee_is_kept_back_or_charged(
    stage: Any, loan_books: Callable[[], None]
) -> None:
    fee = {"origination_fee": Fraction(2, 100), "vat": Fraction(1, 10)}
    _, net_borrower, _ = stage.loan(pays_out_net=True, **fee)
    assert stage.available(net_borrower) == 1000_00 - 22_00
    assert stage.balance(AccountKind.DUE_TO_FIRM) == 22_00
    assert (stage.balance(AccountKind.FEE_INCOME), stage.balance(AccountKind.VAT_DUE)) == (
        20_00,
        2_00,
    )
    gross, gross_borrower, _ = stage.loan(**fee)
    assert stage.available(gross_borrower) == 1000_00
    assert stage.balance(AccountKind.LATE_FEE_OWED, gross) == 22_00
    loan_books()
    stage.pay(gross, 88_85 + 22_00, FIRST_DUE)
    assert stage.balance(AccountKind.DUE_TO_FIRM) == 44_00
    assert stage.balance(AccountKind.VAT_DUE) == 4_00
    assert Loan.objects.get(pk=gross).next_due_on == date(2026, 5, 2)
    loan_books()


def test_money_beyond_what_is_due_stays_with_the_borrower(stage: Any) -> None:
    loan, borrower, _ = stage.loan()
    result = stage.pay(loan, 500_00, FIRST_DUE)
    assert result.amount_minor == 88_85
    assert stage.available(borrower) == 1000_00 - 88_85
    assert stage.pay(loan, 10_00, FIRST_DUE).status is PaymentStatus.NOTHING_DUE


def test_collect_takes_what_is_there(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, borrower, _ = stage.loan()
    stage.spend(borrower, 950_00)
    (result,) = lending.collect([CollectOrder(stage.key(), loan, FIRST_DUE, AT)])
    assert (result.status, result.amount_minor) == (PaymentStatus.BOOKED, 50_00)
    assert (result.interest_minor, result.principal_minor) == (10_00, 40_00)
    assert stage.available(borrower) == 0
    assert lending.collect_due(FIRST_DUE, at=AT) == []
    stage.deposit(borrower, 38_85)
    (rest,) = lending.collect_due(FIRST_DUE, at=AT)
    assert rest.amount_minor == 38_85
    loan_books()


def test_a_whole_life_in_one_call(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, borrower, lenders = stage.loan((333_33, 333_33, 333_34))
    stage.deposit(borrower, 100_00)
    rows = list(Instalment.objects.filter(loan_id=loan).order_by("number"))
    at = datetime(2027, 4, 1, tzinfo=UTC)
    orders = [
        PaymentOrder(stage.key(), loan, row.due_on, row.principal_minor + row.interest_minor, at)
        for row in rows
    ]
    results = lending.record_payments(orders[::-1])
    assert {result.status for result in results} == {PaymentStatus.BOOKED}
    loan_row = Loan.objects.get(pk=loan)
    assert (loan_row.state, loan_row.outstanding_minor, loan_row.next_due_on) == ("paid", 0, None)
    total = sum(row.principal_minor + row.interest_minor for row in rows)
    assert sum(stage.available(lender) for lender in lenders) == total
    assert not Holding.objects.exclude(outstanding_minor=0).exists()
    assert stage.pay(loan, 1, date(2027, 4, 1)).status is PaymentStatus.LOAN_CLOSED
    loan_books()


def test_stated_surplus_and_waived_remainder(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, borrower, lenders = stage.loan((600_00, 400_00))
    stage.deposit(borrower, 7_25)
    split = StatedSplit(interest_minor=7_00, principal_minor=1000_25, settles=True)
    result = stage.pay(loan, 1007_25, FIRST_DUE, stated=split)
    assert (result.status, result.principal_minor) == (PaymentStatus.BOOKED, 1000_00)
    assert sum(stage.available(lender) for lender in lenders) == 1007_25
    assert Payment.objects.get(pk=result.key).surplus_minor == 25
    short, borrower, _ = stage.loan((600_00, 400_00))
    stage.deposit(borrower, 7_00)
    split = StatedSplit(interest_minor=7_00, principal_minor=999_60, settles=True)
    refused = stage.pay(short, 1006_60, FIRST_DUE, stated=split, waived=30)
    assert refused.status is PaymentStatus.WAIVER_REFUSED
    result = stage.pay(short, 1006_60, FIRST_DUE, stated=split, waived=40)
    assert (result.status, result.principal_minor) == (PaymentStatus.BOOKED, 999_60)
    assert stage.balance(AccountKind.PRINCIPAL_OWED, short) == 0
    assert Loan.objects.get(pk=short).state == "paid"
    loan_books()


def test_early_repayment(stage: Any, loan_books: Callable[[], None]) -> None:
    loan, borrower, lenders = stage.loan(prepayment_compensation=Fraction(1, 100))
    stage.pay(loan, 88_85, FIRST_DUE)
    half = EarlyRepayOrder(
        stage.key(),
        loan,
        date(2026, 4, 17),
        EarlyChoice.LOWER_INSTALMENTS,
        at_noon(2026, 4, 17),
        400_00,
    )
    (part,) = lending.early_repay([half])
    assert part.status is PaymentStatus.BOOKED
    assert Loan.objects.get(pk=loan).outstanding_minor < 550_00
    loan_books()
    stage.deposit(borrower, 200_00)
    whole = EarlyRepayOrder(
        stage.key(), loan, date(2026, 5, 20), EarlyChoice.SETTLE, at_noon(2026, 5, 20)
    )
    (rest,) = lending.early_repay([whole])
    assert rest.status is PaymentStatus.BOOKED
    assert Loan.objects.get(pk=loan).state == "paid"
    paid = 88_85 + part.amount_minor + rest.amount_minor
    assert sum(stage.available(lender) for lender in lenders) == paid
    loan_books()


def at_noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"loan_id": 0}, PaymentStatus.LOAN_NOT_FOUND),
        ({"amount_minor": 0}, PaymentStatus.AMOUNT_OUT_OF_BOUNDS),
        ({"amount_minor": -5}, PaymentStatus.AMOUNT_OUT_OF_BOUNDS),
        ({"amount_minor": 10**15}, PaymentStatus.AMOUNT_OUT_OF_BOUNDS),
        ({"on": date(2026, 3, 1)}, PaymentStatus.BEFORE_LOAN),
        ({"on": date(2026, 4, 3)}, PaymentStatus.IN_FUTURE),
        ({"amount_minor": 1000_01}, PaymentStatus.EXCEEDS_AVAILABLE),
        ({"stated": StatedSplit(interest_minor=5)}, PaymentStatus.AMOUNT_OUT_OF_BOUNDS),
    ],
)
def test_refused_payments_leave_nothing(stage: Any, change: Any, status: PaymentStatus) -> None:
    loan, borrower, _ = stage.loan()
    fields = {"loan_id": loan, "amount_minor": 10_00, "on": FIRST_DUE} | change
    (result,) = lending.record_payments([PaymentOrder(key=stage.key(), at=AT, **fields)])
    assert result.status is status
    assert stage.available(borrower) == 1000_00
    assert not Payment.objects.exists()


def test_pay_out_refusals(stage: Any) -> None:
    product = stage.product()
    number, _ = stage.signed(product, 1000_00, 12, Fraction(1, 10))
    lender = stage.member(1000_00)

    def pay_out(amount: int, members: list[int], amounts: list[int]) -> DisburseStatus:
        order = DisburseOrder(
            stage.key("pay out"),
            number,
            amount,
            np.array(members),
            np.array(amounts),
            AT,
            FIRST_DUE,
        )
        (outcome,) = lending.disburse([order])
        return outcome.status

    assert pay_out(1000_01, [lender], [1000_01]) is DisburseStatus.AMOUNT_OUT_OF_BOUNDS
    assert pay_out(1000_00, [lender], [999_99]) is DisburseStatus.LENDERS_DO_NOT_ADD_UP
    assert pay_out(1000_00, [lender], [1000_00]) is DisburseStatus.EXCEEDS_RESERVED
    assert pay_out(1000_00, [10**9], [1000_00]) is DisburseStatus.LENDER_WITHOUT_PURSE
    stage.reserve(lender, 1000_00)
    assert pay_out(1000_00, [lender, lender], [600_00, 400_00]) is DisburseStatus.PAID_OUT
    assert Holding.objects.get().lent_minor == 1000_00
    assert pay_out(1000_00, [lender], [1000_00]) is DisburseStatus.EXISTS
    assert pay_out(999_00, [lender], [999_00]) is DisburseStatus.EXISTS_WITH_DIFFERENT_FIELDS


@pytest.mark.parametrize("loans", [1, 8])
def test_queries_do_not_grow_with_the_batch(
    stage: Any, loans: int, django_assert_max_num_queries: Any
) -> None:
    product = stage.product(servicing_fee=Fraction(1, 100))
    numbers = [stage.loan(product=product)[0] for _ in range(loans)]
    orders = [PaymentOrder(stage.key(), n, FIRST_DUE, 88_85, AT) for n in numbers]
    with django_assert_max_num_queries(30):
        results = lending.record_payments(orders)
    assert all(result.status is PaymentStatus.BOOKED for result in results)
