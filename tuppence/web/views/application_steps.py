"""Applying, one question a page: begin, answer, add papers, look at everything, send once."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuppence import platform
from tuppence.growth.operations import take_fee_discount
from tuppence.lending.application_draft import (
    DiscardDraftOrder,
    Draft,
    DraftAnswers,
    DraftOutcome,
    DraftStatus,
    DraftStep,
    SaveDraftOrder,
    StartDraftOrder,
    SubmitDraftOrder,
    first_unanswered,
    steps_for,
)
from tuppence.lending.application_rules import ApplyStatus
from tuppence.lending.operations import (
    add_application_paper,
    discard_drafts,
    remove_draft_paper,
    save_drafts,
    start_drafts,
    submit_drafts,
)
from tuppence.lending.queries.drafts import draft_of, papers_of_draft
from tuppence.members import operations as members
from tuppence.members.paper import PaperKind, PaperStatus
from tuppence.members.views import MemberRequest, member_page
from tuppence.money.currency import format_plain
from tuppence.rules.findings import Finding
from tuppence.web import refusals
from tuppence.web.forms.application_steps import (
    FOR_BUSINESS,
    PRIVATE,
    STEP_FORMS,
    SendForm,
    StepForm,
)
from tuppence.web.forms.borrowing import CostForm
from tuppence.web.forms.members import PaperForm
from tuppence.web.outcomes import APPLY_REFUSALS
from tuppence.web.reads import drafts as reads
from tuppence.web.reads.products import ProductRow
from tuppence.web.views.borrowing import product_or_404

# Each step's question, and why it is asked.
QUESTIONS = {
    DraftStep.COST: (
        gettext_lazy("How much, and for how long?"),
        gettext_lazy("You can change both until you send the application."),
    ),
    DraftStep.USE: (
        gettext_lazy("Is the money for a business?"),
        gettext_lazy("We must know which law your loan falls under."),
    ),
    DraftStep.STORY: (
        gettext_lazy("What will you do with it?"),
        gettext_lazy("Investors decide by this; your name stays with us."),
    ),
    DraftStep.MONTH: (
        gettext_lazy("What does your month look like?"),
        gettext_lazy("We may only arrange what you can pay back."),
    ),
    DraftStep.ELSEWHERE: (
        gettext_lazy("Do you owe on other platforms?"),
        gettext_lazy("Limits of the law count everything you owe to lenders like ours."),
    ),
    DraftStep.PAPERS: (
        gettext_lazy("Papers that speak for you"),
        gettext_lazy("Proof of income or accounts make a decision faster. They may come later."),
    ),
    DraftStep.REVIEW: (
        gettext_lazy("Is this right?"),
        gettext_lazy("Sending it costs nothing and binds you to nothing."),
    ),
}


@member_page
@require_http_methods(["GET", "POST"])
def begin(request: MemberRequest, code: str) -> HttpResponse:
    """The whole cost once more, and the word to begin; an open application is gone on with."""
    product = product_or_404(code)
    form = CostForm(request.POST if request.method == "POST" else request.GET, product=product)
    if not form.is_valid():
        return redirect("apply", code)
    amount_minor, instalments = form.cleaned_data["amount"], form.cleaned_data["instalments"]
    now = timezone.now()
    if request.method == "POST":
        order = StartDraftOrder(request.member.id, product.id, amount_minor, instalments, now)
        (outcome,) = start_drafts([order])
        return redirect("draft", outcome.draft_id)
    answers = DraftAnswers(amount_minor, instalments)
    context = {
        "product": product,
        "amount_minor": amount_minor,
        "length": instalments * product.every,
        "sent": {"amount": form["amount"].value(), "instalments": form["instalments"].value()},
        "quotes": reads.quotes_of(product, answers, start=platform.business_day(now)),
        "is_verified": request.member.verified_at is not None,
    }
    return render(request, "pages/apply.html", context)


@member_page
@require_GET
def draft(request: MemberRequest, draft_id: int) -> HttpResponse:
    """Go on where one stopped."""
    row, _product = draft_or_404(request, draft_id)
    if row.application_id is not None:
        return redirect("application", row.application_id)
    missing = first_unanswered(row.answers, is_person=request.member.is_person)
    return redirect("draft_step", draft_id, (missing or DraftStep.REVIEW).value)


@member_page
@require_http_methods(["GET", "POST"])
def draft_step(request: MemberRequest, draft_id: int, step: str) -> HttpResponse:
    """One question: its answer is kept, and the next one comes."""
    row, product = draft_or_404(request, draft_id)
    if row.application_id is not None:
        return redirect("application", row.application_id)
    asked = step_or_404(request, step)
    if asked is DraftStep.REVIEW:
        return review(request, row, product)
    if asked is DraftStep.PAPERS:
        return papers(request, row, product)
    make = STEP_FORMS[asked]
    if request.method == "GET":
        form = make(product=product, initial=initial_of(row.answers, product))
        return step_page(request, row, product, asked, form)
    form = make(request.POST, product=product)
    if not form.is_valid():
        return step_page(request, row, product, asked, form)
    return keep(request, row, product, asked, form)


def keep(
    request: MemberRequest, row: Draft, product: ProductRow, asked: DraftStep, form: StepForm
) -> HttpResponse:
    """Keep an answer, also one that a rule bars; then the page says so instead of going on."""
    now = timezone.now()
    changes = form.changes()
    (outcome,) = save_drafts([SaveDraftOrder(row.id, request.member.id, changes, now)])
    if outcome.status is not DraftStatus.SAVED:
        raise Http404
    answers = row.answers.with_changes(changes)
    today = platform.business_day(now)
    objections = reads.early_objections(request.member, product, answers, on=today)
    if objections:
        add_findings(form, objections)
        return step_page(request, row, product, asked, form)
    steps = steps_for(is_person=request.member.is_person)
    return redirect("draft_step", row.id, steps[steps.index(asked) + 1].value)


def papers(request: MemberRequest, row: Draft, product: ProductRow) -> HttpResponse:
    """Papers with the application: add one, take one off, or go on without."""
    form = PaperForm(request.POST or None, request.FILES or None, initial={"kind": "income"})
    if "remove" in request.POST:
        known = {str(paper.id): paper.id for paper in papers_of_draft(row.id)}
        if request.POST["remove"] in known:
            remove_draft_paper(row.id, known[request.POST["remove"]])
            messages.success(request, _("The paper no longer goes with this application."))
        return redirect("draft_step", row.id, DraftStep.PAPERS.value)
    if request.method == "POST" and form.is_valid():
        file, now = form.cleaned_data["file"], timezone.now()
        stored = members.store_document(
            request.member.id,
            file.read(),
            typed_name=file.name,
            kind=PaperKind(form.cleaned_data["kind"]),
            by=request.user.pk,
            at=now,
        )
        if stored.status is PaperStatus.STORED and stored.document_id is not None:
            user_id = request.user.pk
            add_application_paper(stored.document_id, at=now, by=user_id, draft_id=row.id)
            messages.success(request, _("The paper is with us."))
            return redirect("draft_step", row.id, DraftStep.PAPERS.value)
        refusals.refuse(form, stored.status)
    context = frame(request, row, product, DraftStep.PAPERS)
    context |= {"form": form, "papers": papers_of_draft(row.id)}
    return render(request, "pages/draft_papers.html", context)


def review(
    request: MemberRequest, row: Draft, product: ProductRow, sent: DraftOutcome | None = None
) -> HttpResponse:
    """Everything at once, each answer with its way back, and the word to send it."""
    is_person = request.member.is_person
    missing = first_unanswered(row.answers, is_person=is_person)
    if missing is not None:
        return redirect("draft_step", row.id, missing.value)
    now = timezone.now()
    quotes = reads.quotes_of(product, row.answers, start=platform.business_day(now))
    form = SendForm({"version": row.version})
    if sent is not None and sent.applied is not None:
        if sent.applied.status is ApplyStatus.RULE_REFUSES:
            add_findings(form, [finding for finding in sent.findings if finding.bars])
        else:
            form.add_error(None, str(APPLY_REFUSALS[sent.applied.status]))
    context = frame(request, row, product, DraftStep.REVIEW) | {
        "form": form,
        "answers": reads.answer_rows(product, row.answers, is_person=is_person),
        "papers": papers_of_draft(row.id),
        "quotes": quotes,
        "is_verified": request.member.verified_at is not None,
    }
    return render(request, "pages/draft_review.html", context)


@member_page
@require_POST
def send_draft(request: MemberRequest, draft_id: int) -> HttpResponse:
    """Send the application as it was shown; twice is once."""
    row, product = draft_or_404(request, draft_id)
    form = SendForm(request.POST)
    if not form.is_valid():
        return redirect("draft_step", draft_id, DraftStep.REVIEW.value)
    version = form.cleaned_data["version"]
    order = SubmitDraftOrder(draft_id, request.member.id, version, timezone.now())
    with transaction.atomic():
        (outcome,) = submit_drafts([order])
        if outcome.application_id is not None:
            take_fee_discount(request.member.id, outcome.application_id, at=order.at)
    if outcome.application_id is not None:
        return redirect("application", outcome.application_id)
    if outcome.status is DraftStatus.CHANGED_ELSEWHERE:
        messages.warning(
            request,
            _("The application was changed in another window. Look at it again, then send it."),
        )
        return redirect("draft_step", draft_id, DraftStep.REVIEW.value)
    return review(request, row, product, outcome)


@member_page
@require_POST
def discard_draft(request: MemberRequest, draft_id: int) -> HttpResponse:
    """Throw an application away that was not sent."""
    draft_or_404(request, draft_id)
    (outcome,) = discard_drafts([DiscardDraftOrder(draft_id, request.member.id, timezone.now())])
    if outcome.status is DraftStatus.DISCARDED:
        messages.success(request, _("The application is thrown away with everything in it."))
    return redirect("borrowing")


def draft_or_404(request: MemberRequest, draft_id: int) -> tuple[Draft, ProductRow]:
    """A draft of the member's own with its product, or no such page."""
    row = draft_of(request.member.id, draft_id, at=timezone.now())
    product = reads.product_of(row) if row else None
    if row is None or product is None:
        raise Http404
    return row, product


