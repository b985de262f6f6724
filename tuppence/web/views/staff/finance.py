"""A finance officer's day on one page: does it all agree, and what is to do, in order."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.bank import queries
from tuppence.lending.queries.loan_files import last_closed_day
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.order_keys import staff_id
from tuppence.web.reads.staff import finance as reads
from tuppence.web.reads.staff.days import unsigned_days
from tuppence.web.reads.staff.suggestions import next_waiting
from tuppence.web.reads.staff.trial_balances import proof_now
from tuppence.web.views.staff.desk import Task, tasks_of

# In the order of a working day: know what the bank says, send money, then close.
IN_ORDER = (
    "staff_bank",
    "staff_breaks",
    "staff_bank_accounts",
    "staff_approvals",
    "staff_withdrawals",
    "staff_day_close",
)


@requires(Permission.SEE_BANK)
@require_GET
def finance(request: HttpRequest) -> HttpResponse:
    """Client money held against owed, what the bank left open, and the day's work in order."""
    now = timezone.now()
    today = platform.business_day(now)
    on = asked_day(request.GET.get("on", ""), before=today)
    twins = reads.twins(on=today)
    missing = reads.missing_payouts(on=today)
    chains = reads.broken_chains()
    context = {
        "today": today,
        "on": on,
        "yesterday": today - timedelta(days=1),
        "equations": reads.equations(at_end_of=on),
        "positions": queries.client_money_positions(),
        "tasks": day_tasks(staff_id(request), at=now),
        "twins": twins,
        "missing": missing,
        "chains": chains,
        "gaps": [row for row in queries.open_breaks(at=now) if row.line_id is None],
        "stated_on": reads.latest_statement_on(),
        "last_closed": last_closed_day(),
        "proof": proof_now(),
        "practice": settings.TUPPENCE_DEMO,
    }
    return render(request, "staff/finance.html", context)


def asked_day(text: str, *, before: date) -> date | None:
    """The day of the address, where it is over; else none, which is now."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and day < before else None


def day_tasks(user_id: int, *, at: datetime) -> list[Task]:
    """What waits for a finance officer, in the order in which a day goes."""
    places = {reverse(route): place for place, route in enumerate(IN_ORDER)}
    waiting = [task for task in tasks_of(user_id, at=at) if task.count and task.path in places]
    today = platform.business_day(at)
    stated_on = reads.latest_statement_on()
    tasks = [straight(task, at=at) for task in sorted(waiting, key=lambda task: places[task.path])]
    pairs = reads.twins(on=today)
    if pairs:
        tasks.insert(0, doubled_task(len(pairs), pairs[0].last_id))
    if stated_on is None or stated_on < today - timedelta(days=1):
        tasks.insert(0, statement_task(stated_on, today))
    unsigned = unsigned_days()
    if unsigned.first is not None:
        tasks.append(unsigned_task(unsigned.count, unsigned.first))
    return tasks


def unsigned_task(number: int, first: date) -> Task:
    """Days that were closed by the clock or by somebody who did not sign."""
    return Task(
        _("Closed days that nobody signed"),
        _("Look at what the close did and at the control figures, and put your name to them."),
        number,
        reverse("staff_closed_day", args=[first.isoformat()]),
    )


def straight(task: Task, *, at: datetime) -> Task:
    """The same task, led to the first of what waits rather than to the list of it."""
    if task.path == reverse("staff_bank"):
        line_id = next_waiting(0)
        return replace(task, url=reverse("staff_bank_line", args=[line_id])) if line_id else task
    if task.path == reverse("staff_breaks") and task.count == 1:
        only = queries.open_breaks(at=at)[:1]
        return replace(task, url=reverse("staff_break", args=[only[0].id])) if only else task
    return task


def doubled_task(number: int, line_id: int) -> Task:
    """Lines that look like one payment booked twice, to be compared one pair after the other."""
    return Task(
        _("Lines that look doubled"),
        _("Compare both: one payment booked twice is set aside until the bank corrects it."),
        number,
        reverse("staff_like_lines", args=[line_id]),
    )


def statement_task(stated_on: date | None, today: date) -> Task:
    """The first thing of a day: what the bank says."""
    days = (today - stated_on).days - 1 if stated_on else 1
    return Task(
        _("Days without a statement"),
        _("Import the bank's statement first: nothing agrees with what is not known."),
        days,
        reverse("staff_import_statement"),
    )
