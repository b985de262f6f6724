"""The embedded PostgreSQL: real clusters, crashes included."""

import multiprocessing
import os
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql

from tuppence.postgres import binaries, server_process
from tuppence.postgres.address import ROLES, Role
from tuppence.postgres.cluster import Cluster, ClusterError, embedded_urls, temporary_cluster
from tuppence.postgres.places import default_data_dir, folder_closed_to
from tuppence.postgres.temporary import sweep_abandoned, temporary_folder

ROOT = os.geteuid() == 0
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shared() -> Iterator[Cluster]:
    """A running cluster for tests that leave it as it was."""
    with temporary_cluster() as cluster:
        with psycopg.connect(cluster.url("owner")) as owner:
            owner.execute("CREATE TABLE entry (id bigserial PRIMARY KEY, note text)")
        yield cluster


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that PostgreSQL's user can enter; a cluster in `pg` is ended afterwards."""
    with temporary_folder(end=lambda path: Cluster(path / "pg").kill()) as path:
        yield path


def value(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(sql.SQL(query)).fetchone()
        return row[0] if row else None


def make_rows(cluster: Cluster, count: int) -> None:
    with psycopg.connect(cluster.url("owner")) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS entry (id bigint PRIMARY KEY)")
        owner.execute("INSERT INTO entry SELECT generate_series(1, %s)", [count])


def modes(path: Path) -> dict[Path, tuple[int, int]]:
    """Mode and owner of a path and everything above it."""
    found = {}
    for each in (path, *path.parents):
        status = each.stat()
        found[each] = (stat.S_IMODE(status.st_mode), status.st_uid)
    return found


# What a new cluster is like


def test_it_is_postgresql_18_and_all_roles_get_in(shared: Cluster) -> None:
    assert shared.server_version().startswith("18.")
    for role in ROLES:
        assert value(shared.url(role), "SELECT current_user") == f"tuppence_{role}"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("jit", "off"),
        ("unix_socket_permissions", "0700"),
        ("password_encryption", "scram-sha-256"),
    ],
)
def test_settings_are_in_force(shared: Cluster, setting: str, expected: str) -> None:
    assert value(shared.url("app"), f"SHOW {setting}") == expected


def test_text_sorts_the_same_on_every_machine(shared: Cluster) -> None:
    query = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'tuppence'"
    assert value(shared.url("app"), query) == "bC.UTF-8"
    words = "(VALUES ('b'), ('B'), ('钱'), ('é'), ('a')) AS words(word)"
    query = f"SELECT string_agg(word, ' ' ORDER BY word) FROM {words}"
    assert value(shared.url("app"), query) == "B a b é 钱"
    assert value(shared.url("app"), "SELECT upper('éa')") == "ÉA"


def test_a_wrong_password_and_none_are_refused(shared: Cluster) -> None:
    url = shared.url("admin")
    for wrong in (f"{url}&password=guess", f"{url}&passfile=/dev/null"):
        with pytest.raises(psycopg.OperationalError):
            value(wrong, "SELECT 1")


def test_passwords_and_data_are_private(shared: Cluster) -> None:
    for role in ROLES:
        status = (shared.data_dir / f"{role}.pgpass").stat()
        assert (stat.S_IMODE(status.st_mode), status.st_uid) == (0o600, os.geteuid())
    for inner in (shared.pgdata, shared.socket_dir, shared.data_dir / "log"):
        assert stat.S_IMODE(inner.stat().st_mode) == 0o700
    for role in ROLES:
        assert "pgpass" in shared.url(role) and ":" not in shared.url(role).split("@")[0][13:]


def test_the_server_does_not_run_as_root(shared: Cluster) -> None:
    process = server_process.find(shared.pgdata)
    assert process is not None
    assert process.uids().real == shared.pgdata.stat().st_uid != 0


# Starting, stopping, sharing


def test_data_survive_a_restart(folder: Path) -> None:
    cluster = Cluster(folder / "pg")
    with cluster:
        make_rows(cluster, 1000)
        before = (folder / "pg" / "app.pgpass").read_text()
    assert not cluster.running()
    with Cluster(folder / "pg") as again:
        assert value(again.url("app"), "SELECT count(*) FROM entry") == 1000
    assert (folder / "pg" / "app.pgpass").read_text() == before


def test_who_finds_it_running_leaves_it_running(shared: Cluster) -> None:
    with Cluster(shared.data_dir, durable=False) as guest:
        assert not guest.started_here
        assert value(guest.url("app"), "SELECT 1") == 1
    assert shared.running()


def in_other_processes(work: Callable[[], object], *, count: int) -> list[object]:
    """The answers of so many forked processes that do the same at the same time."""
    context = multiprocessing.get_context("fork")
    answers: multiprocessing.SimpleQueue[object] = context.SimpleQueue()

    def answer() -> None:
        try:
            answers.put(work())
        except Exception as error:
            answers.put(repr(error))

    processes = [context.Process(target=answer) for _ in range(count)]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    return found


