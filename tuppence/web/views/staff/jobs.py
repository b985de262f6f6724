"""What runs beside the pages: worker, readers of events, letters, the day, the database, jobs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET
from procrastinate.contrib.django import app

from tuppence import platform
from tuppence.lending.queries.loan_files import last_closed_day
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.account_names import named
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff import health, queues
from tuppence.web.reads.staff import jobs as reads
from tuppence.web.tables.drawing import chip_html

LATE_AFTER = timedelta(minutes=10)  # a reader that has something to read moves each minute


@dataclass(frozen=True, slots=True)
class Running:
    """Something that runs, with its last sign of life."""

    title: str
    what: str
    chip: SafeString
    last_at: datetime | None
    figures: str
    url: str = ""


JOBS = tables.Table(
    "jobs",
    gettext_lazy("Jobs in the queue"),
    columns=(
        tables.text("job", gettext_lazy("Job"), "task_name", sub=lambda row: str(row.pk)),
        tables.count("number", gettext_lazy("Number"), "id", sort=True, in_page=False),
        tables.chip("state", gettext_lazy("State"), "status", states="job"),
        tables.text("queue", gettext_lazy("Queue"), "queue_name"),
        tables.count("tries", gettext_lazy("Tries"), "attempts", sort=True),
        tables.moment("not_before", gettext_lazy("Not before"), "scheduled_at"),
    ),
    filters=(tables.states("state", gettext_lazy("State"), "job", "status"),),
    order="-number",
)


@requires(Permission.SEE_HEALTH)
@require_GET
def jobs(request: HttpRequest) -> HttpResponseBase:
    """What runs, the database, and jobs by state, newest first."""
    now = timezone.now()
    folder = settings.TUPPENCE_BACKUPS
    context = {
        "now": now,
        "running": list(running(at=now)),
        "database": health.database(),
        "backups_folder": folder,
        "backup": health.newest_backup(folder) if folder else None,
        "counts": reads.job_counts(),
    }
    return tables.table_page(request, "staff/jobs.html", JOBS.of(request, reads.jobs()), context)


def running(*, at: datetime) -> Iterator[Running]:
    """Everything that has to run."""
    seen = health.worker_seen_at()
    yield Running(
        _("Worker"),
        _("Does what the pages put off. Start it with: tuppence worker"),
        _alive(seen is not None and at - seen <= health.ALIVE_WITHIN),
        seen,
        _jobs_waiting(),
    )
    for each in health.periodic_work(_periodic_names()):
        yield Running(
            named(each.task, "task"),
            _("Comes back by the clock."),
            chip_html("worker", "alive" if each.last_at else "waiting"),
            each.last_at,
            "",
        )
    for reader in health.readers():
        behind = reader.behind > 0 and (not reader.moved_at or at - reader.moved_at > LATE_AFTER)
        yield Running(
            _("Reader of events: {name}").format(name=reader.name),
            _("Reads what has happened, in order, and never twice."),
            _alive(not behind),
            reader.moved_at,
            _unread(reader.behind),
        )
    yield from _letters()
    yield _day(at)


def _periodic_names() -> list[str]:
    return sorted({each.task.name for each in app.periodic_registry.periodic_tasks.values()})


def _alive(is_alive: bool) -> SafeString:
    return chip_html("worker", "alive" if is_alive else "silent")


def _jobs_waiting() -> str:
    number = reads.job_counts().get("todo", 0)
    said = ngettext("{number} job waits", "{number} jobs wait", number)
    return said.format(number=current_reader().count(number))


def _unread(number: int) -> str:
    shown = current_reader().count(number)
    if number >= health.LAG_COUNTED_MAX:
        return _("{number} events and more not read yet").format(number=shown)
    said = ngettext("{number} event not read yet", "{number} events not read yet", number)
    return said.format(number=shown)


def _letters() -> Iterator[Running]:
    states, count = health.letters(), current_reader().count
    said = _("{sent} sent, {waiting} waiting, {failed} not delivered").format(
        sent=count(states.get("sent", 0)),
        waiting=count(states.get("waiting", 0)),
        failed=count(states.get("failed", 0)),
    )
    yield Running(
        _("Letters"),
        _("The outbox: each letter is tried again until it is delivered or given up."),
        chip_html("worker", "failing" if states.get("failed") else "alive"),
        health.letter_sent_at(),
        said,
        reverse("staff_letters"),
    )


def _day(at: datetime) -> Running:
    closed, today = last_closed_day(), platform.business_day(at)
    left = queues.days_to_close(on=today)
    said = ngettext("{number} day to close", "{number} days to close", left)
    shown = current_reader().day(closed) if closed else _("none yet")
    return Running(
        _("Day close"),
        _("Interest, due dates and arrears. Closed up to: {day}").format(day=shown),
        chip_html("worker", "late" if left else "alive"),
        health.day_closed_at(),
        said.format(number=current_reader().count(left)),
    )
