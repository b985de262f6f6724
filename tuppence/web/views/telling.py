"""What a page tells, where the server has no route before Django's own: see `measuring.beacon`."""

from typing import cast

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tuppence.members.views import public
from tuppence.web.measuring.beacon import answer


@public
@csrf_exempt  # what is sent is believed by its sealed token alone
@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """Keep a signal of a page; the status says what became of it."""
    environ = cast(WSGIRequest, request).environ
    return HttpResponse(status=answer(environ, at=timezone.now()))
