"""An operation that breaks off at any statement leaves nothing, and a retry does it once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from tuppence.bank.models import BankLine, PayoutFile, StatementFile, Withdrawal, WithdrawalStep
from tuppence.bank.small_bank import carried_out, charged
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import trial_balance

Desk = Any  # of tests/bank/conftest.py, which is not importable by name


class PulledOut(Exception):
    """The plug was pulled."""


class Plug:
    """Pulls out at the n-th statement from now."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise PulledOut
        return execute(sql, params, many, context)


def state_of_everything() -> tuple[Any, ...]:
    return (
        sorted(trial_balance(), key=lambda line: (line.kind, line.currency)),
        BankLine.objects.count(),
        StatementFile.objects.count(),
        PayoutFile.objects.count(),
        sorted(Withdrawal.objects.values_list("id", "state")),
        WithdrawalStep.objects.count(),
    )


def import_day(desk: Desk) -> None:
    desk.import_()


def ask(desk: Desk) -> None:
    desk.asks("cleo", 5_00, "again")


def send(desk: Desk) -> None:
    desk.sends("again")


@pytest.mark.parametrize("act", [import_day, ask, send])
def test_broken_off_at_every_statement(desk: Desk, act: Callable[[Desk], None]) -> None:
    desk.pays("cleo", 100_00)
    desk.import_()
    numbers = [desk.asks("cleo", 10_00), desk.asks("cleo", 20_00)]
    desk.approves(numbers[0])
    desk.sends()
    desk.approves(numbers[1])
    desk.tomorrow()
    desk.happens(*carried_out(desk.sent_file()))
    desk.pays("cleo", 7_00)
    if act is import_day:
        desk.happens(charged(1_00, "EUR"))
    before = state_of_everything()
    broken_off = 0
    while True:
        try:
            with transaction.atomic(), connection.execute_wrapper(Plug(broken_off)):
                act(desk)
            break
        except PulledOut:
            broken_off += 1
            assert state_of_everything() == before
    once = state_of_everything()
    assert broken_off >= 8
    assert once != before
    act(desk)
    assert state_of_everything() == once
    assert desk.balance(AccountKind.CLIENT_BANK) in {100_00, 96_00}
