"""Complaints of members: how it goes, making one, and following it to its answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.compliance.complaint import (
    ComplaintOrder,
    EntryKind,
    EntryOrder,
    Topic,
)
from tuppence.compliance.operations import add_complaint_entries, make_complaints
from tuppence.compliance.queries.complaints import (
    ComplaintPage,
    complaint_page,
    complaint_statistics,
    complaints_of,
)
from tuppence.ledger.ids import derive_id
from tuppence.members.views import MemberRequest, member_page, public
from tuppence.money.months import add_months
from tuppence.rules.rule import Check
from tuppence.web.acting import acting_member
from tuppence.web.forms.complaints import ComplaintForm, EscalateForm, MessageForm, TakeBackForm
from tuppence.web.forms.fields import OrderForm
from tuppence.web.outcomes import COMPLAINT_REFUSALS
from tuppence.web.reads.complaints import own_subjects
from tuppence.web.subjects import subject_text, subject_url

ACTS: dict[str, tuple[EntryKind, type[OrderForm]]] = {
    "message": (EntryKind.MESSAGE, MessageForm),
    "escalate": (EntryKind.ESCALATION, EscalateForm),
    "take-back": (EntryKind.WITHDRAWAL, TakeBackForm),
}


@public
@require_GET
def complaints(request: HttpRequest) -> HttpResponse:
    """How complaints go, what they cost (nothing), how many there were; and the reader's own."""
    now = timezone.now()
    today = platform.business_day(now)
    member = acting_member(request)
    year_ago = now.replace(year=now.year - 1, day=min(now.day, 28))
    context = {
        "rules": rules_in_words(),
        "own": complaints_of(member.id) if member else [],
        "statistics": complaint_statistics(since=year_ago, until=now, on=today),
        "since": add_months(today, -12),
        "today": today,
    }
    return render(request, "pages/complaints.html", context)


def rules_in_words() -> list[str]:
    """What the rulebook says on complaints, in the reader's language."""
    book = platform.rulebook(platform.business_day(timezone.now()))
    in_chinese = get_language() == "zh-hans"
    rules = [book.enforcing(check) for check in (Check.COMPLAINT_RECEIPT, Check.COMPLAINT_ANSWER)]
    return [rule.text.zh if in_chinese else rule.text.en for rule in rules if rule]


@member_page
@require_http_methods(["GET", "POST"])
def new_complaint(request: MemberRequest) -> HttpResponse:
    """What happened and what would put it right; it has its number at once."""
    own = own_subjects(request.member.id)
    topic, about = request.GET.get("topic", ""), request.GET.get("about", "")
    form = ComplaintForm(request.POST or None, own=own, initial={"topic": topic, "about": about})
    if request.method == "POST" and form.is_valid():
        (outcome,) = make_complaints([order_of(request, form)])
        if outcome.status.accepted:
            assert outcome.complaint_id is not None
            messages.success(request, _("We have it. Keep the number; we answer here."))
            return redirect("complaint", outcome.complaint_id)
        form.add_error(None, str(COMPLAINT_REFUSALS[outcome.status]))
    return render(request, "pages/complaint_new.html", {"form": form, "rules": rules_in_words()})


def order_of(request: MemberRequest, form: ComplaintForm) -> ComplaintOrder:
    """The order that a valid form asks for."""
    assert request.user.pk is not None
    kind, number = form.subject()
    return ComplaintOrder(
        key=derive_id("web", "complaint", request.member.id, form.cleaned_data["key"]),
        member_id=request.member.id,
        topic=Topic(form.cleaned_data["topic"]),
        what_happened=form.cleaned_data["what_happened"],
        what_is_wanted=form.cleaned_data["what_is_wanted"],
        at=timezone.now(),
        by=request.user.pk,
        subject_kind=kind,
        subject_id=number,
    )


@member_page
@require_GET
def complaint(request: MemberRequest, complaint_id: int) -> HttpResponse:
    """One complaint: what was written, by when the answer comes, and the answer."""
    return render(request, "pages/complaint.html", context_of(page_of(request, complaint_id)))


@member_page
@require_http_methods(["GET", "POST"])
def complaint_act(request: MemberRequest, complaint_id: int, act: str) -> HttpResponse:
    """Write a message, ask for another look, or take it back."""
    page = page_of(request, complaint_id)
    kind, form_class = ACTS[act]
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert request.user.pk is not None
        order = EntryOrder(
            key=derive_id("web", "complaint", complaint_id, form.cleaned_data["key"]),
            complaint_id=complaint_id,
            kind=kind,
            text=form.cleaned_data["text"],
            at=timezone.now(),
            by=request.user.pk,
            by_member=True,
        )
        (outcome,) = add_complaint_entries([order])
        if outcome.status.accepted:
            messages.success(request, said(kind))
            return redirect("complaint", complaint_id)
        form.add_error(None, str(COMPLAINT_REFUSALS[outcome.status]))
    title, submit = words_of(kind)
    more = {"form": form, "title": title, "submit": submit}
    more["back_url"] = reverse("complaint", args=[complaint_id])
    return render(request, "pages/complaint_act.html", context_of(page) | more)


def page_of(request: MemberRequest, complaint_id: int) -> ComplaintPage:
    """The member's own complaint; anybody else's isn't there."""
    page = complaint_page(complaint_id, with_notes=False)
    if page is None or page.row.member_id != request.member.id:
        raise Http404
    return page


def context_of(page: ComplaintPage) -> dict[str, Any]:
    """What the templates draw."""
    kind, number = page.row.subject_kind, page.row.subject_id
    about = {"about": subject_text(kind, number), "about_url": subject_url(kind, number)}
    return {"page": page, "row": page.row, **about}


def words_of(kind: EntryKind) -> tuple[str, str]:
    """Title of the act's page, and the word on its button."""
    words = {
        EntryKind.MESSAGE: (_("Write to us about it"), _("Send")),
        EntryKind.ESCALATION: (_("Ask for another look"), _("Ask for another look")),
        EntryKind.WITHDRAWAL: (_("Take the complaint back"), _("Take it back")),
    }
    return words[kind]


def said(kind: EntryKind) -> str:
    """What is said when it is done."""
    words = {
        EntryKind.MESSAGE: _("Sent. It stands with your complaint."),
        EntryKind.ESCALATION: _("Your complaint is looked at once more."),
        EntryKind.WITHDRAWAL: _("Your complaint is taken back."),
    }
    return words[kind]
