"""Letters for staff: the outbox, each letter as it went out, each kind as it would."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.letters.kinds import LetterKind
from tuppence.letters.letter import Drawn, letter_of_json
from tuppence.letters.models import OutboxLetter
from tuppence.letters.operations import try_again
from tuppence.letters.outbox import TRIES_MAX, State
from tuppence.letters.queries import latest_of_kind, on_the_way
from tuppence.members import queries
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.letter_words import LETTER_WORDS, kinds_by_group
from tuppence.web.letters.composing import compose
from tuppence.web.letters.facts import facts_of_json
from tuppence.web.letters.layout import draw
from tuppence.web.letters.samples import NAME, sample
from tuppence.web.parts import Figure
from tuppence.web.reader import current_reader
from tuppence.web.whole_numbers import whole_number
from tuppence.web.words import state_word, word_of

# Whoever looks after the machine sees that letters go out, and not what they say.
SEES_OUTBOX = (Permission.SEE_LETTERS, Permission.SEE_HEALTH)
LATELY = timedelta(hours=24)
LANGUAGES = {"en": "English", "zh-hans": "中文"}


def of_member(text: str) -> Q:
    """The letters of a member by number; another text is nobody's."""
    return Q(member_id=whole_number(text) or 0)


OUTBOX = tables.Table(
    "letters",
    gettext_lazy("Letters"),
    columns=(
        tables.count("id", gettext_lazy("Number"), "pk", in_page=False),
        tables.text(
            "kind",
            gettext_lazy("Kind of letter"),
            "kind",
            show=lambda row: word_of("letter_kind", row.kind),
            url=lambda row: reverse("staff_letter", args=[row.pk]),
            sort=True,
        ),
        tables.text(
            "member",
            gettext_lazy("Member"),
            "member__legal_name",
            url=lambda row: reverse("staff_member", args=[row.member_id]),
            sub=lambda row: str(row.member_id),
        ),
        tables.chip("state", gettext_lazy("State"), "state", states="letter", sort=True),
        tables.text(
            "language",
            gettext_lazy("Language"),
            "language",
            show=lambda row: LANGUAGES.get(row.language, row.language),
        ),
        tables.count("tries", gettext_lazy("Tries"), "tries", sort=True),
        tables.moment("written", gettext_lazy("Written"), "written_at", sort=True),
        tables.moment("sent", pgettext_lazy("letter", "Sent"), "sent_at", sort=True),
        tables.code("error", gettext_lazy("Last fault"), "last_error"),
    ),
    filters=(
        tables.Search("member", gettext_lazy("Member's number"), of_member),
        tables.states("state", gettext_lazy("State"), "letter"),
        tables.Choice(
            "kind",
            gettext_lazy("Kind of letter"),
            list(LETTER_WORDS["letter_kind"].items()),
            "kind",
        ),
        tables.Range("written", gettext_lazy("Written"), "written_at", kind="day"),
    ),
    order="-written",
)


@requires(*SEES_OUTBOX)
@require_GET
def letters(request: HttpRequest) -> HttpResponseBase:
    """The outbox, the latest letter first; the kinds of letter with their previews."""
    rows = OutboxLetter.objects.select_related("member")
    context = {"figures": figures(), "groups": kinds_by_group()}
    return tables.table_page(request, "staff/letters.html", OUTBOX.of(request, rows), context)


def figures() -> list[Figure]:
    """How many letters wait, went out lately, and were given up."""
    reader, here = current_reader(), reverse("staff_letters")
    counts = on_the_way(since=timezone.now() - LATELY)
    basis = {
        State.WAITING: _("sent within minutes"),
        State.SENT: _("handed to the mail server in the last 24 hours"),
        State.FAILED: _("after {tries} tries; try them again").format(tries=TRIES_MAX),
    }
    return [
        Figure(
            state_word("letter", state)[1],
            reader.count(counts[state]),
            words,
            f"{here}?state={state}",
        )
        for state, words in basis.items()
    ]


@requires(*SEES_OUTBOX)
@require_GET
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One letter: its way out, and to whoever may read it what it says."""
    return page_of(request, get_object_or_404(OutboxLetter, id=letter_id))


def page_of(request: HttpRequest, row: OutboxLetter) -> HttpResponse:
    """The page of a letter."""
    context = {
        "row": row,
        "may_read": queries.may(request.user, Permission.SEE_LETTERS),
        "subject": row.content["subject"],
    }
    if context["may_read"]:
        context["text"] = drawn(row).text
    return render(request, "staff/letter.html", context)


def drawn(row: OutboxLetter) -> Drawn:
    """A letter as it goes out, in its own language."""
    with translation.override(row.language):
        return draw(letter_of_json(row.content))


@requires(Permission.SEE_LETTERS)
@require_GET
def letter_html(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The HTML of one letter, for the frame on its page."""
    row = get_object_or_404(OutboxLetter, id=letter_id)
    return framed(drawn(row).html)


def framed(html: str) -> HttpResponse:
    """A letter as a document that only our own pages may frame; it loads and runs nothing."""
    response = HttpResponse(html)
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
        "base-uri 'none'; form-action 'none'; sandbox"
    )
    return response


@requires(*SEES_OUTBOX)
@require_http_methods(["GET", "POST"])
def send_again(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Put a letter that was not delivered back in the queue."""
    row = get_object_or_404(OutboxLetter, id=letter_id)
    if request.method == "GET":
        return page_of(request, row)
    if try_again([letter_id], at=timezone.now()):
        messages.success(request, _("It waits again and is sent within minutes."))
    else:
        messages.info(request, _("Nothing to do: this letter was not given up."))
    return redirect("staff_letter", letter_id)


@requires(*SEES_OUTBOX)
@require_GET
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind of letter in both languages, as HTML and as text."""
    chosen, real = kind_or_404(kind), real_letter(request, kind)
    views = [(language, draw_preview(chosen, language, real)) for language in LANGUAGES]
    context = {"kind": chosen, "views": views, "real": real, "query": request.GET.urlencode()}
    return render(request, "staff/letter_preview.html", context)


@requires(*SEES_OUTBOX)
@require_GET
def preview_html(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The HTML of a preview, for its frame."""
    if language not in LANGUAGES:
        raise Http404
    return framed(draw_preview(kind_or_404(kind), language, real_letter(request, kind)).html)


def kind_or_404(kind: str) -> LetterKind:
    """A kind of letter, or no such page."""
    if kind not in set(LetterKind):
        raise Http404
    return LetterKind(kind)


def real_letter(request: HttpRequest, kind: str) -> OutboxLetter | None:
    """The latest letter of a kind where it is asked for, to who may read letters."""
    if request.GET.get("data") != "real" or not queries.may(request.user, Permission.SEE_LETTERS):
        return None
    return latest_of_kind(kind)


def draw_preview(kind: LetterKind, language: str, real: OutboxLetter | None) -> Drawn:
    """A letter of this kind, of a real one's facts or of the sample's."""
    facts = facts_of_json(real.facts) if real else sample(kind, platform.currency())
    name = real.member.legal_name if real else NAME
    with translation.override(language):
        return draw(compose(kind, facts, name))
