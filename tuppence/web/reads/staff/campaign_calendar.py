"""Campaigns as a calendar of a month shows them: weeks with a bar for each that runs in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tuppence.growth.queries.overview import CampaignCard
from tuppence.growth.settlement import month_after

WEEK = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """A campaign within a week: empty days before it, its days, empty days after."""

    card: CampaignCard
    before: int
    days: int
    after: int
    begins: bool  # in this week
    ends: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from Monday, and the campaigns in them."""

    days: tuple[date, ...]
    bars: tuple[Bar, ...]


def weeks_of(month: date, cards: Iterable[CampaignCard]) -> list[Week]:
    """The weeks that a month touches; bars by their first day."""
    held = sorted(cards, key=lambda card: (card.starts_on, card.id))
    first = month - timedelta(days=month.weekday())
    weeks = []
    while first < month_after(month):
        days = tuple(first + timedelta(days=at) for at in range(WEEK))
        weeks.append(Week(days, tuple(_bars(days, held))))
        first += timedelta(days=WEEK)
    return weeks


def _bars(days: tuple[date, ...], cards: Iterable[CampaignCard]) -> Iterator[Bar]:
    for card in cards:
        start, end = max(card.starts_on, days[0]), min(card.ends_on, days[-1])
        if start <= end:
            before, long = (start - days[0]).days, (end - start).days + 1
            yield Bar(
                card,
                before,
                long,
                WEEK - before - long,
                begins=card.starts_on == start,
                ends=card.ends_on == end,
            )
