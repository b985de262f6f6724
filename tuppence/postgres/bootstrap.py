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
    statements = []
    for name in (OWNER, APP):
        statements.append(
            f"DO $$ BEGIN IF to_regrole('{name}') IS NULL "
            f"THEN CREATE ROLE {name} LOGIN {plain}; END IF; END $$"
        )
    for role, password in passwords.items():
        statements.append(f"ALTER ROLE {role_name(role)} PASSWORD {_literal(password)}")
    # A migration may build an index for hours; the app's statements may not.
    statements += [f"ALTER ROLE {name} SET statement_timeout = 0" for name in (OWNER, ADMIN)]
    return statements


def template_statements() -> list[str]:
    """Run in template1, so that every database made later has these rights from its birth."""
    return [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {APP}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} "
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {APP}",
        "REVOKE CONNECT, TEMPORARY ON DATABASE template1 FROM PUBLIC",
        "REVOKE CONNECT, TEMPORARY ON DATABASE postgres FROM PUBLIC",
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
