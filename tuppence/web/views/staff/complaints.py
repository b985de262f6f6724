"""Complaints as staff work on them: by deadline, one case on one page, answers with reasons."""

from datetime import date

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.compliance.complaint import (
    ComplaintOrder,
    EntryKind,
    EntryOrder,
    Outcome,
    Topic,
    Way,
)
from tuppence.compliance.models import Complaint
from tuppence.compliance.operations import add_complaint_entries, make_complaints
from tuppence.compliance.queries import complaints as reads
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.money.months import add_months
from tuppence.web import account_names, tables
from tuppence.web.forms.complaints import (
    AnswerForm,
    DelayForm,
    MessageForm,
    NoteForm,
    TakeComplaintForm,
    topics,
)
from tuppence.web.forms.fields import OrderForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.outcomes import COMPLAINT_REFUSALS
from tuppence.web.parts import Figure
from tuppence.web.reader import current_reader
from tuppence.web.views.staff.act_pages import act_page

ACTS: dict[str, tuple[EntryKind, type[OrderForm]]] = {
    "answer": (EntryKind.DECISION, AnswerForm),
    "message": (EntryKind.MESSAGE, MessageForm),
    "delay": (EntryKind.DELAY, DelayForm),
    "note": (EntryKind.NOTE, NoteForm),
}
OPEN, CLOSED = "open", "closed"

COMPLAINTS = tables.Table(
    "complaints",
    gettext_lazy("Complaints"),
    columns=(
        tables.count("id", gettext_lazy("Number"), "id", in_page=False),
        tables.text(
            "complaint",
            gettext_lazy("Complaint"),
            lambda row: row.topic,
            show=lambda row: _("Complaint {number}").format(number=row.id),
            url=lambda row: reverse("staff_complaint", args=[row.id]),
            sub=lambda row: account_names.named(row.topic, "complaint_topic"),
        ),
        tables.text(
            "member",
            gettext_lazy("Member"),
            "legal_name",
            url=lambda row: reverse("staff_member", args=[row.member_id]),
        ),
        tables.moment("received", pgettext_lazy("complaint", "Received"), "received_at", sort=True),
        tables.day("answer_by", gettext_lazy("Answer by"), "answer_by", sort=True),
        tables.chip("state", gettext_lazy("State"), "state", states="complaint"),
    ),
    filters=(
        tables.Choice(
            "open",
            gettext_lazy("Which"),
            [(OPEN, gettext_lazy("Open")), (CLOSED, gettext_lazy("Answered or taken back"))],
            lambda code: Q(closed_at__isnull=code == OPEN),
            default=OPEN,
        ),
        tables.Choice("topic", gettext_lazy("About"), topics(), "topic"),
        tables.Range("received", pgettext_lazy("complaint", "Received"), "received_at", kind="day"),
    ),
    order="answer_by",
)


@requires(Permission.SEE_COMPLAINTS)
@require_GET
def complaints(request: HttpRequest) -> HttpResponseBase:
    """Open complaints by deadline; and the figures of the last twelve months."""
    now = timezone.now()
    today = platform.business_day(now)
    since = now.replace(year=now.year - 1, day=min(now.day, 28))
    found = reads.complaint_statistics(since=since, until=now, on=today)
    rows = Complaint.objects.select_related("member")
    table = COMPLAINTS.of(request, rows, adapt=reads.rows_of)
    context = {"figures": figures(found, today), "by_topic": found.by_topic}
    return tables.table_page(request, "staff/complaints.html", table, context)


def figures(found: reads.ComplaintStatistics, today: date) -> list[Figure]:
    """What waits, what is late, and how the last twelve months went."""
    reader = current_reader()
    basis = _("since {day}").format(day=reader.day(add_months(today, -12)))
    days = "–" if found.days_median is None else str(found.days_median)
    late_now = reads.late_count(on=today)
    return [
        Figure(_("Open"), reader.count(reads.open_count()), _("wait for an answer")),
        Figure(_("Past their day"), reader.count(late_now), _("open and overdue today")),
        Figure(pgettext("complaint", "Received"), reader.count(found.received), basis),
        Figure(
            _("Upheld"),
            reader.count(found.upheld),
            _("wholly or in part, {basis}").format(basis=basis),
        ),
        Figure(_("Days to an answer"), days, _("the middle one, {basis}").format(basis=basis)),
    ]


