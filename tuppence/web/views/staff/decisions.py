"""What was decided by whom, in which grade, and what refusals were about."""

from datetime import datetime, time

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.money.months import add_months
from tuppence.web import tables
from tuppence.web.account_names import named
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff import decisions as reads

OFFICERS = tables.Table(
    "decisions",
    _("Decided, by month and officer"),
    columns=(
        tables.day(
            "month", _("Month"), "month", show=lambda row: current_reader().month(row.month)
        ),
        tables.text("officer", _("Officer"), "officer"),
        tables.count("approved", _("Approved"), "approved", total=True),
        tables.money("approved_amount", _("Amount approved"), "approved_minor", total=True),
        tables.count("jointly", _("By two officers"), "jointly", total=True),
        tables.count("refused", _("Refused"), "refused", total=True),
        tables.money("refused_amount", _("Amount refused"), "refused_minor", total=True),
        tables.percent("share_approved", _("Share approved"), "share_approved"),
    ),
    filters=(tables.Search("q", _("Officer"), ("officer",)),),
)
GRADES = tables.Table(
    "grades",
    _("Approved, by grade"),
    columns=(
        tables.text("grade", _("Grade"), "grade"),
        tables.count("approved", _("Approved"), "approved", total=True),
        tables.money("approved_amount", _("Amount approved"), "approved_minor", total=True),
        tables.percent("rate", _("Average rate a year"), "annual_rate"),
        tables.percent("expected_loss", _("Average expected loss a year"), "expected_loss"),
    ),
)
GROUNDS = tables.Table(
    "refusals",
    _("Refused, by what stood against it"),
    columns=(
        tables.text("ground", _("Ground"), "ground", show=lambda row: named(row.ground, "ground")),
        tables.count("refused", _("Refused"), "refused"),
        tables.money("refused_amount", _("Amount refused"), "refused_minor"),
        tables.percent("share", _("Of all refusals"), "share"),
    ),
)


@requires(Permission.SEE_APPLICATIONS)
@require_GET
def decisions(request: HttpRequest) -> HttpResponseBase:
    """The decisions of the last two years in three small tables, each with its file."""
    now = timezone.now()
    first = add_months(platform.business_day(now).replace(day=1), 1 - reads.MONTHS_BACK)
    since = datetime.combine(first, time(), tzinfo=platform.zone())
    found = {
        "officers": OFFICERS.of(request, reads.by_officer_and_month(since=since), prefix="o_"),
        "grades": GRADES.of(request, reads.by_grade(since=since), prefix="g_"),
        "grounds": GROUNDS.of(request, reads.by_ground(since=since), prefix="r_"),
    }
    for table in found.values():
        if table.wants_file:
            return table.file()
    return render(request, "staff/decisions.html", {**found, "since": first})
