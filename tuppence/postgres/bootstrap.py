"""The SQL that gives a new cluster its roles and its rights, and a database its doors."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tuppence.postgres.address import Role, role_name

OWNER, APP, ADMIN = role_name("owner"), role_name("app"), role_name("admin")
DATABASE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def role_statements(passwords: Mapping[Role, str]) -> list[str]:
    """Create the roles where they are missing and set their passwords; one line each.

    Only the administrator is a superuser. The owner holds the tables and runs migrations.
    The app may read and write rows; it owns nothing and bypasses nothing.
    """
    plain = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    return [
        *(
            f"DO $$ BEGIN IF to_regrole('{name}') IS NULL "
            f"THEN CREATE ROLE {name} LOGIN {plain}; END IF; END $$"
            for name in (OWNER, APP)
        ),
        *(
            f"ALTER ROLE {role_name(role)} PASSWORD {_literal(password)}"
            for role, password in passwords.items()
        ),
        # A migration may build an index for hours; the app's statements may not.
        *(f"ALTER ROLE {name} SET statement_timeout = 0" for name in (OWNER, ADMIN)),
    ]


def template_statements() -> list[str]:
    """Run in template1, so that every database made later has these rights from its birth."""
    defaults = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}"
    return [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {APP}",
        f"{defaults} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
        f"{defaults} GRANT USAGE, SELECT ON SEQUENCES TO {APP}",
        "REVOKE CONNECT, TEMPORARY ON DATABASE template1 FROM PUBLIC",
        "REVOKE CONNECT, TEMPORARY ON DATABASE postgres FROM PUBLIC",
    ]


def throwaway_statements() -> list[str]:
    """In a cluster for tests the owner also makes databases, and may flush append-only tables."""
    return [
        f"ALTER ROLE {OWNER} CREATEDB",
        f"GRANT CONNECT ON DATABASE postgres TO {OWNER}",
        f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}",
    ]


def database_statements(name: str) -> list[str]:
    """Create a database that the owner owns and the app may enter.

    Raises ValueError for a name that would need quoting.
    """
    if not DATABASE_NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} cannot name a database here. Use lower-case letters, digits and "
            "underscores, starting with a letter, at most 63."
        )
    return [
        f"CREATE DATABASE {name} OWNER {OWNER}",
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {APP}",
    ]


def _literal(text: str) -> str:
    assert "\\" not in text and "\n" not in text
    return "'" + text.replace("'", "''") + "'"
