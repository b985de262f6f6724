"""`POST /t` as browsers call it: believed only when sealed here, and never lost once answered."""

import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from wsgiref.util import setup_testing_defaults

import pytest
from django.db import connection, connections
from django.test import Client

from tuppence.growth.signals import ShownPage
from tuppence.postgres.cluster import Cluster
from tuppence.web.measuring import beacon
from tuppence.wsgi import application

pytestmark = pytest.mark.django_db(transaction=True)
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
KILLED_AFTER = 300  # answers
CLIENTS = 16


@pytest.fixture(autouse=True)
def _thread_ends() -> Iterator[None]:
    yield
    beacon.stop()


def token(*, shown_at: datetime | None = None) -> str:
    """The token of a page that was just shown."""
    at = shown_at or datetime.now(UTC)
    return beacon.seal_page(ShownPage(uuid4(), uuid4(), 5, at, "/listings/"))


def body(sealed: str, number: int = 0) -> bytes:
    told = {"token": sealed, "kind": "read", "number": number, "seconds": 9, "scroll": 50}
    return json.dumps(told).encode()


def post(sent: bytes, **headers: str) -> int:
    """The status of one call."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/t",
        "CONTENT_LENGTH": str(len(sent)),
        "wsgi.input": io.BytesIO(sent),
    } | headers
    setup_testing_defaults(environ)
    answered: list[str] = []
    application(environ, lambda line, _headers, *_: answered.append(line))
    return int(answered[0].split()[0])


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_event WHERE verb = 'page.read'")
        return int(cursor.fetchone()[0])


def test_a_page_of_somebody_who_agreed_carries_a_token_that_is_believed_once() -> None:
    client = Client(headers={"user-agent": AGENT})
    assert 'name="visit"' not in client.get("/safety/").content.decode()
    client.cookies["measuring"] = "yes"
    page = client.get("/safety/").content.decode()
    sealed = page.split('<meta name="visit" content="')[1].split('"')[0]
    sealed = sealed.replace("&lt;", "<").replace("&gt;", ">")
    assert [post(body(sealed)), post(body(sealed)), post(body(sealed, 1))] == [204, 409, 204]
    assert kept() == 2


def test_what_is_forged_old_or_no_longer_wanted_is_refused() -> None:
    sealed = token()
    late = token(shown_at=datetime.now(UTC) - timedelta(hours=13))
    assert post(body(sealed[:-1] + ("a" if sealed[-1] != "a" else "b"))) == 403
    assert post(body(sealed.replace("/listings/", "/cash/"))) == 403
    assert post(body(late)) == 403
    assert post(body(sealed), HTTP_SEC_GPC="1") == 403
    assert post(body(sealed), HTTP_DNT="1") == 403
    assert post(body(sealed), HTTP_COOKIE="measuring=no; theme=dark") == 403
    assert post(b"{") == 400 and post(b"x" * 3_000) == 400
    assert kept() == 0
    assert post(body(sealed), HTTP_COOKIE="measuring=yes") == 204


def test_what_cannot_be_kept_is_refused_and_may_be_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sealed = token()

    def fail(_item: object) -> object:
        raise beacon.Overloaded

    with monkeypatch.context() as patched:
        patched.setattr(beacon._signals, "submit", fail)
        assert post(body(sealed)) == 503
    assert post(body(sealed)) == 204


# --- The real server, killed ----------------------------------------------------------------------


@pytest.mark.slow
def test_every_answered_signal_is_in_the_book_after_a_kill(cluster: Cluster) -> None:
    port, server = _serve(cluster)
    answered: Counter[int] = Counter()
    enough = threading.Event()

    def tell() -> None:
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            try:
                wire.request("POST", "/t", body(token()))
                reply = wire.getresponse()
                reply.read()
            except (OSError, http.client.HTTPException):
                return  # the server is dead
            answered[reply.status] += 1
            if answered[204] >= KILLED_AFTER:
                enough.set()

    threads = [threading.Thread(target=tell) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    assert enough.wait(120), answered
    os.killpg(server.pid, signal.SIGKILL)
    for thread in threads:
        thread.join(60)
    server.wait(30)
    assert set(answered) == {204}
    assert answered[204] <= kept() <= answered[204] + CLIENTS


def _serve(cluster: Cluster) -> tuple[int, subprocess.Popen[bytes]]:
    """The app behind Granian on the test database, in a group of processes of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    database = str(connections["default"].settings_dict["NAME"])
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tuppence.settings",
        "DATABASE_URL": cluster.url("app", database),
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", str(CLIENTS)]
    command += ["--no-ws", "--log-level", "warning", "tuppence.wsgi:application"]
    server = subprocess.Popen(command, env=environment, start_new_session=True)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and server.poll() is None:
        try:
            wire = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            wire.request("POST", "/t", b"{")
            if wire.getresponse().status == 400:
                return port, server
        except OSError:
            time.sleep(0.1)
    os.killpg(server.pid, signal.SIGKILL)
    raise AssertionError("the server does not answer")
