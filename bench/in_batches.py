"""`invest` in batches, and the same row by row, without a web server."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from uuid import uuid4

import numpy as np
from django.db import connections

from bench import limits, people
from bench.listings import AMOUNT_MINOR, open_listings
from bench.row_by_row import invest_one
from bench.stage import rest
from tuppence.market.operations import invest_columns
from tuppence.market.orders import InvestColumns, InvestOrder, InvestStatus
from tuppence.postgres.cluster import Cluster

DEPOSIT_MINOR = 10_000_00
ROWS_SINGLE = 1_000


def measure(
    cluster: Cluster, *, investors: int, listings: int, sizes: Sequence[int], runs: int
) -> None:
    """Batches of several sizes, row by row, bare COPY, pgbench."""
    ids = people.crowd(investors)
    people.deposit(ids, DEPOSIT_MINOR, seed=1)
    print(f"{len(ids):,} investors, {listings:,} listings, medians of {runs} runs")
    rates = {
        size: median(in_batches(cluster, ids, size=size, listings=listings) for _ in range(runs))
        for size in sizes
    }
    for size, rate in rates.items():
        print(f"  batches of {size:>7,}          {rate:>9,.0f} investments/s")
    best = max(rates.values())
    for threads in (1, 8):
        plain = median(row_by_row(ids, threads=threads, listings=listings) for _ in range(runs))
        print(
            f"  plain Django, {threads} threads      {plain:>9,.0f} investments/s"
            f"   ours is {best / plain:,.0f} x"
        )
    bare = median(limits.bare_copy(cluster, ids, size=20_000) for _ in range(runs))
    print(f"  bare COPY of the same rows {bare:>9,.0f} a second         ours is {best / bare:.0%}")
    print(f"  pgbench TPC-B              {limits.tpc_b(cluster):>9,.0f} transactions/s")


def in_batches(cluster: Cluster, ids: np.ndarray, *, size: int, listings: int) -> float:
    """Investments a second when every investor invests once, in batches of a size."""

    random = np.random.default_rng()
    shops = np.array(open_listings(listings, AMOUNT_MINOR * (len(ids) // listings + 1)))
    members = random.permutation(ids)
    chosen = shops[np.arange(len(ids)) % listings]
    keys = people.random_keys(len(ids), int(random.integers(2**31)))
    moment = np.datetime64(people.START.replace(tzinfo=None), "us")
    rest(cluster)
    started = perf_counter()
    for start in range(0, len(ids), size):
        rows = slice(start, start + size)
        count = len(members[rows])
        orders = InvestColumns(
            keys[rows],
            members[rows],
            chosen[rows],
            np.full(count, AMOUNT_MINOR),
            np.full(count, moment),
            np.ones(count, dtype=np.bool_),
        )
        result = invest_columns(orders)
        assert (result.statuses == InvestStatus.PLACED).all()
    return len(ids) / (perf_counter() - started)


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
