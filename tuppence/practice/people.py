"""The people and businesses of the practice market, made from a seed. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from tuppence.members.registration import MemberKind
from tuppence.practice.client_bank import practice_iban
from tuppence.practice.names import business_name, person_name

CLOSED_ACCOUNT = 2_000_000_013
CHINESE_SHARE = 0.3
CLOSED_ACCOUNT_LENDER = 0  # the place among those who lend of one whose account gets closed
MAIL_DOMAIN = "practice.example"
BORROWER_EMAIL, INVESTOR_EMAIL = f"borrower@{MAIL_DOMAIN}", f"investor@{MAIL_DOMAIN}"


class Part(StrEnum):
    """What somebody came for."""

    BORROWS = "borrows"
    LENDS = "lends"
    LOOKS = "looks"  # registered, and got no further than the identity check


class Appetite(StrEnum):
    """How much of their money somebody puts into one loan."""

    CAREFUL = "careful"
    BALANCED = "balanced"
    BOLD = "bold"


TICKET_MINOR: dict[Appetite, tuple[int, int]] = {
    Appetite.CAREFUL: (50_00, 300_00),
    Appetite.BALANCED: (150_00, 900_00),
    Appetite.BOLD: (500_00, 2_500_00),
}
"""The smallest and the largest amount somebody puts into one listing."""

TRADES = ("baker", "joiner", "beekeeper", "printer", "potter", "market gardener", "weaver")
"""Sole traders: consumers do not borrow here, so people borrow for the business they run."""

LENDING_OCCUPATIONS = (
    "teacher",
    "nurse",
    "tram driver",
    "architect",
    "retired engineer",
    "translator",
    "pharmacist",
    "civil servant",
    "software developer",
    "piano tuner",
    "forester",
    "dentist",
)


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """Somebody who takes part. Amounts in minor units of the platform's currency, a year.

    `number` is counted from 1 and makes e-mail and account their own.
    """

    number: int
    part: Part
    kind: MemberKind
    legal_name: str
    country: str
    email: str
    iban: str
    joins_on: date
    born_on: date | None
    registration_number: str
    representative_name: str  # of a business: who signs in for it
    representative_born_on: date | None
    occupation: str
    appetite: Appetite
    income_minor: int
    assets_minor: int
    commitments_minor: int
    opens_with_minor: int  # what they pay in first, if they lend

    @property
    def ticket_minor(self) -> tuple[int, int]:
        """The smallest and the largest amount they put into one listing."""
        return TICKET_MINOR[self.appetite]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many come for what."""

    lenders: int
    borrowers: int
    lookers: int


def inhabitants(
    random: Random, counts: Counts, *, first_day: date, last_day: date
) -> list[Inhabitant]:
    """Everybody, numbered in the order of making; no two share a name.

    Who borrows joins in the first weeks, so that a whole loan's life fits; half of who lend do
    too, the others come over the year.
    """
    parts = [
        *[Part.BORROWS] * counts.borrowers,
        *[Part.LENDS] * counts.lenders,
        *[Part.LOOKS] * counts.lookers,
    ]
    taken: set[str] = set()
    people = [
        _inhabitant(random, number, part, taken, first_day, last_day)
        for number, part in enumerate(parts, start=1)
    ]
    closed, *others = of_part(people, Part.LENDS)
    guest = next(person for person in others if person.kind is MemberKind.PERSON)
    special = {
        closed.number: replace(
            closed,
            iban=practice_iban(CLOSED_ACCOUNT),
            joins_on=first_day,
            opens_with_minor=9_000_00,
        ),
        guest.number: replace(
            guest,
            email=INVESTOR_EMAIL,
            joins_on=first_day,
            appetite=Appetite.BALANCED,
            opens_with_minor=14_000_00,
        ),
    }
    return [special.get(person.number, person) for person in people]


def with_borrower_guest(people: Sequence[Inhabitant], number: int) -> list[Inhabitant]:
    """The same people, the one of this number signing in as the demo's borrower."""
    return [
        replace(person, email=BORROWER_EMAIL) if person.number == number else person
        for person in people
    ]


def _inhabitant(
    random: Random, number: int, part: Part, taken: set[str], first_day: date, last_day: date
) -> Inhabitant:
    chinese = random.random() < CHINESE_SHARE
    is_business = random.random() < (0.6 if part is Part.BORROWS else 0.06)
    name = business_name if is_business else person_name
    income_minor = random.randrange(26, 98) * 1_000_00
    appetite = random.choice(list(Appetite))
    joins_on = _joins_on(random, part, first_day, last_day)
    return Inhabitant(
        number=number,
        part=part,
        kind=MemberKind.ORGANISATION if is_business else MemberKind.PERSON,
        legal_name=_fresh_name(taken, lambda: name(random, chinese=chinese)),
        country="CN" if chinese else random.choice(("DE", "DE", "NL", "FR", "IT", "AT", "SE")),
        email=f"member-{number}@{MAIL_DOMAIN}",
        iban=practice_iban(1_000_000_020 + number * 100),
        joins_on=joins_on,
        born_on=None if is_business else _born_on(random, joins_on),
        registration_number=f"HRB {200_000 + 37 * number}" if is_business else "",
        representative_name=person_name(random, chinese=chinese) if is_business else "",
        representative_born_on=_born_on(random, joins_on) if is_business else None,
        occupation=""
        if is_business
        else random.choice(TRADES if part is Part.BORROWS else LENDING_OCCUPATIONS),
        appetite=appetite,
        income_minor=income_minor,
        assets_minor=random.randrange(4, 90) * 1_000_00,
        commitments_minor=income_minor // 100 * random.randrange(20, 60),
        opens_with_minor=TICKET_MINOR[appetite][1] * random.randrange(3, 9),
    )


def _joins_on(random: Random, part: Part, first_day: date, last_day: date) -> date:
    days = (last_day - first_day).days
    if part is Part.BORROWS or (part is Part.LENDS and random.random() < 0.6):
        return first_day + timedelta(days=random.randrange(0, 14))
    if part is Part.LOOKS:
        return last_day - timedelta(days=random.randrange(2, 60))
    return first_day + timedelta(days=random.randrange(14, days - 14))


def _born_on(random: Random, joins_on: date) -> date:
    return date(joins_on.year - random.randrange(22, 71), random.randint(1, 12), 1) + timedelta(
        days=random.randrange(0, 28)
    )


def _fresh_name(taken: set[str], make: Callable[[], str]) -> str:
    name = make()
    while name in taken:
        name = make()
    taken.add(name)
    return name


def of_part(people: Sequence[Inhabitant], part: Part) -> list[Inhabitant]:
    """Those who came for one thing, in their order."""
    return [person for person in people if person.part is part]
