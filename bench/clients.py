"""Clients that do nothing but ask: raw sockets, one process of their own, a fixed time.

Reads a JSON task on standard input: port, clients, seconds, and the requests each identity may
send (path, headers, body), with KEY in them where a fresh key belongs. Prints what came back.
"""

import json
import selectors
import socket
import sys
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from uuid import uuid4


@dataclass
class Client:
    """One connection: sends a request, reads the answer, sends the next."""

    connection: socket.socket
    requests: list[bytes]
    at: int = 0
    sent_at: float = 0.0
    read: bytes = b""
    expected: int = -1

    def send(self) -> None:
        """The next request of this client's identities, with a key of its own."""
        request = self.requests[self.at % len(self.requests)]
        self.at += 1
        self.read, self.expected = b"", -1
        self.sent_at = perf_counter()
        self.connection.sendall(request.replace(b"K" * 36, str(uuid4()).encode()))

    def finish_reading(self) -> int | None:
        """The status, once the whole answer is there."""
        chunk = self.connection.recv(65_536)
        if not chunk:
            raise ConnectionError("the server closed a connection")
        self.read += chunk
        if self.expected < 0:
            head, found, _ = self.read.partition(b"\r\n\r\n")
            if not found:
                return None
            self.expected = len(head) + 4 + content_length(head)
        return int(self.read[9:12]) if len(self.read) >= self.expected else None


@dataclass
class Seen:
    """What came back, and how long each answer took."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


def content_length(head: bytes) -> int:
    """The length of the body as the head says it."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def request_bytes(task: dict, port: int) -> bytes:
    """One request as it goes over the wire; KEY stands for 36 letters of a fresh key."""
    body = task["body"].replace("KEY", "K" * 36)
    headers = {"Host": f"127.0.0.1:{port}", "Content-Length": str(len(body)), **task["headers"]}
    lines = [f"{name}: {value}".replace("KEY", "K" * 36) for name, value in headers.items()]
    return "\r\n".join([f"POST {task['path']} HTTP/1.1", *lines, "", body]).encode()


def ask(clients: list[Client], seconds: float) -> tuple[Seen, float]:
    """Let all clients ask for so many seconds, then wait for the last answers."""
    selector = selectors.DefaultSelector()
    for client in clients:
        selector.register(client.connection, selectors.EVENT_READ, client)
    seen, waiting = Seen(), len(clients)
    started = perf_counter()
    for client in clients:
        client.send()
    while waiting:
        for ready, _ in selector.select(timeout=60):
            client = ready.data
            status = client.finish_reading()
            if status is None:
                continue
            now = perf_counter()
            seen.statuses[status] += 1
            seen.seconds.append(now - client.sent_at)
            if now - started < seconds:
                client.send()
            else:
                waiting -= 1
    return seen, perf_counter() - started


def run() -> None:
    """Read the task, ask, print."""
    task = json.load(sys.stdin)
    requests = [request_bytes(one, task["port"]) for one in task["requests"]]
    number = task["clients"]
    clients = []
    for index in range(number):
        connection = socket.create_connection(("127.0.0.1", task["port"]), timeout=60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        clients.append(Client(connection, requests[index::number]))
    seen, seconds = ask(clients, task["seconds"])
    times = sorted(seen.seconds)
    json.dump(
        {
            "statuses": seen.statuses,
            "a_second": len(times) / seconds,
            "p50_ms": times[len(times) // 2] * 1_000,
            "p99_ms": times[len(times) * 99 // 100] * 1_000,
        },
        sys.stdout,
    )
