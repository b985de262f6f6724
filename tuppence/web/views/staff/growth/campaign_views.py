"""Campaigns on a board by state and in a calendar by month; filters stand in the address."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tuppence.growth.plan import Goal
from tuppence.growth.queries.overview import CampaignCard, campaign_cards
from tuppence.growth.settlement import month_after
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.months import month_before, month_of, slug, today_month
from tuppence.web.reads.staff.campaign_calendar import weeks_of
from tuppence.web.words import STATES, WORDS

BOARD_STATES = ("draft", "submitted", "approved", "scheduled", "running", "paused", "ended")
CLOSED_STATES = ("reviewed", "dropped")


@requires(Permission.SEE_GROWTH)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """A column for each state; what is over stands in columns of its own where it is asked for."""
    cards, chosen = chosen_cards(request)
    with_closed = request.GET.get("closed") == "1"
    states = (*BOARD_STATES, *CLOSED_STATES) if with_closed else BOARD_STATES
    context = {
        "columns": [(state, [card for card in cards if card.state == state]) for state in states],
        "with_closed": with_closed,
        "closed_url": address(chosen | {"closed": "" if with_closed else "1"}),
        "shown": "board",
        **filter_context(chosen),
    }
    return render(request, "staff/campaign_board.html", context)


@requires(Permission.SEE_GROWTH)
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A month in weeks, with a bar for every campaign that runs in it."""
    cards, chosen = chosen_cards(request)
    month = month_of(request.GET.get("month", "")) or today_month()
    kept = [card for card in cards if card.state != "dropped"]
    context = {
        "month": month,
        "weeks": weeks_of(month, kept),
        "before_url": address(chosen | {"month": slug(month_before(month))}),
        "after_url": address(chosen | {"month": slug(month_after(month))}),
        "month_slug": slug(month),
        "shown": "calendar",
        **filter_context(chosen),
    }
    return render(request, "staff/campaign_calendar.html", context)


def chosen_cards(request: HttpRequest) -> tuple[list[CampaignCard], dict[str, str]]:
    """The campaigns that the filters of the address leave, and the filters."""
    cards = campaign_cards()
    goal, owner = request.GET.get("goal", ""), request.GET.get("owner", "")
    chosen = {"goal": goal if goal in set(Goal) else "", "owner": owner}
    if chosen["goal"]:
        cards = [card for card in cards if card.goal == chosen["goal"]]
    if owner:
        cards = [card for card in cards if card.owner == owner]
    return cards, chosen


def filter_context(chosen: Mapping[str, str]) -> dict[str, object]:
    """What the filter bar shows."""
    return {
        "goals": [(goal.value, WORDS["goal"][goal.value]) for goal in Goal],
        "owners": sorted({card.owner for card in campaign_cards()}),
        "chosen": chosen,
        "states": STATES["campaign"],
    }


def address(values: Mapping[str, str]) -> str:
    """The address of the same page with these filters."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in values.items() if value})
    return f"?{query.urlencode()}"
