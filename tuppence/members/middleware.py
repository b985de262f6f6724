"""Remember where a request comes from, for the audit trail."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from tuppence.members.audit_trail import ORIGIN

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def origin_middleware(get_response: GetResponse) -> GetResponse:
    """Set the origin of what this request writes to the trail: address, method and path."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        address = request.META.get("REMOTE_ADDR", "")
        token = ORIGIN.set(f"{address} {request.method} {request.path}"[:100])
        try:
            return get_response(request)
        finally:
            ORIGIN.reset(token)

    return middleware
