"""The API's addresses, each with whom it is for."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, re_path
from django.views.decorators.csrf import csrf_exempt

from tuppence.api.asks import refusal
from tuppence.api.errors import ErrorCode
from tuppence.api.routes import ACCESS, api, response_of
from tuppence.members.access import Access, Audience
from tuppence.members.views import declare


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """What every other address below /api/ answers."""
    return response_of(refusal(ErrorCode.NOT_FOUND))


def _declared() -> list[URLPattern]:
    patterns = []
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern)
        address = "/" + str(pattern.pattern)
        if pattern.name == "api-root":  # leads to a page that we leave out
            continue
        view = pattern.callback
        assert view is not None
        answered = _answering_in_json(view)
        answered.__module__ = "tuppence.api.routes"
        pattern.callback = declare(answered, ACCESS[_as_documented(address)])
        patterns.append(pattern)
    return patterns


def _answering_in_json(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, with the refusal of a method said in the one form of all refusals."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        refused = response_of(refusal(ErrorCode.METHOD_NOT_ALLOWED))
        refused["Allow"] = response["Allow"]
        return refused

    return answered


def _as_documented(address: str) -> str:
    """An address of Django ("<int:listing_id>") as the description writes it ("{listing_id}")."""
    return "/".join(
        "{" + part.strip("<>").split(":")[-1] + "}" if part.startswith("<") else part
        for part in address.split("/")
    )


app_name = "api"
urlpatterns = [
    *_declared(),
    re_path("", declare(nothing_here, Access(Audience.PUBLIC)), name="nothing_here"),
]
