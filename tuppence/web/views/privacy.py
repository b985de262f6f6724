"""What is measured, in plain words; agreeing, declining, and changing one's mind."""

from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuppence.growth.operations import name_visit, note_choice
from tuppence.growth.visiting import VISITOR_LIFE, Visitor
from tuppence.members.views import public
from tuppence.web.measuring.choice import Choice, choice_of, keep_choice, signals_no
from tuppence.web.measuring.origin import open_origin
from tuppence.web.measuring.visitor_cookie import (
    VISITOR_COOKIE,
    forget_visitor,
    keep_visitor,
    visitor_of,
)


@public
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a visit, for how long, and the reader's own choice."""
    context = {
        "choice": choice_of(request, at=timezone.now()).value,
        "by_signal": signals_no(request),
        "life_days": VISITOR_LIFE.days,
    }
    return render(request, "pages/privacy.html", context)


@public
@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """Keep an answer, and go back to where it was given. A browser's signal stays in force."""
    now = timezone.now()
    agreed = request.POST.get("measuring") == Choice.YES and not signals_no(request)
    response = redirect(_back(request))
    keep_choice(response, Choice.YES if agreed else Choice.NO)
    visitor = visitor_of(request, at=now)
    if not agreed:
        note_choice(agreed=False, visitor_id=visitor.id if visitor else None, at=now)
        if VISITOR_COOKIE in request.COOKIES:
            forget_visitor(response)
        messages.success(request, _("Noted: this browser is not known again."))
        return response
    visitor = visitor or _agreed(request, at=now)
    note_choice(agreed=True, visitor_id=visitor.id, at=now)
    keep_visitor(response, visitor, at=now)
    messages.success(request, _("Thank you. You can change this at any time under “Privacy”."))
    return response


def _agreed(request: HttpRequest, *, at: datetime) -> Visitor:
    """A new visitor, with the visit that began on the page where it agreed, if one did."""
    fresh, origin = uuid4(), open_origin(request.POST.get("origin", ""))
    if origin is None or not name_visit(origin.visit, fresh):
        return Visitor(fresh, since=at, visit=0, seen_at=at)
    return Visitor(fresh, at, origin.visit, at, origin.fingerprint)


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else "/"
