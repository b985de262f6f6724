"""The close of business days: what it will do, doing it, and what it did."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.lending.models import DayClose
from tuppence.lending.operations import CloseStatus, DayNotOverError, close_day
from tuppence.lending.queries.loan_files import last_closed_day
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_loans import CloseDayForm

LISTED = 30


@requires(Permission.CLOSE_DAY)
@require_http_methods(["GET", "POST"])
def day_close(request: HttpRequest) -> HttpResponse:
    """Which days are not closed, what closing does, and the days closed lately."""
    now = timezone.now()
    yesterday = platform.business_day(now) - timedelta(days=1)
    form = CloseDayForm(request.POST or None, initial={"day": yesterday})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        try:
            closed = close_day(day, at=now)
        except DayNotOverError:
            form.add_error("day", _("This day is still to come. Choose today or an earlier day."))
        else:
            if closed.status is CloseStatus.ALREADY_CLOSED:
                messages.info(request, _("This day was closed before; nothing was booked again."))
            else:
                count = len(closed.days)
                text = ngettext("%(number)s day closed.", "%(number)s days closed.", count)
                messages.success(request, text % {"number": count})
            return redirect("staff_day_close")
    last = last_closed_day()
    context = {
        "form": form,
        "last": last,
        "missing": missing_days(last, yesterday),
        "days": DayClose.objects.order_by("-day")[:LISTED],
        "currency": platform.currency(),
    }
    return render(request, "staff/day_close.html", context)


def missing_days(last: date | None, until: date) -> int:
    """How many days until `until` are not closed; none are counted before the first close."""
    return max((until - last).days, 0) if last else 0


@requires(Permission.CLOSE_DAY, Permission.SEE_BOOKS)
@require_GET
def closed_day(request: HttpRequest, day: str) -> HttpResponse:
    """What the close of one day did."""
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    row = DayClose.objects.filter(day=on).first()
    if row is None:
        raise Http404
    report = row.report
    known = {"interest_accrued_minor", "late_fees", "due", "loans", "outstanding_minor"}
    known |= {"buckets", "moved"}
    context = {
        "row": row,
        "report": report,
        "steps": {name: figures for name, figures in report.items() if name not in known},
        "currency": platform.currency(),
    }
    return render(request, "staff/closed_day.html", context)
