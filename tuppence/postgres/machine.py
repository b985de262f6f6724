"""What this machine, or this container, offers a server."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import psutil

_LIMIT_FILES = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
# Docker gives a container 64 MB unless told otherwise, too little for a parallel hash join.
_SHARED_BYTES_MIN = 512 * 1024**2


def memory_bytes() -> int:
    """The machine's memory, or the container's share of it where that is less."""
    limits = [limit for file in _LIMIT_FILES if (limit := _limit_bytes(file)) > 0]
    return min([int(psutil.virtual_memory().total), *limits])


def dynamic_shared_memory_type() -> str:
    """Where parallel queries share memory: in files where /dev/shm is as small as Docker's."""
    shared = Path("/dev/shm")  # noqa: S108 - only measured
    if sys.platform == "linux" and _size_bytes(shared) < _SHARED_BYTES_MIN:
        return "mmap"
    return "posix"


def _size_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).total
    except OSError:
        return 0


def _limit_bytes(file: Path) -> int:
    """The limit a control group's file states, 0 where it states none."""
    try:
        text = file.read_text().strip()
    except OSError:
        return 0
    return int(text) if text.isdigit() else 0
