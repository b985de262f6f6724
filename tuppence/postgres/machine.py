"""How much memory this process may count on."""

from __future__ import annotations

from pathlib import Path

import psutil

_LIMIT_FILES = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def machine_memory_bytes() -> int:
    """The machine's memory, or the container's share of it where that is less."""
    limits = [limit for file in _LIMIT_FILES if (limit := _limit_bytes(file)) > 0]
    return min([int(psutil.virtual_memory().total), *limits])


def _limit_bytes(file: Path) -> int:
    """The limit a control group's file states, 0 where it states none."""
    try:
        text = file.read_text().strip()
    except OSError:
        return 0
    return int(text) if text.isdigit() else 0
