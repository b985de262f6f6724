"""What a line means: one row a case, and no case guesses."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.bank.matching import Cover, Known, Meaning, Payout, PayoutState, clues, decide
from tuppence.bank.reference import Order, order_reference
from tuppence.bank.statement import StatementLine
from tuppence.members.payment_reference import payment_reference

DAY = date(2026, 3, 2)
FILE = UUID(int=9)


def line(amount_minor: int, text: str = "", **more: object) -> StatementLine:
    values = {"remittance": text, "currency": "EUR"} | more
    return StatementLine(DAY, DAY, amount_minor, **values)  # type: ignore[arg-type]  # by name


def payout(number: int, state: PayoutState, amount_minor: int = 100) -> Payout:
    return Payout(number, UUID(int=number), 7, amount_minor, "EUR", state, FILE)


def names(number: int, order: Order = Order.PAYOUT) -> str:
    return order_reference(order, UUID(int=number))


KNOWN = Known(
    member_ids=frozenset({7, 8}),
    covers=[Cover(3, UUID(int=30), 50, "EUR")],
    floats={UUID(int=40): "EUR"},
    payouts=[
        payout(1, PayoutState.OPEN),
        payout(2, PayoutState.PAID),
        payout(3, PayoutState.CLOSED),
        payout(4, PayoutState.OPEN, 25),
    ],
)


@pytest.mark.parametrize(
    ("told", "meaning", "reason"),
    [
        (line(500, payment_reference(7)), Meaning.DEPOSIT, ""),
        (line(500, "", end_to_end_id=payment_reference(7)), Meaning.DEPOSIT, ""),
        (line(500, "hello"), Meaning.UNALLOCATED, "names no member"),
        (line(500, payment_reference(9)), Meaning.UNALLOCATED, "does not exist"),
        (line(500, payment_reference(7), is_reversal=True), Meaning.UNALLOCATED, "undoes"),
        (line(500, payment_reference(7), return_reason="AC04"), Meaning.UNALLOCATED, "undoes"),
        (line(-100, names(1)), Meaning.PAYOUT_PAID, ""),
        (line(-100, "", end_to_end_id=names(1)), Meaning.PAYOUT_PAID, ""),
        (line(-101, names(1)), Meaning.BREAK, "amount"),
        (line(-100, names(1), currency="USD"), Meaning.BREAK, "amount"),
        (line(-100, names(2)), Meaning.BREAK, "not on its way"),
        (line(-100, names(3)), Meaning.BREAK, "not on its way"),
        (line(100, names(2)), Meaning.PAYOUT_RETURNED, ""),
        (line(99, names(2)), Meaning.UNALLOCATED, "amount"),
        (line(100, names(1)), Meaning.UNALLOCATED, "not paid"),
        (line(100, names(3)), Meaning.UNALLOCATED, "came back"),
        (line(-125, names(9, Order.FILE)), Meaning.PAYOUT_PAID, ""),
        (line(-124, names(9, Order.FILE)), Meaning.BREAK, "what is open"),
        (line(-125, names(8, Order.FILE)), Meaning.BREAK, "what is open"),
        (line(50, names(30, Order.COVER)), Meaning.COVER, ""),
        (line(51, names(30, Order.COVER)), Meaning.UNALLOCATED, "cover"),
        (line(50, names(40, Order.FLOAT)), Meaning.FLOAT, ""),
        (line(50, "", end_to_end_id=names(40, Order.FLOAT)), Meaning.FLOAT, ""),
        (line(50, names(41, Order.FLOAT)), Meaning.UNALLOCATED, "not this one"),
        (line(50, names(40, Order.FLOAT), currency="USD"), Meaning.UNALLOCATED, "not this one"),
        (line(50, names(40, Order.FLOAT), return_reason="AC04"), Meaning.UNALLOCATED, "undoes"),
        (line(-50, names(40, Order.FLOAT)), Meaning.BREAK, "nobody here ordered"),
        (line(-3, "", bank_code="ACMT.MDOP.CHRG"), Meaning.FEE, "charged"),
        (line(-3, "", bank_code="544"), Meaning.BREAK, "nobody here ordered"),
        (line(-3, payment_reference(7)), Meaning.BREAK, "nobody here ordered"),
    ],
)
def test_each_line_means_one_thing(told: StatementLine, meaning: Meaning, reason: str) -> None:
    (decision,) = decide([told], KNOWN)
    assert decision.meaning is meaning
    assert reason in decision.reason and bool(reason) == bool(decision.reason)


def test_payouts_are_decided_before_what_came_back_whatever_the_order() -> None:
    back, out = decide([line(100, names(1)), line(-100, names(1))], KNOWN)
    assert (back.meaning, out.meaning) == (Meaning.PAYOUT_RETURNED, Meaning.PAYOUT_PAID)
    assert back.member_id == 7


def test_a_file_is_paid_with_what_is_still_open_of_it() -> None:
    single, rest = decide([line(-100, names(1)), line(-25, names(9, Order.FILE))], KNOWN)
    assert [paid.id for paid in single.payouts] == [1]
    assert [paid.id for paid in rest.payouts] == [4]


pieces = st.sampled_from(
    [
        line(-100, names(1)),
        line(100, names(1)),
        line(100, names(2)),
        line(-125, names(9, Order.FILE)),
        line(-25, names(4)),
        line(50, names(30, Order.COVER)),
        line(500, payment_reference(7)),
    ]
)


@given(st.lists(pieces, max_size=12))
@settings(max_examples=200, deadline=None)
def test_nothing_happens_twice(lines: list[StatementLine]) -> None:
    decisions = decide(lines, KNOWN)
    for meaning in (Meaning.PAYOUT_PAID, Meaning.PAYOUT_RETURNED):
        ids = [item.id for one in decisions if one.meaning is meaning for item in one.payouts]
        assert len(ids) == len(set(ids))
    assert sum(one.meaning is Meaning.COVER for one in decisions) <= 1
    paid_first = {2} | {
        item.id for one in decisions if one.meaning is Meaning.PAYOUT_PAID for item in one.payouts
    }
    returned = [one for one in decisions if one.meaning is Meaning.PAYOUT_RETURNED]
    assert all(item.id in paid_first for one in returned for item in one.payouts)


def test_clues_are_what_is_written_and_nothing_more() -> None:
    found = clues(line(1, f"{payment_reference(7)} {names(1)}", end_to_end_id=names(2)))
    assert (found.member_id, found.payout_key) == (7, UUID(int=2))
    assert (found.cover_key, found.file_key) == (None, None)
