"""What a proxy in front of the server says of a request: how it came in, and from where. Pure WSGI.

Without this every request behind a proxy looks like plain HTTP from the proxy's own address: pages
that insist on HTTPS would redirect for ever, and one address would use up everybody's tries.
"""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def behind_proxy(application: Application) -> Application:
    """The application as one proxy's neighbour: its word on scheme and address counts.

    Of several addresses only the last is the proxy's own word; those before it anybody can write.
    """

    def told(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        if scheme in {"http", "https"}:
            environ["wsgi.url_scheme"] = scheme
        address = _address(environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip())
        if address:
            environ["REMOTE_ADDR"] = address
        return application(environ, start_response)

    return told


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
