"""The order to invest, answered before Django's middleware: it needs neither session nor cookies.

Sessions, CSRF and languages cost a page most of its time, and a call with a bearer token uses none
of them. The token itself is looked up with the batch. `routes` describes this route.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings

from tuppence.api import investing
from tuppence.api.asks import BODY_BYTES_MAX, INVEST, Answer, Ask, read_invest, read_key, refusal
from tuppence.api.errors import ErrorCode, Refused
from tuppence.api.scopes import bearer_digest

PATH = "/api/investments"
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

log = logging.getLogger(__name__)


def with_fast_route(application: Application) -> Application:
    """The application with the fast route in front of it."""

    def fast(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        plain = settings.HTTPS and environ.get("wsgi.url_scheme") != "https"
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST" or plain:
            return application(environ, start_response)
        answer = answer_post(
            authorization=environ.get("HTTP_AUTHORIZATION"),
            key=environ.get("HTTP_IDEMPOTENCY_KEY"),
            body=_body(environ),
            at=datetime.now(UTC),
        )
        body = answer.body.encode()
        start_response(_status_line(answer.status), [*headers_of(answer).items()])
        return [body]

    return fast


def answer_post(*, authorization: str | None, key: str | None, body: bytes, at: datetime) -> Answer:
    """The answer to a POST; never raises."""
    try:
        digest = bearer_digest(authorization)
        if digest is None:
            return refusal(ErrorCode.TOKEN_UNKNOWN if authorization else ErrorCode.TOKEN_MISSING)
        ask = Ask(digest, INVEST, read_key(key), read_invest(body), at)
        return investing.answer(ask)
    except Refused as refused:
        return refusal(refused.code, str(refused))
    except Exception:
        log.exception("an order to invest failed")
        return refusal(ErrorCode.INTERNAL)


def headers_of(answer: Answer) -> dict[str, str]:
    """The headers of an answer of the API."""
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(answer.body.encode())),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if answer.replayed:
        headers["Idempotency-Replayed"] = "true"
    if answer.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(investing.RETRY_AFTER_SECONDS)
    return headers


def _body(environ: Environ) -> bytes:
    """The body, at most one byte more than may be: that one is refused later."""
    text = environ.get("CONTENT_LENGTH") or ""
    length = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else BODY_BYTES_MAX
    body: bytes = environ["wsgi.input"].read(min(length, BODY_BYTES_MAX + 1))
    return body


def _status_line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"
