"""The API's addresses, each with whom it is for."""

from django.http import HttpRequest, HttpResponse
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
        view.__module__ = "tuppence.api.routes"
        declare(view, ACCESS[_as_documented(address)])
        patterns.append(pattern)
    return patterns


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
