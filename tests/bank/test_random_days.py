"""Days at random: whatever members, staff and the bank do, the rows explain the books."""

import random
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Sum

from tuppence.bank import operations, queries
from tuppence.bank.allocation import AssignOrder
from tuppence.bank.models import (
    BankBreak,
    BankLine,
    ClientBankAccount,
    LineMatch,
    Withdrawal,
    WithdrawalStep,
)
from tuppence.bank.payment_file import PaymentFile, Transfer
from tuppence.bank.small_bank import carried_out, charged, come_back, paid_in
from tuppence.bank.withdrawal import AskOrder, StepOrder
from tuppence.ledger.chart import CHART, AccountKind, Book
from tuppence.ledger.queries import trial_balance

Desk = Any  # of tests/bank/conftest.py, which is not importable by name
NAMES = ["cleo", "dora", "emil"]


class Days:
    """One seeded run; every key comes from the seed."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.random = random.Random(seed)
        self.orders: list[PaymentFile] = []
        self.paid: list[Transfer] = []

    def key(self) -> UUID:
        return UUID(int=self.random.getrandbits(128))

    def member_does_something(self) -> None:
        name = self.random.choice(NAMES)
        if self.random.random() < 0.5:
            self.desk.pays(name, self.random.randint(1, 500_00))
            return
        member_id = self.desk.member(name)
        order = AskOrder(
            self.key(),
            member_id,
            self.random.randint(1, 300_00),
            "EUR",
            self.desk.at,
            by=self.desk.users[name].pk,
        )
        operations.ask_withdrawals([order] * self.random.randint(1, 2))

    def staff_does_something(self) -> None:
        waiting = list(Withdrawal.objects.filter(state="asked").values_list("id", flat=True))
        for number in waiting:
            order = StepOrder(self.key(), number, self.desk.bob.pk, self.desk.at, "looks odd")
            decide = self.random.choice(
                [operations.approve_withdrawals] * 3 + [operations.refuse_withdrawals]
            )
            decide([order])
        for line in queries.unmatched_lines():
            if self.random.random() < 0.5:
                member_id = self.desk.member(self.random.choice(NAMES))
                operations.assign_unallocated(
                    [
                        AssignOrder(
                            self.key(),
                            line.line_id,
                            member_id,
                            self.desk.ann.pk,
                            self.desk.at,
                            "called us",
                        )
                    ]
                )
        run = operations.send_payouts(
            self.desk.account_id, key=self.key(), at=self.desk.at, by=self.desk.ann.pk
        )
        if run.sent:
            self.orders.append(self.desk.sent_file())

    def bank_does_something(self) -> None:
        for order in self.orders:
            lines = carried_out(order)
            self.desk.happens(*lines)
            self.paid += order.transfers
        self.orders.clear()
        if self.paid and self.random.random() < 0.4:
            back = self.paid.pop(self.random.randrange(len(self.paid)))
            self.desk.happens(come_back(back, "EUR"))
        if self.random.random() < 0.3:
            gift = paid_in(77, "EUR", payer="X", payer_account="", text="gift")
            self.desk.happens(replace(gift, remittance=self.random.choice(["gift", "gift", "?"])))
        if self.random.random() < 0.2:
            self.desk.happens(charged(self.random.randint(1, 300), "EUR"))


def total(rows: Any) -> int:
    return int(rows.aggregate(total=Sum("amount_minor"))["total"] or 0)


def check(desk: Desk) -> None:
    """The control accounts, the client-money equation, and the bank's own balance."""
    assert desk.balance(AccountKind.CLIENT_BANK) == total(BankLine.objects)
    in_flight = Withdrawal.objects.filter(state__in=["asked", "approved", "sent"])
    assert desk.balance(AccountKind.PAYOUTS_IN_FLIGHT) == total(in_flight)
    waiting = BankLine.objects.filter(matches__meaning="unallocated", matches__ends_at=None)
    assert desk.balance(AccountKind.UNALLOCATED) == total(waiting)
    assert desk.balance(AccountKind.BREAKS) == total(BankBreak.objects.filter(closed_at=None))
    assert LineMatch.objects.filter(ends_at=None).count() == BankLine.objects.count()
    lines = [line for line in trial_balance() if line.book is Book.CLIENT]
    held = sum(
        line.debit_minor - line.credit_minor for line in lines if CHART[line.kind].debit_normal
    )
    owed = sum(
        line.credit_minor - line.debit_minor for line in lines if not CHART[line.kind].debit_normal
    )
    assert held == owed
    (position,) = queries.client_money_positions()
    assert position.difference_minor == 0
    assert position.stated_minor == desk.day.closing_minor == position.books_minor


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_the_rows_explain_the_books_after_every_day(desk: Desk, seed: int) -> None:
    ClientBankAccount.objects.update(break_limit_minor=100_00)
    days = Days(desk, seed)
    for _ in range(14):
        for _ in range(days.random.randint(0, 4)):
            days.member_does_something()
        days.bank_does_something()
        desk.import_()
        desk.import_(desk.file())
        days.staff_does_something()
        check(desk)
        desk.tomorrow()
    reached = set(WithdrawalStep.objects.values_list("state", flat=True))
    assert reached >= {"asked", "approved", "sent", "paid", "returned"}
