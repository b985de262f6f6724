"""Lenders pay in, invest and take out."""

from datetime import date, datetime, timedelta

from tuppence import platform
from tuppence.bank.operations import approve_withdrawals, ask_withdrawals
from tuppence.bank.withdrawal import AskOrder, StepOrder
from tuppence.growth.operations import OfferedOrder, invest_with_offers
from tuppence.growth.queries.offers import fitting_grants
from tuppence.ledger.ids import derive_id
from tuppence.market.orders import InvestOrder
from tuppence.practice.funding import (
    DAYS_OF_FUNDING,
    Purse,
    Ticket,
    Wanted,
    funded_by,
    tickets,
    top_ups,
)
from tuppence.practice.loan_stories import Fate, Story
from tuppence.practice.operations.joining import worth_minor
from tuppence.practice.operations.season import Season
from tuppence.practice.people import INVESTOR_EMAIL, Inhabitant, Part
from tuppence.practice.products import INVESTMENT_MINOR_MIN, INVESTMENT_MINOR_STEP

DAYS_LOOKED_AHEAD = 6
TOP_UP_MINOR = 6_000_00
TAKES_OUT_ON = 20  # the day of the month
TAKES_OUT_LEAST_MINOR = 400_00


def pay_in_first(season: Season, people: list[Inhabitant]) -> None:
    """Lenders who joined send their first money."""
    for person in people:
        if person.part is Part.LENDS:
            key = derive_id("practice", "first deposit", person.number)
            season.pay_in(person.number, person.opens_with_minor, key)


def pay_in_more(season: Season, day: date) -> None:
    """Where coming listings want more than is idle, some lenders pay in again."""
    coming = [
        story
        for story in season.stories.values()
        if day < story.listed_on <= day + timedelta(days=DAYS_LOOKED_AHEAD) and story.fate.is_listed
    ]
    if not any(story.listed_on == day + timedelta(days=DAYS_LOOKED_AHEAD) for story in coming):
        return
    purses = _purses(season)
    numbers = {season.joined[n].member_id: n for n in _lenders(season)}
    paid_in = top_ups(
        list(purses.values()),
        wanted_minor=sum(story.amount_minor for story in coming),
        each_minor=TOP_UP_MINOR,
        most=len(purses) // 4,
    )
    for member_id, amount_minor in paid_in:
        key = derive_id("practice", "more", numbers[member_id], day.isoformat())
        season.pay_in(numbers[member_id], amount_minor, key)


def invest_in_listings(season: Season, day: date) -> None:
    """Bring each open listing to where its story has it by the end of the day."""
    wanted = [
        _wanted(story, season, day)
        for story in season.stories.values()
        if story.number in season.listings and _still_open(story, day)
    ]
    wanted = [each for each in wanted if each.can_be_placed]
    if not wanted:
        return
    placed = tickets(season.random, wanted, list(_purses(season).values()))
    at = season.moment(day, 17)
    taken: set[int] = set()
    outcomes = invest_with_offers([_offered(ticket, at, taken) for ticket in placed])
    accepted = [ticket for ticket, done in zip(placed, outcomes, strict=True) if done.accepted]
    assert len(accepted) == len(placed), [done for done in outcomes if not done.accepted]
    _remember(accepted, season)


def _offered(ticket: Ticket, at: datetime, taken: set[int]) -> OfferedOrder:
    """The order of a ticket, with the first offer of its lender that fits and is not taken."""
    order = InvestOrder(
        key=derive_id("practice.ticket", ticket.listing_id, ticket.member_id),
        member_id=ticket.member_id,
        listing_id=ticket.listing_id,
        amount_minor=ticket.amount_minor,
        at=at,
        consent=ticket.consent,
    )
    fitting = fitting_grants(
        ticket.member_id, ticket.listing_id, ticket.amount_minor, platform.business_day(at)
    )
    first = [row.pk for row in fitting if row.pk not in taken][:1]
    taken.update(first)
    return OfferedOrder(order, tuple(first))


def take_out(season: Season, day: date) -> None:
    """Once a month some lenders take money out; finance approves it on the same day."""
    if day.day != TAKES_OUT_ON:
        return
    ask_and_approve(season, day, season.random.sample(_lenders(season), k=2))


def ask_and_approve(
    season: Season, day: date, numbers: list[int], *, approve: bool = True
) -> list[int]:
    """Let these lenders ask for a third of what is idle; the ids of what they asked for."""
    at = season.moment(day, 12)
    available = season.available_minor([season.joined[n].member_id for n in numbers])
    orders = [
        AskOrder(
            key=derive_id("practice", "take out", number, day.isoformat()),
            member_id=season.joined[number].member_id,
            amount_minor=available[season.joined[number].member_id] // 3,
            currency=platform.currency(),
            at=at,
            by=season.joined[number].user_id,
        )
        for number in numbers
        if available[season.joined[number].member_id] >= TAKES_OUT_LEAST_MINOR
    ]
    asked = ask_withdrawals(orders)
    ids = [outcome.withdrawal_id for outcome in asked if outcome.withdrawal_id is not None]
    assert len(ids) == len(orders), asked
    if approve and ids:
        approve_withdrawals(
            [
                StepOrder(
                    derive_id("practice", "approve", number),
                    number,
                    season.office.finance,
                    season.moment(day, 13),
                )
                for number in ids
            ]
        )
        season.bank_has_orders = True
    return ids


def _still_open(story: Story, day: date) -> bool:
    """Whether a story still gets money; those that end without a loan get theirs at the start."""
    ends_without = story.fate in {Fate.EXPIRED, Fate.WITHDRAWN}
    return not ends_without or day < story.listed_on + timedelta(days=DAYS_OF_FUNDING)


def _wanted(story: Story, season: Season, day: date) -> Wanted:
    target_minor = funded_by(story, day, step_minor=INVESTMENT_MINOR_STEP)
    return Wanted(
        listing_id=season.listings[story.number],
        amount_minor=target_minor - season.funded_minor[story.number],
        step_minor=INVESTMENT_MINOR_STEP,
        ticket_minor_min=INVESTMENT_MINOR_MIN,
        lenders=frozenset(season.lenders[story.number]),
        fills=target_minor == story.amount_minor,
    )


def _remember(accepted: list[Ticket], season: Season) -> None:
    stories = {listing_id: number for number, listing_id in season.listings.items()}
    for ticket in accepted:
        number = stories[ticket.listing_id]
        season.funded_minor[number] += ticket.amount_minor
        season.lenders[number].add(ticket.member_id)


def _lenders(season: Season) -> list[int]:
    return [number for number in season.joined if season.people[number].part is Part.LENDS]


def _purses(season: Season) -> dict[int, Purse]:
    numbers = _lenders(season)
    available = season.available_minor([season.joined[number].member_id for number in numbers])
    return {
        number: Purse(
            member_id=season.joined[number].member_id,
            available_minor=available[season.joined[number].member_id],
            ticket_minor=season.people[number].ticket_minor,
            net_worth_minor=worth_minor(season.people[number]),
            is_eager=season.people[number].email == INVESTOR_EMAIL,
        )
        for number in numbers
    }
