"""What each role may do in the embedded PostgreSQL, and what nobody writes into its log."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from tuppence.postgres.cluster import Cluster, temporary_cluster


@pytest.fixture(scope="module")
def shared() -> Iterator[Cluster]:
    """A running cluster for tests that leave it as it was."""
    with temporary_cluster() as cluster:
        with psycopg.connect(cluster.url("owner")) as owner:
            owner.execute("CREATE TABLE entry (id bigserial PRIMARY KEY, note text)")
        yield cluster


def value(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(sql.SQL(query)).fetchone()
        return row[0] if row else None


WRITES = [
    "INSERT INTO entry (note) VALUES ('a')",
    "UPDATE entry SET note = 'b'",
    "DELETE FROM entry",
    "SELECT nextval('entry_id_seq')",
    "CREATE TEMPORARY TABLE draft (id bigint)",
]
FORBIDDEN = [
    "TRUNCATE entry",
    "DROP TABLE entry",
    "ALTER TABLE entry ADD COLUMN extra text",
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "CREATE TRIGGER t BEFORE INSERT ON entry EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE TABLE mine (id bigint)",
    "CREATE SCHEMA mine",
    "CREATE DATABASE mine",
    "CREATE ROLE mine",
    "CREATE EXTENSION vector",
    "ALTER ROLE tuppence_app SUPERUSER",
    "ALTER ROLE tuppence_owner PASSWORD 'x'",
    "ALTER SYSTEM SET fsync = off",
    "ALTER DATABASE tuppence SET synchronous_commit = off",
    "SET ROLE tuppence_owner",
    "SET SESSION AUTHORIZATION tuppence_owner",
    "SET session_replication_role = replica",
    "SELECT rolpassword FROM pg_authid",
    "COPY entry TO PROGRAM 'true'",
    "COPY entry FROM '/etc/hostname'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tuppence_admin'",
]


@pytest.mark.parametrize("statement", WRITES)
def test_the_app_reads_and_writes_rows(shared: Cluster, statement: str) -> None:
    with psycopg.connect(shared.url("app")) as app:
        cursor = app.execute(sql.SQL(statement))
        assert cursor.statusmessage
        app.rollback()


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_app_cannot(shared: Cluster, statement: str) -> None:
    with (
        psycopg.connect(shared.url("admin")),
        psycopg.connect(shared.url("app"), autocommit=True) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(sql.SQL(statement))


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_the_app_enters_its_own_database_only(shared: Cluster, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        value(shared.url("app", database), "SELECT 1")


def test_the_owner_is_no_superuser() -> None:
    with temporary_cluster(durable=True) as cluster:
        query = (
            "SELECT count(*) FROM pg_roles WHERE rolname IN ('tuppence_owner', 'tuppence_app') AND "
            "(rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)"
        )
        assert value(cluster.url("owner"), query) == 0
        with (
            psycopg.connect(cluster.url("owner"), autocommit=True) as owner,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            owner.execute("SET session_replication_role = replica")


def test_another_database_has_the_same_rights(shared: Cluster) -> None:
    for _ in range(2):
        shared.ensure_database("practice_run")
    with psycopg.connect(shared.url("owner", "practice_run")) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS entry (id bigserial, note text)")
    url = shared.url("app", "practice_run")
    assert value(url, "INSERT INTO entry (note) VALUES ('a') RETURNING note") == "a"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        value(url, "TRUNCATE entry")


@pytest.mark.parametrize(
    "name", ["", "Upper", "a-b", 'x"; DROP DATABASE tuppence', "1st", "a" * 64]
)
def test_a_name_that_would_need_quoting_is_refused(shared: Cluster, name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a database here"):
        shared.ensure_database(name)


def test_statements_and_details_stay_out_of_the_log(shared: Cluster) -> None:
    secret = "anna@example.org"
    with psycopg.connect(shared.url("owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE person (email text PRIMARY KEY)")
        owner.execute("INSERT INTO person VALUES (%s)", [secret])
        with pytest.raises(psycopg.errors.UniqueViolation, match=secret):
            owner.execute(sql.SQL("INSERT INTO person VALUES ({})").format(secret))
    text = "".join(log.read_text() for log in (shared.data_dir / "log").iterdir())
    assert "duplicate key value" in text
    assert secret not in text
