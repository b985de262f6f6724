"""The `tuppence` command as somebody meets it who has never seen it."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner
from django.conf import settings

from tuppence.cli import demo, running, serve
from tuppence.cli.bench import measurements
from tuppence.cli.main import COMMANDS, main
from tuppence.postgres.cluster import Cluster, temporary_cluster

TUPPENCE = [sys.executable, "-m", "tuppence.cli.main"]


def test_help_names_every_command_and_where_to_begin() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    for name, place in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(place.summary)}$", said, re.MULTILINE)
    assert "tuppence demo" in said


@pytest.mark.parametrize(
    "words",
    ["demo", "serve", "worker", "migrate", "bench", "books", "books check", "books export",
     "books trial-balance", "books statement"],
)  # fmt: skip
def test_each_command_teaches_by_examples(words: str) -> None:
    done = CliRunner().invoke(main, [*words.split(), "--help"])
    assert done.exit_code == 0
    assert "Example" in done.output
    assert f"tuppence {words}" in done.output


def test_a_wrong_word_is_answered_with_a_way_out() -> None:
    done = CliRunner().invoke(main, ["bocks"])
    assert done.exit_code == 2
    assert "No such command 'bocks'" in done.output


def test_help_and_calc_start_without_django() -> None:
    code = (
        "import sys; from tuppence.cli.main import main;"
        "main(['calc', 'schedule', '-'], standalone_mode=False);"
        "print(sorted({'django', 'psycopg', 'rich'} & set(sys.modules)))"
    )
    item = json.dumps(
        {
            "principal": "100",
            "annual_rate_percent": "8",
            "instalments": 2,
            "start": "2026-01-31",
        }
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=item, capture_output=True, text=True, check=True
    )
    answer, modules = done.stdout.rsplit("\n", 2)[:2]
    assert len(json.loads(answer)["rows"]) == 2
    assert modules == "[]"


def test_the_measurements_of_the_repository_are_found() -> None:
    assert "schedules" in measurements()
    assert "people" not in measurements()
    done = CliRunner().invoke(main, ["bench", "nonsense"])
    assert done.exit_code == 1
    assert "Choose:" in done.output


# --- The address -------------------------------------------------------------------------------
@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_said_before_anything_starts(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "platform", lambda: pytest.fail("nothing may start"))
    monkeypatch.setenv("TUPPENCE_DEMO", "0")
    with taken_port() as port:
        done = CliRunner().invoke(main, [command, "--port", str(port)])
    assert done.exit_code == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in done.output
    assert "--port" in done.output


def test_a_host_that_is_none_is_said() -> None:
    with pytest.raises(click.ClickException, match="Cannot listen"):
        serve.refuse_taken_port("no.such.host.invalid", 8000)
    serve.refuse_taken_port("127.0.0.1", free_port())


# --- The whole, on a database of its own --------------------------------------------------------
@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a command on a machine where nothing was started yet."""
    with temporary_cluster() as fresh:
        data_dir = fresh.data_dir
        fresh.stop()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("TUPPENCE_", "DATABASE_"))}
        files = tmp_path_factory.mktemp("files")
        yield kept | {"TUPPENCE_DATA": str(data_dir.parent), "TUPPENCE_FILES": str(files)}


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TUPPENCE, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
def test_a_command_starts_what_it_needs_and_leaves_nothing_running(home: dict[str, str]) -> None:
    first = run(home, "books", "check", "--json")
    assert first.returncode == 0, first.stderr
    assert "Making the tables" in first.stderr
    assert json.loads(first.stdout)["holds"] is True
    assert not Cluster(Path(home["TUPPENCE_DATA"]) / "pg").running()
    second = run(home, "migrate", "--plan")
    assert second.stdout == "The tables are up to date.\n"


