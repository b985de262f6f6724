"""Many at once: a listing never takes too much, nobody goes below zero, nothing waits for ever.

Every test runs real threads on connections of their own, released together.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from random import Random
from typing import TypeVar

import pytest
from django.db import connection, connections, transaction

from tests.market.stalls import (
    AT,
    after,
    deposit,
    investors,
    key,
    listing,
    order,
    orders_of,
    purse,
    row,
    what_is_wrong,
)
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.models import Account
from tuppence.ledger.transfers import AccountKey, Status, Transfer
from tuppence.market import queries
from tuppence.market.models import Investment
from tuppence.market.operations import invest
from tuppence.market.operations.ending import (
    CancelOrder,
    cancel,
    close_windows,
    withdraw_listings,
)
from tuppence.market.orders import InvestOrder, InvestStatus

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
Result = TypeVar("Result")


@pytest.fixture(autouse=True)
def _books_hold() -> Iterator[None]:
    """After every test of this file the books hold."""
    yield
    assert what_is_wrong() == {}


def at_once(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """What each call gives, all of them released together by a barrier."""
    barrier = threading.Barrier(len(calls), timeout=60)

    def run(call: Callable[[], Result]) -> Result:
        try:
            connection.ensure_connection()
            barrier.wait()
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def placing(one: InvestOrder) -> Callable[[], InvestStatus]:
    return lambda: invest([one])[0].status


# --- R1: a hot listing -------------------------------------------------------------------------
@pytest.mark.parametrize("round_", range(2))
def test_room_for_twenty_of_sixty_four(round_: int) -> None:
    members, shop = investors(64), listing(20 * 50_00)
    outcomes = Counter(at_once([placing(one) for one in orders_of(members, shop, 50_00)]))
    assert outcomes == {InvestStatus.PLACED: 20, InvestStatus.LISTING_NOT_OPEN: 44}
    assert (row(shop).funded_minor, row(shop).state) == (20 * 50_00, "full")


# --- R2: one purse, many listings --------------------------------------------------------------
@pytest.mark.parametrize("round_", range(4))
def test_one_purse_is_spent_once(round_: int) -> None:
    (ann,) = investors(1, minor=100_00)
    shops = [listing(1_000_00) for _ in range(50)]
    orders = [order(f"{round_}/{shop}", ann, shop, 100_00) for shop in shops]
    calls = [placing(one) for one in orders]
    outcomes = Counter(at_once(calls))
    assert outcomes == {InvestStatus.PLACED: 1, InvestStatus.EXCEEDS_AVAILABLE: 49}
    assert purse(ann) == (0, 100_00)


def test_one_purse_is_spent_once_by_orders_and_a_withdrawal_together() -> None:
    for round_ in range(4):
        (ann,) = investors(1, minor=100_00)
        shops = [listing(1_000_00) for _ in range(10)]
        orders = [order(f"with/{round_}/{shop}", ann, shop, 100_00) for shop in shops]
        taken = at_once([*(placing(one) for one in orders), _withdrawing(ann, 100_00, round_)])
        done = [one for one in taken if one in {InvestStatus.PLACED, Status.CREATED}]
        assert len(done) == 1
        assert purse(ann)[0] == 0


def _withdrawing(member_id: int, minor: int, number: int) -> Callable[[], object]:
    available = AccountKey(AccountKind.MEMBER_AVAILABLE, member_id, "EUR")
    in_flight = AccountKey(AccountKind.PAYOUTS_IN_FLIGHT, 0, "EUR")
    ids = ledger.open_accounts([available, in_flight], at=AT)
    transfer = Transfer(
        id=key("withdraw", member_id, number),
        debit_account_id=ids[available],
        credit_account_id=ids[in_flight],
        amount_minor=minor,
        kind="withdrawal",
        occurred_at=AT,
        recorded_at=AT,
        group_id=key("withdraw", member_id, number),
    )
    return lambda: ledger.post([transfer])[0]


# --- R3: the first row -------------------------------------------------------------------------
@pytest.mark.parametrize("round_", range(10))
def test_two_first_uses_of_a_key_place_once(round_: int) -> None:
    (ann,) = investors(1)
    shop = listing(1_000_00)
    one = order(f"first/{round_}", ann, shop)
    outcomes = Counter(at_once([placing(one)] * 2))
    assert outcomes == {InvestStatus.PLACED: 1, InvestStatus.EXISTS: 1}
    assert Investment.objects.count() == 1


@pytest.mark.parametrize("round_", range(5))
def test_one_key_for_two_listings_places_once(round_: int) -> None:
    (ann,) = investors(1)
    orders = [order(f"either/{round_}", ann, listing(1_000_00)) for _ in range(4)]
    outcomes = Counter(at_once([placing(one) for one in orders]))
    assert outcomes == {InvestStatus.PLACED: 1, InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS: 3}


@pytest.mark.parametrize("round_", range(5))
def test_two_first_openings_of_a_purse_make_one(round_: int) -> None:
    purses = [AccountKey(AccountKind.MEMBER_AVAILABLE, 7_000 + round_, "USD")]
    opened = at_once([lambda: ledger.open_accounts(purses, at=AT)] * 4)
    assert len({ids[purses[0]] for ids in opened}) == 1
    assert Account.objects.filter(owner_id=7_000 + round_).count() == 1


# --- Nothing waits for ever --------------------------------------------------------------------
def test_batches_over_the_same_purses_in_any_order_do_not_block_each_other() -> None:
    members = investors(300, minor=1_000_00)
    shops = [listing(10_000_00) for _ in range(4)]

    def batch(number: int) -> Callable[[], Counter[InvestStatus]]:
        chosen = Random(number).sample(members, len(members))
        orders = [
            order(f"mixed/{number}/{member}", member, shops[(number + member) % 4], 1_00)
            for member in chosen
        ]
        return lambda: Counter(outcome.status for outcome in invest(orders))

    outcomes = at_once([batch(number) for number in range(8)])
    assert sum(outcomes, Counter()) == {InvestStatus.PLACED: 8 * 300}


def test_investing_cancelling_closing_and_withdrawing_at_once() -> None:
    members = investors(40, minor=1_000_00)
    shops = [listing(300_00, window_days=5 + number % 3) for number in range(8)]
    placed = {
        shop: orders_of(members[number * 5 : number * 5 + 5], shop, 30_00, "before")
        for number, shop in enumerate(shops)
    }
    for orders in placed.values():
        invest(orders)

    def investing(number: int) -> Callable[[], object]:
        random = Random(number)
        batches = [
            [
                order(f"storm/{number}/{n}/{member}", member, random.choice(shops), 10_00)
                for member in random.sample(members, 10)
            ]
            for n in range(6)
        ]
        return lambda: [invest(batch) for batch in batches]

    def cancelling(number: int) -> Callable[[], object]:
        orders = [
            CancelOrder(one.key, one.member_id, after(1))
            for shop in Random(number).sample(shops, len(shops))
            for one in placed[shop][number : number + 2]
        ]
        return lambda: [cancel(orders[n : n + 4]) for n in range(0, len(orders), 4)]

    done = at_once(
        [
            *(investing(number) for number in range(5)),
            *(cancelling(number) for number in range(3)),
            lambda: [close_windows(at=after(days)) for days in (5, 6, 7)],
            lambda: withdraw_listings(shops[5:], at=after(2)),
            lambda: deposit(members[:20], 5_00),
        ]
    )
    assert len(done) == 11
    close_windows(at=after(30))
    assert {row(shop).state for shop in shops} <= {"full", "expired", "withdrawn"}


def test_a_pay_out_sees_who_came_while_it_waited() -> None:
    """A listing is read after its lock: the last investor's time to think is not overlooked."""
    ann, bob = investors(2)
    shop = listing(100_00, reflection_days=4)
    invest([order("first", ann, shop, 50_00)])
    placed = threading.Event()

    def paying() -> datetime | None:
        assert placed.wait(20)
        with transaction.atomic():
            return queries.lock_listing_states([shop])[shop].latest_revocable_until

    def last() -> None:
        with transaction.atomic():
            invest([order("last", bob, shop, 50_00, at=after(3))])
            placed.set()
            _wait_until_somebody_waits()

    calls: list[Callable[[], datetime | None]] = [paying, last]
    assert at_once(calls) == [after(7), None]


def _wait_until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(1_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            found = cursor.fetchone()
            if found and found[0]:
                return
            cursor.execute("SELECT pg_sleep(0.002)")
    raise AssertionError("nobody came to wait for the listing")
