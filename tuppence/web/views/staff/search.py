"""Search over everything that staff may open, by any number or name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.members.queries import permissions_of_user
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.openings import may_open
from tuppence.web.reads.staff.search import SOURCES
from tuppence.web.reads.staff.search import search as find
from tuppence.web.search_terms import TEXT_MAX, read_terms
from tuppence.web.words import WORDS


@requires(*Permission)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What fits, by kind; where a number or key names one thing alone, its page at once."""
    text = request.GET.get("q", "")[:TEXT_MAX].replace("\x00", "")
    terms = read_terms(text, currency=platform.currency(), kinds=words_of_kinds())
    permissions = permissions_of_user(request.user.pk)
    groups = find(
        terms,
        permissions=permissions,
        may_open=lambda route: may_open(route, permissions),
    )
    hits = [hit for group in groups for hit in group.hits]
    if len(hits) == 1 and hits[0].exact:
        return redirect(hits[0].url)
    return render(request, "staff/search.html", {"q": text, "groups": groups, "found": len(hits)})


def words_of_kinds() -> dict[str, str]:
    """The words that may stand in front of a number, in every language of the pages."""
    words = {source.kind: source.kind for source in SOURCES}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for source in SOURCES:
                word = str(WORDS["subject"].get(source.kind, source.kind))
                words[word.casefold()] = source.kind
    return words
