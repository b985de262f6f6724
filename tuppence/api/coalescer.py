"""Calls that arrive one at a time become batches: what waits while a batch commits is the next.

A call that finds nobody else waiting is a batch of one at once, so nothing is slower when it is
quiet. Callers wait in their own threads: 64 callers at once need 64 threads that may block.
"""

import logging
import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from django.db import OperationalError, close_old_connections, connection, connections

Item = TypeVar("Item")
Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Overloaded(Exception):
    """Too many calls wait, or this one waited too long; the same call again is safe by its key."""


class _Waiting(Generic[Item, Result]):
    """One call: what it asks, and what became of it."""

    __slots__ = ("done", "error", "item", "result")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.done = threading.Event()
        self.result: Result | None = None
        self.error: BaseException | None = None


class Coalescer(Generic[Item, Result]):
    """Hands calls of many threads to one batch operation, in their order of arrival.

    `act` takes items and gives one result an item; it opens its own transaction and keeps apart
    what carries the same key twice. Its thread starts with the first call, so after any fork, and
    has a database connection of its own.
    """

    def __init__(
        self,
        act: Callable[[Sequence[Item]], Sequence[Result]],
        *,
        size_max: int = 10_000,
        waiting_max: int = 10_000,
        patience_seconds: float = 30.0,
        attempts: int = 3,
    ) -> None:
        assert size_max > 0 and waiting_max > 0 and patience_seconds > 0 and attempts > 0
        self._act = act
        self._size_max = size_max
        self._waiting_max = waiting_max
        self._patience_seconds = patience_seconds
        self._attempts = attempts
        self._thread: threading.Thread | None = None
        self._reset()
        _all.add(self)

    def submit(self, item: Item) -> Result:
        """What became of one item, once the batch that holds it is committed.

        Raises Overloaded, or what the operation raised for this item alone.
        """
        _give_connection_back()
        waiting: _Waiting[Item, Result] = _Waiting(item)
        with self._changed:
            if len(self._queue) >= self._waiting_max:
                raise Overloaded
            self._queue.append(waiting)
            self._start()
            self._changed.notify()
        if not waiting.done.wait(self._patience_seconds):
            raise Overloaded
        if waiting.error is not None:
            raise waiting.error
        return waiting.result  # type: ignore[return-value]  # set whenever there is no error

    def stop(self) -> None:
        """End the thread after what waits now; the next call starts another."""
        with self._changed:
            thread, self._stopping = self._thread, True
            self._changed.notify()
        if thread is not None:
            thread.join()
        with self._changed:
            self._thread, self._stopping = None, False
            if self._queue:  # called while the thread ended
                self._start()

    def _reset(self) -> None:
        self._queue: deque[_Waiting[Item, Result]] = deque()
        self._changed = threading.Condition()
        self._thread = None
        self._stopping = False

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="coalescer", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            while batch := self._next_batch():
                self._answer(batch)
        finally:
            connections.close_all()

    def _next_batch(self) -> list[_Waiting[Item, Result]]:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._stopping)
            size = min(len(self._queue), self._size_max)
            return [self._queue.popleft() for _ in range(size)]

    def _answer(self, batch: Sequence[_Waiting[Item, Result]]) -> None:
        """Try a batch; where it fails for no outside reason, find out which of its items is why."""
        try:
            results = self._try([waiting.item for waiting in batch])
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, OperationalError):
                log.warning("a batch of %d is tried again one by one: %r", len(batch), error)
                for waiting in batch:
                    self._answer([waiting])
                return
            for waiting in batch:
                waiting.error = error
                waiting.done.set()
            return
        for waiting, result in zip(batch, results, strict=True):
            waiting.result = result
            waiting.done.set()

    def _try(self, items: Sequence[Item]) -> Sequence[Result]:
        """Act; deadlocks and lost connections are tried again a few times, after a short wait."""
        for attempt in range(1, self._attempts + 1):
            try:
                close_old_connections()
                results = self._act(items)
            except OperationalError:
                if attempt == self._attempts:
                    raise
                connections.close_all()
                time.sleep(random.uniform(0.005, 0.02) * attempt)  # noqa: S311 - no secret
            else:
                assert len(results) == len(items), "one result an item"
                return results
        raise AssertionError("the last attempt returns or raises")


def _give_connection_back() -> None:
    """A caller that waits must hold neither locks nor a connection that others wait for."""
    assert not connection.in_atomic_block, "a caller that waits may hold no locks"
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close()


def _forget_parents_threads() -> None:
    for coalescer in _all:
        coalescer._reset()


_all: "WeakSet[Coalescer[Any, Any]]" = WeakSet()
os.register_at_fork(after_in_child=_forget_parents_threads)
