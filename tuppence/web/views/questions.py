"""Ask about a listing; answer as its borrower."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuppence.ledger.ids import derive_id
from tuppence.market.operations.questions import answer_questions, ask_questions
from tuppence.market.queries.questions import question
from tuppence.market.questions import AnswerOrder, QuestionOrder
from tuppence.members.views import MemberRequest, member_page
from tuppence.web.forms.questions import ListingAnswerForm, QuestionForm
from tuppence.web.question_words import question_refusal
from tuppence.web.reads import listings as reads


@member_page
@require_http_methods(["GET", "POST"])
def ask(request: MemberRequest, listing_id: int) -> HttpResponse:
    """Put a question under a listing."""
    page = reads.listing_page(listing_id)
    if page is None:
        raise Http404
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned, member_id = form.cleaned_data, request.member.id
        order = QuestionOrder(
            key=derive_id("web.question", member_id, listing_id, cleaned["key"]),
            listing_id=listing_id,
            member_id=member_id,
            text=cleaned["text"],
            at=timezone.now(),
        )
        (outcome,) = ask_questions([order])
        if outcome.status.accepted:
            messages.success(request, _("Your question stands under the listing."))
            return redirect(_questions_url(listing_id))
        form.add_error("text", question_refusal(outcome.status))
    context = {
        "form": form,
        "title": _("Ask about this listing"),
        "purpose": page.row.title,
        "submit": _("Ask"),
        "back_url": _questions_url(listing_id),
    }
    return render(request, "pages/question.html", context)


@member_page
@require_http_methods(["GET", "POST"])
def answer(request: MemberRequest, listing_id: int, question_id: int) -> HttpResponse:
    """Answer a question about one's own listing."""
    page, asked = reads.listing_page(listing_id), question(question_id)
    foreign = page is None or page.borrower_id != request.member.id
    if foreign or asked is None or asked.listing_id != listing_id or asked.hidden_for:
        raise Http404
    form = ListingAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned, member_id = form.cleaned_data, request.member.id
        order = AnswerOrder(
            key=derive_id("web.answer", member_id, question_id, cleaned["key"]),
            question_id=question_id,
            member_id=member_id,
            text=cleaned["text"],
            at=timezone.now(),
        )
        (outcome,) = answer_questions([order])
        if outcome.status.accepted:
            messages.success(request, _("Your answer stands under the question."))
            return redirect(_questions_url(listing_id))
        form.add_error("text", question_refusal(outcome.status))
    context = {
        "form": form,
        "title": _("Answer the question"),
        "asked": asked,
        "submit": _("Answer"),
        "back_url": _questions_url(listing_id),
    }
    return render(request, "pages/question.html", context)


def _questions_url(listing_id: int) -> str:
    return reverse("listing", args=[listing_id]) + "#questions"
