"""What a member has invested: promised money, holdings, what comes back and when."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from tuppence.lending.models import Application
from tuppence.market.models import Investment, InvestmentState, Listing

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class InvestmentRow:
    """Money put into a listing, and what became of it."""

    id: UUID
    listing_id: int
    title: str
    currency: str
    amount_minor: int
    state: str
    placed_at: datetime
    revocable_until: datetime
    ended_at: datetime | None

    def may_be_taken_back(self, at: datetime) -> bool:
        """Whether the investor may still change their mind."""
        return self.state == InvestmentState.PLACED and at < self.revocable_until


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A member's part of one loan."""

    loan_id: int
    title: str
    currency: str
    annual_rate: Fraction
    grade: str
    state: str
    lent_minor: int
    outstanding_minor: int
    written_off_minor: int
    next_due_on: date | None
    matures_on: date

    def shown_state(self, on: date) -> str:
        """The loan's state, late where an instalment is overdue."""
        if self.state == "active" and self.next_due_on is not None and self.next_due_on < on:
            return "late"
        return self.state

    @property
    def returned_minor(self) -> int:
        """Principal that came back."""
        return self.lent_minor - self.outstanding_minor - self.written_off_minor


@dataclass(frozen=True, slots=True)
class ComingMonth:
    """What is planned to come back in one month, before fees."""

    month: date
    principal_minor: int
    interest_minor: int


def investment_of(member_id: int, investment_id: UUID) -> InvestmentRow | None:
    """One of a member's own investments."""
    rows = investments_of(member_id, id=investment_id)
    return rows[0] if rows else None


def investments_of(member_id: int, *, limit: int = 100, **filters: object) -> list[InvestmentRow]:
    """A member's investments, newest first."""
    found = (
        Investment.objects.filter(member_id=member_id, **filters)
        .select_related("listing__application")
        .order_by("-placed_at", "-id")[:limit]
    )
    return [_investment_row(row) for row in found]


def invested_in(member_id: int, listing_id: int) -> int:
    """What a member has promised to one listing, in minor units."""
    rows = Investment.objects.filter(
        member_id=member_id, listing_id=listing_id, state=InvestmentState.PLACED
    )
    return int(rows.aggregate(total=Sum("amount_minor"))["total"] or 0)


def _investment_row(row: Investment) -> InvestmentRow:
    listing: Listing = row.listing
    application: Application = listing.application
    return InvestmentRow(
        id=row.pk,
        listing_id=listing.pk,
        title=application.title,
        currency=listing.currency,
        amount_minor=row.amount_minor,
        state=row.state,
        placed_at=row.placed_at,
        revocable_until=row.revocable_until,
        ended_at=row.ended_at,
    )


def holdings_of(member_id: int) -> list[HoldingRow]:
    """A member's parts of loans: the running ones first, the next payment on top."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT l.id, a.title, l.currency, l.annual_rate, l.grade, l.state, h.lent_minor,
                   h.outstanding_minor, h.written_off_minor, l.next_due_on, l.matures_on
            FROM lending_holding AS h
            JOIN lending_loan AS l ON l.id = h.loan_id
            JOIN lending_application AS a ON a.id = l.application_id
            WHERE h.member_id = %s
            ORDER BY l.state <> 'active', l.next_due_on NULLS LAST, l.id
            """,
            [member_id],
        )
        return [
            HoldingRow(loan_id, title, currency, Fraction(rate), *rest)
            for loan_id, title, currency, rate, *rest in cursor
        ]


def coming_months(member_id: int, *, since: date) -> list[ComingMonth]:
    """What the schedules plan to bring from this month on, by month, before our fee.

    A member's part of an instalment is rounded down to the minor unit; the true split is made
    when the borrower pays.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('month', greatest(i.due_on, %(since)s))::date,
                   sum((i.principal_minor - i.paid_principal_minor) * h.outstanding_minor
                       / l.outstanding_minor)::bigint,
                   sum((i.interest_minor - i.paid_interest_minor) * h.outstanding_minor
                       / l.outstanding_minor)::bigint
            FROM lending_holding AS h
            JOIN lending_loan AS l ON l.id = h.loan_id AND l.state = 'active'
                AND l.outstanding_minor > 0
            JOIN lending_instalment AS i ON i.loan_id = l.id
                AND (i.principal_minor > i.paid_principal_minor
                     OR i.interest_minor > i.paid_interest_minor)
            WHERE h.member_id = %(member)s AND h.outstanding_minor > 0
            GROUP BY 1 ORDER BY 1 LIMIT %(limit)s
            """,
            {"member": member_id, "since": since, "limit": MONTHS_SHOWN},
        )
        return [ComingMonth(*row) for row in cursor]