@pytest.mark.slow
def test_a_database_behind_the_code_is_said_not_changed(home: dict[str, str]) -> None:
    with Cluster(Path(home["TUPPENCE_DATA"]) / "pg") as cluster:
        cluster.ensure_database("behind")
        addresses = {
            "DATABASE_URL": cluster.url("app", "behind"),
            "DATABASE_OWNER_URL": cluster.url("owner", "behind"),
        }
        done = run(home | addresses, "books", "check")
        assert done.returncode == 1
        assert "migrations behind this code" in done.stderr
        assert "tuppence migrate" in done.stderr
        assert "migrations done" in run(home | addresses, "migrate").stdout
        assert run(home | addresses, "books", "check").returncode == 0


@pytest.mark.slow
def test_serving_is_refused_where_the_books_would_not_be_safe(home: dict[str, str]) -> None:
    """The cluster of tests is not durable, and no secret is set."""
    done = run(home, "serve", "--port", str(free_port()))
    assert done.returncode == 1
    assert "Not safe to serve" in done.stderr
    assert "TUPPENCE_SECRET_KEY is not set" in done.stderr


@pytest.mark.parametrize(
    ("secret", "faults", "changed"),
    [
        ("k8-" * 3 + "a long text of letters and digits 0123456789", [], {}),
        ("", ["TUPPENCE_SECRET_KEY is not set"], {}),
        ("secret", ["TUPPENCE_SECRET_KEY can be guessed"], {}),
        ("x" * 60, ["TUPPENCE_SECRET_KEY can be guessed"], {}),
        ("0123456789abcdef" * 3, ["TUPPENCE_DEMO is on"], {"TUPPENCE_DEMO": True}),
        ("0123456789abcdef" * 3, ["TUPPENCE_DEBUG is on"], {"DEBUG": True}),
        (
            "0123456789abcdef" * 3,
            ["TUPPENCE_EMAIL_BACKEND sends nothing"],
            {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
        ),
    ],
)
def test_settings_that_must_not_meet_members_are_named(
    monkeypatch: pytest.MonkeyPatch, secret: str, faults: list[str], changed: dict[str, object]
) -> None:
    monkeypatch.setenv("TUPPENCE_SECRET_KEY", secret)
    safe = {
        "SECRET_KEY": secret,
        "DEBUG": False,
        "TUPPENCE_DEMO": False,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    }
    found = serve.settings_faults(SimpleNamespace(**(safe | changed)))
    assert [fault[: len(start)] for fault, start in zip(found, faults, strict=True)] == faults


@pytest.mark.slow
def test_the_address_is_told_once_it_answers_and_ctrl_c_ends_it(home: dict[str, str]) -> None:
    port = free_port()
    serving = (
        "from tuppence.cli import running, serve\n"
        "with running.platform():\n"
        "    running.make_files()\n"
        f"    serve.run_until_stopped('127.0.0.1', {port}, workers=1,"
        " ready=lambda url: print(url, flush=True))\n"
    )
    script = Path(home["TUPPENCE_FILES"]) / "serving.py"
    script.write_text("def go():\n    " + serving.replace("\n", "\n    ") + "\n"
                      "if __name__ == '__main__':\n    go()\n")  # fmt: skip
    with subprocess.Popen(
        [sys.executable, script], env=home, stdout=subprocess.PIPE, text=True
    ) as p:
        assert p.stdout is not None
        assert p.stdout.readline() == f"http://localhost:{port}/\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/web/tuppence.css") as answer:
            assert answer.status == 200
        p.send_signal(2)
        assert p.wait(60) == 0
    assert not Cluster(Path(home["TUPPENCE_DATA"]) / "pg").running()


@pytest.mark.django_db
def test_practice_data_are_never_put_among_real_members(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.models import Manager

    monkeypatch.setattr(settings, "TUPPENCE_DEMO", True)
    monkeypatch.setattr(Manager, "exists", lambda self: True)
    with pytest.raises(click.ClickException, match="do not belong among them"):
        demo.build_practice(seed=1)
