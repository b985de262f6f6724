"""Tracked links as visits and pages read them."""

from dataclasses import dataclass
from datetime import date, timedelta

from tuppence.growth.arriving import LinkFacts
from tuppence.growth.models import LinkDay, TrackedLink, Visit, VisitorLink
from tuppence.growth.queries.touches import credited_touches
from tuppence.growth.touches import Rule, TouchGoal


def open_link(code: str) -> TrackedLink | None:
    """The link of a code that is not paused."""
    rows = TrackedLink.objects.select_related("channel")
    return rows.filter(code=code, paused_at=None).first()


def link_facts(code: str) -> LinkFacts | None:
    """What a visit carries on of a link; a paused link still says where a visit came from."""
    row = TrackedLink.objects.select_related("channel").filter(code=code).first()
    if row is None:
        return None
    return LinkFacts(
        row.pk, row.code, row.channel.code, row.campaign_id, row.partner_id, row.creative
    )


@dataclass(frozen=True, slots=True)
class DayOfClicks:
    """How often a link was followed on a day."""

    day: date
    clicks: int = 0
    bot_clicks: int = 0


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What a link brought: visits that began with it, and members credited to it."""

    visits: int
    members_first: int
    members_last: int


def clicks_by_day(link_id: int, *, until: date, days: int) -> list[DayOfClicks]:
    """The last days up to `until`, also those without a click."""
    first = until - timedelta(days=days - 1)
    rows = LinkDay.objects.filter(link_id=link_id, day__range=(first, until))
    found = {row.day: DayOfClicks(row.day, row.clicks, row.bot_clicks) for row in rows}
    every = (first + timedelta(days=number) for number in range(days))
    return [found.get(day) or DayOfClicks(day) for day in every]


def link_result(link_id: int) -> LinkResult:
    """Visits that began with a link, and the members it is credited with at registration."""
    visits = Visit.objects.filter(link_id=link_id)
    members = set(
        VisitorLink.objects.filter(
            undone_at=None, visitor_id__in=visits.values("visitor_id")
        ).values_list("member_id", flat=True)
    )
    credited = {
        rule: credited_touches(rule, TouchGoal.REGISTRATION, member_ids=members) for rule in Rule
    }
    counts = {
        rule: sum(touch.link_id == link_id for touch in touches.values())
        for rule, touches in credited.items()
    }
    return LinkResult(visits.count(), counts[Rule.FIRST], counts[Rule.LAST])
