"""`tuppence practice bank-day` says what the bank's statement brought."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from tuppence.cli import running
from tuppence.cli.practice import practice as command
from tuppence.practice.client_bank import Arrivals, Charge, Receipt, practice_iban
from tuppence.practice.operations import bank_day
from tuppence.practice.operations.opening import open_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Call the command on the database of the test."""
    monkeypatch.setattr(running, "platform", nullcontext)
    return lambda: CliRunner().invoke(command, ["bank-day"])


def test_what_the_statement_brought_is_told(
    practice: Any, at: datetime, call: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_office(at=at - timedelta(days=1))
    told = call()
    assert (told.exit_code, "Nothing has happened" in told.output) == (0, True)
    receipt = Receipt(UUID(int=1), 40_00, "Who Ever", practice_iban(7), "thank you")
    arrivals = Arrivals([receipt], [Charge(UUID(int=2), 5_00, "Account fee")])
    monkeypatch.setattr(
        "tuppence.practice.operations.run_bank_day",
        lambda *, at: bank_day.run_bank_day(at=at, arrivals=arrivals),
    )
    told = call()
    assert told.exit_code == 0
    assert "2 new lines" in told.output
    assert "unallocated: 1" in told.output
    assert "fee: 1" in told.output


def test_outside_of_the_demo_it_says_what_to_do(practice: Any, call: Callable[[], Any]) -> None:
    practice.TUPPENCE_DEMO = False
    told = call()
    assert told.exit_code == 1
    assert "demo" in told.output
