"""Folders for clusters of tests: gone afterwards, also where the test run was killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tuppence.postgres import places, server_user

_PREFIX = "tuppence-pg-"
_OWNER_LOCK = "owner.lock"
_SETTLED_SECONDS = 60


@contextlib.contextmanager
def temporary_folder(*, end: Callable[[Path], None]) -> Iterator[Path]:
    """A new folder the server's user can enter; `end` ends what runs in it before it goes."""
    user = server_user.server_user(Path("/nonexistent"))
    parent = places.temporary_parent(uid=user.uid, gid=user.gid)
    sweep_abandoned(parent, end=end)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    folder.chmod(0o711 if user.switch else 0o700)
    owner_lock = os.open(folder / _OWNER_LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(owner_lock, fcntl.LOCK_EX)
        yield folder
    finally:
        end(folder)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(owner_lock)


def sweep_abandoned(parent: Path, *, end: Callable[[Path], None]) -> list[Path]:
    """End and remove our temporary folders whose maker died; the folders removed.

    A maker holds its folder's owner lock as long as it lives, so a lock that can be had belongs
    to nobody.
    """
    removed = []
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if _abandoned(folder):
                end(folder)
                shutil.rmtree(folder)
                removed.append(folder)
    return removed


def _abandoned(folder: Path) -> bool:
    status = folder.lstat()
    # A folder just made may not have its lock yet.
    if status.st_uid != os.geteuid() or time.time() - status.st_mtime < _SETTLED_SECONDS:
        return False
    descriptor = os.open(folder / _OWNER_LOCK, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
