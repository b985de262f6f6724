"""A member's letters: all of them, and each in the words in which it went out."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.letters.kinds import OPTIONAL, LetterKind
from tuppence.letters.letter import letter_of_json
from tuppence.letters.operations import choose_letters
from tuppence.letters.queries import letter_of, letters_of, unwanted
from tuppence.members.views import MemberRequest, member_page
from tuppence.web import tables
from tuppence.web.forms.letters import LetterChoicesForm
from tuppence.web.letter_words import LETTER_WORDS
from tuppence.web.words import word_of

LETTERS = tables.Table(
    "letters",
    gettext_lazy("Letters to you"),
    columns=(
        tables.text(
            "subject",
            gettext_lazy("What we wrote"),
            lambda row: row.content["subject"],
            url=lambda row: reverse("letter", args=[row.pk]),
            sub=lambda row: word_of("letter_kind", row.kind),
        ),
        tables.moment("happened", gettext_lazy("When"), "happened_at", sort=True),
    ),
    filters=(
        tables.Choice(
            "kind", gettext_lazy("About"), list(LETTER_WORDS["letter_kind"].items()), "kind"
        ),
        tables.Range("happened", gettext_lazy("When"), "happened_at", kind="day"),
    ),
    order="-happened",
)


@member_page
@require_GET
def letters(request: MemberRequest) -> HttpResponseBase:
    """Everything that was written to the member, the latest first."""
    table = LETTERS.of(request, letters_of(request.member.id).order_by())
    return tables.table_page(request, "pages/letters.html", table, {})


@member_page
@require_http_methods(["GET", "POST"])
def choices(request: MemberRequest) -> HttpResponse:
    """Which letters come by e-mail; those that must come are named and can't be chosen away."""
    member_id, now = request.member.id, timezone.now()
    quiet = sorted(kind for _member, kind in unwanted([member_id]))
    sent = request.POST if request.method == "POST" else None
    form = LetterChoicesForm(sent, initial={"kinds": quiet})
    if form.is_valid():
        without = [LetterKind(kind) for kind in form.cleaned_data["kinds"]]
        choose_letters(member_id, without, at=now)
        messages.success(request, _("Kept. Every letter still stands on this page."))
        return redirect("letters")
    always = [kind for kind in LetterKind if kind not in OPTIONAL]
    return render(request, "pages/letter_choices.html", {"form": form, "always": always})


@member_page
@require_GET
def letter(request: MemberRequest, letter_id: int) -> HttpResponse:
    """One letter of the member's own."""
    row = letter_of(request.member.id, letter_id)
    if row is None:
        raise Http404
    context = {
        "row": row,
        "letter": letter_of_json(row.content),
        "lang": "zh-Hans" if row.language == "zh-hans" else row.language,
    }
    return render(request, "pages/letter.html", context)
