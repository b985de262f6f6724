"""What the machine offers, and the programs and the user the server gets on it."""

import os
import stat
from pathlib import Path

import psutil
import pytest

from tuppence.postgres import binaries, machine, server_user
from tuppence.postgres.server_user import ServerUser

SOMEBODY = ServerUser(name="somebody", uid=65534, gid=65534, switch=True)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("1073741824\n", 1024**3),
        ("max\n", None),
        ("9223372036854771712\n", None),  # how older kernels say "no limit"
        ("0\n", None),
        ("", None),
    ],
)
def test_a_containers_limit_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stated: str, expected: int | None
) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text(stated)
    monkeypatch.setattr(machine, "_LIMIT_FILES", (tmp_path / "absent", limit))
    assert machine.memory_bytes() == (expected or psutil.virtual_memory().total)


@pytest.mark.parametrize(
    ("size_bytes", "expected"), [(64 * 1024**2, "mmap"), (0, "mmap"), (8 * 1024**3, "posix")]
)
def test_a_small_shared_memory_is_avoided(
    monkeypatch: pytest.MonkeyPatch, size_bytes: int, expected: str
) -> None:
    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setattr(machine, "_size_bytes", lambda _folder: size_bytes)
    assert machine.dynamic_shared_memory_type() == expected


def test_the_wheel_carries_our_postgresql() -> None:
    assert binaries.installed().version().split(".")[0] == str(binaries.MAJOR)


def test_the_caller_runs_the_programs_where_they_are(tmp_path: Path) -> None:
    caller = ServerUser(name="caller", uid=os.geteuid(), gid=os.getegid(), switch=False)
    assert binaries.reachable_by(caller, home=tmp_path) == binaries.installed()
    assert list(tmp_path.iterdir()) == []


def test_another_user_gets_a_whole_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "folder_closed_to", lambda *_path, **_ids: None)
    before = os.umask(0o077)
    try:
        copy = binaries.reachable_by(SOMEBODY, home=tmp_path / "home")
    finally:
        os.umask(before)
    # Its libraries were copied with it: the program runs.
    assert copy.version() == binaries.installed().version()
    assert copy.bin_dir.is_relative_to(tmp_path / "home")
    for path in (tmp_path / "home").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) in (0o755, 0o644)
    made = copy.bin_dir.stat().st_ino
    again = binaries.reachable_by(SOMEBODY, home=tmp_path / "home")
    assert (again, again.bin_dir.stat().st_ino) == (copy, made)
    assert len(list((tmp_path / "home").iterdir())) == 1


def test_a_copy_nobody_can_reach_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "folder_closed_to", lambda *_path, **_ids: tmp_path)
    with pytest.raises(PermissionError, match="cannot enter"):
        binaries.reachable_by(SOMEBODY, home=tmp_path / "home")


def test_a_missing_wheel_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_PACKAGE", "no_such_package")
    with pytest.raises(FileNotFoundError, match="pip install"):
        binaries.installed()


def test_an_ordinary_caller_runs_the_server_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid or 1000)
    user = server_user.server_user(tmp_path / "absent")
    assert (user.uid, user.switch) == (os.geteuid(), False)


def test_data_of_another_user_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(PermissionError, match="belongs to another user"):
        server_user.server_user(tmp_path)


@pytest.mark.parametrize(
    ("known", "expected"),
    [({"tuppence-pg", "nobody"}, "tuppence-pg"), ({"nobody"}, "nobody"), (set(), None)],
)
def test_root_prefers_the_dedicated_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: set[str], expected: str | None
) -> None:
    def lookup(name: str) -> ServerUser | None:
        return ServerUser(name=name, uid=7, gid=7, switch=True) if name in known else None

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(server_user, "_lookup", lookup)
    monkeypatch.setattr(server_user.shutil, "which", lambda *_name, **_path: None)
    if expected is None:
        with pytest.raises(PermissionError, match="useradd --system tuppence-pg"):
            server_user.server_user(tmp_path / "absent")
    else:
        assert server_user.server_user(tmp_path / "absent").name == expected


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets data of its own")
def test_data_of_root_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PermissionError, match="belongs to root"):
        server_user.server_user(tmp_path)
