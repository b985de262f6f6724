"""`tuppence demo`: a small lively market in the browser, made by the real operations."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tuppence.cli import running, serve

if TYPE_CHECKING:
    from tuppence.practice.logins import Login

WORKER_STOPS_SECONDS_MAX = 20


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--seed", default=1, show_default=True, help="Another seed, another market.")
def demo(*, host: str, port: int, seed: int) -> None:
    """Open a small lively market in your browser.

    A few hundred made-up members, listings in every state and loans in every bucket: all made by
    the same operations that serve real members, so the books are right and stay so. The first
    start takes up to a minute; the data stay for the next one. Ctrl-C ends it.

    \b
    Examples:
      tuppence demo
      tuppence demo --port 8001
      tuppence books check          afterwards, or beside it
    """
    os.environ["TUPPENCE_DEMO"] = "1"
    os.environ.setdefault("TUPPENCE_SITE", f"http://localhost:{port}")
    serve.refuse_taken_port(host, port)
    with running.platform():
        running.make_files()
        from tuppence.practice.demo import built, logins

        if not built():
            build_practice(seed)
        known = logins()
        with _background_worker():
            serve.run_until_stopped(host, port, workers=1, ready=lambda url: _welcome(url, known))


def build_practice(seed: int) -> None:
    """Make the market, telling how far it is; a sentence where it does not belong here."""
    from tuppence.practice.demo import PracticeRefused, build

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("Making a market", total=None)

        def progress(step: str, done: int, of: int) -> None:
            bar.update(task, description=step, completed=done, total=of)

        try:
            build(seed=seed, at=datetime.now(UTC), progress=progress)
        except PracticeRefused as error:
            raise click.ClickException(
                f"{error} Unset DATABASE_URL, or set TUPPENCE_DATA to an empty folder."
            ) from error
    running.gather_statistics()


@contextmanager
def _background_worker() -> Iterator[None]:
    worker = subprocess.Popen(  # noqa: S603 - this program itself
        running.command("worker"), start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        try:
            worker.wait(WORKER_STOPS_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def _welcome(url: str, logins: "Sequence[Login]") -> None:
    table = Table(title="Sign in as", title_justify="left")
    for heading in ("Who", "E-mail"):
        table.add_column(heading, overflow="fold")
    for login in logins:
        table.add_row(login.persona, login.email)
    console = Console()
    console.print(f"\n[bold]{url}[/bold]   Ctrl-C ends it; the data stay.\n")
    console.print(table)
    passwords = " or ".join(sorted({login.password for login in logins}))
    console.print(f"The password of everybody: [bold]{passwords}[/bold]")
    console.print("The sign-in page offers them by one click each.")
