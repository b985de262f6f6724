"""Rebuilt lives as orders and bank lines: keys, moments and sums, without a database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tapes.conftest import TapeWriter
from tests.tapes.test_import import CHARGED_OFF, PAID_SHORT, REPAID_MORE, RUNNING
from tuppence.bank.line_columns import NOBODY
from tuppence.tapes.event_times import EventTimes, Step
from tuppence.tapes.figures import digest_of
from tuppence.tapes.life_orders import (
    payment_orders,
    recover_orders,
    review_order,
    write_off_orders,
)
from tuppence.tapes.loans import TapeLoan
from tuppence.tapes.mapping import load_map
from tuppence.tapes.order_keys import loan_key, loan_keys
from tuppence.tapes.reading import read_tape
from tuppence.tapes.rebuild import rebuild
from tuppence.tapes.statements import borrowers_lines, collector_lines

TIMES = EventTimes(ZoneInfo("Europe/Berlin"))
Read = Callable[..., TapeLoan]


@pytest.fixture
def read(write_tape: TapeWriter) -> Read:
    """One loan of a tape of one row."""

    def one(**changes: str) -> TapeLoan:
        path: Path = write_tape(changes)
        (loan,) = read_tape(path, load_map("lendingclub"))
        assert isinstance(loan, TapeLoan)
        return loan

    return one


def test_payments_say_what_the_tape_says(read: Read) -> None:
    loan = read(**PAID_SHORT)
    orders = payment_orders(rebuild(loan), "t", TIMES, loan_id=7)
    splits = [order.stated for order in orders if order.stated is not None]
    assert len(splits) == len(orders) == 12
    assert sum(split.principal_minor for split in splits) == 4999_55
    assert sum(split.interest_minor for split in splits) == 300_00
    assert [split.settles for split in splits] == [False] * 11 + [True]
    assert [order.waived_minor for order in orders] == [0] * 11 + [45]
    assert len({order.key for order in orders}) == 12


def test_only_a_paid_loan_is_closed_by_its_last_payment(read: Read) -> None:
    for changes in (RUNNING, CHARGED_OFF):
        orders = payment_orders(rebuild(read(**changes)), "t", TIMES, loan_id=7)
        assert not any(order.stated is None or order.stated.settles for order in orders)
        assert not any(order.waived_minor for order in orders)
    orders = payment_orders(rebuild(read(**REPAID_MORE)), "t", TIMES, loan_id=7)
    assert orders[-1].stated is not None and orders[-1].stated.settles


def test_a_charge_off_and_its_recovery_come_after_the_last_payment(read: Read) -> None:
    life = rebuild(read(**CHARGED_OFF))
    (given_up,) = write_off_orders(life, "t", TIMES, loan_id=7)
    (recovery,) = recover_orders(life, "t", TIMES, loan_id=7)
    last = payment_orders(life, "t", TIMES, loan_id=7)[-1]
    assert last.at < given_up.at < recovery.at
    assert (recovery.amount_minor, recovery.cost_minor) == (200_00, 36_50)
    paid = rebuild(read())
    assert write_off_orders(paid, "t", TIMES, loan_id=7) == []
    assert recover_orders(paid, "t", TIMES, loan_id=7) == []


def test_the_bank_tells_of_every_movement_once(read: Read) -> None:
    life = rebuild(read(**CHARGED_OFF))
    lines = borrowers_lines("t", [life], {"T-1": 9}, {9: 5000_00})
    assert lines.amounts_minor.sum() == -5000_00 + life.loan.received_minor
    assert set(lines.member_ids.tolist()) == {9}
    assert len(set(lines.keys.tolist())) == len(lines) == len(life.payments) + 2
    paid = collector_lines("t", [life])
    assert (paid.amounts_minor.tolist(), paid.member_ids.tolist()) == ([-36_50], [NOBODY])
    assert len(collector_lines("t", [rebuild(read())])) == 0


def test_a_grade_that_is_not_ours_is_the_lowest(read: Read) -> None:
    loan = read()
    assert review_order(loan, TIMES, application_id=1).grade == "B"
    for grade in ("", "AA"):
        other = replace(loan, attributes=(("grade", grade),))
        assert review_order(other, TIMES, application_id=1).grade == "G"


def test_the_digest_is_of_figures_only(read: Read) -> None:
    loan = read()
    same = replace(loan, row=99, attributes=(), tape_on=None)
    assert digest_of(same) == digest_of(loan)
    changed = [
        replace(loan, interest_minor=loan.interest_minor + 1),
        replace(loan, last_payment_on=date(2010, 9, 1)),
        replace(loan, outside_policy=True),
        replace(loan, annual_rate=loan.annual_rate * 2),
    ]
    assert len({digest_of(each) for each in [loan, *changed]}) == 5


def test_keys_tell_tapes_loans_steps_and_places_apart(read: Read) -> None:
    loan = read()
    other = replace(loan, loan_ref="T-2")
    keys = [
        key
        for tape in ("t", "u")
        for each in (loan, other)
        for step in ("payment", "pays in")
        for key in loan_keys(tape, each, step, 600)
    ]
    assert len(set(keys)) == len(keys) == 8 * 600
    assert loan_keys("t", loan, "payment", 3) == loan_keys("t", loan, "payment", 5)[:3]
    assert loan_key("t", loan, "borrower") == loan_key("t", replace(loan, row=5), "borrower")


@given(
    st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Auckland"]),
)
def test_each_step_falls_on_its_business_day_in_any_zone(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    moments = [EventTimes(zone).at(day, step) for step in Step]
    assert moments == sorted(set(moments))
    assert {moment.astimezone(zone).date() for moment in moments} == {day}
