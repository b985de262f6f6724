"""A member's letters: all of them, and each in the words in which it went out."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tuppence.letters.letter import letter_of_json
from tuppence.letters.queries import letter_of, letters_of
from tuppence.members.views import MemberRequest, member_page
from tuppence.web import tables
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
