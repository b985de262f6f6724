"""Where a cluster lives: data, sockets, and the folders the server's user must be able to enter."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from tuppence.postgres.address import PORT

SYSTEM_HOME = Path("/var/lib/tuppence")
# sun_path holds 108 bytes with its closing zero on Linux, 104 on macOS and the BSDs.
SOCKET_PATH_BYTES_MAX = 103


def default_home() -> Path:
    """Tuppence's folder for data: TUPPENCE_DATA, else the system's (root) or the user's own."""
    if configured := os.environ.get("TUPPENCE_DATA"):
        return Path(configured).expanduser().absolute()
    if os.geteuid() == 0:
        return SYSTEM_HOME
    configured = os.environ.get("XDG_DATA_HOME", "")
    # The XDG specification: a relative path is invalid and must be ignored.
    base = Path(configured) if configured.startswith("/") else Path.home() / ".local" / "share"
    return base / "tuppence"


def default_data_dir() -> Path:
    """The folder of the embedded cluster."""
    return default_home() / "pg"


def socket_dir_for(data_dir: Path) -> Path:
    """The folder of the socket: inside the data folder, or a short one where that is too long.

    The answer depends on the data folder and the user only, never on the environment, so that
    every process finds the same socket.
    """
    inside = data_dir / "run"
    longest = os.fsencode(inside / f".s.PGSQL.{PORT}.lock")
    # libpq reads a comma as a list of hosts.
    if len(longest) <= SOCKET_PATH_BYTES_MAX and b"," not in longest:
        return inside
    digest = hashlib.blake2b(os.fsencode(data_dir), digest_size=8).hexdigest()
    return Path("/tmp") / f"tuppence-{os.geteuid()}-{digest}"  # noqa: S108 - checked on use


def folder_closed_to(path: Path, *, uid: int, gid: int) -> Path | None:
    """The first existing folder on the way to the path that this user cannot enter, if any."""
    for folder in [*reversed(path.parents), path]:
        try:
            status = folder.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISDIR(status.st_mode) and not may_enter(status, uid=uid, gid=gid):
            return folder
    return None


def make_folder(path: Path, *, mode: int, owner: tuple[int, int] | None = None) -> None:
    """Create a folder with exactly this mode; one that exists is left as it is."""
    try:
        path.mkdir(mode=mode)
    except FileExistsError:
        return
    path.chmod(mode)
    if owner is not None:
        os.chown(path, *owner)


def make_private_folder(path: Path, *, uid: int, gid: int) -> None:
    """Create a folder for this user only, or make sure that an existing one is just that.

    Raises PermissionError where somebody else got there first: the folder may lie under /tmp.
    """
    make_folder(path, mode=0o700, owner=(uid, gid))
    status = path.lstat()
    private = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) & 0o077 == 0
    if not private or status.st_uid != uid:
        raise PermissionError(
            f"{path} is not a private folder of user id {uid}. Remove it, or choose another "
            "data folder with TUPPENCE_DATA."
        )


def sync_folder(path: Path) -> None:
    """Make a renaming inside this folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def temporary_parent(*, uid: int, gid: int) -> Path:
    """A folder for temporary files that this user can enter."""
    candidates = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108
    for candidate in candidates:
        if candidate.is_dir() and folder_closed_to(candidate, uid=uid, gid=gid) is None:
            return candidate
    raise PermissionError("PostgreSQL's user can enter no folder for temporary files.")


def may_enter(status: os.stat_result, *, uid: int, gid: int) -> bool:
    """Whether a folder's mode lets this user pass through it."""
    if uid == 0:
        return True
    if status.st_uid == uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
