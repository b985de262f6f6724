"""Ask an applicant for what a decision needs, and need it no longer."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuppence import platform
from tuppence.lending import operations as lending
from tuppence.lending.information_requests import (
    InformationOrder,
    InformationStatus,
    TakeBackOrder,
)
from tuppence.lending.queries.information import information_of_application
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.information import AskForm
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reads.applications import row_of
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.views.staff.applications import application_of, lines_of

FIELDS = {
    InformationStatus.WHY_MISSING: "why",
    InformationStatus.DUE_IN_PAST: "due_on",
    InformationStatus.DUE_TOO_LATE: "due_on",
}
USUAL = timedelta(days=7)


@requires(Permission.DECIDE_APPLICATION)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, application_id: int) -> HttpResponse:
    """Name what is needed, why, and until when; the application then waits for its applicant."""
    row, now = application_of(application_id), timezone.now()
    today = platform.business_day(now)
    form = AskForm(request.POST or None, today=today, initial={"due_on": today + USUAL})
    if request.method == "POST" and form.is_valid():
        order = InformationOrder(
            key=order_key(request, "staff.information", form),
            application_id=application_id,
            items=form.items,
            why=form.cleaned_data["why"],
            due_on=form.cleaned_data["due_on"],
            at=now,
            today=today,
        )
        (outcome,) = lending.ask_for_information([order], by=staff_id(request))
        if outcome.status.accepted:
            messages.success(request, _("Asked. The application waits for the applicant now."))
            return redirect("staff_application", application_id)
        form.add_error(FIELDS.get(outcome.status), sentence_of(outcome.status))
    return act_page(
        request,
        form,
        title=_("Ask the applicant"),
        purpose=_("Until the last answer is here, the application waits for the applicant."),
        submit=_("Ask for it"),
        back_url=reverse("staff_application", args=[application_id]),
        lines=lines_of(row_of(row)),
    )


@requires(Permission.DECIDE_APPLICATION)
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, application_id: int) -> HttpResponse:
    """Need no longer what was asked for; twice is once."""
    row, form = application_of(application_id), ConfirmForm(request.POST or None)
    latest = next(iter(information_of_application(application_id)), None)
    if request.method == "POST" and form.is_valid() and latest is not None:
        order = TakeBackOrder(latest.id, timezone.now())
        (outcome,) = lending.take_back_information_requests([order], by=staff_id(request))
        if outcome.status.accepted:
            messages.success(request, _("Taken back. The application waits for a decision again."))
            return redirect("staff_application", application_id)
        form.add_error(None, sentence_of(outcome.status))
    asked = [Line(_("Asked for"), item.words) for item in latest.items] if latest else []
    return act_page(
        request,
        form,
        title=_("Need it no longer"),
        purpose=_("The applicant is not asked any more; what was answered stays."),
        submit=_("Need it no longer"),
        back_url=reverse("staff_application", args=[application_id]),
        lines=[*lines_of(row_of(row)), *asked],
    )
