"""What the machine can do at most: the same rows without any rules, and PostgreSQL's own bench."""

import subprocess
from time import perf_counter

import numpy as np
import psycopg
from django.db import transaction

from bench import people
from bench.listings import AMOUNT_MINOR
from bench.stage import rest
from tuppence.postgres import binaries, bulk
from tuppence.postgres.bulk import Field
from tuppence.postgres.cluster import Cluster

BARE = {
    "bare_transfer": "ledger_transfer",
    "bare_investment": "market_investment",
    "bare_event": "events_event",
}


def bare_copy(cluster: Cluster, ids: np.ndarray, *, size: int) -> float:
    """The same three rows an investment, copied into tables with the same indexes and no rules."""

    with psycopg.connect(cluster.url("owner"), autocommit=True) as owner:
        for bare, like in BARE.items():
            owner.execute(f"DROP TABLE IF EXISTS {bare}")
            owner.execute(
                f"CREATE TABLE {bare} (LIKE {like}"
                " INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES)"
            )
    rest(cluster)
    keys = people.random_keys(len(ids), 5)
    moments = np.full(len(ids), np.datetime64(people.START.replace(tzinfo=None), "us"))
    started = perf_counter()
    for start in range(0, len(ids), size):
        rows = slice(start, start + size)
        who, at, key = bulk.bigints(ids[rows]), bulk.timestamps(moments[rows]), keys[rows]
        amounts = bulk.constant(AMOUNT_MINOR)
        count = len(key)
        with transaction.atomic():
            bulk.copy_columns("bare_transfer", _transfer(key, who, amounts, at), count)
            bulk.copy_columns("bare_investment", _investment(key, who, amounts, at), count)
            bulk.copy_columns("bare_event", _event(who, amounts, at), count)
    return len(ids) / (perf_counter() - started)


def _transfer(keys: np.ndarray, who: Field, amounts: Field, at: Field) -> dict[str, Field]:
    key = bulk.uuids(keys)
    texts = {"kind": bulk.constant("order_placed"), "subject_kind": bulk.constant("listing")}
    return {
        "id": key,
        "group_id": key,
        "debit_account_id": who,
        "credit_account_id": who,
        "amount_minor": amounts,
        "subject_id": bulk.constant(1),
        "occurred_at": at,
        "recorded_at": at,
    } | texts


def _investment(keys: np.ndarray, who: Field, amounts: Field, at: Field) -> dict[str, Field]:
    return {
        "id": bulk.uuids(keys),
        "listing_id": bulk.constant(1),
        "member_id": who,
        "amount_minor": amounts,
        "placed_at": at,
        "revocable_until": at,
    }


def _event(who: Field, amounts: Field, at: Field) -> dict[str, Field]:
    return {
        "verb": bulk.constant("investment.placed"),
        "at": at,
        "member_id": who,
        "subject_kind": bulk.constant("listing"),
        "subject_id": bulk.constant(1),
        "amount_minor": amounts,
        "currency": bulk.constant("EUR"),
    }


def tpc_b(cluster: Cluster) -> float:
    """Transactions a second of PostgreSQL's own small bank, eight clients, ten seconds."""

    cluster.ensure_database("pgbench")
    program = binaries.installed().program("pgbench")
    address = cluster.url("owner", "pgbench")
    subprocess.run([program, "-i", "-s", "20", "-q", address], check=True, capture_output=True)
    done = subprocess.run(
        [program, "-c", "8", "-j", "2", "-T", "10", "-M", "prepared", address],
        check=True,
        capture_output=True,
        text=True,
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])
