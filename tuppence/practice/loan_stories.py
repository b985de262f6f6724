"""What becomes of each application of the practice market, decided beforehand from a seed. Pure.

A story is written backwards from its last day, so that on that day every listing state and every
bucket of lateness is there whatever day it is. What it says then happens through the real
operations, on its days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from random import Random

from tuppence.money.months import Unit, add_months, step
from tuppence.practice.people import Inhabitant
from tuppence.practice.products import SHELF, Shelf
from tuppence.practice.purposes import Purpose, purpose_for

DAYS_TO_DECIDE = 3
DAYS_LISTED = 11  # three to be funded, four to change one's mind, the rest to sign and to agree
HORIZON_DAYS = 350


class Fate(StrEnum):
    """How a story ends, or where it stands on the last day."""

    WAITS = "waits"
    REFUSED = "refused"
    APPROVED = "approved"  # and not published yet
    OPEN = "open"
    REFLECTS = "reflects"  # full, and investors may still change their minds
    READY = "ready"  # full, and the second person has not agreed yet
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CURRENT = "current"
    STUMBLED = "stumbled"  # paid one instalment late and is current again
    STOPPED = "stopped"  # pays no more; how late it is stands in `late_days`
    PAID = "paid"
    PAID_EARLY = "paid_early"
    WRITTEN_OFF = "written_off"
    RECOVERED = "recovered"  # written off, and a part came back
    REVERSED = "reversed"  # the bank took a payment back
    TOLD_LATE = "told_late"  # a payment was identified days after it had come

    @property
    def is_paid_out(self) -> bool:
        """Whether the story reaches a loan."""
        return list(Fate).index(self) >= list(Fate).index(Fate.CURRENT)

    @property
    def is_listed(self) -> bool:
        """Whether the story reaches the market."""
        return list(Fate).index(self) >= list(Fate).index(Fate.OPEN)


@dataclass(frozen=True, slots=True)
class Story:
    """One application from its first to its last day. Amounts in minor units."""

    number: int
    borrower: int  # the number of the inhabitant
    fate: Fate
    shelf: str
    amount_minor: int
    instalments: int
    annual_rate: Fraction
    grade: str
    purpose: Purpose
    applies_on: date
    funded_share: Fraction  # of the amount, once funding is over
    pays_out_on: date | None = None
    stops_on: date | None = None  # instalments due from this day on are not paid
    turns_on: date | None = None  # the day of the one thing that makes the story special

    @property
    def decided_on(self) -> date:
        """The day of the credit officer's word."""
        return self.applies_on + timedelta(days=DAYS_TO_DECIDE)

    @property
    def listed_on(self) -> date:
        """The day on which the listing opens."""
        return self.decided_on


GRADES = (
    ("A", Fraction(52, 1000)),
    ("B", Fraction(71, 1000)),
    ("C", Fraction(94, 1000)),
    ("D", Fraction(121, 1000)),
)
LATE_WINDOWS = ((1, 7), (8, 30), (31, 60), (61, 90), (91, 150), (8, 30), (31, 60), (61, 90))
"""How many days late loans that stopped are on the last day: each bucket, from grace on."""

DUE_DAYS = (1, 7, 13, 19, 25)
"""The days of the month on which loans are paid out, and so on which they fall due: a week apart
at most, so that each bucket of lateness has one whatever the last day is."""

OPEN_SHARES = tuple(Fraction(percent, 100) for percent in (0, 12, 37, 61, 84, 97))

WEIGHTS: Sequence[tuple[Fate, int]] = (
    (Fate.WAITS, 6),
    (Fate.REFUSED, 6),
    (Fate.APPROVED, 2),
    (Fate.OPEN, 8),
    (Fate.REFLECTS, 3),
    (Fate.READY, 2),
    (Fate.EXPIRED, 3),
    (Fate.WITHDRAWN, 2),
    (Fate.CURRENT, 22),
    (Fate.STUMBLED, 5),
    (Fate.STOPPED, 16),
    (Fate.PAID, 7),
    (Fate.PAID_EARLY, 4),
    (Fate.WRITTEN_OFF, 2),
    (Fate.RECOVERED, 2),
    (Fate.REVERSED, 1),
    (Fate.TOLD_LATE, 1),
)
LEAST = {Fate.OPEN: 3, Fate.STOPPED: 5}
"""Even the smallest market has listings at several levels and loans in each bucket."""


