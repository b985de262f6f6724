"""Sixty-four clients through the real web server: the JSON route, row by row, and the page."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import numpy as np
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from bench import people
from bench.listings import open_listings
from bench.server import PATH as ROW_BY_ROW
from bench.stage import ROOT, rest
from tuppence.api.operations import TokenOrder, make_tokens
from tuppence.api.scopes import Scope
from tuppence.cli.serve import BLOCKING_THREADS
from tuppence.members.models import Member, User
from tuppence.postgres.cluster import Cluster

CLIENTS = 64
INVESTORS = 1_024
DEPOSIT_MINOR = 10**9
TARGET_MINOR = 10**13
AMOUNT = "25.00"
CSRF = "b" * 32
WAIT_SECONDS_MAX = 60.0


def measure(cluster: Cluster, *, runs: int, seconds: float) -> None:
    """Medians of requests a second, with the times that half and 99 of 100 stay below."""
    ids = people.crowd(INVESTORS)
    people.deposit(ids, DEPOSIT_MINOR, seed=1)
    (shop,) = open_listings(1, TARGET_MINOR)
    routes = {
        "JSON route": _with_tokens(ids, shop, "/api/investments"),
        "plain Django": _with_tokens(ids, shop, ROW_BY_ROW),
        "page": _with_sessions(ids[:CLIENTS], shop),
    }
    print(f"{CLIENTS} clients, {INVESTORS:,} investors, one listing, medians of {runs} runs of")
    print(f"{seconds:.0f} s; one worker with {BLOCKING_THREADS} threads; clients on this machine")
    rates: dict[str, float] = {}
    with serving() as port:
        for name, requests in routes.items():
            found = []
            for _ in range(runs):
                rest(cluster)
                found.append(asked(port, requests, seconds))
            rates[name] = median(one["a_second"] for one in found)
            _print(name, found)
    print(f"  JSON route is {rates['JSON route'] / rates['plain Django']:.1f} x plain Django")


def _print(name: str, found: list[dict[str, Any]]) -> None:
    a_second, p50, p99 = (
        median(one[figure] for one in found) for figure in ("a_second", "p50_ms", "p99_ms")
    )
    statuses = sorted({status for one in found for status in one["statuses"]})
    assert statuses in (["201"], ["302"]), f"{name} was refused: {statuses}"
    print(
        f"  {name:<13} {a_second:>7,.0f} investments/s   p50 {p50:>6.1f} ms   p99 {p99:>6.1f} ms"
        f"   answers {', '.join(statuses)}"
    )


def asked(port: int, requests: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    task = {"port": port, "clients": CLIENTS, "seconds": seconds, "requests": requests}
    done = subprocess.run(
        [sys.executable, "-c", "from bench.clients import run; run()"],
        cwd=ROOT,
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 120,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _with_tokens(ids: np.ndarray, listing_id: int, path: str) -> list[dict[str, Any]]:
    tokens = ["tup_" + (uuid4().hex + uuid4().hex)[:43] for _ in ids]
    make_tokens(
        [
            TokenOrder(token, member_id, "bench", frozenset(Scope), datetime.now(UTC))
            for token, member_id in zip(tokens, ids.tolist(), strict=True)
        ]
    )
    body = {"listing_id": listing_id, "amount": AMOUNT, "currency": "EUR", "consent": True}
    return [
        {
            "path": path,
            "headers": {"Authorization": f"Bearer {token}", "Idempotency-Key": "KEY"},
            "body": json.dumps(body),
        }
        for token in tokens
    ]


def _with_sessions(ids: np.ndarray, listing_id: int) -> list[dict[str, Any]]:
    """The form that the page sends, by people who are signed in."""
    requests = []
    for member_id in ids.tolist():
        user = User.objects.create_user(f"bench{member_id}@example.com")
        Member.objects.filter(pk=member_id).update(user=user)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        cookies = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={CSRF}"
        requests.append(
            {
                "path": f"/listings/{listing_id}/invest/",
                "headers": {
                    "Cookie": cookies,
                    "Content-Type": "application/x-www-form-urlencoded",
                },
                "body": f"csrfmiddlewaretoken={CSRF}&amount={AMOUNT}&key=KEY&consent=on",
            }
        )
    return requests


@contextmanager
def serving() -> Iterator[int]:
    """The web server as `tuppence serve` runs it, with the row-by-row version beside."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--log-level", "warning"]
    command += ["--blocking-threads", str(BLOCKING_THREADS), "bench.server:application"]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    try:
        _wait_until_it_answers(port)
        yield port
    finally:
        server.terminate()
        server.wait(WAIT_SECONDS_MAX)


def _wait_until_it_answers(port: int) -> None:
    deadline = monotonic() + WAIT_SECONDS_MAX
    while monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/api/health")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            sleep(0.1)
        finally:
            connection.close()
    raise TimeoutError("The web server does not answer; look at what it printed above.")
