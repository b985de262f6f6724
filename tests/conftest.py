"""A real PostgreSQL for every test run: an own embedded cluster, gone afterwards."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples

from tuppence.postgres.address import django_database
from tuppence.postgres.cluster import Cluster, temporary_cluster

# How long an example takes is the machine's affair: a busy one may not turn a test red.
examples.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("untimed")
SHARED_DATA = Path(
    os.environ.get("TUPPENCE_SHARED_DATA", Path(__file__).parents[1].parent / "shared" / "data")
)
# Tables without a managed model: the flush of a transactional test has to name them.
UNMANAGED = (
    "events_event",
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
)


@pytest.fixture(autouse=True)
def _language_of_the_platform() -> Iterator[None]:
    """A page in Chinese leaves its language behind; the next test begins in the platform's."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The embedded cluster of this test process."""
    with temporary_cluster() as running:
        with psycopg.connect(running.url("admin", "postgres"), autocommit=True) as admin:
            admin.execute("ALTER ROLE tuppence_owner CREATEDB")
            admin.execute("GRANT SET ON PARAMETER session_replication_role TO tuppence_owner")
            admin.execute("GRANT CONNECT ON DATABASE postgres TO tuppence_owner")
        yield running


@pytest.fixture(scope="session")
def django_db_modify_db_settings(cluster: Cluster) -> None:
    """Point Django at the cluster, as the owner of the tables."""
    entry = django_database(cluster.url("owner"))
    connections["default"].settings_dict.update(entry)


@pytest.fixture(scope="session", autouse=True)
def _flush_append_only_tables() -> Iterator[None]:
    """Let the flush between transactional tests empty the append-only tables too."""
    execute_sql_flush = DatabaseOperations.execute_sql_flush

    def flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        tables = [name for name in UNMANAGED if name in self.connection.introspection.table_names()]
        with self.connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            extra = [f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"] if tables else []
            execute_sql_flush(self, [*sql_list, *extra])
        finally:
            with self.connection.cursor() as cursor:
                cursor.execute("RESET session_replication_role")

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data sets; tests that need it are skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(
            f"real data sets are not at {SHARED_DATA}; set TUPPENCE_SHARED_DATA to their folder"
        )
    return SHARED_DATA


@pytest.fixture
def app_connection(cluster: Cluster, django_db_setup: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the test database as the app's own role, which owns nothing."""
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(cluster.url("app", str(name)), autocommit=True) as connection:
        yield connection
