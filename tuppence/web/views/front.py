"""The pages that anybody reads first: what this is, how money is kept, and the words used."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuppence.members.views import public
from tuppence.web.figures import public_figures
from tuppence.web.glossary import entries_with
from tuppence.web.reads import listings
from tuppence.web.reads.open_books import open_books
from tuppence.web.reads.public import books_today
from tuppence.web.views.calculators import calculators_in_short

ON_THE_FRONT = 4
ASKED_MAX = 60  # letters of a search in the glossary


@public
@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """What it is in two sentences, live figures from the books, and what is open now."""
    if request.user.is_authenticated:
        return redirect("home")
    now = timezone.now()
    context = {
        "figures": public_figures(books_today(at=now)),
        "listings": listings.open_listings(at=now, limit=ON_THE_FRONT),
        "at": now,
        "operator": operator_lines(),
    }
    return render(request, "pages/front.html", context | calculators_in_short())


@public
@require_GET
def safety(request: HttpRequest) -> HttpResponse:
    """How members' money is kept apart, with today's figures, and what can go wrong."""
    now = timezone.now()
    return render(request, "pages/safety.html", {"books": books_today(at=now), "at": now})


@public
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """What people ask most, what can go wrong in figures, and who runs the platform."""
    context = {
        "found": open_books(at=timezone.now()),
        "operator": operator_lines(),
    }
    return render(request, "pages/help.html", context)


def operator_lines() -> str:
    """Who runs the platform, line by line, as its settings state it."""
    return settings.TUPPENCE_OPERATOR.replace("|", "\n")


@public
@require_GET
def glossary(request: HttpRequest) -> HttpResponse:
    """The words of the platform in both languages, or those that `q` asks for."""
    asked = request.GET.get("q", "").strip()[:ASKED_MAX]
    context = {"entries": entries_with(asked), "asked": asked, "asked_max": ASKED_MAX}
    return render(request, "pages/glossary.html", context)
