"""What a PostgreSQL must not be in production: a cluster that may lose or let slip the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Read as the app's role, on a connection of the app: its own overrides count.
PRODUCTION_QUERY = """
SELECT name, setting FROM pg_settings WHERE name IN (
    'fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'autovacuum',
    'zero_damaged_pages', 'ignore_checksum_failure', 'session_replication_role',
    'ignore_system_indexes', 'row_security'
)
UNION ALL
SELECT fact.name, CASE WHEN fact.holds THEN 'on' ELSE 'off' END
FROM pg_roles role, LATERAL (VALUES
    ('app_is_superuser', role.rolsuper),
    ('app_bypasses_row_rules', role.rolbypassrls),
    ('app_creates_roles', role.rolcreaterole),
    ('app_creates_databases', role.rolcreatedb),
    ('app_replicates', role.rolreplication),
    ('app_owns_tables', EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE pg_has_role(role.oid, c.relowner, 'MEMBER') AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
          AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    )),
    ('app_owns_database', EXISTS (
        SELECT FROM pg_database d
        WHERE d.datname = current_database() AND pg_has_role(role.oid, d.datdba, 'MEMBER')
    )),
    ('app_creates_in_schema', has_schema_privilege(role.oid, 'public', 'CREATE')),
    ('app_truncates_tables', EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND has_table_privilege(role.oid, c.oid, 'TRUNCATE, TRIGGER')
          AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    )),
    ('app_switches_triggers_off',
        has_parameter_privilege(role.oid, 'session_replication_role', 'SET')),
    ('app_has_server_powers', EXISTS (
        SELECT FROM pg_roles power
        WHERE pg_has_role(role.oid, power.oid, 'MEMBER')
          AND (power.rolsuper OR power.rolbypassrls OR power.rolname IN (
            'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files',
            'pg_execute_server_program', 'pg_maintain'
          ))
    ))
) AS fact(name, holds)
WHERE role.rolname = current_user
"""


def production_faults(settings: Mapping[str, str]) -> list[str]:
    """Why this database must not hold the books; empty where nothing is wrong.

    `settings` are the rows of PRODUCTION_QUERY as name and value. A fact that was not read
    counts as a fault. Each fault is a sentence that says what to do.

    >>> sound = {name: check.sound[0] for name, check in CHECKS.items()}
    >>> production_faults(sound)
    []
    >>> production_faults(sound | {"fsync": "off"})
    ['fsync is off: a power cut would lose or damage the books. Set fsync = on.']
    """
    return [
        f"{name} is {settings.get(name, 'unknown')}: {check.danger} {check.remedy}"
        for name, check in CHECKS.items()
        if settings.get(name) not in check.sound
    ]


@dataclass(frozen=True, slots=True)
class Check:
    """One fact about a database: the values that are sound, and why others are not."""

    sound: tuple[str, ...]
    danger: str
    remedy: str


_LOSS = "a power cut would lose or damage the books."
_SILENT = "damage to the data would go unnoticed."
_REWRITE = "a flaw in the app could rewrite the books or the rules that guard them."
_REVOKE = "Use the app's own role, as the embedded cluster makes it."

# Every value of synchronous_commit but `off` waits until the commit is on this machine's disk.
CHECKS: Mapping[str, Check] = {
    "fsync": Check(("on",), _LOSS, "Set fsync = on."),
    "full_page_writes": Check(("on",), _LOSS, "Set full_page_writes = on."),
    "synchronous_commit": Check(
        ("on", "remote_apply", "remote_write", "local"),
        "commits that members were told of could be lost.",
        "Set synchronous_commit = on.",
    ),
    "data_checksums": Check(("on",), _SILENT, "Stop the server and run pg_checksums --enable."),
    "autovacuum": Check(
        ("on",), "the database would stop for want of transaction ids.", "Set autovacuum = on."
    ),
    "zero_damaged_pages": Check(("off",), _SILENT, "Set zero_damaged_pages = off."),
    "ignore_checksum_failure": Check(("off",), _SILENT, "Set ignore_checksum_failure = off."),
    "ignore_system_indexes": Check(("off",), _SILENT, "Set ignore_system_indexes = off."),
    "session_replication_role": Check(
        ("origin",), "the triggers that guard the books would not run.", "Set it to origin."
    ),
    "row_security": Check(("on",), "row rules would fail.", "Set row_security = on."),
    "app_is_superuser": Check(("off",), _REWRITE, _REVOKE),
    "app_bypasses_row_rules": Check(("off",), _REWRITE, _REVOKE),
    "app_creates_roles": Check(("off",), _REWRITE, _REVOKE),
    "app_creates_databases": Check(("off",), _REWRITE, _REVOKE),
    "app_replicates": Check(("off",), "the app could copy the whole cluster away.", _REVOKE),
    "app_owns_tables": Check(("off",), _REWRITE, "Let a role of its own own the tables."),
    "app_owns_database": Check(("off",), _REWRITE, "Let a role of its own own the database."),
    "app_creates_in_schema": Check(
        ("off",), _REWRITE, "Revoke CREATE on schema public from the app's role and from PUBLIC."
    ),
    "app_truncates_tables": Check(
        ("off",), _REWRITE, "Revoke TRUNCATE and TRIGGER on all tables from the app's role."
    ),
    "app_switches_triggers_off": Check(
        ("off",), _REWRITE, "Revoke SET ON PARAMETER session_replication_role from the app's role."
    ),
    "app_has_server_powers": Check(("off",), _REWRITE, "Revoke the app role's memberships."),
}
