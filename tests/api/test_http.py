"""Sixty-four clients against the real web server, released together by a barrier."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tests.api.conftest import Program
from tests.api.test_routes import open_listing
from tests.market.stalls import investors, purse, row
from tuppence.postgres.cluster import Cluster

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CLIENTS = 64
Make = Callable[..., Program]


@pytest.fixture
def port(cluster: Cluster, transactional_db: None) -> Iterator[int]:
    """A Granian with the app, on the test database, as the app's own role."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        chosen = int(probe.getsockname()[1])
    database = str(connections["default"].settings_dict["NAME"])
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tuppence.settings",
        "DATABASE_URL": cluster.url("app", database),
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(chosen), "--workers", "1", "--blocking-threads", str(CLIENTS)]
    command += ["--no-ws", "--log-level", "warning", "tuppence.wsgi:application"]
    server = subprocess.Popen(command, env=environment)
    try:
        _wait_until_it_answers(chosen, server)
        yield chosen
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_it_answers(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/api/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        threading.Event().wait(0.05)
    raise AssertionError("the server never answered")


def calling(
    port: int, program: Program, listing_id: int, amount: str, key: str
) -> Callable[[], tuple[int, str]]:
    """One client: connects, waits for the others, sends its order; gives status and code."""
    body = json.dumps({"listing_id": listing_id, "amount": amount, "currency": "EUR"})
    headers = {"Authorization": f"Bearer {program.token}", "Idempotency-Key": key}

    def call() -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        BARRIER.wait(60)
        connection.request("POST", "/api/investments", body, headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        return response.status, answer.get("error", {}).get("code", answer.get("state"))

    return call


BARRIER = threading.Barrier(CLIENTS)


def released_together(calls: list[Callable[[], tuple[int, str]]]) -> Counter[tuple[int, str]]:
    assert len(calls) == CLIENTS
    with ThreadPoolExecutor(CLIENTS) as pool:
        return Counter(pool.map(lambda call: call(), calls))


@pytest.fixture
def programs(program: Make) -> Callable[[list[int]], list[Program]]:
    """One program a member."""
    return lambda members: [program(member) for member in members]


def test_hot_listing(port: int, programs: Callable[[list[int]], list[Program]]) -> None:
    callers = programs(investors(CLIENTS))
    for round_ in range(3):
        shop = open_listing(20 * 10_00)
        calls = [calling(port, caller, shop, "10.00", f"{round_}") for caller in callers]
        outcomes = released_together(calls)
        accepted = outcomes.pop((201, "placed"))
        assert accepted == 20
        assert outcomes.total() == 44
        assert set(outcomes) <= {(409, "listing_not_open"), (409, "exceeds_listing")}
        assert (row(shop).funded_minor, row(shop).state) == (20 * 10_00, "full")


def test_double_spend(port: int, program: Make) -> None:
    for round_ in range(3):
        (ann,) = investors(1, minor=100_00)
        caller = program(ann)
        shops = [open_listing(200_00) for _ in range(CLIENTS)]
        calls = [calling(port, caller, shop, "100.00", f"{round_}/{shop}") for shop in shops]
        outcomes = released_together(calls)
        assert outcomes == {(201, "placed"): 1, (409, "exceeds_available"): CLIENTS - 1}
        assert purse(ann) == (0, 100_00)


def test_one_key_from_every_side(port: int, program: Make) -> None:
    (ann,) = investors(1, minor=100_00)
    shop = open_listing(2_000_00)
    caller = program(ann)
    outcomes = released_together([calling(port, caller, shop, "10.00", "one")] * CLIENTS)
    assert set(outcomes) <= {(201, "placed"), (409, "key_in_flight")}
    assert outcomes[(201, "placed")] >= 1
    assert purse(ann) == (90_00, 10_00)
