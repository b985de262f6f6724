"""The startup self-check: no database that may lose or let slip the books (catalogue, C9)."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from tuppence.postgres.cluster import Cluster, temporary_cluster
from tuppence.postgres.production import CHECKS, PRODUCTION_QUERY, production_faults

SOUND = {name: check.sound[0] for name, check in CHECKS.items()}
ON_OFF = [name for name in CHECKS if name != "session_replication_role"]


@pytest.fixture(scope="module")
def books() -> Iterator[Cluster]:
    with temporary_cluster(durable=True) as cluster:
        with psycopg.connect(cluster.url("owner")) as owner:
            owner.execute("CREATE TABLE entry (id bigint PRIMARY KEY, amount_minor bigint)")
        yield cluster


def facts(cluster: Cluster) -> dict[str, str]:
    with psycopg.connect(cluster.url("app")) as connection:
        return dict(connection.execute(PRODUCTION_QUERY).fetchall())


def faulty(settings: dict[str, str]) -> list[str]:
    return [fault.split(" is ", 1)[0] for fault in production_faults(settings)]


@pytest.mark.parametrize("name", ON_OFF)
def test_each_bad_setting_is_refused(name: str) -> None:
    bad = "off" if SOUND[name] == "on" else "on"
    assert faulty(SOUND | {name: bad}) == [name]


@pytest.mark.parametrize("name", list(CHECKS))
def test_a_fact_that_could_not_be_read_is_a_fault(name: str) -> None:
    known = {other: value for other, value in SOUND.items() if other != name}
    assert faulty(known) == [name]


@pytest.mark.parametrize("value", ["on", "local", "remote_write", "remote_apply"])
def test_commits_that_reach_a_disk_are_sound(value: str) -> None:
    assert production_faults(SOUND | {"synchronous_commit": value}) == []


def test_every_fault_says_what_to_do() -> None:
    faults = production_faults({})
    assert len(faults) == len(CHECKS) >= 12
    assert all(fault.count(". ") >= 1 and fault.endswith(".") for fault in faults)


def test_the_embedded_cluster_is_fit_for_the_books(books: Cluster) -> None:
    assert set(facts(books)) == set(CHECKS)
    assert production_faults(facts(books)) == []


def test_a_cluster_for_tests_is_refused() -> None:
    with temporary_cluster() as cluster:
        assert faulty(facts(cluster)) == ["fsync", "full_page_writes", "synchronous_commit"]


APP, OWNER = "tuppence_app", "tuppence_owner"
# A change of owner takes the old owner's rights along.
MEND_DATABASE = (
    f"ALTER DATABASE tuppence OWNER TO {OWNER}; "
    f"GRANT CONNECT, TEMPORARY ON DATABASE tuppence TO {APP}"
)


@pytest.mark.parametrize(
    ("spoil", "mend", "expected"),
    [
        (
            f"ALTER ROLE {APP} SET synchronous_commit = off",
            f"ALTER ROLE {APP} RESET synchronous_commit",
            {"synchronous_commit"},
        ),
        (
            f"ALTER ROLE {APP} BYPASSRLS",
            f"ALTER ROLE {APP} NOBYPASSRLS",
            {"app_bypasses_row_rules"},
        ),
        (f"ALTER ROLE {APP} CREATEROLE", f"ALTER ROLE {APP} NOCREATEROLE", {"app_creates_roles"}),
        (f"ALTER ROLE {APP} CREATEDB", f"ALTER ROLE {APP} NOCREATEDB", {"app_creates_databases"}),
        (f"ALTER ROLE {APP} REPLICATION", f"ALTER ROLE {APP} NOREPLICATION", {"app_replicates"}),
        (f"ALTER ROLE {APP} SUPERUSER", f"ALTER ROLE {APP} NOSUPERUSER", {"app_is_superuser"}),
        (
            f"ALTER TABLE entry OWNER TO {APP}",
            f"ALTER TABLE entry OWNER TO {OWNER}",
            {"app_owns_tables", "app_truncates_tables"},
        ),
        (f"GRANT {OWNER} TO {APP}", f"REVOKE {OWNER} FROM {APP}", {"app_owns_tables"}),
        (
            f"ALTER DATABASE tuppence OWNER TO {APP}",
            MEND_DATABASE,
            {"app_owns_database"},
        ),
        (
            f"GRANT CREATE ON SCHEMA public TO {APP}",
            f"REVOKE CREATE ON SCHEMA public FROM {APP}",
            {"app_creates_in_schema"},
        ),
        (
            f"GRANT TRUNCATE ON entry TO {APP}",
            f"REVOKE TRUNCATE ON entry FROM {APP}",
            {"app_truncates_tables"},
        ),
        (
            f"GRANT TRIGGER ON entry TO {APP}",
            f"REVOKE TRIGGER ON entry FROM {APP}",
            {"app_truncates_tables"},
        ),
        (
            f"GRANT SET ON PARAMETER session_replication_role TO {APP}",
            f"REVOKE SET ON PARAMETER session_replication_role FROM {APP}",
            {"app_switches_triggers_off"},
        ),
        (
            f"GRANT pg_write_all_data TO {APP}",
            f"REVOKE pg_write_all_data FROM {APP}",
            {"app_has_server_powers"},
        ),
        (
            f"GRANT pg_execute_server_program TO {APP}",
            f"REVOKE pg_execute_server_program FROM {APP}",
            {"app_has_server_powers"},
        ),
    ],
)
def test_the_query_sees_what_an_operator_spoiled(
    books: Cluster, spoil: str, mend: str, expected: set[str]
) -> None:
    with psycopg.connect(books.url("admin"), autocommit=True) as admin:
        admin.execute(sql.SQL(spoil))
        try:
            assert expected <= set(faulty(facts(books)))
        finally:
            admin.execute(sql.SQL(mend))
    assert production_faults(facts(books)) == []


def test_the_operators_own_configuration_is_checked_too() -> None:
    with temporary_cluster(durable=True) as cluster:
        cluster.stop()
        (cluster.data_dir / "local.conf").write_text("full_page_writes = off\nautovacuum = off\n")
        cluster.start()
        assert faulty(facts(cluster)) == ["full_page_writes", "autovacuum"]
