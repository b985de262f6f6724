"""The server's process: found by its pid file, known by the folder it works in."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

# The line that tells the server's state (utils/pidfile.h, LOCK_FILE_LINE_PM_STATUS).
_STATUS_LINE = 8


def find(pgdata: Path) -> psutil.Process | None:
    """The server of these data, if the pid file names a live process that is really it."""
    lines = _pid_file_lines(pgdata)
    if not lines or not lines[0].strip().isdigit():
        return None
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(int(lines[0]))
        if _serves(process, pgdata):
            return process
    return None


def found_ready(pgdata: Path, *, seconds: float) -> bool:
    """Whether a server of these data runs, once it is through with its start or its end.

    False where there is none, where it ended meanwhile, or where it took longer than this.
    """
    deadline = time.monotonic() + seconds
    while find(pgdata) is not None and time.monotonic() < deadline:
        lines = _pid_file_lines(pgdata)
        if len(lines) >= _STATUS_LINE and lines[_STATUS_LINE - 1].strip() == "ready":
            return True
        time.sleep(0.05)
    return False


def kill_with_children(postmaster: psutil.Process, *, seconds: float) -> bool:
    """Kill the server and all its processes, the server first; whether all are gone."""
    try:
        processes = [postmaster, *postmaster.children(recursive=True)]
    except psutil.NoSuchProcess:
        return True
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    return _wait_until_gone(processes, seconds=seconds)


def _wait_until_gone(processes: Sequence[psutil.Process], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(_lives(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def _serves(process: psutil.Process, pgdata: Path) -> bool:
    """Whether this is a server of these data: PostgreSQL works inside its data folder."""
    if not _lives(process) or process.name() != "postgres":
        return False
    try:
        return process.cwd() == str(pgdata)
    except psutil.AccessDenied:
        # Some containers hide the folder even from root; then the owner must do.
        return bool(process.uids().real == pgdata.stat().st_uid)


def _lives(process: psutil.Process) -> bool:
    """Whether it runs. A dead one that nobody buries holds nothing, so it counts as gone."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _pid_file_lines(pgdata: Path) -> list[str]:
    try:
        return (pgdata / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []
