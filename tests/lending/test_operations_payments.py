"""Paying out, and repayments that reach the lenders to the penny."""

from datetime import date
from typing import Any

import pytest

from tuppence.ledger.chart import AccountKind
from tuppence.lending.models import DistributionShare, Holding, Instalment, Loan
from tuppence.lending.orders import PaymentStatus

pytestmark = pytest.mark.django_db


def test_a_loan_begins(stage: Any) -> None:
    loan, borrower, lenders = stage.loan((600_00, 400_00))
    assert stage.available(borrower) == 1000_00
    assert stage.balance(AccountKind.PRINCIPAL_OWED, loan) == 1000_00
    assert [h.outstanding_minor for h in Holding.objects.order_by("id")] == [600_00, 400_00]
    assert [stage.balance(AccountKind.MEMBER_RESERVED, lender) for lender in lenders] == [0, 0]
    assert Instalment.objects.filter(loan_id=loan).count() == 12
    assert Loan.objects.get(pk=loan).next_due_on == date(2026, 4, 2)


def test_a_repayment_reaches_the_lenders(stage: Any) -> None:
    loan, borrower, lenders = stage.loan((600_00, 400_00))
    result = stage.pay(loan, 88_85, date(2026, 4, 2))
    assert result.status is PaymentStatus.BOOKED
    assert (result.principal_minor, result.interest_minor) == (78_85, 10_00)
    assert [stage.available(lender) for lender in lenders] == [53_31, 35_54]
    assert stage.available(borrower) == 1000_00 - 88_85
    row = Loan.objects.get(pk=loan)
    assert (row.outstanding_minor, row.next_due_on) == (921_15, date(2026, 5, 2))
    assert stage.balance(AccountKind.HOLDINGS, loan) == 921_15
    assert stage.balance(AccountKind.INTEREST_OWED, row.product_id) == 0
    assert DistributionShare.objects.count() == 2
