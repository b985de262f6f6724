"""A program that calls the API through the real WSGI application."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from wsgiref.util import setup_testing_defaults

import pytest

from tests.market.stalls import what_is_wrong
from tuppence.api import investing
from tuppence.api.operations import TokenOrder, make_tokens
from tuppence.api.scopes import Scope
from tuppence.wsgi import application

EVERYTHING = frozenset(Scope)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(self.json["error"]["code"])


@dataclass
class Program:
    """Holds a token, and calls."""

    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, url: str, **headers: str) -> Reply:
        return self.call("GET", url, None, **headers)

    def post(self, url: str, body: object, **headers: str) -> Reply:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.call("POST", url, raw, **headers)

    def invest(
        self,
        listing_id: object,
        amount: object = "10.00",
        *,
        key: str | None = None,
        currency: object = "EUR",
        **more: object,
    ) -> Reply:
        body = {"listing_id": listing_id, "amount": amount, "currency": currency, **more}
        return self.post("/api/investments", body, IDEMPOTENCY_KEY=key or uuid4().hex)

    def call(self, method: str, url: str, body: bytes | None, **headers: str) -> Reply:
        parts = urlsplit(url)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "testserver",
            "wsgi.input": io.BytesIO(body or b""),
            "CONTENT_LENGTH": str(len(body or b"")),
            "CONTENT_TYPE": "application/json",
        }
        if self.token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        environ |= {f"HTTP_{name}": value for name, value in headers.items()}
        setup_testing_defaults(environ)
        answered: dict[str, Any] = {}

        def start_response(line: str, found: list[tuple[str, str]], *_: object) -> None:
            answered.update(status=int(line.split()[0]), headers=dict(found))

        chunks = application(environ, start_response)
        whole = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        return Reply(answered["status"], answered["headers"], whole)


def a_token() -> str:
    """A fresh token."""
    return "tup_" + (uuid4().hex + uuid4().hex)[:43]


@pytest.fixture
def program() -> Iterator[Callable[..., Program]]:
    """Make a program that speaks for a member; afterwards the books hold and threads end."""

    def make(member_id: int, scopes: frozenset[Scope] = EVERYTHING) -> Program:
        token = a_token()
        at = datetime.now(UTC)
        make_tokens([TokenOrder(token, member_id, "test", scopes, at)])
        return Program(token)

    yield make
    investing.stop()
    assert what_is_wrong() == {}
