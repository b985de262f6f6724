"""The close of business days: what it will do, doing it and signing it, and what it did."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.ledger.ids import derive_id
from tuppence.lending.day_sign_off import SignOrder, SignStatus
from tuppence.lending.models import DayClose
from tuppence.lending.operations import (
    Closed,
    CloseStatus,
    DayNotOverError,
    close_day,
    rehearse_close,
    sign_days,
)
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_loans import CloseDayForm, SignDayForm
from tuppence.web.order_keys import insist, order_key, staff_id
from tuppence.web.reads.staff import days as reads
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.tasks import prove_later

LISTED = 30
TOLD_APART = frozenset(
    {"interest_accrued_minor", "late_fees", "due", "loans", "outstanding_minor", "buckets", "moved"}
)


@requires(Permission.CLOSE_DAY)
@require_http_methods(["GET", "POST"])
def day_close(request: HttpRequest) -> HttpResponse:
    """What the next close meets, the control figures, and the days closed and signed lately."""
    yesterday = platform.business_day(timezone.now()) - timedelta(days=1)
    form = CloseDayForm(request.POST or None, initial={"day": yesterday})
    if request.method == "POST" and form.is_valid():
        answer = closed_and_signed(request, form)
        if answer is not None:
            return answer
    before = day_of(request.GET.get("before", ""))
    rows = reads.closed_days(before=before, limit=LISTED + 1)
    context = {
        "form": form,
        "ahead": reads.ahead(until=yesterday),
        "figures": reads.figures_now(),
        "proof": reads.proof_shown(reads.latest_proof()),
        "days": rows[:LISTED],
        "older": rows[LISTED - 1].day if len(rows) > LISTED else None,
        "unsigned": reads.unsigned_days(),
        "currency": platform.currency(),
    }
    return render(request, "staff/day_close.html", context)


def closed_and_signed(request: HttpRequest, form: CloseDayForm) -> HttpResponse | None:
    """Close up to the chosen day and sign what was closed; None where the day can't be closed."""
    now, day = timezone.now(), form.cleaned_data["day"]
    try:
        closed = close_day(day, at=now)
    except DayNotOverError:
        form.add_error("day", _("This day is still to come. Choose today or an earlier day."))
        return None
    key = order_key(request, "staff.day_close", form)
    days = closed.days or (day,)
    orders = [
        SignOrder(
            derive_id("sign", key, each.isoformat()),
            each,
            staff_id(request),
            now,
            form.cleaned_data["remark"],
        )
        for each in days
    ]
    say(request, closed, sign_days(orders, proof=reads.latest_proof()))
    prove_later(derive_id("day_close", key), at=now, by=staff_id(request))
    return redirect("staff_closed_day", days[-1].isoformat())


def say(request: HttpRequest, closed: Closed, signed: list[SignStatus]) -> None:
    """What closing and signing did, in sentences."""
    refused = next((status for status in signed if not status.accepted), None)
    if closed.status is CloseStatus.ALREADY_CLOSED:
        messages.info(request, _("This day was closed before; nothing was booked again."))
    else:
        count = len(closed.days)
        text = ngettext("%(number)s day closed.", "%(number)s days closed.", count)
        messages.success(request, text % {"number": count})
    if refused is None:
        messages.success(request, _("Signed with your name and the figures as they stand."))
    elif refused is not SignStatus.ALREADY_SIGNED:
        messages.warning(request, sentence_of(refused))


@requires(Permission.CLOSE_DAY)
@require_GET
def rehearsal(request: HttpRequest) -> HttpResponse:
    """The next close, done and taken back: exactly what it would do, and nothing is kept."""
    now = timezone.now()
    report = rehearse_close(platform.business_day(now) - timedelta(days=1), at=now)
    context = {"rehearsed": report, "currency": platform.currency()}
    if report is not None:
        context |= report_parts(report)
    return render(request, "staff/day_rehearsal.html", context)


@requires(Permission.CLOSE_DAY, Permission.SEE_BOOKS)
@require_http_methods(["GET", "POST"])
def closed_day(request: HttpRequest, day: str) -> HttpResponse:
    """What the close of one day did, and the signature under it."""
    on = day_of(day)
    row = DayClose.objects.select_related("sign_off__by").filter(day=on).first() if on else None
    if row is None:
        raise Http404
    form = SignDayForm(request.POST or None)
    if request.method == "POST":
        insist(request, Permission.CLOSE_DAY)
        if form.is_valid() and has_signed(request, form, row.day):
            return redirect("staff_closed_day", day)
    sign_off = getattr(row, "sign_off", None)
    context = {
        "row": row,
        "sign_off": sign_off,
        "form": form,
        "figures": reads.figures_signed(sign_off) if sign_off else reads.figures_now(),
        "proof": reads.proof_shown(sign_off.figures["proof"] if sign_off else reads.latest_proof()),
        "currency": platform.currency(),
        "back_url": reverse("staff_day_close"),
        **report_parts(row),
    }
    return render(request, "staff/closed_day.html", context)


def has_signed(request: HttpRequest, form: SignDayForm, day: date) -> bool:
    """Put the reader's name under a day; a refusal stands on the form."""
    key = order_key(request, "staff.sign_day", form)
    order = SignOrder(key, day, staff_id(request), timezone.now(), form.cleaned_data["remark"])
    (status,) = sign_days([order], proof=reads.latest_proof())
    if not status.accepted:
        form.add_error(None, sentence_of(status))
        return False
    messages.success(request, _("Signed with your name and the figures as they stand."))
    return True


def report_parts(row: DayClose) -> dict[str, Any]:
    """A day's report, and what other rooms added to it as steps of their own."""
    report = row.report
    steps = {name: figures for name, figures in report.items() if name not in TOLD_APART}
    return {"report": report, "steps": steps}


def day_of(text: str) -> date | None:
    """The day of an address; None where there is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None
