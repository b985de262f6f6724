"""A platform of its own for a measurement: durable, with production settings, gone afterwards."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from tuppence.postgres.cluster import Cluster, temporary_cluster

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def stage() -> Iterator[Cluster]:
    """A running cluster with today's tables, and Django set up on it as the app's own role."""
    with temporary_cluster(durable=True) as cluster:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tuppence.settings",
            "DATABASE_URL": cluster.url("app"),
            "DATABASE_OWNER_URL": cluster.url("owner"),
            "TUPPENCE_SECRET_KEY": "only for this measurement",
        }
        for command in (["migrate", "--verbosity=0"], ["createcachetable"]):
            subprocess.run(
                [sys.executable, "-m", "django", *command],
                env=os.environ | {"TUPPENCE_DATABASE_ROLE": "owner"},
                check=True,
            )
        import django
        from django.db import connections

        django.setup()
        try:
            yield cluster
        finally:
            connections.close_all()


def rest(cluster: Cluster) -> None:
    """Write everything out, so that the next run does not pay for the last one."""
    with psycopg.connect(cluster.url("admin"), autocommit=True) as admin:
        admin.execute("VACUUM (ANALYZE) ledger_account")
        admin.execute("CHECKPOINT")


def machine(cluster: Cluster) -> str:
    """The machine and the settings that the figures depend on, in two lines."""
    names = ("shared_buffers", "max_wal_size", "wal_compression", "fsync", "synchronous_commit")
    with psycopg.connect(cluster.url("admin"), autocommit=True) as admin:
        settings = [f"{name}={_setting(admin, name)}" for name in names]
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, load before {load:.1f},"
        f" Python {platform.python_version()}, PostgreSQL {cluster.server_version()}\n"
        f"{', '.join(settings)}"
    )


def _setting(admin: psycopg.Connection, name: str) -> str:
    row = admin.execute("SELECT current_setting(%s)", [name]).fetchone()
    return str(row[0]) if row else ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