def fates(count: int) -> list[Fate]:
    """The fates of about `count` stories, every one among them, in their usual proportions."""
    total = sum(weight for _, weight in WEIGHTS)
    return [
        fate
        for fate, weight in WEIGHTS
        for _ in range(max(LEAST.get(fate, 1), round(count * weight / total)))
    ]


def stories(
    random: Random,
    told_fates: Sequence[Fate],
    borrowers: Sequence[Inhabitant],
    *,
    last_day: date,
    amount_minor_most: int,
) -> list[Story]:
    """A story for each borrower: the purse of one loan is never drawn on for another."""
    places: dict[Fate, int] = {}
    told = []
    for number, (fate, borrower) in enumerate(zip(told_fates, borrowers, strict=True), start=1):
        place = places.get(fate, 0)
        places[fate] = place + 1
        told.append(_story(random, number, borrower, fate, place, last_day, amount_minor_most))
    return told


def story_of_guest(told: Sequence[Story]) -> Story:
    """The story in which a newcomer signs in as the borrower.

    An instalment fell due within the last week and waits to be paid, so that there is something
    to do: the first of those that stopped, which is paid back in level monthly instalments.
    """
    return next(story for story in told if story.fate is Fate.STOPPED)


def _story(
    random: Random,
    number: int,
    borrower: Inhabitant,
    fate: Fate,
    place: int,
    last_day: date,
    amount_minor_most: int,
) -> Story:
    shelf = _shelf(random, fate, place)
    grade, rate = random.choice(GRADES)
    most = min(shelf.amount_minor_max, amount_minor_most)
    amount_minor = random.randrange(shelf.amount_minor_min, most + 1, 100_00)
    dates = _dates(random, shelf, fate, place, last_day)
    return Story(
        number=number,
        borrower=borrower.number,
        fate=fate,
        shelf=shelf.code,
        amount_minor=amount_minor,
        instalments=dates.instalments,
        annual_rate=rate + Fraction(random.randrange(0, 20), 1000),
        grade=grade,
        purpose=purpose_for(random),
        applies_on=dates.applies_on,
        funded_share=_funded_share(random, fate, place),
        pays_out_on=dates.pays_out_on,
        stops_on=dates.stops_on,
        turns_on=dates.turns_on,
    )


def _shelf(random: Random, fate: Fate, place: int) -> Shelf:
    if fate in {Fate.STOPPED, Fate.WRITTEN_OFF, Fate.RECOVERED, Fate.REVERSED, Fate.TOLD_LATE}:
        # Their days are counted in months; a weekly or a single instalment would not fit them.
        return SHELF[("working-capital", "equipment", "bridge")[place % 3]]
    if fate is Fate.STUMBLED:
        return SHELF[("working-capital", "equipment")[place % 2]]
    return random.choice(list(SHELF.values()))


def _funded_share(random: Random, fate: Fate, place: int) -> Fraction:
    if fate is Fate.OPEN:
        return OPEN_SHARES[place % len(OPEN_SHARES)]
    if fate is Fate.EXPIRED:
        return Fraction(random.randrange(10, 60), 100)
    return Fraction(1, 2) if fate is Fate.WITHDRAWN else Fraction(1)


@dataclass(frozen=True, slots=True)
class _Dates:
    applies_on: date
    instalments: int
    pays_out_on: date | None = None
    stops_on: date | None = None
    turns_on: date | None = None


