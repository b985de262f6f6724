"""Catalogue C1: every flow that moves money, killed at every point where its process could die."""

from collections.abc import Callable

import pytest
from django.db import connection

from tests.faults.crash_points import Bench, Flow, kill_everywhere
from tests.faults.story import Story, key
from tuppence.bank import operations as bank
from tuppence.bank.withdrawal import AskOrder
from tuppence.lending import operations as lending
from tuppence.market import operations as market
from tuppence.market.operations.paying_out import PayOutOrder, pay_out
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


def withdrawal(story: Story) -> Flow:
    story.begin()
    story.give_account(story.lenders[0])
    order = AskOrder(key("ask"), story.lenders[0], 120_00, "EUR", story.at)
    return lambda: bank.ask_withdrawals([order])


SCENES: list[Scene] = [deposit, invest, fill, cancel, expire, disburse, repayment, withdrawal]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_killed_anywhere_it_is_before_or_after_and_never_twice(bench: Bench, scene: Scene) -> None:
    template = f"scene_{scene.__name__}"
    bench.copy(str(connection.settings_dict["NAME"]), template)
    with bench.using(template):
        flow = scene(Story())
    report = kill_everywhere(bench, template, flow, check=lambda: None)
    bench.drop(template)
    print(f"{scene.__name__}: {report.points} points, {report.before} before, {report.after} after")
    assert not report.wrong
    assert report.before > 0
    assert report.after > 0
