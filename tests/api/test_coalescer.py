"""Calls become batches: in order, never later than need be, each with its own outcome."""

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, OperationalError, connection, connections, transaction

from tuppence.api.coalescer import Coalescer, Overloaded


class Desk:
    """An operation that doubles numbers, notes its batches, and can be held up."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Event()
        self.failures: list[Exception] = []

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.entered.set()
        assert self.open.wait(20)
        if self.failures:
            raise self.failures.pop(0)
        if any(item < 0 for item in items):
            raise DatabaseError("no negative numbers here")
        return [item * 2 for item in items]


def wait_until_queued(coalescer: Coalescer[int, int], count: int) -> None:
    deadline = time.monotonic() + 20
    while len(coalescer._queue) < count:
        assert time.monotonic() < deadline, "the calls never came"
        time.sleep(0.001)


def test_a_lonely_call_is_a_batch_of_one() -> None:
    desk = Desk()
    coalescer = Coalescer(desk)
    assert [coalescer.submit(item) for item in (1, 2)] == [2, 4]
    assert desk.batches == [[1], [2]]
    coalescer.stop()


def test_what_waits_while_a_batch_runs_is_the_next_in_order_of_arrival() -> None:
    desk = Desk()
    coalescer = Coalescer(desk, size_max=3)
    desk.open.clear()
    with ThreadPoolExecutor(8) as pool:
        results = [pool.submit(coalescer.submit, 0)]
        assert desk.entered.wait(20)
        for item in range(1, 6):
            results.append(pool.submit(coalescer.submit, item))
            wait_until_queued(coalescer, item)
        desk.open.set()
        assert [result.result(20) for result in results] == [0, 2, 4, 6, 8, 10]
    assert desk.batches == [[0], [1, 2, 3], [4, 5]]
    coalescer.stop()


def test_sixty_four_wait_in_sixty_four_threads() -> None:
    desk = Desk()
    coalescer = Coalescer(desk)
    desk.open.clear()
    with ThreadPoolExecutor(64) as pool:
        results = [pool.submit(coalescer.submit, item) for item in range(64)]
        assert desk.entered.wait(20)
        wait_until_queued(coalescer, 64 - len(desk.batches[0]))
        desk.open.set()
        assert [result.result(20) for result in results] == [item * 2 for item in range(64)]
    assert len(desk.batches) <= 2
    coalescer.stop()


def test_one_bad_call_spoils_nobody_elses() -> None:
    desk = Desk()
    coalescer = Coalescer(desk)
    desk.open.clear()
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(coalescer.submit, 0)
        assert desk.entered.wait(20)
        others = [pool.submit(coalescer.submit, item) for item in (1, -1, 2)]
        wait_until_queued(coalescer, 3)
        desk.open.set()
        assert first.result(20) == 0
        assert [others[0].result(20), others[2].result(20)] == [2, 4]
        with pytest.raises(DatabaseError, match="no negative"):
            others[1].result(20)
    assert sorted(map(len, desk.batches)) == [1, 1, 1, 1, 3]
    coalescer.stop()


def test_a_deadlock_is_tried_again_and_nobody_hears_of_it() -> None:
    desk = Desk()
    desk.failures = [OperationalError("deadlock detected")] * 2
    coalescer = Coalescer(desk)
    assert coalescer.submit(4) == 8
    assert desk.batches == [[4], [4], [4]]
    coalescer.stop()


def test_a_database_that_stays_away_is_told_to_everybody_once() -> None:
    desk = Desk()
    desk.failures = [OperationalError("no connection")] * 3
    coalescer = Coalescer(desk)
    with pytest.raises(OperationalError):
        coalescer.submit(4)
    assert coalescer.submit(5) == 10
    coalescer.stop()


def test_too_many_waiting_and_too_long_waiting_are_overload() -> None:
    desk = Desk()
    coalescer = Coalescer(desk, waiting_max=1, patience_seconds=0.05)
    desk.open.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(coalescer.submit, 1)
        assert desk.entered.wait(20)
        second = pool.submit(coalescer.submit, 2)
        with pytest.raises(Overloaded):
            first.result(20)
        wait_until_queued(coalescer, 1)
        with pytest.raises(Overloaded):
            coalescer.submit(3)
        with pytest.raises(Overloaded):
            second.result(20)
        desk.open.set()
    coalescer.stop()


@pytest.mark.django_db(transaction=True)
def test_a_caller_that_waits_may_hold_no_locks() -> None:
    coalescer = Coalescer(Desk())
    assert coalescer.submit(1) == 2
    with transaction.atomic(), pytest.raises(AssertionError, match="no locks"):
        coalescer.submit(1)
    coalescer.stop()


@pytest.mark.django_db(transaction=True)
def test_a_pooled_connection_goes_back_before_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    coalescer = Coalescer(Desk())
    closed: list[str] = []
    assert coalescer.submit(1) == 2
    monkeypatch.setattr(connections["default"], "close", lambda: closed.append("closed"))
    assert coalescer.submit(1) == 2
    assert closed == []
    with monkeypatch.context() as pooled:
        pooled.setitem(connection.settings_dict, "OPTIONS", {"pool": True})
        assert coalescer.submit(1) == 2
    assert closed == ["closed"]
    coalescer.stop()


def test_after_a_fork_the_child_has_a_thread_of_its_own() -> None:
    desk = Desk()
    coalescer = Coalescer(desk)
    assert coalescer.submit(1) == 2
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(coalescer.submit(21)).encode())
        os._exit(0)
    assert os.read(reading, 10) == b"42"
    assert os.waitpid(child, 0)[1] == 0
    coalescer.stop()
