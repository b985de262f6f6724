"""Behind a proxy that speaks HTTPS: pages are served, and people are told apart by address."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory

from tuppence.behind_proxy import behind_proxy


def asked(headers: dict[str, str]) -> dict[str, Any]:
    """What the server says of a request that the proxy passed on."""
    environ = RequestFactory(SERVER_NAME="localhost").get("/").environ
    return {**environ, "REMOTE_ADDR": "10.0.0.1", **headers}


def seen(**headers: str) -> tuple[str, str]:
    """Scheme and address that the application is told."""
    found: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        found.update(environ)
        return []

    list(behind_proxy(application)(asked(headers), lambda *_: None))
    return found["wsgi.url_scheme"], found["REMOTE_ADDR"]


def test_the_proxys_word_counts() -> None:
    told = seen(HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_FOR="192.0.2.9")
    assert told == ("https", "192.0.2.9")


def test_what_the_visitor_wrote_before_it_does_not() -> None:
    told = seen(HTTP_X_FORWARDED_PROTO="https, http", HTTP_X_FORWARDED_FOR="127.0.0.1, 2001:db8::1")
    assert told == ("http", "2001:db8::1")


@pytest.mark.parametrize("nonsense", ["", "unknown", "<script>", "1.2.3.4.5", "10.0.0.7:80, "])
def test_nonsense_changes_nothing(nonsense: str) -> None:
    told = seen(HTTP_X_FORWARDED_PROTO=nonsense, HTTP_X_FORWARDED_FOR=nonsense)
    assert told == ("http", "10.0.0.1")


@pytest.mark.parametrize(("scheme", "status"), [("https", 200), ("http", 301)])
def test_a_page_that_came_by_https_is_not_sent_there_again(
    settings: LazySettings, scheme: str, status: int
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    statuses = []

    def application(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        answer = SecurityMiddleware(lambda _request: HttpResponse())(WSGIRequest(environ))
        assert isinstance(answer, HttpResponse)
        statuses.append(answer.status_code)
        return []

    environ = asked({"HTTP_X_FORWARDED_PROTO": scheme})
    list(behind_proxy(application)(environ, lambda *_: None))
    assert statuses == [status]
