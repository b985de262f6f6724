"""Who puts how much into which listing of the practice market. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random

from tuppence.money.rounding import Rounding, round_to_minor
from tuppence.practice.loan_stories import Story

DAYS_OF_FUNDING = 3
LARGE_LEAST_MINOR = 1_000_00  # above it, or above a twentieth of the net worth, consent is asked
LARGE_SHARE = 20


@dataclass(frozen=True, slots=True)
class Purse:
    """An investor with what is idle; amounts in minor units."""

    member_id: int
    available_minor: int
    ticket_minor: tuple[int, int]
    net_worth_minor: int
    is_eager: bool = False  # asked before the others

    def asks_consent(self, amount_minor: int) -> bool:
        """Whether an investment of this size comes with a warning to be confirmed."""
        return amount_minor > max(LARGE_LEAST_MINOR, self.net_worth_minor // LARGE_SHARE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A listing that gets this much more today, from investors who are not in it yet."""

    listing_id: int
    amount_minor: int
    step_minor: int
    ticket_minor_min: int
    lenders: frozenset[int] = frozenset()
    fills: bool = False  # with it the listing is full

    @property
    def can_be_placed(self) -> bool:
        """Whether it is enough for an investment: only the rest of a listing may be smaller."""
        return self.amount_minor >= self.ticket_minor_min or (self.fills and self.amount_minor > 0)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One investment to be placed."""

    listing_id: int
    member_id: int
    amount_minor: int
    consent: bool


def funded_by(story: Story, on: date, *, step_minor: int) -> int:
    """What the listing of a story has by the end of a day, in minor units.

    It fills in equal parts over the first days; parts are rounded up to whole steps.
    """
    days = min((on - story.listed_on).days + 1, DAYS_OF_FUNDING)
    if days <= 0:
        return 0
    whole_minor = story.amount_minor * story.funded_share
    part = Fraction(days, DAYS_OF_FUNDING)
    return round_to_minor(whole_minor * part, Rounding.UP, step_minor)


def tickets(random: Random, wanted: Sequence[Wanted], purses: Sequence[Purse]) -> list[Ticket]:
    """Investments that bring each listing what it wants, as far as the purses reach.

    Nobody is asked twice for one listing, and nobody gives more than is idle.
    """
    left = {purse.member_id: purse.available_minor for purse in purses}
    placed: list[Ticket] = []
    for listing in wanted:
        asked = [purse for purse in purses if purse.member_id not in listing.lenders]
        random.shuffle(asked)
        asked.sort(key=lambda purse: not purse.is_eager)
        missing_minor = listing.amount_minor
        for purse in asked:
            if missing_minor <= 0:
                break
            amount_minor = _ticket(random, listing, purse, left[purse.member_id], missing_minor)
            if amount_minor:
                left[purse.member_id] -= amount_minor
                missing_minor -= amount_minor
                consent = purse.asks_consent(amount_minor)
                placed.append(Ticket(listing.listing_id, purse.member_id, amount_minor, consent))
    assert min(left.values(), default=0) >= 0
    return placed


def _ticket(
    random: Random, listing: Wanted, purse: Purse, idle_minor: int, missing_minor: int
) -> int:
    """What one investor puts in; 0 for nobody who cannot. No rest below the least is left over."""
    least, step_minor = listing.ticket_minor_min, listing.step_minor
    wish = random.randrange(purse.ticket_minor[0], purse.ticket_minor[1] + 1, step_minor)
    amount_minor = min(wish, idle_minor // step_minor * step_minor, missing_minor)
    rest_minor = missing_minor - amount_minor
    if 0 < rest_minor < least:
        amount_minor = missing_minor if idle_minor >= missing_minor else amount_minor - least
    return amount_minor if amount_minor >= min(least, missing_minor) else 0


def top_ups(
    purses: Sequence[Purse], *, wanted_minor: int, each_minor: int, most: int
) -> list[tuple[int, int]]:
    """Who pays in again, and how much, where idle money is short of what listings will want.

    The richest first; nobody while there is twice as much as is wanted.
    """
    short_minor = 2 * wanted_minor - sum(purse.available_minor for purse in purses)
    richest = sorted(purses, key=lambda purse: (-purse.net_worth_minor, purse.member_id))
    paid_in = []
    for purse in richest[:most]:
        if short_minor <= 0:
            break
        paid_in.append((purse.member_id, each_minor))
        short_minor -= each_minor
    return paid_in
