"""The rules in force: which are kept, which fire, with the figure that says so."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.rules.legal_states import LegalState, State, legal_states
from tuppence.web.reads.staff.rule_facts import rule_facts


@requires(Permission.SEE_AUDIT)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule of the platform's book with its state; those that fire stand first."""
    now = timezone.now()
    book = platform.rulebook(platform.business_day(now))
    states = legal_states(book, rule_facts(book, at=now))
    order = [State.FIRES, State.OK, State.NOT_MEASURED]
    in_chinese = get_language() == "zh-hans"
    rows = [
        (
            found,
            found.rule.text.zh if in_chinese else found.rule.text.en,
            figure_text(found) or (found.reason.zh if in_chinese else found.reason.en),
        )
        for found in sorted(
            states, key=lambda s: (s.state is not State.FIRES, order.index(s.state))
        )
    ]
    counts = [(state, sum(found.state is state for found in states)) for state in order]
    title = book.head.title.zh if in_chinese else book.head.title.en
    context = {"rows": rows, "counts": counts, "book": book.head, "book_title": title}
    return render(request, "staff/rules.html", context)


def figure_text(found: LegalState) -> str:
    """The figures compared; numbers of breaches in the reader's language."""
    number, _, rest = found.figure.partition(" ")
    if not rest.startswith("breach"):
        return found.figure
    return ngettext("%(number)s breach", "%(number)s breaches", int(number)) % {"number": number}
