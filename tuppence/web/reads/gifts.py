"""A member's offers as pages show them, and what an order could use of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tuppence import platform
from tuppence.growth.models import Grant
from tuppence.growth.offer import (
    WITH_ORDER,
    YIELDING,
    OfferKind,
    Terms,
    reward_minor,
)
from tuppence.growth.queries.offers import (
    fitting_grants,
    terms_of,
    usable_grants,
)
from tuppence.growth.using import GrantState
from tuppence.rules.allowances import incentive_ban
from tuppence.rules.rule import Rule
from tuppence.web.gifts_in_words import conditions, gives_in_words, title_of


@dataclass(frozen=True, slots=True)
class Gift:
    """An offer that a member holds or held, in words and money."""

    id: int
    title: str
    kind: str
    state: str
    gives: str
    conditions: list[str]
    last_day: date
    currency: str
    worst_minor: int
    earned_minor: int
    paid_minor: int
    ended_at: datetime | None
    pays_on: date | None
    loan_id: int | None
    why: str
    with_order: bool
    may_begin: bool  # trial money that waits for its member


def gifts_of(member_id: int) -> list[Gift]:
    """Everything that a member was ever granted, the latest first."""
    rows = Grant.objects.filter(member_id=member_id).select_related("offer").order_by("-id")
    return [_gift(row) for row in rows[:500]]


def _gift(row: Grant) -> Gift:
    terms = terms_of(row.offer)
    return Gift(
        id=row.pk,
        title=title_of(terms),
        kind=row.offer.kind,
        state=row.state,
        gives=gives_in_words(terms, row.currency),
        conditions=conditions(terms, row.currency),
        last_day=row.last_day,
        currency=row.currency,
        worst_minor=row.worst_minor,
        earned_minor=row.earned_minor,
        paid_minor=row.paid_minor,
        ended_at=row.ended_at,
        pays_on=row.pays_on,
        loan_id=row.loan_id,
        why=row.why,
        with_order=terms.kind in WITH_ORDER,
        may_begin=terms.kind is OfferKind.TRIAL_MONEY and row.state == GrantState.GRANTED,
    )


def open_gifts(member_id: int, on: date) -> list[Gift]:
    """What a member can still use, what ends first first."""
    return [_gift(row) for row in usable_grants(member_id, on)]


def gifts_of_investment(investment_id: UUID) -> list[Gift]:
    """What an investment took along."""
    rows = Grant.objects.filter(investment_id=investment_id).select_related("offer")
    return [_gift(row) for row in rows.order_by("id")]


@dataclass(frozen=True, slots=True)
class Usable:
    """An offer that fits an order, with what it would bring at most."""

    id: int
    title: str
    gives: str
    brings_minor: int
    currency: str
    last_day: date
    terms: Terms


def usable_for(member_id: int, listing_id: int, amount_minor: int, *, on: date) -> Sequence[Usable]:
    """The offers that a member could take along when investing this amount here."""
    rows = fitting_grants(member_id, listing_id, amount_minor, on)
    return [_usable(row, amount_minor) for row in rows]


def _usable(row: Grant, amount_minor: int) -> Usable:
    terms = terms_of(row.offer)
    brings = row.worst_minor if terms.kind in YIELDING else reward_minor(terms, amount_minor)
    return Usable(
        id=row.pk,
        title=title_of(terms),
        gives=gives_in_words(terms, row.currency),
        brings_minor=brings,
        currency=row.currency,
        last_day=row.last_day,
        terms=terms,
    )


def barred_by(on: date) -> Rule | None:
    """The rule that forbids every gift to investors on a day; None where they are allowed."""
    return incentive_ban(platform.rulebook(on), tied_to_listing=False)
