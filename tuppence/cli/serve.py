"""`tuppence serve`: the website and the API."""

import http.client
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import click

from tuppence.cli import running

# As many members as may wait for one batch of investments at once.
BLOCKING_THREADS = 64
WAIT_FOR_ANSWER_SECONDS_MAX = 60
SECRET_LENGTH_MIN = 32
SENDS_NOTHING = tuple(
    f".{name}.EmailBackend" for name in ("console", "dummy", "filebased", "locmem")
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def serve(*, host: str, port: int, workers: int) -> None:
    """Serve the website and the API until Ctrl-C.

    Refuses to start where the books would not be safe: a database that can lose commits, an app
    role that may change history, or the public default secret.

    \b
    Set at least:
      TUPPENCE_SECRET_KEY   a long random text, kept secret
      TUPPENCE_HOSTS        the host names of the site, separated by commas
      TUPPENCE_HTTPS=1      behind a proxy that speaks HTTPS
      TUPPENCE_EMAIL_BACKEND  how mails are delivered
    \b
    Examples:
      tuppence serve
      tuppence serve --host 0.0.0.0 --port 8080 --workers 4
    """
    refuse_taken_port(host, port)
    with running.platform():
        faults = production_faults()
        if faults:
            reasons = "\n".join(f"  - {fault}" for fault in faults)
            raise click.ClickException(f"Not safe to serve:\n{reasons}")
        running.make_files()
        run_until_stopped(host, port, workers=workers, ready=lambda url: click.echo(f"Open {url}"))


def refuse_taken_port(host: str, port: int) -> None:
    """Raises a sentence where nobody can listen there, before anything is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host}:{port} ({error.strerror}). Choose another with --port."
        ) from error


def production_faults() -> list[str]:
    """Why this platform must not serve real members; empty where nothing is wrong."""
    from django.conf import settings
    from django.db import connection

    from tuppence.postgres import production

    with connection.cursor() as cursor:
        cursor.execute(production.PRODUCTION_QUERY)
        faults = production.production_faults(dict(cursor.fetchall()))
    return faults + settings_faults(settings)


def settings_faults(settings: Any) -> list[str]:
    """What of the settings must not meet real members."""
    faults = []
    if not os.environ.get("TUPPENCE_SECRET_KEY"):
        faults.append(
            "TUPPENCE_SECRET_KEY is not set: everybody knows the default and could sign in as "
            "anybody. Set it to a long random text and keep it."
        )
    elif len(settings.SECRET_KEY) < SECRET_LENGTH_MIN or len(set(settings.SECRET_KEY)) < 10:
        faults.append(
            "TUPPENCE_SECRET_KEY can be guessed, and with it anybody's session. Set it to a "
            f"random text of at least {SECRET_LENGTH_MIN} letters."
        )
    if settings.DEBUG:
        faults.append("TUPPENCE_DEBUG is on: error pages would show secrets. Unset it.")
    if settings.TUPPENCE_DEMO:
        faults.append("TUPPENCE_DEMO is on: anybody could sign up with anybody's e-mail. Unset it.")
    if settings.EMAIL_BACKEND.endswith(SENDS_NOTHING):
        faults.append(
            "TUPPENCE_EMAIL_BACKEND sends nothing: nobody could sign up, and links that set a new "
            "password would lie about here. Set it to django.core.mail.backends.smtp.EmailBackend"
            " or another that delivers."
        )
    return faults


def run_until_stopped(host: str, port: int, *, workers: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is told the address once it answers."""
    from django.conf import settings
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    # A fresh process for each worker: none inherits a connection, a lock or a thread.
    multiprocessing.set_start_method("spawn", force=True)
    connections.close_all()
    server = Granian(
        "tuppence.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=BLOCKING_THREADS,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
        static_path_route=[settings.STATIC_URL.rstrip("/")],
        static_path_mount=[settings.STATIC_ROOT],
    )
    watching = threading.Thread(target=_tell_when_it_answers, args=(host, port, ready), daemon=True)
    watching.start()
    try:
        server.serve()
    except SystemExit:
        # Ctrl-C reaches the workers too; that they ended first is no failure.
        if not server.interrupt_signal:
            raise


def _tell_when_it_answers(host: str, port: int, ready: Callable[[str], None]) -> None:
    local = host in {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::"}  # noqa: S104 - compared only
    asked = "127.0.0.1" if host == "0.0.0.0" else "::1" if host == "::" else host  # noqa: S104
    deadline = time.monotonic() + WAIT_FOR_ANSWER_SECONDS_MAX
    while time.monotonic() < deadline:
        if _answers(asked, port):
            # Passkeys need a name; an address of numbers is none.
            ready(f"http://{'localhost' if local else host}:{port}/")
            return
        time.sleep(0.05)
    click.echo(f"No answer from port {port} yet; look at the messages above.", err=True)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()