def step_or_404(request: MemberRequest, step: str) -> DraftStep:
    """A step that this borrower is asked, or no such page."""
    found = next(
        (s for s in steps_for(is_person=request.member.is_person) if s.value == step), None
    )
    if found is None:
        raise Http404
    return found


def step_page(
    request: MemberRequest, row: Draft, product: ProductRow, asked: DraftStep, form: StepForm
) -> HttpResponse:
    """A step with its question."""
    return render(
        request, "pages/draft_step.html", frame(request, row, product, asked) | {"form": form}
    )


def frame(
    request: MemberRequest, row: Draft, product: ProductRow, asked: DraftStep
) -> dict[str, Any]:
    """What stands around every step: where one is, the way back, the cost as it is now."""
    steps = steps_for(is_person=request.member.is_person)
    place = steps.index(asked)
    question, why = QUESTIONS[asked]
    start = platform.business_day(timezone.now())
    quotes = reads.quotes_of(product, row.answers, start=start)
    return {
        "draft": row,
        "product": product,
        "question": question,
        "why": why,
        "place": place + 1,
        "places": len(steps),
        "before": steps[place - 1].value if place else "",
        "cost": reads.cost_in_words(quotes, product.currency),
    }


def initial_of(answers: DraftAnswers, product: ProductRow) -> dict[str, object]:
    """The answers given so far, as they would be typed."""

    def typed(amount_minor: int | None) -> str:
        return "" if amount_minor is None else format_plain(amount_minor, product.currency)

    use = {True: FOR_BUSINESS, False: PRIVATE, None: None}
    return {
        "amount": typed(answers.amount_minor),
        "instalments": answers.instalments,
        "use": use[answers.business_purpose],
        "title": answers.title,
        "purpose": answers.purpose,
        "income": typed(answers.income_minor_monthly),
        "spending": typed(answers.spending_minor_monthly),
        "elsewhere": typed(answers.elsewhere_minor),
    }


def add_findings(form: StepForm | SendForm, findings: Sequence[Finding]) -> None:
    """The rulebook's own sentences, above the form."""
    is_chinese = get_language() == "zh-hans"
    for finding in findings:
        form.add_error(None, finding.sentence_zh if is_chinese else finding.sentence_en)
