"""The embedded PostgreSQL: one folder holds the data, one process the server, many use it.

    with Cluster(default_data_dir()) as cluster:
        psycopg.connect(cluster.url("app"))

Who starts the server stops it; whoever finds it running uses it and leaves it running. The
folder holds `pgdata` (the data), `run` (the socket), `log`, one password file a role, the
configuration (written afresh at each start; put settings of your own into `local.conf`) and a
lock file that lets one starter in at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import psycopg

from tuppence.postgres import (
    binaries,
    bootstrap,
    machine,
    places,
    server_process,
    server_user,
    tuning,
)
from tuppence.postgres.address import PORT, ROLES, Role, database_url, role_name
from tuppence.postgres.places import default_data_dir
from tuppence.postgres.temporary import temporary_folder

DATABASE = "tuppence"
# Crash recovery after a long outage may take hours, and giving up would not make it faster.
WAIT_SECONDS_MAX = 24 * 60 * 60
LEFTOVER_SECONDS_MAX = 60

StopMode = Literal["smart", "fast", "immediate"]


class ClusterError(Exception):
    """The cluster could not be created, started or stopped; the text says what to do."""


class Cluster:
    """One embedded PostgreSQL cluster in one folder."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        """`durable=False` is for tests only: its data do not survive a crash of the machine."""
        self.data_dir = Path(os.path.realpath(data_dir.expanduser()))
        self.durable = durable
        self.pgdata = self.data_dir / "pgdata"
        self.socket_dir = places.socket_dir_for(self.data_dir)
        self.started_here = False
        self._inherited: tuple[int, ...] = ()

    def start(self) -> None:
        """Create the cluster if it is new, start it if it is not running, wait until it is ready.

        Safe to call from several processes at once. Raises ClusterError or OSError with a
        sentence that says what to do.
        """
        self._make_data_dir()
        with self._locked():
            if server_process.found_ready(self.pgdata, seconds=WAIT_SECONDS_MAX):
                return
            with self._server_lock():
                self._clear_after_crash()
                self._write_configuration()
                self._make_run_folders()
                if self.pgdata.exists():
                    self._check_major_version()
                    self._restore_lost_passwords()
                else:
                    self._create()
                self._launch()
                self.started_here = True

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server, whoever started it; nothing happens where it is not running."""
        if not self.pgdata.exists():
            return
        self._user()
        with self._locked():
            self.started_here = False
            if server_process.find(self.pgdata) is not None:
                self._pg_ctl("stop", "-m", mode)

    def kill(self) -> None:
        """Kill the server and all its processes at once, as a power cut would: for fault tests."""
        self.started_here = False
        postmaster = server_process.find(self.pgdata)
        if postmaster is None:
            return
        if not server_process.kill_with_children(postmaster, seconds=LEFTOVER_SECONDS_MAX):
            raise ClusterError("PostgreSQL's processes do not end. Restart the machine.")

    def running(self) -> bool:
        """Whether the server's process is there; it may still be starting or recovering."""
        return server_process.find(self.pgdata) is not None

    def url(self, role: Role, database: str = DATABASE) -> str:
        """The URL to connect by in this role; right also before the cluster is created."""
        password_file = self._password_file(role)
        return database_url(role, database, socket_dir=self.socket_dir, password_file=password_file)

    def ensure_database(self, name: str) -> None:
        """Create a database with our roles' rights, unless it exists."""
        statements = bootstrap.database_statements(name)
        with self._administer() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone() is None:
                for statement in statements:
                    connection.execute(statement.encode())

    def server_version(self) -> str:
        """The running server's version, such as 18.4."""
        with self._administer() as connection:
            return connection.info.parameter_status("server_version") or ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.started_here:
            self.stop()

    # Folders and files

    def _make_data_dir(self) -> None:
        user = self._user()
        if closed := places.folder_closed_to(self.data_dir, uid=user.uid, gid=user.gid):
            raise ClusterError(
                f"PostgreSQL runs as the system user {user.name}, who cannot enter {closed}. "
                "Set TUPPENCE_DATA to a folder outside home directories, such as "
                f"{places.SYSTEM_HOME}."
            )
        try:
            for folder in reversed(self.data_dir.parents):
                places.make_folder(folder, mode=0o755 if user.switch else 0o700)
            # Root's server user passes through to its own folders; the passwords stay root's.
            places.make_folder(self.data_dir, mode=0o711 if user.switch else 0o700)
        except OSError as error:
            raise ClusterError(
                f"The data folder {self.data_dir} cannot be made ({error.strerror}). Set "
                "TUPPENCE_DATA to a folder you may write to."
            ) from error

    def _make_run_folders(self) -> None:
        user = self._user()
        for folder in (self.socket_dir, self.data_dir / "log"):
            places.make_private_folder(folder, uid=user.uid, gid=user.gid)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _server_lock(self) -> Iterator[None]:
        """A lock that PostgreSQL's processes inherit and hold as long as one of them lives.

        So data that are still in use are recognised even where the process numbers say nothing:
        after a crash that left some processes behind, or from inside another container.
        """
        descriptor = os.open(self.data_dir / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            deadline = time.monotonic() + LEFTOVER_SECONDS_MAX
            while not _try_lock(descriptor):
                if time.monotonic() > deadline:
                    raise ClusterError(
                        f"Processes of another or an earlier PostgreSQL still use {self.pgdata}. "
                        "End them, then start again."
                    )
                time.sleep(0.05)
            self._inherited = (descriptor,)
            yield
        finally:
            self._inherited = ()
            os.close(descriptor)

    def _write_configuration(self) -> None:
        disk_free_bytes = shutil.disk_usage(self.data_dir).free
        profile = tuning.settings_for if self.durable else tuning.throwaway_settings_for
        settings = profile(machine.memory_bytes(), disk_free_bytes, os.cpu_count() or 1)
        settings |= {
            "unix_socket_directories": f'"{self.socket_dir}"',
            "hba_file": str(self.data_dir / "pg_hba.conf"),
            "ident_file": str(self.data_dir / "pg_ident.conf"),
            "log_directory": str(self.data_dir / "log"),
            "dynamic_shared_memory_type": machine.dynamic_shared_memory_type(),
        }
        text = tuning.configuration_text(settings) + "include_if_exists = 'local.conf'\n"
        self._write("postgresql.conf", text, mode=0o644)
        self._write("pg_hba.conf", _HBA, mode=0o644)
        self._write("pg_ident.conf", "", mode=0o644)

    def _write(self, name: str, text: str, *, mode: int) -> None:
        descriptor, draft = tempfile.mkstemp(prefix=f".{name}-", dir=self.data_dir)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(self.data_dir / name)

    def _password_file(self, role: Role) -> Path:
        return self.data_dir / f"{role}.pgpass"

    # Creation

    def _create(self) -> None:
        draft = self.data_dir / "pgdata.new"
        shutil.rmtree(draft, ignore_errors=True)
        user = self._user()
        places.make_private_folder(draft, uid=user.uid, gid=user.gid)
        arguments = ["-D", str(draft), "-U", bootstrap.ADMIN, "--encoding=UTF8"]
        arguments += ["--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        # Our own pg_hba.conf, which trusts nobody, is in force from the first start on.
        arguments += ["--data-checksums", "--auth=trust", "--no-instructions"]
        arguments += [] if self.durable else ["--no-sync"]
        self._run("initdb", *arguments)
        statements = bootstrap.template_statements() + bootstrap.database_statements(DATABASE)
        statements += [] if self.durable else bootstrap.throwaway_statements()
        self._set_passwords(draft, ROLES, then=statements)
        # From here on it exists as a whole; a creation cut short leaves only a draft.
        draft.rename(self.pgdata)
        places.sync_folder(self.data_dir)

    def _restore_lost_passwords(self) -> None:
        if lost := [role for role in ROLES if not self._password_file(role).exists()]:
            self._set_passwords(self.pgdata, lost)

    def _set_passwords(self, pgdata: Path, roles: Sequence[Role], then: Sequence[str] = ()) -> None:
        """Give the roles new passwords; a file is written last, so one that exists is right."""
        passwords = {role: secrets.token_urlsafe(32) for role in roles}
        self._run_alone(pgdata, [*bootstrap.role_statements(passwords), *then])
        for role, password in passwords.items():
            line = f"*:*:*:{role_name(role)}:{password}\n"
            self._write(self._password_file(role).name, line, mode=0o600)

    def _check_major_version(self) -> None:
        found = (self.pgdata / "PG_VERSION").read_text().strip()
        if found != str(binaries.MAJOR):
            raise ClusterError(
                f"{self.pgdata} was made by PostgreSQL {found}, this is {binaries.MAJOR}. Export "
                "the data with the version that wrote them and import them into a new folder."
            )

    def _run_alone(self, pgdata: Path, statements: Sequence[str]) -> None:
        """Run statements in single-user mode, in template1, while no server is running."""
        options = ["--single", "-D", str(pgdata), "-c", f"config_file={self._configuration}"]
        options += ["-c", "exit_on_error=on", "-c", "logging_collector=off", "template1"]
        self._run("postgres", *options, text="\n".join(statements) + "\n")

    # The server's process

    def _launch(self) -> None:
        log = self.data_dir / "log" / "start.log"
        options = shlex.join(["-c", f"config_file={self._configuration}"])
        self._pg_ctl("start", "-l", str(log), "-o", options)

    def _pg_ctl(self, action: str, *arguments: str) -> None:
        waiting = ["-w", "-t", str(WAIT_SECONDS_MAX), "--silent"]
        self._run("pg_ctl", action, "-D", str(self.pgdata), *waiting, *arguments)

    def _clear_after_crash(self) -> None:
        """Remove what a crashed server left behind; nobody serves these data while we are here.

        PostgreSQL would refuse to start where the old process number now belongs to another
        process of the same user, as it often does after a restart of the machine.
        """
        (self.pgdata / "postmaster.pid").unlink(missing_ok=True)
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.socket_dir / name).unlink(missing_ok=True)

    # Running programs

    @property
    def _configuration(self) -> Path:
        return self.data_dir / "postgresql.conf"

    def _user(self) -> server_user.ServerUser:
        return server_user.server_user(self.pgdata)

    def _run(self, program: str, *arguments: str, text: str = "") -> None:
        user = self._user()
        programs = binaries.reachable_by(user, home=places.SYSTEM_HOME)
        switched = {"user": user.uid, "group": user.gid, "extra_groups": []} if user.switch else {}
        done = subprocess.run(  # noqa: S603 - our own programs, no shell
            [programs.program(program), *arguments],
            input=text,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            # Nothing of the caller's locale, time zone or PG variables reaches the server.
            env={"LC_ALL": "C.UTF-8", "PATH": os.defpath, "TZ": "UTC"},
            umask=0o077,
            pass_fds=self._inherited,
            **switched,  # type: ignore[call-overload]  # the three belong together or not at all
        )
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip())[-2000:]
            raise ClusterError(f"{program} failed: {said}\n{self._log_tail()}".rstrip())

    def _log_tail(self) -> str:
        logs = sorted((self.data_dir / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)
        if not logs:
            return ""
        text = logs[-1].read_text(errors="replace")
        return f"The end of {logs[-1]}:\n{text[-2000:]}"

    @contextlib.contextmanager
    def _administer(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.url("admin", "postgres"), autocommit=True) as connection:
            yield connection


def embedded_urls() -> dict[Role, str]:
    """The URLs of the embedded cluster's three roles; nothing is started or created."""
    cluster = Cluster(default_data_dir())
    return {role: cluster.url(role) for role in ROLES}


@contextlib.contextmanager
def temporary_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A running cluster in a new folder, ended and removed afterwards: for tests.

    `durable=True` keeps every acknowledged commit through `kill()`, as a real cluster does.
    """

    def inside(folder: Path) -> Cluster:
        return Cluster(folder / "pg", durable=durable)

    with temporary_folder(end=lambda folder: inside(folder).kill()) as folder:
        cluster = inside(folder)
        cluster.start()
        yield cluster


_HBA = f"""\
local  all          all               scram-sha-256
local  replication  {bootstrap.ADMIN}  scram-sha-256
"""


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    from tuppence.postgres.developer_command import main

    main()
