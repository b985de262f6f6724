"""Errors that no page handled: what, where, how often, and whether somebody has looked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.faults import queries
from tuppence.faults.fault import state_of
from tuppence.faults.models import FaultRecord
from tuppence.faults.operations import mark_seen
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.order_keys import staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.tables.drawing import chip_html
from tuppence.web.views.staff.act_pages import act_page


def state(row: FaultRecord) -> str:
    """Where it stands."""
    return state_of(last_at=row.last_at, seen_at=row.seen_at)


def place(row: FaultRecord) -> str:
    """The innermost place in our own code."""
    return row.places[-1] if row.places else ""


def route(row: FaultRecord) -> str:
    """The pattern of the address."""
    return f"{row.method} /{row.route}".strip()


FAULTS = tables.Table(
    "errors",
    gettext_lazy("Errors"),
    columns=(
        tables.text(
            "error",
            gettext_lazy("Error"),
            "kind",
            url=lambda row: reverse("staff_fault", args=[row.pk]),
            sub=lambda row: f"{row.pk} · {place(row)}",
        ),
        tables.count("number", gettext_lazy("Number"), "pk", in_page=False),
        tables.text("route", gettext_lazy("Page"), route),
        tables.count("times", gettext_lazy("Times"), "count", sort=True),
        tables.moment("first", gettext_lazy("First"), "first_at"),
        tables.moment("last", gettext_lazy("Last"), "last_at", sort=True),
        tables.text(
            "state",
            gettext_lazy("State"),
            state,
            show=lambda row: chip_html("fault", state(row)),
        ),
    ),
    filters=(tables.Range("day", gettext_lazy("Last"), "last_at", "day"),),
    order="-last",
)


@requires(Permission.SEE_HEALTH)
@require_GET
def faults(request: HttpRequest) -> HttpResponseBase:
    """Errors, the latest first."""
    table = FAULTS.of(request, queries.faults())
    return tables.table_page(request, "staff/faults.html", table)


@requires(Permission.SEE_HEALTH)
@require_http_methods(["GET", "POST"])
def fault(request: HttpRequest, fault_id: int) -> HttpResponse:
    """One error with its places in our code; somebody says that it was looked at."""
    row = queries.faults().filter(pk=fault_id).first()
    if row is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    form.fields["why"].label = _("What was found")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["why"]
        mark_seen(fault_id, by=staff_id(request), at=timezone.now(), remark=said)
        messages.success(request, _("Noted. The error is open again if it comes back."))
        return redirect("staff_faults")
    reader = current_reader()
    lines = [
        Line(_("State"), chip_html("fault", state(row))),
        Line(_("Page"), route(row)),
        Line(_("Times"), reader.count(row.count)),
        Line(_("First"), reader.moment(row.first_at)),
        Line(_("Last"), reader.moment(row.last_at)),
        *(Line(_("In our code"), each) for each in reversed(row.places)),
    ]
    if row.seen_by and row.seen_at:
        seen = f"{row.seen_by.email}, {reader.moment(row.seen_at)}: {row.remark}"
        lines.append(Line(_("Looked at"), seen))
    return act_page(
        request,
        form,
        title=_("Error {number}: {kind}").format(number=row.pk, kind=row.kind),
        purpose=_("What the error said is not kept: it could tell of a person. The log has it."),
        submit=_("I have looked at it"),
        back_url=reverse("staff_faults"),
        lines=lines,
    )
