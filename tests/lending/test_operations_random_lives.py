"""Whatever happens to loans, in whatever order: the books agree with the facts after every step."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from tuppence.ledger.controls.queries import controls
from tuppence.lending import operations as lending
from tuppence.lending.allocation import Component
from tuppence.lending.models import Loan, Payment
from tuppence.lending.orders import (
    ChangeRateOrder,
    CollectOrder,
    EarlyRepayOrder,
    PauseInterestOrder,
    PaymentOrder,
    RecoverOrder,
    RescheduleOrder,
    ReverseOrder,
    WaiveOrder,
    WriteOffOrder,
)
from tuppence.lending.plan_orders import PlanOrder
from tuppence.lending.servicing.facts import EarlyChoice

pytestmark = pytest.mark.django_db

START = date(2026, 3, 2)
OFTEN = ("pay", "late", "recover")
ONCE = ("collect", "reverse", "close", "fees", "early", "spend", "write_off")
ACTS = (*OFTEN, *OFTEN, *ONCE, "change", "change")


class Chance:
    """Does something at random to one of the loans, as time goes on."""

    def __init__(self, stage: Any, seed: int) -> None:
        self.stage = stage
        self.random = random.Random(seed)
        self.today = START
        fields: dict[str, Any] = {
            "servicing_fee": Fraction(1, 10),
            "vat": Fraction(19, 100),
            "withholding_tax": Fraction(1, 4),
            "late_fee_minor": self.random.choice([0, 3_33]),
            "late_fee_share": Fraction(1, 100),
            "late_fee_to_firm": self.random.random() < 0.5,
            "origination_fee": self.random.choice([Fraction(0), Fraction(1, 100)]),
            "prepayment_compensation": Fraction(1, 100),
            "grace_days": self.random.choice([0, 5]),
        }
        product = stage.product(**fields)
        made = [
            stage.loan(amounts, product=product, instalments=6, rate=Fraction(12, 100))
            for amounts in ((333_33, 333_34, 1), (500_00, 500_00), (777_77,))
        ]
        self.loans = [loan for loan, _, _ in made]
        self.lenders = [lender for _, _, lenders in made for lender in lenders]
        for _, borrower, _ in made:
            stage.deposit(borrower, 2000_00)

    def step(self) -> str:
        """One thing happens; its name and what became of it."""
        self.today += timedelta(days=self.random.choice([0, 1, 5, 16]))
        at = datetime(self.today.year, self.today.month, self.today.day, 12, tzinfo=UTC)
        loan = self.random.choice(self.loans)
        key = self.stage.key()
        act = self.random.choice(ACTS)
        return f"{self.today} {act}: {getattr(self, act)(loan, key, at)}"

    def pay(self, loan: int, key: Any, at: datetime) -> Any:
        amount = self.random.choice([1, 20_00, 172_55, 400_00])
        return lending.record_payments([PaymentOrder(key, loan, self.today, amount, at)])

    def late(self, loan: int, key: Any, at: datetime) -> Any:
        on = self.today - timedelta(days=self.random.randint(1, 50))
        return lending.record_payments([PaymentOrder(key, loan, on, 60_00, at)])

    def collect(self, loan: int, key: Any, at: datetime) -> Any:
        return lending.collect([CollectOrder(key, loan, self.today, at)])

    def reverse(self, loan: int, key: Any, at: datetime) -> Any:
        payments = Payment.objects.filter(loan_id=loan).order_by("sequence", "id")
        if not payments:
            return None
        payment = self.random.choice(list(payments))
        return lending.reverse_payments([ReverseOrder(key, payment.pk, "returned", at)])

    def close(self, loan: int, key: Any, at: datetime) -> Any:
        return len(lending.close_day(self.today, at=at).days)

    def fees(self, loan: int, key: Any, at: datetime) -> Any:
        return lending.charge_late_fees(self.today, at=at)

    def early(self, loan: int, key: Any, at: datetime) -> Any:
        choice = self.random.choice(list(EarlyChoice))
        amount = None if self.random.random() < 0.2 else 250_00
        return lending.early_repay([EarlyRepayOrder(key, loan, self.today, choice, at, amount)])

    def spend(self, loan: int, key: Any, at: datetime) -> Any:
        lender = self.random.choice(self.lenders)
        if self.stage.available(lender) > 1:
            self.stage.spend(lender, self.stage.available(lender) // 2 + 1)
        return lender

    def change(self, loan: int, key: Any, at: datetime) -> Any:
        first = self.today + timedelta(days=self.random.choice([-20, 0, 3, 40]))
        rate = Fraction(self.random.choice([0, 3, 25]), 100)
        order: PlanOrder = self.random.choice(
            [
                ChangeRateOrder(key, loan, first, rate, "agreed", at),
                PauseInterestOrder(key, loan, first, first + timedelta(days=15), "flood", at),
                RescheduleOrder(key, loan, self.random.randint(1, 12), 0, rate, "lower", at),
                WaiveOrder(key, loan, self.today, Component.PENALTY, 2_00, "kind", at),
                WaiveOrder(key, loan, self.today, Component.INTEREST, 1_00, "kind", at),
            ]
        )
        return lending.change_plans([order])

    def write_off(self, loan: int, key: Any, at: datetime) -> Any:
        if self.random.random() < 0.7:
            return None
        return lending.write_off([WriteOffOrder(key, loan, self.today, "gone", at)])

    def recover(self, loan: int, key: Any, at: datetime) -> Any:
        amount = self.random.choice([50_00, 900_00])
        return lending.recover([RecoverOrder(key, loan, self.today, amount, 7_00, at)])


@pytest.mark.parametrize("seed", range(6))
def test_random_lives(stage: Any, loan_books: Callable[[], None], seed: int) -> None:
    chance = Chance(stage, seed)
    story: list[str] = []
    for _ in range(25):
        story.append(chance.step())
        try:
            loan_books()
        except AssertionError as error:
            raise AssertionError("\n".join([*story, str(error)])) from error
    assert [check.name for check in controls() if not check.holds] == []
    assert Loan.objects.count() == 3
