"""Where a cluster lives, and who can get there."""

import os
import stat
from pathlib import Path

import pytest

from tuppence.postgres import places


def test_the_environment_names_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUPPENCE_DATA", "/srv/books")
    assert places.default_data_dir() == Path("/srv/books/pg")


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ("/home/anna/data", "/home/anna/data/tuppence/pg"),
        ("", "/home/anna/.local/share/tuppence/pg"),
        ("relative/is/invalid", "/home/anna/.local/share/tuppence/pg"),
    ],
)
def test_an_ordinary_user_keeps_data_at_home(
    monkeypatch: pytest.MonkeyPatch, configured: str, expected: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("TUPPENCE_DATA", raising=False)
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("XDG_DATA_HOME", configured)
    assert places.default_data_dir() == Path(expected)


def test_root_keeps_data_outside_home_directories(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.delenv("TUPPENCE_DATA", raising=False)
    assert places.default_data_dir() == Path("/var/lib/tuppence/pg")


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("/var/lib/tuppence/pg", True),
        ("/srv/" + "x" * 75, True),  # exactly 103 bytes with the socket's lock file
        ("/srv/" + "x" * 76, False),
        ("/srv/钱" + "x" * 73, False),  # bytes count, not letters
        ("/srv/a,b", False),  # libpq would read two hosts
    ],
)
def test_the_socket_path_fits(folder: str, inside: bool) -> None:
    socket_dir = places.socket_dir_for(Path(folder))
    assert (socket_dir == Path(folder) / "run") == inside
    assert len(os.fsencode(socket_dir / ".s.PGSQL.5432.lock")) <= 103
    assert "," not in str(socket_dir)
    assert places.socket_dir_for(Path(folder)) == socket_dir


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "closed"),
    [
        (0o700, 1, 1, True),
        (0o711, 1, 1, False),
        (0o710, 1, 0, False),
        (0o701, 1, 0, True),  # the group's bits decide for the group
        (0o700, -1, 1, False),  # the owner
        (0o077, -1, 1, True),
    ],
)
def test_a_folder_is_closed_by_its_mode(
    tmp_path: Path, mode: int, uid: int, gid: int, closed: bool
) -> None:
    """Ids are offsets: 1 is somebody else, 0 our group, -1 ourselves under another number."""
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(mode)
    status = folder.stat()
    us = 4321
    fields = list(status)
    fields[stat.ST_UID], fields[stat.ST_GID] = us, us
    user, group = (us if uid == -1 else us + uid), us + gid
    assert places.may_enter(os.stat_result(fields), uid=user, gid=group) == (not closed)


def test_the_first_closed_folder_on_the_way_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inner = tmp_path / "home" / "anna"
    inner.mkdir(parents=True)
    closed = {folder.stat().st_ino for folder in (inner, inner.parent)}
    monkeypatch.setattr(places, "may_enter", lambda status, **_ids: status.st_ino not in closed)
    assert places.folder_closed_to(tmp_path / "home/anna/pg", uid=7, gid=7) == tmp_path / "home"
    assert places.folder_closed_to(tmp_path / "pg", uid=7, gid=7) is None


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    places.make_folder(tmp_path, mode=0o777)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_a_private_folder_is_made_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        places.make_private_folder(tmp_path / "run", uid=os.geteuid(), gid=os.getegid())
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700


def test_a_folder_laid_out_by_somebody_else_is_refused(tmp_path: Path) -> None:
    open_folder, link = tmp_path / "open", tmp_path / "link"
    open_folder.mkdir(mode=0o755)
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    link.symlink_to(private)
    for folder in (open_folder, link):
        with pytest.raises(PermissionError, match="not a private folder"):
            places.make_private_folder(folder, uid=os.geteuid(), gid=os.getegid())
    with pytest.raises(PermissionError, match="not a private folder"):
        places.make_private_folder(private, uid=os.geteuid() + 1, gid=os.getegid())
