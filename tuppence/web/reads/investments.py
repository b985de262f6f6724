"""What a member has promised to listings, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from tuppence.lending.models import Application
from tuppence.market.models import Investment, InvestmentState, Listing


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


def investment_of(member_id: int, investment_id: UUID) -> InvestmentRow | None:
    """One of a member's own investments."""
    rows = investments_of(member_id, id=investment_id)
    return rows[0] if rows else None


def investments_of(member_id: int, *, limit: int = 100, **filters: object) -> list[InvestmentRow]:
    """A member's investments, newest first."""
    found = all_investments(member_id).filter(**filters).order_by("-placed_at", "-id")[:limit]
    return [_investment_row(row) for row in found]


def all_investments(member_id: int) -> QuerySet[Investment]:
    """Everything a member ever promised to listings."""
    return Investment.objects.filter(member_id=member_id).select_related("listing__application")


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