def _dates(random: Random, shelf: Shelf, fate: Fate, place: int, last_day: date) -> _Dates:
    if not fate.is_paid_out:
        return _dates_before_pay_out(random, fate, place, last_day, _instalments(random, shelf))
    if fate is Fate.STOPPED:
        return _stopped(random, LATE_WINDOWS[place % len(LATE_WINDOWS)], last_day)
    if fate in {Fate.WRITTEN_OFF, Fate.RECOVERED}:
        return _stopped(random, (160, 190), last_day, turns_on=last_day - timedelta(days=40))
    if fate is Fate.PAID:
        return _paid(random, shelf, last_day)
    if fate is Fate.CURRENT:
        days = random.randrange(12, 240)
        long_enough = days // _days_of(shelf) + random.randrange(2, 8)
        return _loan(_due_day(last_day - timedelta(days=days)), _clamped(shelf, long_enough))
    pays_out_on = _due_day(last_day - timedelta(days=random.randrange(140, 200)))
    if fate is Fate.PAID_EARLY:
        turns_on = pays_out_on + timedelta(days=random.randrange(50, 120))
        return _loan(pays_out_on, shelf.instalments_max, turns_on=turns_on)
    return _loan(pays_out_on, random.randrange(10, 16), turns_on=add_months(pays_out_on, 3))


def _due_day(day: date) -> date:
    """The latest of the due days that is not after a day."""
    while day.day not in DUE_DAYS:
        day -= timedelta(days=1)
    return day


def _dates_before_pay_out(
    random: Random, fate: Fate, place: int, last_day: date, instalments: int
) -> _Dates:
    days_ago = {
        Fate.WAITS: place % DAYS_TO_DECIDE,
        Fate.REFUSED: random.randrange(10, 200),
        Fate.APPROVED: DAYS_TO_DECIDE + 1,
        Fate.OPEN: DAYS_TO_DECIDE + 4 + place % 5,
        Fate.REFLECTS: DAYS_TO_DECIDE + 5,
        Fate.READY: DAYS_TO_DECIDE + DAYS_LISTED,
        Fate.EXPIRED: random.randrange(40, 160),
        Fate.WITHDRAWN: random.randrange(30, 120),
    }[fate]
    return _Dates(last_day - timedelta(days=days_ago), instalments)


def _stopped(
    random: Random, window: tuple[int, int], last_day: date, turns_on: date | None = None
) -> _Dates:
    """A loan whose oldest unpaid instalment fell due so many days before the last day."""
    days = [last_day - timedelta(days=late) for late in range(window[0], window[1] + 1)]
    due_days = [day for day in days if day.day in DUE_DAYS]
    unpaid_from = due_days[-1] if window == LATE_WINDOWS[0] else random.choice(due_days)
    paid = random.randrange(1, 4)
    pays_out_on = add_months(unpaid_from, -(paid + 1))
    assert add_months(pays_out_on, paid + 1) == unpaid_from
    return _loan(
        pays_out_on, paid + random.randrange(6, 12), stops_on=unpaid_from, turns_on=turns_on
    )


def _paid(random: Random, shelf: Shelf, last_day: date) -> _Dates:
    """A loan whose last instalment was due some days ago."""
    fits = (HORIZON_DAYS - 100) // _days_of(shelf)
    instalments = min(_clamped(shelf, random.randrange(2, 7)), fits)
    ended = _due_day(last_day - timedelta(days=random.randrange(10, 40)))
    return _loan(step(ended, -instalments * shelf.every, shelf.unit), instalments)


def _loan(
    pays_out_on: date,
    instalments: int,
    *,
    stops_on: date | None = None,
    turns_on: date | None = None,
) -> _Dates:
    applies_on = pays_out_on - timedelta(days=DAYS_LISTED + DAYS_TO_DECIDE)
    return _Dates(applies_on, instalments, pays_out_on, stops_on, turns_on)


def _instalments(random: Random, shelf: Shelf) -> int:
    return random.randint(shelf.instalments_min, min(shelf.instalments_max, 18))


def _days_of(shelf: Shelf) -> int:
    return shelf.every * (7 if shelf.unit is Unit.WEEKS else 30)


def _clamped(shelf: Shelf, instalments: int) -> int:
    return min(max(instalments, shelf.instalments_min), shelf.instalments_max)
