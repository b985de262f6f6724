"""Bring up what a command needs: a database that is up to date, and Django on top of it.

Nothing here imports Django at the top: its settings read the environment, which is made first.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
import psycopg

from tuppence.postgres.cluster import Cluster, ClusterError
from tuppence.postgres.places import default_data_dir


@contextmanager
def database() -> Iterator[None]:
    """The PostgreSQL of DATABASE_URL, or else the embedded one for as long as the command lasts.

    Whoever started the embedded server stops it; a command that finds it running leaves it so.
    """
    if os.environ.get("DATABASE_URL"):
        yield
        return
    cluster = Cluster(default_data_dir())
    previous = signal.signal(signal.SIGTERM, _exit)
    try:
        _start(cluster)
        addresses = {"DATABASE_URL": cluster.url("app"), "DATABASE_OWNER_URL": cluster.url("owner")}
        os.environ.update(addresses)
        yield
    finally:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            os.environ.pop(name, None)
        if cluster.started_here:
            cluster.stop()
        signal.signal(signal.SIGTERM, previous)


@contextmanager
def platform() -> Iterator[None]:
    """A database with today's tables, and Django set up on it as the app's role."""
    embedded = not os.environ.get("DATABASE_URL")
    with database():
        set_up_django()
        _bring_tables_up_to_date(embedded=embedded)
        yield


def set_up_django() -> None:
    """Load the settings and the rooms; the address of the database must be known by now."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuppence.settings")
    django.setup()


def pending_migrations() -> list[str]:
    """The migrations of this code that the database has not had yet, in order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate() -> None:
    """Make or change the tables, as the role that owns them."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def gather_statistics() -> None:
    """Let PostgreSQL count what was just written in bulk, or its first plans would be poor."""
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ANALYZE")


def make_files() -> None:
    """Compile the translations and gather the files that pages load."""
    from django.core.management import call_command

    from tuppence.web import catalogue

    catalogue.compile_stale()
    call_command("collectstatic", interactive=False, verbosity=0)


def command(*words: str) -> list[str]:
    """The command line that runs `tuppence` with these words in a process of its own."""
    return [sys.executable, "-m", "tuppence.cli.main", *words]


def _bring_tables_up_to_date(*, embedded: bool) -> None:
    missing = pending_migrations()
    if not missing:
        return
    if not embedded:
        raise click.ClickException(
            f"The database is {len(missing)} migrations behind this code, from {missing[0]} on. "
            "Run: tuppence migrate"
        )
    click.echo(f"Making the tables ({len(missing)} steps) …", err=True)
    done = subprocess.run(  # noqa: S603 - this program itself
        command("migrate"), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(f"The tables could not be made.\n{done.stderr.strip()}")


def _start(cluster: Cluster) -> None:
    if not cluster.pgdata.exists():
        click.echo(f"Creating a PostgreSQL in {cluster.data_dir} …", err=True)
    try:
        cluster.start()
    except (ClusterError, OSError) as error:
        raise click.ClickException(str(error)) from error


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
