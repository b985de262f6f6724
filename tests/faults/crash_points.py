"""Kill a flow at every point where its process could die, and see what is left.

A point is before or after each SQL statement, each COPY and each COMMIT. The flow runs in a forked
process on a copy of the database, which kills itself (SIGKILL) at the point. Then the database must
be as before or as after, never between; and running the same flow again must end as one run does.
"""

import hashlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from tuppence.postgres import bulk
from tuppence.postgres.cluster import Cluster

Flow = Callable[[], object]

# After a kill that left everything as before, the flow is done again at every so many points; after
# any other, always.
RETRY_EVERY = 10


@dataclass
class Report:
    """What a flow went through: its points, and how often it was found before and after."""

    points: int = 0
    before: int = 0
    after: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Bench:
    """Makes copies of databases in the test cluster and points Django at them."""

    cluster: Cluster

    def copy(self, template: str, name: str) -> None:
        """A fresh copy; nobody may be connected to the template."""
        connection.close()
        with psycopg.connect(self.cluster.url("admin", "postgres"), autocommit=True) as admin:
            names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(**names))
            admin.execute(
                sql.SQL(
                    "CREATE DATABASE {name} TEMPLATE {template} OWNER tuppence_owner"
                    " STRATEGY file_copy"
                ).format(**names)
            )

    def drop(self, name: str) -> None:
        """Remove a copy."""
        connection.close()
        with psycopg.connect(self.cluster.url("admin", "postgres"), autocommit=True) as admin:
            admin.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    @contextmanager
    def using(self, name: str) -> Iterator[None]:
        """Django's default connection goes to this database meanwhile."""
        settings = connection.settings_dict
        before = settings["NAME"]
        connection.close()
        settings["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            settings["NAME"] = before


def kill_everywhere(
    bench: Bench, template: str, flow: Flow, *, check: Callable[[], None]
) -> Report:
    """Run the flow once whole, then once for each point; `check` raises where the books are wrong.

    `template` holds the state before the flow. Returns how often each state was found; anything
    else is in `wrong`.
    """
    report = Report()
    name = f"{template[:40]}_killed"
    bench.copy(template, name)
    with bench.using(name):
        before = digest()
        report.points = _run_in_child(flow, kill_at=None)
        after = digest()
        check()
    assert before != after, "the flow changes nothing"
    bench.copy(template, name)
    for point in range(1, report.points + 1):
        with bench.using(name):
            _run_in_child(flow, kill_at=point)
            found = digest()
            report.before += found == before
            report.after += found == after
            if found not in (before, after):
                report.wrong.append(f"point {point}: between before and after")
            # Nothing changed: the next point may use the same copy.
            if found == before and point % RETRY_EVERY:
                continue
            flow()
            if digest() != after:
                report.wrong.append(f"point {point}: doing it again ends elsewhere")
            check()
        bench.copy(template, name)
    bench.drop(name)
    return report


def digest() -> str:
    """What the database says: rows of each table, and the sum of each of its amounts."""
    with connection.cursor() as cursor:
        cursor.execute(_digest_query())
        rows = cursor.fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@cache
def _digest_query() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT class.relname, array_agg(attname::text ORDER BY attname)
                FILTER (WHERE attname LIKE '%\\_minor' AND atttypid = 'bigint'::regtype)
            FROM pg_class AS class JOIN pg_attribute ON attrelid = class.oid AND attnum > 0
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
              AND NOT relispartition AND relname NOT LIKE 'procrastinate%'
              AND relname NOT IN ('django_migrations', 'django_session', 'django_cache',
                                  'members_auditentry')  -- tells of each try, repeated ones too
            GROUP BY class.relname ORDER BY class.relname
            """
        )
        tables = cursor.fetchall()
    parts = []
    for table, amounts in tables:
        sums = ", ".join(f"coalesce(sum({column}), 0)::text" for column in amounts or [])
        parts.append(
            f"SELECT '{table}', count(*)::text, concat_ws('/', {sums or chr(39) * 2}) FROM {table}"
        )
    return " UNION ALL ".join(parts) + " ORDER BY 1"


def _run_in_child(flow: Flow, *, kill_at: int | None) -> int:
    """Run a flow in a forked process; returns the points passed, 0 where it was killed."""
    connection.close()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _be_killed_or_count(flow, kill_at, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert kill_at is not None
        return 0
    assert os.WEXITSTATUS(status) == 0, told.decode(errors="replace")
    assert kill_at is None or int(told) < kill_at
    return int(told)


def _be_killed_or_count(flow: Flow, kill_at: int | None, writer: int) -> None:
    passed = 0

    def point(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around_statement(execute: Any, *arguments: Any) -> Any:
        point()
        result = execute(*arguments)
        point()
        return result

    commit = connection._commit

    def around_commit() -> Any:
        point()
        result = commit()
        point()
        return result

    code, told = 1, b""
    try:
        connection.connection = None
        bulk.copy_hooks.append(point)
        connection._commit = around_commit
        with connection.execute_wrapper(around_statement):
            flow()
        code, told = 0, str(passed).encode()
    except BaseException:  # the child says why and ends here, whatever it was
        told = traceback.format_exc().encode()
    os.write(writer, told[-60_000:])
    sys.stdout.flush()
    os._exit(code)
