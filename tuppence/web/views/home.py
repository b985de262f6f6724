"""The first page of a member: what is mine, what comes next."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.lending.queries.information import information_missing_of
from tuppence.members.views import MemberRequest, member_page
from tuppence.web.parts import Figure
from tuppence.web.reader import current_reader
from tuppence.web.reads import home as reads
from tuppence.web.reads.gifts import open_gifts
from tuppence.web.reads.idle_money import idle_money
from tuppence.web.reads.purse import Purse, purse_of
from tuppence.web.reads.standing import standing_of
from tuppence.web.steps import answers_missing, first_steps, tasks_of


@member_page
@require_GET
def home(request: MemberRequest) -> HttpResponse:
    """Money, what to do next, and the first steps still open."""
    now = timezone.now()
    today = platform.business_day(now)
    member_id = request.member.id
    standing = standing_of(member_id)
    purse = purse_of(member_id)
    position = reads.position_of(member_id)
    steps = first_steps(standing)
    context = {
        "member": standing.page.member,
        "figures": home_figures(purse, position),
        "begin": next((step for step in steps if step.state == "open"), None),
        "steps": steps if any(step.state != "done" for step in steps) else [],
        "tasks": [
            *answers_missing(information_missing_of(member_id), today),
            *tasks_of(position, today),
        ],
        "gifts": open_gifts(member_id, today),
        "idle": idle_money(member_id, standing.facts, purse, at=now, on=today),
        "today": today,
    }
    return render(request, "pages/home.html", context)


def home_figures(purse: Purse, position: reads.Position) -> list[Figure]:
    """What is mine and what I owe; each leads to its rows."""
    reader = current_reader()

    def money(amount_minor: int) -> str:
        return reader.money(amount_minor, purse.currency)

    figures = [
        Figure(
            _("Cash"),
            money(purse.available_minor),
            _("free to invest or take out"),
            reverse("cash"),
        ),
        Figure(
            _("Promised to listings"),
            money(purse.reserved_minor),
            _("yours until the loan is paid out"),
            reverse("portfolio"),
        ),
        Figure(
            _("Lent out"),
            money(position.lent_out_minor),
            _("principal still to come back"),
            reverse("portfolio"),
        ),
    ]
    if position.owed_minor:
        figures.append(
            Figure(
                _("You owe"),
                money(position.owed_minor),
                next_payment(position.next_due_on),
                reverse("payments_due"),
            )
        )
    return figures


def next_payment(day: date | None) -> str:
    """When something is due next, in words."""
    if day is None:
        return _("nothing more is due")
    return _("next payment on {day}").format(day=current_reader().day(day))
