"""A deposit taken back while nothing is built on it; lines that look alike: one payment or two."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bank.test_differences import approve, books_balance
from tuppence.bank import operations, queries
from tuppence.bank.allocation import AssignOrder
from tuppence.bank.break_resolution import Resolution
from tuppence.bank.controls.queries import controls
from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankBreak, BankLine, LineMatch, SeparatePayment
from tuppence.bank.separate_payments import SeparateOrder, SeparateStatus
from tuppence.bank.small_bank import charged, paid_in
from tuppence.bank.taking_back import (
    Deposit,
    TakeBackBook,
    TakeBackOrder,
    TakeBackStatus,
    Taker,
    decide_taking_back,
    taking_back_entries,
)
from tuppence.events.models import Event
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.models import Transfer
from tuppence.members.payment_reference import payment_reference

Desk = Any  # of tests/bank/conftest.py
PAYER = "GB82WEST12345698765432"


def deposit(line_id: int = 1, **changed: Any) -> Deposit:
    said = {
        "line_id": line_id,
        "account_id": 1,
        "meaning": Meaning.DEPOSIT,
        "member_id": 7,
        "amount_minor": 50_00,
        "currency": "EUR",
        "counterparty_account": PAYER,
    }
    return Deposit(**(said | changed))


def decided(*orders: TakeBackOrder, has_minor: int = 50_00, **deposits: Deposit) -> list[str]:
    lines = {each.line_id: each for each in deposits.values()}
    book = TakeBackBook(
        deposits=lines,
        takers={
            1: Taker(True, frozenset()),
            2: Taker(False, frozenset()),
            3: Taker(True, frozenset({7})),
        },
        available_minor={(7, "EUR"): has_minor},
        used={},
    )
    return [status.value for status in decide_taking_back(orders, book)]


def order(line_id: int = 1, by: int = 1, why: str = "wrong", **more: Any) -> TakeBackOrder:
    return TakeBackOrder(UUID(int=line_id), line_id, by, AT, why, **more)


AT: Any = None  # decisions read no clock


@pytest.mark.parametrize(
    ("given_order", "line", "status"),
    [
        (order(by=2), deposit(), "not_permitted"),
        (order(line_id=9), deposit(), "line_not_found"),
        (order(by=3), deposit(), "own_case"),
        (order(), deposit(meaning=Meaning.UNALLOCATED, member_id=None), "not_a_deposit"),
        (order(), deposit(meaning=Meaning.PAYOUT_PAID, member_id=None), "not_a_deposit"),
        (order(doubled_of=9), deposit(), "not_alike"),
        (order(doubled_of=1), deposit(), "not_alike"),
        (order(why=" "), deposit(), "reason_missing"),
        (order(), deposit(amount_minor=50_01), "member_used_it"),
        (order(), deposit(), "taken_back"),
    ],
)
def test_the_first_failed_check_wins(given_order: Any, line: Deposit, status: str) -> None:
    assert decided(given_order, line=line) == [status]


@given(amounts=st.lists(st.integers(1, 100), min_size=1, max_size=8), has_minor=st.integers(0, 400))
def test_a_purse_never_gives_more_than_it_has(amounts: list[int], has_minor: int) -> None:
    lines = {str(n): deposit(n, amount_minor=amount) for n, amount in enumerate(amounts, 1)}
    orders = [order(n) for n in range(1, len(amounts) + 1)]
    statuses = decided(*orders, has_minor=has_minor, **lines)
    taken = [a for a, s in zip(amounts, statuses, strict=True) if s == "taken_back"]
    refused = [a for a, s in zip(amounts, statuses, strict=True) if s == "member_used_it"]
    assert sum(taken) <= has_minor and len(taken) + len(refused) == len(amounts)
    assert all(amount > has_minor - sum(taken) for amount in refused)


def test_only_what_a_member_has_is_booked_back() -> None:
    (entry,) = taking_back_entries(deposit(reverses=UUID(int=5)))
    assert (entry.debit.kind, entry.credit.kind) == (
        AccountKind.MEMBER_AVAILABLE,
        AccountKind.UNALLOCATED,
    )
    assert (entry.amount_minor, entry.reverses) == (50_00, UUID(int=5))
    assert taking_back_entries(deposit(member_id=None)) == ()


# --- On the database ---------------------------------------------------------------------------
def take(desk: Desk, line_id: int, tag: str = "", **more: Any) -> TakeBackStatus:
    key = UUID(int=line_id * 100 + len(tag))
    said = TakeBackOrder(key, line_id, desk.ann.pk, desk.at, "Not this member's.", **more)
    (outcome,) = operations.take_receipts_back([said])
    return outcome.status


def test_an_assignment_by_hand_is_reversed_and_given_to_the_right_member(desk: Desk) -> None:
    cleo, dora = desk.member("cleo"), desk.member("dora")
    desk.pays("cleo", 30_00, "gift")
    desk.import_()
    (line,) = BankLine.objects.all()
    for number, member_id in enumerate((cleo, dora)):
        wrong = AssignOrder(
            UUID(int=number + 1), line.pk, member_id, desk.ann.pk, desk.at, "said so"
        )
        assert operations.assign_unallocated([wrong])[0].status.accepted
        if member_id == cleo:
            assert take(desk, line.pk) is TakeBackStatus.TAKEN_BACK
            assert take(desk, line.pk) is TakeBackStatus.EXISTS
            assert desk.balance(AccountKind.UNALLOCATED) == 30_00
    mirror = Transfer.objects.get(kind="deposit_taken_back")
    assert mirror.reverses.kind == "deposit"
    assert (desk.has("cleo"), desk.has("dora")) == (0, 30_00)
    assert Event.objects.filter(verb="deposit.taken_back", member_id=cleo).count() == 1
    assert books_balance() and [c for c in controls() if c.different] == []


def test_what_the_member_used_is_not_taken_back(desk: Desk) -> None:
    desk.pays("cleo", 30_00)
    desk.import_()
    desk.asks("cleo", 1)
    (line,) = BankLine.objects.all()
    assert take(desk, line.pk) is TakeBackStatus.MEMBER_USED_IT
    assert LineMatch.objects.get(ends_at=None).meaning == Meaning.DEPOSIT
    assert desk.has("cleo") == 29_99


def doubled(desk: Desk) -> tuple[int, int]:
    """One payment under two numbers of the bank; the two lines."""
    text = payment_reference(desk.member("cleo"))
    twice = paid_in(40_00, "EUR", payer="Cleo", payer_account=PAYER, text=text)
    desk.happens(twice, twice)
    desk.import_()
    first, second = BankLine.objects.order_by("id").values_list("id", flat=True)
    return first, second


def test_a_doubled_line_is_set_aside_and_ends_the_break_of_its_correction(desk: Desk) -> None:
    first, second = doubled(desk)
    assert take(desk, second, doubled_of=first) is TakeBackStatus.TAKEN_BACK
    assert desk.has("cleo") == 40_00 and desk.balance(AccountKind.UNALLOCATED) == 40_00
    assert queries.unmatched_lines() == []  # nobody looks for its member
    assert take(desk, first, doubled_of=second) is TakeBackStatus.NOT_ALIKE
    desk.tomorrow()
    desk.happens(replace(charged(40_00, "EUR"), bank_code="", remittance="booked twice"))
    desk.import_()
    row = BankBreak.objects.get()
    (way,) = queries.ways_out(row)
    assert (way.how, way.line_id, way.was_doubled) == (Resolution.RECEIPT, second, True)
    assert operations.resolution_obstacle(row.pk, way.how, line_id=first) != ""
    assert operations.resolution_obstacle(row.pk, way.how, line_id=second) == ""
    asked = operations.request_break_resolution(
        row.pk,
        way.how,
        why="The bank's correction.",
        by=desk.ann.pk,
        at=desk.at,
        key=UUID(int=5),
        line_id=second,
    )
    approve(desk, asked)
    row.refresh_from_db()
    assert row.closed_at is not None and desk.balance(AccountKind.UNALLOCATED) == 0
    assert books_balance() and [c for c in controls() if c.different] == []


def test_a_set_aside_line_may_prove_a_payment_of_its_own(desk: Desk) -> None:
    first, second = doubled(desk)
    take(desk, second, doubled_of=first)
    cleo = desk.member("cleo")
    again = AssignOrder(UUID(int=9), second, cleo, desk.ann.pk, desk.at, "She did pay twice.")
    assert operations.assign_unallocated([again])[0].status.accepted
    assert desk.has("cleo") == 80_00


def test_two_payments_are_kept_apart_once(desk: Desk) -> None:
    first, second = doubled(desk)
    said = SeparateOrder(UUID(int=1), second, first, desk.ann.pk, desk.at, "Two invoices.")
    assert operations.keep_separate([said, said]) == [SeparateStatus.KEPT, SeparateStatus.EXISTS]
    other = SeparateOrder(UUID(int=2), second, second, desk.ann.pk, desk.at, "x")
    assert operations.keep_separate([other]) == [SeparateStatus.ALREADY_KEPT]
    itself = SeparateOrder(UUID(int=2), first, first, desk.ann.pk, desk.at, "x")
    assert operations.keep_separate([itself]) == [SeparateStatus.NOT_ALIKE]
    assert SeparatePayment.objects.count() == 1 and desk.has("cleo") == 80_00
