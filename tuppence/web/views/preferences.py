"""The reader's theme and language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as set_language_cookie

from tuppence.letters.operations import note_language
from tuppence.members.views import public
from tuppence.web.context import THEME_COOKIE, THEMES

A_YEAR = 365 * 24 * 3600


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Keep the language in a cookie; of who is signed in also for the letters they get."""
    language = request.POST.get("language", "")
    if request.user.pk is not None and language in dict(settings.LANGUAGES):
        note_language(request.user.pk, language, at=timezone.now())
    return set_language_cookie(request)


@public
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark in a cookie, or forget it: then the device decides."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(target if is_ours else "/")
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=A_YEAR, samesite="Lax", secure=settings.HTTPS
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response
