"""`POST /t`: what a page tells after it was shown, answered before Django's middleware.

It needs neither session nor cookies of ours but the choice. The answer comes once the batch that
holds the signal is committed: 204 kept, 409 told before, 403 not believed or not wanted, 400 not
readable, 503 try again: nothing that was answered with 204 can be lost.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import DatabaseError
from django.http import parse_cookie

from tuppence.api.coalescer import Coalescer, Overloaded
from tuppence.growth.operations import record_signals
from tuppence.growth.signals import (
    BODY_BYTES_MAX,
    ShownPage,
    Signal,
    SignalError,
    SignalStatus,
    read_signal,
)
from tuppence.web.measuring.choice import CHOICE_COOKIE, Choice

PATH = "/t"
RETRY_AFTER_SECONDS = "1"
Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

log = logging.getLogger(__name__)
_SIGNER = Signer(salt="tuppence.page")
_signals: Coalescer[Signal, SignalStatus] = Coalescer(record_signals, size_max=2_000)


def seal_page(shown: ShownPage) -> str:
    """The token that a page carries."""
    return _SIGNER.sign(
        f"{shown.view.hex}.{shown.visitor_id.hex}.{shown.visit}"
        f".{int(shown.shown_at.timestamp())}.{shown.page}"
    )


def open_page(token: str) -> ShownPage | None:
    """What a token says; none where its seal is not ours."""
    try:
        view, visitor, visit, shown, page = _SIGNER.unsign(token).split(".", 4)
        at = datetime.fromtimestamp(int(shown), UTC)
        return ShownPage(UUID(hex=view), UUID(hex=visitor), int(visit), at, page)
    except (BadSignature, ValueError):
        return None


def with_beacon(application: Application) -> Application:
    """The application with the beacon's route in front of it."""

    def beacon(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return application(environ, start_response)
        status = answer(environ, at=datetime.now(UTC))
        headers = [("Content-Length", "0"), ("Cache-Control", "no-store")]
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(("Retry-After", RETRY_AFTER_SECONDS))
        start_response(f"{status.value} {status.phrase}", headers)
        return [b""]

    return beacon


def answer(environ: Environ, *, at: datetime) -> HTTPStatus:
    """What becomes of one call; never raises."""
    if declines(environ):
        return HTTPStatus.FORBIDDEN
    try:
        told = read_signal(_body(environ))
    except SignalError:
        return HTTPStatus.BAD_REQUEST
    shown = open_page(told.token)
    if shown is None or not shown.speaks_at(at):
        return HTTPStatus.FORBIDDEN
    signal = Signal(shown, told.kind, told.number, told.seconds, told.scroll_percent, at)
    try:
        kept = _signals.submit(signal) is SignalStatus.KEPT
    except (Overloaded, DatabaseError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    except Exception:
        log.exception("a signal of a page failed")
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.NO_CONTENT if kept else HTTPStatus.CONFLICT


def declines(environ: Environ) -> bool:
    """Whether the browser has said no since its page was shown."""
    if environ.get("HTTP_SEC_GPC") == "1" or environ.get("HTTP_DNT") == "1":
        return True
    cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
    return cookies.get(CHOICE_COOKIE) == Choice.NO


def stop() -> None:
    """End the gatherer's thread and close its connection; the next call starts it again."""
    _signals.stop()


def _body(environ: Environ) -> bytes:
    """The body, at most one byte more than may be: that one is refused."""
    text = environ.get("CONTENT_LENGTH") or ""
    length = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else BODY_BYTES_MAX
    body: bytes = environ["wsgi.input"].read(min(length, BODY_BYTES_MAX + 1))
    return body