def test_of_several_starters_at_once_one_starts(folder: Path) -> None:
    def start() -> object:
        cluster = Cluster(folder / "pg", durable=False)
        cluster.start()
        return cluster.started_here, value(cluster.url("app"), "SELECT 1")

    found = in_other_processes(start, count=4)
    assert sorted(map(str, found)) == ["(False, 1)", "(False, 1)", "(False, 1)", "(True, 1)"]
    # The starter has ended by now; the server it started serves on.
    assert value(Cluster(folder / "pg").url("app"), "SELECT 1") == 1


def test_stopping_what_never_ran_does_nothing(folder: Path) -> None:
    Cluster(folder / "pg").stop()
    Cluster(folder / "pg").kill()
    assert not (folder / "pg").exists()


def test_a_urls_text_is_known_before_the_cluster_exists(folder: Path) -> None:
    cluster = Cluster(folder / "pg", durable=False)
    before: dict[Role, str] = {role: cluster.url(role) for role in ROLES}
    assert not (folder / "pg").exists()
    with cluster:
        assert {role: cluster.url(role) for role in ROLES} == before
        assert value(before["app"], "SELECT 1") == 1


def test_embedded_urls_start_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUPPENCE_DATA", str(folder))
    assert embedded_urls()["owner"] == Cluster(folder / "pg").url("owner")
    assert not (folder / "pg").exists()


# Crashes


def test_acknowledged_rows_survive_a_kill_under_load(folder: Path) -> None:
    cluster = Cluster(folder / "pg")
    cluster.start()
    make_rows(cluster, 0)
    acknowledged: list[int] = []
    enough = threading.Event()

    def write() -> None:
        with psycopg.connect(cluster.url("app"), autocommit=True) as app:
            for number in range(1_000_000):
                app.execute("INSERT INTO entry VALUES (%s)", [number])
                acknowledged.append(number)
                if number == 200:
                    enough.set()

    def write_until_the_server_dies() -> None:
        with pytest.raises(psycopg.OperationalError):
            write()

    writer = threading.Thread(target=write_until_the_server_dies)
    writer.start()
    assert enough.wait(120)
    cluster.kill()
    writer.join()
    assert not cluster.running()
    with cluster, psycopg.connect(cluster.url("app")) as app:
        kept = {row[0] for row in app.execute("SELECT id FROM entry")}
    assert set(acknowledged) <= kept
    # The one that was under way may or may not have been kept.
    assert len(kept) - len(acknowledged) in (0, 1)


def test_it_starts_again_at_once_when_only_the_postmaster_was_killed(folder: Path) -> None:
    cluster = Cluster(folder / "pg")
    cluster.start()
    make_rows(cluster, 10)
    guest = psycopg.connect(cluster.url("app"))
    try:
        guest.execute("SELECT 1")
        postmaster = server_process.find(cluster.pgdata)
        assert postmaster is not None
        postmaster.kill()
        postmaster.wait(60)
        with Cluster(folder / "pg") as again:
            assert again.started_here
            assert value(again.url("app"), "SELECT count(*) FROM entry") == 10
        with pytest.raises(psycopg.OperationalError):
            guest.execute("SELECT 1")
    finally:
        guest.close()