@requires(Permission.SEE_COMPLAINTS)
@require_GET
def complaint(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """One complaint with everything said about it, notes for colleagues as well."""
    page = page_of(complaint_id)
    context = {
        "page": page,
        "row": page.row,
        "others": [row for row in reads.complaints_of(page.row.member_id) if row != page.row],
        "days_left": days_left(page),
    }
    return render(request, "staff/complaint.html", context)


def days_left(page: reads.ComplaintPage) -> int | None:
    """Days until the answer is due; nothing where no day binds or it is answered."""
    due = page.row.answer_by
    if due is None or not page.row.state.is_open:
        return None
    return (due - platform.business_day(timezone.now())).days


@requires(Permission.HANDLE_COMPLAINTS)
@require_http_methods(["GET", "POST"])
def take_complaint(request: HttpRequest) -> HttpResponse:
    """Write down a complaint that came by letter, e-mail or telephone."""
    initial = {"member": request.GET.get("member", "")}
    form = TakeComplaintForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        order = ComplaintOrder(
            key=order_key(request, "staff.complaint", form),
            member_id=form.cleaned_data["member"],
            topic=Topic(form.cleaned_data["topic"]),
            what_happened=form.cleaned_data["what_happened"],
            what_is_wanted=form.cleaned_data["what_is_wanted"],
            at=timezone.now(),
            by=staff_id(request),
            way=Way(form.cleaned_data["way"]),
        )
        (outcome,) = make_complaints([order])
        if outcome.status.accepted:
            messages.success(request, _("Taken. Tell the member its number."))
            return redirect("staff_complaint", outcome.complaint_id)
        form.add_error(None, str(COMPLAINT_REFUSALS[outcome.status]))
    return act_page(
        request,
        form,
        title=_("Write a complaint down"),
        purpose=_("In the member's own words. The time to answer runs from now."),
        submit=_("Take the complaint"),
        back_url=reverse("staff_complaints"),
    )


@requires(Permission.HANDLE_COMPLAINTS)
@require_http_methods(["GET", "POST"])
def complaint_act(request: HttpRequest, complaint_id: int, act: str) -> HttpResponse:
    """Answer, write, tell of a delay, or note something for colleagues."""
    page = page_of(complaint_id)
    kind, form_class = ACTS[act]
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        (outcome,) = add_complaint_entries([entry_of(request, form, complaint_id, kind)])
        if outcome.status.accepted:
            messages.success(request, _("Done. It stands with the complaint."))
            return redirect("staff_complaint", complaint_id)
        form.add_error(None, str(COMPLAINT_REFUSALS[outcome.status]))
    title, purpose, submit = words_of(kind)
    return act_page(
        request,
        form,
        title=title,
        purpose=purpose,
        submit=submit,
        back_url=reverse("staff_complaint", args=[complaint_id]),
        complaint_page=page,
    )


def entry_of(
    request: HttpRequest, form: OrderForm, complaint_id: int, kind: EntryKind
) -> EntryOrder:
    """The order that a valid form asks for."""
    outcome = form.cleaned_data.get("outcome")
    return EntryOrder(
        key=order_key(request, f"staff.complaint.{complaint_id}", form),
        complaint_id=complaint_id,
        kind=kind,
        text=form.cleaned_data["text"],
        at=timezone.now(),
        by=staff_id(request),
        outcome=Outcome(outcome) if outcome else None,
        expected_on=form.cleaned_data.get("expected_on"),
    )


def page_of(complaint_id: int) -> reads.ComplaintPage:
    """The complaint, or a page that isn't there."""
    page = reads.complaint_page(complaint_id, with_notes=True)
    if page is None:
        raise Http404
    return page


def words_of(kind: EntryKind) -> tuple[str, str, str]:
    """Title, purpose and button of an act."""
    words = {
        EntryKind.DECISION: (
            _("Answer the complaint"),
            _("It closes the complaint. The member can ask once for another look."),
            _("Send the answer"),
        ),
        EntryKind.MESSAGE: (
            _("Write to the member"),
            _("The member reads it with the complaint."),
            _("Send"),
        ),
        EntryKind.DELAY: (
            _("Tell that it takes longer"),
            _("The day of the rulebook stays; the member knows why and until when."),
            _("Send"),
        ),
        EntryKind.NOTE: (
            _("Note for colleagues"),
            _("Compliance and support read it; the member never does."),
            _("Keep the note"),
        ),
    }
    return words[kind]
