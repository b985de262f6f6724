"""Catalogue C1: every flow that moves money, killed at every point where its process could die."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from django.db import connection

from tests.faults.crash_points import Bench, Flow, kill_everywhere
from tests.faults.story import Story, key
from tuppence.bank import operations as bank
from tuppence.bank.manual_entry import HandEntry
from tuppence.bank.models import Withdrawal
from tuppence.bank.withdrawal import AskOrder, StepOrder
from tuppence.cli.books import collect
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.transfers import AccountKey
from tuppence.lending import operations as lending
from tuppence.lending.models import Payment
from tuppence.lending.orders import (
    EarlyRepayOrder,
    RecoverOrder,
    RescheduleOrder,
    ReverseOrder,
    WriteOffOrder,
)
from tuppence.lending.servicing.facts import EarlyChoice
from tuppence.market import operations as market
from tuppence.market.operations.paying_out import PayOutOrder, pay_out
from tuppence.members.operations.approvals import decide_approval
from tuppence.postgres.cluster import Cluster

Scene = Callable[[Story], Flow]


@pytest.fixture
def bench(cluster: Cluster, transactional_db: None) -> Bench:
    """Copies of the migrated, empty test database."""
    return Bench(cluster)


def deposit(story: Story) -> Flow:
    story.begin()
    story.next_day()
    data = story.statement({story.lenders[0]: 70_00, story.lenders[1]: 30_00})
    return lambda: bank.import_statement(data, "camt.053", at=story.at, by=story.maker)


def invest(story: Story) -> Flow:
    orders = story.begin().publish().orders([100_00, 200_00, 25_00])
    return lambda: market.invest(orders)


def fill(story: Story) -> Flow:
    orders = story.begin().publish().orders([300_00, 300_00, 300_00])
    return lambda: market.invest(orders)


def cancel(story: Story) -> Flow:
    story.begin().publish().fund()
    order = market.CancelOrder(key("invest", story.lenders[0]), story.lenders[0], story.at)
    return lambda: market.cancel([order])


def expire(story: Story) -> Flow:
    story.begin().publish().fund([100_00, 200_00])
    story.next_day(30)
    return lambda: market.close_windows(at=story.at)


def disburse(story: Story) -> Flow:
    story.begin().publish().fund()
    story.next_day(5)
    return lambda: pay_out([PayOutOrder(story.listing, story.at)])


def repayment(story: Story) -> Flow:
    story.begin().publish().fund().pay_out()
    story.next_day(35)
    orders = story.collect_orders()
    return lambda: lending.collect(orders)


def early_repayment(story: Story) -> Flow:
    story.begin().publish().fund().pay_out()
    story.next_day(35)
    story.receive({story.borrower: 100_00})
    order = EarlyRepayOrder(key("early"), story.loan, story.at.date(), EarlyChoice.SETTLE, story.at)
    return lambda: lending.early_repay([order])


def write_off(story: Story) -> Flow:
    story.begin().publish().fund().pay_out()
    story.next_day(200)
    order = WriteOffOrder(key("give up"), story.loan, story.at.date(), "Insolvent.", story.at)
    return lambda: lending.write_off([order])


def other_plan(story: Story) -> Flow:
    story.begin().publish().fund().pay_out()
    story.next_day(70)
    order = RescheduleOrder(key("plan"), story.loan, 24, 2, Fraction(6, 100), "Ill.", story.at)
    return lambda: lending.change_plans([order])


def recovery(story: Story) -> Flow:
    write_off(story)()
    story.receive({story.borrower: 200_00})
    order = RecoverOrder(key("recover"), story.loan, story.at.date(), 150_00, 30_00, story.at)
    return lambda: lending.recover([order])


def reversed_payment(story: Story) -> Flow:
    repayment(story)()
    payment = Payment.objects.get(loan_id=story.loan)
    story.next_day(3)
    order = ReverseOrder(key("reverse"), payment.pk, "The bank took it back.", story.at)
    return lambda: lending.reverse_payments([order])


def day_close(story: Story) -> Flow:
    story.begin().publish().fund().pay_out()
    lending.close_day(story.at.date(), at=story.at)
    story.next_day(1)
    return lambda: lending.close_day(story.at.date(), at=story.at)


def withdrawal(story: Story) -> Flow:
    story.begin()
    story.give_account(story.lenders[0])
    order = AskOrder(key("ask"), story.lenders[0], 120_00, "EUR", story.at)
    return lambda: bank.ask_withdrawals([order])


def approved_withdrawal(story: Story) -> Flow:
    withdrawal(story)()
    number = Withdrawal.objects.get().pk
    step = StepOrder(key("approve"), number, story.checker, story.at)
    return lambda: bank.approve_withdrawals([step])


def payment_file(story: Story) -> Flow:
    approved_withdrawal(story)()
    account, maker, at = story.account_id, story.maker, story.at
    return lambda: bank.send_payouts(account, key=key("send"), at=at, by=maker)


def paid_payout(story: Story) -> Flow:
    payment_file(story)()
    story.next_day()
    data = story.bank_carries_out()
    return lambda: bank.import_statement(data, "camt.053", at=story.at, by=story.maker)


def returned_payout(story: Story) -> Flow:
    paid_payout(story)()
    story.next_day()
    data = story.bank_sends_back()
    return lambda: bank.import_statement(data, "camt.053", at=story.at, by=story.maker)


def approved_adjustment(story: Story) -> Flow:
    story.begin()
    purses = [
        AccountKey(AccountKind.MEMBER_AVAILABLE, lender, "EUR") for lender in story.lenders[:2]
    ]
    request = bank.request_manual_entry(
        [HandEntry(purses[0], purses[1], 10_00)],
        why="Paid in for the wrong member.",
        by=story.maker,
        at=story.at,
        key=key("entry"),
    )
    return lambda: decide_approval(
        request.pk,
        by=story.checker,
        approve=True,
        payload_hash=request.payload_hash,
        reason="Seen.",
        at=story.at,
    )


SCENES: list[Scene] = [
    deposit,
    invest,
    fill,
    cancel,
    expire,
    disburse,
    repayment,
    early_repayment,
    write_off,
    other_plan,
    recovery,
    reversed_payment,
    day_close,
    withdrawal,
    approved_withdrawal,
    payment_file,
    paid_payout,
    returned_payout,
    approved_adjustment,
]


def the_books_agree() -> None:
    """The oracle: everything recomputed, nothing differs."""
    wrong = [row for row in collect() if not row.holds]
    assert not wrong, wrong


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_killed_anywhere_it_is_before_or_after_and_never_twice(bench: Bench, scene: Scene) -> None:
    template = f"scene_{scene.__name__}"
    bench.copy(str(connection.settings_dict["NAME"]), template)
    with bench.using(template):
        flow = scene(Story())
    report = kill_everywhere(bench, template, flow, check=the_books_agree)
    bench.drop(template)
    print(f"{scene.__name__}: {report.points} points, {report.before} before, {report.after} after")
    assert not report.wrong
    assert report.before > 0
    assert report.after > 0