def test_a_pid_file_that_now_names_a_stranger_is_no_obstacle(folder: Path) -> None:
    cluster = Cluster(folder / "pg", durable=False)
    cluster.start()
    cluster.kill()
    pid_file = cluster.pgdata / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    (cluster.socket_dir / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    assert not cluster.running()
    with cluster:
        assert value(cluster.url("app"), "SELECT 1") == 1
    assert psutil.pid_exists(os.getpid())


def test_data_in_use_are_not_served_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuppence.postgres.cluster.LEFTOVER_SECONDS_MAX", 0)
    with Cluster(folder / "pg", durable=False) as cluster:
        # As it looks from another container: the numbers in the pid file mean nothing there.
        monkeypatch.setattr(server_process, "find", lambda _pgdata: None)
        with pytest.raises(ClusterError, match="still use"):
            Cluster(folder / "pg", durable=False).start()
        monkeypatch.undo()
        assert value(cluster.url("app"), "SELECT 1") == 1


def test_a_creation_cut_short_leaves_nothing_in_the_way(folder: Path) -> None:
    draft = folder / "pg" / "pgdata.new"
    draft.mkdir(parents=True)
    folder.joinpath("pg").chmod(0o711)
    (draft / "PG_VERSION").write_text("18\n")
    with Cluster(folder / "pg", durable=False) as cluster:
        assert value(cluster.url("app"), "SELECT 1") == 1
    assert not draft.exists()


def test_lost_password_files_are_made_anew(folder: Path) -> None:
    with Cluster(folder / "pg") as cluster:
        make_rows(cluster, 10)
    (folder / "pg" / "app.pgpass").unlink()
    (folder / "pg" / "admin.pgpass").unlink()
    with Cluster(folder / "pg") as cluster:
        assert value(cluster.url("app"), "SELECT count(*) FROM entry") == 10
        assert cluster.server_version().startswith("18.")


def test_data_of_another_version_are_left_alone(folder: Path) -> None:
    with Cluster(folder / "pg", durable=False) as cluster:
        cluster.stop()
        (cluster.pgdata / "PG_VERSION").write_text("17\n")
        with pytest.raises(ClusterError, match="made by PostgreSQL 17"):
            cluster.start()


def test_a_failure_to_start_says_why(folder: Path) -> None:
    with Cluster(folder / "pg", durable=False) as cluster:
        cluster.stop()
        (cluster.data_dir / "local.conf").write_text("shared_buffers = many\n")
        with pytest.raises(ClusterError, match="shared_buffers"):
            cluster.start()


# Surroundings


def test_a_path_too_long_for_a_socket_works(folder: Path) -> None:
    deep = folder / "pg" / ("钱 a,b 'quoted' " * 6).strip()
    folder.joinpath("pg").mkdir()
    folder.joinpath("pg").chmod(0o711)
    cluster = Cluster(deep, durable=False)
    try:
        with cluster:
            assert value(cluster.url("app"), "SELECT 1") == 1
            assert not cluster.socket_dir.is_relative_to(deep)
    finally:
        cluster.kill()
        cluster.socket_dir.rmdir()


def test_existing_folders_keep_their_modes(folder: Path) -> None:
    parent = folder / "shared" / "deep"
    parent.mkdir(parents=True)
    for each, mode in ((folder / "shared", 0o751), (parent, 0o1775)):
        each.chmod(mode)
    before = modes(parent)
    with Cluster(parent / "pg", durable=False) as cluster:
        assert value(cluster.url("app"), "SELECT 1") == 1
        assert modes(parent) == before
    assert modes(parent) == before


@pytest.mark.skipif(not ROOT, reason="only root's server runs as another user")
def test_a_closed_home_stays_closed_and_the_refusal_says_what_to_do(folder: Path) -> None:
    home = folder / "home"
    home.mkdir()
    home.chmod(0o700)
    before = modes(home)
    with pytest.raises(ClusterError, match=r"cannot enter .*home\. Set TUPPENCE_DATA"):
        Cluster(home / "pg").start()
    assert modes(home) == before
    assert list(home.iterdir()) == []


def command(action: str, data_dir: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tuppence.postgres.cluster", action, "--data-dir", str(data_dir)],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_callers_environment_does_not_reach_the_server(folder: Path) -> None:
    odd = {
        "LANG": "xx_YY.UTF-8",
        "LC_ALL": "de_XX",
        "PGDATA": "/nonexistent",
        "PGPORT": "1",
        "PGHOST": "nowhere.invalid",
        "PGUSER": "nobody",
        "TZ": "Asia/Shanghai",
    }
    started = command("start", folder / "pg", **odd)
    assert (started.returncode, started.stderr) == (0, "")
    url = started.stdout.strip()
    assert value(url, "SHOW timezone") == "UTC"
    assert value(url, "SELECT datcollate FROM pg_database WHERE datname = 'tuppence'") == "C.UTF-8"
    assert command("url", folder / "pg").stdout.strip() == url
    # Who stops it need not have started it.
    assert command("stop", folder / "pg").returncode == 0
    assert not Cluster(folder / "pg").running()


def test_a_failure_of_the_command_is_one_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    done = command("start", folder / "file" / "pg")
    assert done.returncode == 1
    assert "cannot be made" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not ROOT, reason="only root can become another user")
def test_an_ordinary_user_needs_no_root(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody = 65534
    programs = binaries.installed().bin_dir
    if closed := folder_closed_to(programs, uid=somebody, gid=somebody):
        pytest.skip(f"another user cannot enter {closed}")
    home = folder / "anna"
    home.mkdir(mode=0o700)
    os.chown(home, somebody, somebody)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("TUPPENCE_DATA", raising=False)

    def use() -> object:
        os.setgroups([])
        os.setgid(somebody)
        os.setuid(somebody)
        with Cluster(default_data_dir()) as cluster:
            version = cluster.server_version()
            return version[:3], cluster.pgdata.stat().st_uid, str(cluster.data_dir)

    expected = ("18.", somebody, str(home / ".local" / "share" / "tuppence" / "pg"))
    assert in_other_processes(use, count=1) == [expected]
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_cluster_whose_starter_died_is_swept_away(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    entered = temporary_cluster()

    def start_and_die() -> object:
        # Never left: the process ends inside, as one that was killed.
        return str(entered.__enter__().data_dir)

    [data_dir] = in_other_processes(start_and_die, count=1)
    abandoned = Cluster(Path(str(data_dir)), durable=False)
    made = abandoned.data_dir.parent
    try:
        assert abandoned.running()
        assert sweep_abandoned(folder, end=lambda path: None) == []  # too young to judge
        os.utime(made, (0, 0))
        with temporary_cluster() as living:
            assert living.data_dir.parent.parent == folder
            os.utime(living.data_dir.parent, (0, 0))
            assert not made.exists()
            assert sweep_abandoned(folder, end=lambda path: None) == []
            assert value(living.url("app"), "SELECT 1") == 1
        assert not abandoned.running()
    finally:
        abandoned.kill()
