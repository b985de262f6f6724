"""The first page of staff: what waits for whoever reads it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.bank.withdrawal import State
from tuppence.members.operations import kinds_decided_with
from tuppence.members.queries import permissions_of_user
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.order_keys import staff_id
from tuppence.web.reads.staff import queues
from tuppence.web.reads.staff.queues import Waiting


@dataclass(frozen=True, slots=True)
class Task:
    """A queue with what waits in it; `days` is the age of its oldest."""

    title: str
    why: str
    count: int
    url: str
    days: int = 0

    @property
    def path(self) -> str:
        """The page without its filters."""
        return self.url.partition("?")[0]


@requires(*Permission)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Queues with something in them first; empty ones are named below, so that none is missed."""
    now = timezone.now()
    tasks = list(tasks_of(staff_id(request), at=now))
    context = {
        "tasks": [task for task in tasks if task.count],
        "quiet": [task for task in tasks if not task.count],
        "today": platform.business_day(now),
    }
    return render(request, "staff/desk.html", context)


def tasks_of(user_id: int, *, at: datetime) -> Iterator[Task]:
    """The queues of somebody's roles, each with its count."""
    permissions = permissions_of_user(user_id)
    kinds = kinds_decided_with(permissions)
    if Permission.SEE_APPROVALS in permissions and kinds:
        yield task_of(
            _("Requests for a second person"),
            _("Somebody has asked; your word carries it out."),
            queues.approvals(user_id, kinds, at=at),
            "staff_approvals",
            at,
        )
    for permission, title, why, read, place in queues_by_permission(at):
        if permission in permissions:
            yield task_of(title, why, read(), place, at)


def task_of(title: str, why: str, waiting: Waiting, place: str, at: datetime) -> Task:
    """A queue in words; `place` is a route, with the filters of its list behind it."""
    route, mark, filters = place.partition("?")
    since = waiting.since
    day = platform.business_day(since) if isinstance(since, datetime) else since
    days = (platform.business_day(at) - day).days if day else 0
    return Task(title, why, waiting.number, f"{reverse(route)}{mark}{filters}", max(days, 0))


Queue = tuple[Permission, str, str, Callable[[], Waiting], str]


def queues_by_permission(at: datetime) -> list[Queue]:
    """Every queue: who works it, its words, its count, its page."""
    today = platform.business_day(at)
    return [
        *people_queues(today),
        *credit_queues(at, today),
        *bank_queues(today),
        *growth_queues(today),
        *platform_queues(),
    ]


def people_queues(today: date) -> list[Queue]:
    """Complaints and members who wait."""
    return [
        (
            Permission.HANDLE_COMPLAINTS,
            _("Complaints past their day"),
            _("The rulebook gave a day for the answer, and it has passed."),
            lambda: queues.complaints_late(on=today),
            "staff_complaints?open=open",
        ),
        (
            Permission.HANDLE_COMPLAINTS,
            _("Complaints to answer"),
            _("The nearest day stands first."),
            lambda: queues.complaints_to_answer(on=today),
            "staff_complaints?open=open",
        ),
        (
            Permission.REVIEW_IDENTITY,
            _("Members to verify"),
            _("They can neither lend nor borrow until you decide."),
            queues.identity_checks,
            "staff_identity",
        ),
    ]


def credit_queues(at: datetime, today: date) -> list[Queue]:
    """Applications, listings and loans."""
    return [
        (
            Permission.DECIDE_APPLICATION,
            _("Applications to decide on"),
            _("Oldest and largest first."),
            lambda: queues.applications(at=at),
            "staff_applications",
        ),
        (
            Permission.DECIDE_APPLICATION,  # its page shows borrowers' means
            _("Approved and not published"),
            _("They need a contract or a listing."),
            queues.approved_unlisted,
            "staff_applications",
        ),
        (
            Permission.PREPARE_PAYOUT,
            _("Full listings"),
            _("To be paid out once signed and past the reflection period."),
            queues.full_listings,
            "staff_listings?state=full",
        ),
        (
            Permission.SERVICE_LOANS,
            _("Loans that are late"),
            _("An instalment was due and is not paid."),
            lambda: queues.late_loans(on=today),
            "staff_arrears",
        ),
        (
            Permission.SERVICE_LOANS,
            _("Promises for today"),
            _("Borrowers said that they would pay today."),
            lambda: queues.promises_due(on=today),
            "staff_arrears",
        ),
    ]


def bank_queues(today: date) -> list[Queue]:
    """Money that comes, goes or is not explained."""
    return [
        (
            Permission.ASSIGN_RECEIPT,
            _("Receipts not identified"),
            _("Money came in and nobody knows yet whose it is."),
            queues.unallocated,
            "staff_bank",
        ),
        (
            Permission.CHANGE_BANK_DETAILS,
            _("Bank accounts to verify"),
            _("Money goes out to verified accounts only."),
            queues.bank_accounts,
            "staff_bank_accounts",
        ),
        (
            Permission.APPROVE_WITHDRAWAL,
            _("Withdrawals to approve"),
            _("Members were promised a day."),
            lambda: queues.withdrawals(State.ASKED),
            "staff_withdrawals",
        ),
        (
            Permission.SEND_PAYMENTS,
            _("Withdrawals to send"),
            _("Approved; they go out with the next payment file."),
            lambda: queues.withdrawals(State.APPROVED),
            "staff_withdrawals",
        ),
        (
            Permission.SEE_BANK,
            _("Breaks at the bank"),
            _("Bank and books differ."),
            queues.breaks,
            "staff_breaks",
        ),
        (
            Permission.CLOSE_DAY,
            _("Days to close"),
            _("Interest, due dates and arrears of these days are not booked yet."),
            lambda: Waiting(queues.days_to_close(on=today)),
            "staff_day_close",
        ),
    ]


def growth_queues(today: date) -> list[Queue]:
    """What money buys: budgets used up, partners' months to settle."""
    return [
        (
            Permission.MANAGE_CAMPAIGNS,
            _("Budgets that are used up"),
            _("Half, four fifths or all of a budget is used, and nobody has looked since."),
            queues.budget_alerts,
            "staff_growth",
        ),
        (
            Permission.ASSIGN_RECEIPT,
            _("Lines of the firm's bank"),
            _("Nobody has said yet which partner was paid."),
            queues.firm_lines,
            "staff_firm_bank",
        ),
    ]


def platform_queues() -> list[Queue]:
    """The platform itself."""
    return [
        (
            Permission.SEE_HEALTH,
            _("Failed jobs"),
            _("Work beside the pages that did not end well."),
            queues.failed_jobs,
            "staff_jobs?state=failed",
        ),
        (
            Permission.SEE_HEALTH,
            _("Errors to look at"),
            _("A page failed, and nobody has looked since."),
            queues.faults,
            "staff_faults",
        ),
    ]
