"""The system user PostgreSQL runs as: the caller, or a dedicated one where the caller is root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "tuppence-pg"
_LAST_RESORT = "nobody"


@dataclass(frozen=True, slots=True)
class ServerUser:
    """A system user; `switch` says whether a process must be started under another id."""

    name: str
    uid: int
    gid: int
    switch: bool


def server_user(pgdata: Path) -> ServerUser:
    """Who the server runs as: existing data keep their owner, else the caller or our own user.

    Raises PermissionError where the data belong to somebody else, or no user can be had.
    """
    if os.geteuid() != 0:
        return _caller(pgdata)
    if pgdata.exists():
        return _owner(pgdata)
    user = _lookup(NAME) or _create() or _lookup(_LAST_RESORT)
    if user is None:
        raise PermissionError(
            f"PostgreSQL refuses to run as root and the system user {NAME} could not be created. "
            f"Create it (useradd --system {NAME}) or run Tuppence as an ordinary user."
        )
    return user


def _caller(pgdata: Path) -> ServerUser:
    uid = os.geteuid()
    if pgdata.exists() and pgdata.stat().st_uid != uid:
        raise PermissionError(
            f"{pgdata} belongs to another user. Run Tuppence as that user, or choose another "
            "data folder with TUPPENCE_DATA."
        )
    return ServerUser(name=str(uid), uid=uid, gid=os.getegid(), switch=False)


def _owner(pgdata: Path) -> ServerUser:
    status = pgdata.stat()
    if status.st_uid == 0:
        raise PermissionError(
            f"{pgdata} belongs to root, and PostgreSQL refuses to run as root. Give it to "
            f"{NAME} (chown -R {NAME} {pgdata})."
        )
    try:
        name = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        name = str(status.st_uid)
    return ServerUser(name=name, uid=status.st_uid, gid=status.st_gid, switch=True)


def _lookup(name: str) -> ServerUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return ServerUser(name=name, uid=entry.pw_uid, gid=entry.pw_gid, switch=True)


def _create() -> ServerUser | None:
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if useradd is None:
        return None
    command = [useradd, "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME]
    # Two starters may both try; whoever is second finds the user there.
    subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - fixed arguments
    return _lookup(NAME)
