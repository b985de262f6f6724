"""Grants that something happened to, locked in order of their ids."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tuppence.growth.models import Grant
from tuppence.growth.offer import OfferKind
from tuppence.growth.using import GrantState


@dataclass(frozen=True, slots=True)
class Taken:
    """A grant that was taken along, with the loan that came of it; None where none did."""

    row: Grant
    loan_id: int | None
    paid_out_at: datetime | None
    fee_minor: int = 0  # the borrower's origination fee


@dataclass(frozen=True, slots=True)
class Yielding:
    """An extra rate at work, with what of its loan is outstanding at the day's close."""

    row: Grant
    outstanding_minor: int
    alive: bool  # neither repaid, nor written off, nor in default
    distributed: bool  # the loan paid its lenders since this was last given
    tax: Fraction  # withheld from lenders' interest


def locked() -> QuerySet[Grant]:
    """Grants with offer and campaign, to be held until the transaction ends."""
    return (
        Grant.objects.order_by("id")
        .select_for_update(no_key=True, of=("self",))
        .select_related("offer", "campaign")
    )


def lock_waiting_for_verification(member_ids: Collection[int]) -> list[Grant]:
    """What those of these members who are verified get for it and have not got yet."""
    rows = locked().filter(
        member_id__in=member_ids,
        member__verified_at__isnull=False,
        state=GrantState.GRANTED,
        offer__kind=OfferKind.WELCOME,
    )
    return list(rows)


def lock_taken_in(listing_ids: Collection[int]) -> list[Taken]:
    """Grants taken by investments in these listings that came to something, or to nothing."""
    rows = _rows(
        """
        SELECT held.id, loan.id, loan.paid_out_at
        FROM growth_grant AS held
        JOIN market_investment AS placed ON placed.id = held.investment_id
        JOIN market_listing AS listing ON listing.id = placed.listing_id
        LEFT JOIN lending_loan AS loan
            ON loan.application_id = listing.application_id AND placed.state = 'paid_out'
        WHERE held.state = %s AND placed.listing_id = ANY(%s) AND placed.state <> 'placed'
        """,
        [GrantState.TAKEN.value, list(listing_ids)],
        when=bool(listing_ids),
    )
    found = {number: (loan, at) for number, loan, at in rows}
    grants = locked().filter(id__in=found, state=GrantState.TAKEN)
    return [Taken(row, *found[row.pk]) for row in grants]


def lock_taken_by_applications(application_ids: Collection[int]) -> list[Grant]:
    """Grants taken by applications that came to nothing."""
    rows = locked().filter(application_id__in=application_ids, state=GrantState.TAKEN)
    return list(rows)


def lock_taken_by_loans(loan_ids: Collection[int]) -> list[Taken]:
    """Grants taken by the applications of these loans."""
    rows = _rows(
        """
        SELECT held.id, loan.id, loan.paid_out_at, loan.origination_fee_minor
        FROM growth_grant AS held
        JOIN lending_loan AS loan ON loan.application_id = held.application_id
        WHERE held.state = %s AND loan.id = ANY(%s)
        """,
        [GrantState.TAKEN.value, list(loan_ids)],
        when=bool(loan_ids),
    )
    found = {number: rest for number, *rest in rows}
    grants = locked().filter(id__in=found, state=GrantState.TAKEN)
    return [Taken(row, *found[row.pk]) for row in grants]


def lock_due(on: date) -> list[Grant]:
    """Earned grants that are to be paid by this day."""
    return list(locked().filter(state=GrantState.EARNED, pays_on__lte=on))


def lock_unused_before(on: date) -> list[Grant]:
    """Unused grants whose last day was before this one."""
    return list(locked().filter(state=GrantState.GRANTED, last_day__lt=on))


def lock_trials_over(on: date) -> list[Grant]:
    """Trial money whose days are over by this day."""
    rows = locked().filter(
        state=GrantState.RUNNING, offer__kind=OfferKind.TRIAL_MONEY, last_day__lt=on
    )
    return list(rows)


def lock_yielding(on: date, default_days: int) -> list[Yielding]:
    """Extra rates that have not been reckoned to this day's close."""
    rows = _rows(
        """
        SELECT held.id, coalesce(holding.outstanding_minor, 0),
               loan.state = 'active'
                   AND coalesce(%s - loan.next_due_on, 0) < %s,
               EXISTS (SELECT FROM lending_payment AS paid
                       WHERE paid.loan_id = loan.id
                         AND paid.on > coalesce(held.pays_on, loan.starts_on) AND paid.on <= %s),
               coalesce(loan.terms ->> 'withholding_tax', '0')
        FROM growth_grant AS held
        JOIN lending_loan AS loan ON loan.id = held.loan_id
        LEFT JOIN lending_holding AS holding
            ON holding.loan_id = held.loan_id AND holding.member_id = held.member_id
        WHERE held.state = %s AND held.loan_id IS NOT NULL AND held.earned_to < %s
        """,
        [on, default_days, on, GrantState.RUNNING.value, on],
    )
    found = {number: rest for number, *rest in rows}
    return [
        Yielding(row, outstanding, alive, distributed, Fraction(tax))
        for row in locked().filter(id__in=found, state=GrantState.RUNNING)
        for outstanding, alive, distributed, tax in [found[row.pk]]
    ]


def _rows(query: str, params: list[Any], *, when: bool = True) -> list[tuple[Any, ...]]:
    if not when:
        return []
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
