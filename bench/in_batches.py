"""`invest` in batches, and the same row by row, without a web server."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from uuid import uuid4

import numpy as np
import psutil
from django.db import connection, connections

from bench import limits, people
from bench.listings import AMOUNT_MINOR, open_listings
from bench.row_by_row import invest_one
from bench.stage import rest
from tuppence.market.operations import invest_columns
from tuppence.market.orders import InvestColumns, InvestOrder, InvestStatus
from tuppence.postgres.cluster import Cluster

DEPOSIT_MINOR = 10_000_00
ROWS_SINGLE = 1_000


@dataclass(frozen=True)
class Run:
    """Investments a second by the clock, and by the processor time of both processes.

    The second is what a machine gives that does nothing else: the two work by turns.
    """

    by_clock: float
    by_processor: float


def measure(
    cluster: Cluster, *, investors: int, listings: int, sizes: Sequence[int], runs: int
) -> None:
    """Batches of several sizes, row by row, bare COPY, pgbench."""
    ids = people.crowd(investors)
    people.deposit(ids, DEPOSIT_MINOR, seed=1)
    print(
        f"{len(ids):,} investors, {listings:,} listings, medians of {runs} runs (slowest-fastest)"
    )
    best = 0.0
    for size in sizes:
        found = [in_batches(cluster, ids, size=size, listings=listings) for _ in range(runs)]
        by_clock = sorted(run.by_clock for run in found)
        best = max(best, median(by_clock))
        by_processor = median(run.by_processor for run in found)
        print(
            f"  batches of {size:>7,}          {median(by_clock):>9,.0f} investments/s"
            f" ({by_clock[0]:,.0f}-{by_clock[-1]:,.0f}), by processor time {by_processor:,.0f}"
        )
    for threads in (1, 8):
        plain = median(row_by_row(ids, threads=threads, listings=listings) for _ in range(runs))
        print(
            f"  plain Django, {threads} threads      {plain:>9,.0f} investments/s"
            f"   ours is {best / plain:,.0f} x"
        )
    bare = median(limits.bare_copy(cluster, ids, size=20_000) for _ in range(runs))
    print(f"  bare COPY of the same rows {bare:>9,.0f} a second         ours is {best / bare:.0%}")
    print(f"  pgbench TPC-B              {limits.tpc_b(cluster):>9,.0f} transactions/s")


def in_batches(cluster: Cluster, ids: np.ndarray, *, size: int, listings: int) -> Run:
    """Every investor invests once, in batches of a size; starts right after a checkpoint."""
    random = np.random.default_rng()
    shops = np.array(open_listings(listings, AMOUNT_MINOR * (len(ids) // listings + 1)))
    orders = InvestColumns(
        keys=people.random_keys(len(ids), int(random.integers(2**31))),
        member_ids=random.permutation(ids),
        listing_ids=shops[np.arange(len(ids)) % listings],
        amounts_minor=np.full(len(ids), AMOUNT_MINOR),
        at=np.full(len(ids), np.datetime64(people.START.replace(tzinfo=None), "us")),
        consents=np.ones(len(ids), dtype=np.bool_),
    )
    rest(cluster)
    backend = _backend()
    processor, started = _processor_seconds(backend), perf_counter()
    for start in range(0, len(ids), size):
        result = invest_columns(orders.chosen(np.arange(start, min(start + size, len(ids)))))
        assert (result.statuses == InvestStatus.PLACED).all()
    seconds = perf_counter() - started
    return Run(len(ids) / seconds, len(ids) / (_processor_seconds(backend) - processor))


def _backend() -> psutil.Process:
    """The process of PostgreSQL that serves this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0])


def _processor_seconds(backend: psutil.Process) -> float:
    used = backend.cpu_times()
    return float(process_time() + used.user + used.system)


def row_by_row(ids: np.ndarray, *, threads: int, listings: int) -> float:
    """Investments a second of the plain Django code, from one thread or several."""

    shops = open_listings(min(listings, 1_000), AMOUNT_MINOR * ROWS_SINGLE)
    members = np.random.default_rng().choice(ids, ROWS_SINGLE, replace=False).tolist()
    orders = [_order(member, shops[number % len(shops)]) for number, member in enumerate(members)]

    def work(mine: Sequence[InvestOrder]) -> None:
        try:
            for order in mine:
                assert invest_one(order) is InvestStatus.PLACED
        finally:
            connections.close_all()

    started = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, [orders[number::threads] for number in range(threads)]))
    return ROWS_SINGLE / (perf_counter() - started)


def _order(member_id: int, listing_id: int) -> InvestOrder:
    return InvestOrder(uuid4(), member_id, listing_id, AMOUNT_MINOR, people.START, consent=True)
