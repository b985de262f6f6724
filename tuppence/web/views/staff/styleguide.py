"""Every part with all its states on one page: what we build with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import samples
from tuppence.web.icons import ICONS
from tuppence.web.words import STATES


@requires(*Permission)
@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """All parts with made-up figures. Nothing here comes from the books."""
    context = {
        "tones": ("good", "wait", "late", "lost", "calm"),
        "listing_states": list(STATES["listing"]),
        "icons": sorted(ICONS),
        **samples.parts(),
        **samples.drawings(),
        "form": samples.sample_form(None),
        "wrong_form": samples.sample_form({"amount": "15O", "word": ""}),
    }
    return render(request, "staff/styleguide.html", context)
