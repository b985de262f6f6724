"""What a browser has agreed to: by its answer, by its signal, or by the rulebook's silence."""

from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from tuppence import platform
from tuppence.rules.allowances import measuring_needs_consent

# Keeping an answer is what makes asking once enough: it needs no consent of its own.
CHOICE_COOKIE = "measuring"
CHOICE_LIFE_SECONDS = 180 * 24 * 3600


class Choice(StrEnum):
    """Whether a browser may be known again."""

    YES = "yes"
    NO = "no"
    ASK = "ask"  # no answer yet, and the rulebook wants one


def signals_no(request: HttpRequest) -> bool:
    """Whether the browser itself says no: Global Privacy Control, or Do Not Track."""
    return request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"


def choice_of(request: HttpRequest, *, at: datetime) -> Choice:
    """A browser's signal goes before its answer, and its answer before the rulebook."""
    if signals_no(request):
        return Choice.NO
    answered = request.COOKIES.get(CHOICE_COOKIE)
    if answered in (Choice.YES, Choice.NO):
        return Choice(answered)
    book = platform.rulebook(platform.business_day(at))
    return Choice.ASK if measuring_needs_consent(book) else Choice.YES


def keep_choice(response: HttpResponseBase, choice: Choice) -> None:
    """Let the browser remember its answer."""
    response.set_cookie(
        CHOICE_COOKIE,
        choice.value,
        max_age=CHOICE_LIFE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )
