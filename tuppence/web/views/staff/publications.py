"""What the rulebook asks to publish, for each period that has ended: done, due or late."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.compliance.deadlines import Duty
from tuppence.compliance.operations import record_publication
from tuppence.compliance.operations.publications import PublishedStatus
from tuppence.compliance.queries.publications import DutyRow
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.complaints import PublicationForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff import compliance as reads
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.views.staff.rules import in_words

FIELDS = {
    PublishedStatus.PLACE_MISSING: "place",
    PublishedStatus.REMARK_MISSING: "remark",
    PublishedStatus.TEXT_NOT_ALLOWED: "remark",
}


@requires(Permission.SEE_AUDIT)
@require_GET
def publications(request: HttpRequest) -> HttpResponse:
    """Every disclosure that recurs, by period; what is overdue stands first."""
    rows = reads.publications(on=platform.business_day(timezone.now()))
    book = platform.rulebook(platform.business_day(timezone.now()))
    context = {
        "rows": [(row, in_words(row.duty.rule.text)) for row in rows],
        "book_title": in_words(book.head.title),
    }
    return render(request, "staff/publications.html", context)


@requires(Permission.HANDLE_COMPLAINTS)
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, rule_id: str, period: str) -> HttpResponse:
    """Say where and when one was published, or why there was nothing to publish."""
    today = platform.business_day(timezone.now())
    duty = duty_of(rule_id, period, today).duty
    form = PublicationForm(request.POST or None, initial={"published_on": today})
    if request.method == "POST" and form.is_valid():
        status = recorded(request, form, duty)
        if status in {PublishedStatus.DONE, PublishedStatus.EXISTS}:
            messages.success(request, _("Recorded."))
            return redirect("staff_publications")
        form.add_error(FIELDS.get(status), sentence_of(status))
    reader = current_reader()
    return act_page(
        request,
        form,
        title=_("Record a publication"),
        purpose=in_words(duty.rule.text),
        submit=_("Record it"),
        back_url=reverse("staff_publications"),
        lines=[
            Line(_("Rule"), duty.rule.id),
            Line(_("Period"), duty.period),
            Line(_("To be published by"), reader.day(duty.due_on)),
        ],
    )


def recorded(request: HttpRequest, form: PublicationForm, duty: Duty) -> PublishedStatus:
    """Keep what the form says."""
    cleaned = form.cleaned_data
    return record_publication(
        key=order_key(request, f"staff.publication.{duty.rule.id}.{duty.period}", form),
        book=platform.rulebook(duty.ended_on).head.id,
        rule_id=duty.rule.id,
        period=duty.period,
        applies=cleaned["applies"] == "yes",
        place=cleaned["place"],
        remark=cleaned["remark"],
        published_on=cleaned["published_on"],
        by=staff_id(request),
        at=timezone.now(),
    )


def duty_of(rule_id: str, period: str, on: date) -> DutyRow:
    """One duty, or a page that isn't there."""
    for row in reads.publications(on=on):
        if (row.duty.rule.id, row.duty.period) == (rule_id, period):
            return row
    raise Http404
