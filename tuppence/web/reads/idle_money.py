"""What lies idle, and the one listing that the rule of `market.idle_money` names for it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from tuppence.market.idle_money import OpenListing, Placed, Suggestion, suggest
from tuppence.web.investor_rules import may_invest
from tuppence.web.reads.listings import ListingRow, listings_by_id
from tuppence.web.reads.purse import Purse
from tuppence.web.reads.standing import InvestorFacts


@dataclass(frozen=True, slots=True)
class IdleMoney:
    """A suggestion with its listing and the money it is for."""

    row: ListingRow
    suggestion: Suggestion
    purse: Purse


def idle_money(
    member_id: int, facts: InvestorFacts, purse: Purse, *, at: datetime, on: date
) -> IdleMoney | None:
    """A suggestion for who may invest and has enough; None for everybody else."""
    if purse.available_minor <= 0 or not may_invest(facts, on):
        return None
    found = suggest(member_id, purse.available_minor, open_to_money(at), placed_by(member_id))
    if found is None:
        return None
    return IdleMoney(listings_by_id([found.listing_id])[found.listing_id], found, purse)


def open_to_money(at: datetime) -> list[OpenListing]:
    """Listings that take money at a moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT listing.id, listing.borrower_id, decision.grade, listing.investment_minor_min,
                   listing.target_minor - listing.funded_minor, listing.closes_at
            FROM market_listing AS listing
            JOIN lending_applicationdecision AS decision
                ON decision.application_id = listing.application_id
            WHERE listing.state = 'open' AND listing.opens_at <= %(at)s
              AND listing.closes_at > %(at)s AND decision.expected_loss IS NOT NULL
            """,
            {"at": at},
        )
        return [OpenListing(*row) for row in cursor]


def placed_by(member_id: int) -> Placed:
    """What a member has lent and promised, by grade and borrower."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT grade, borrower_id, sum(amount)::bigint FROM (
                SELECT loan.grade, loan.borrower_id, holding.outstanding_minor AS amount
                FROM lending_holding AS holding
                JOIN lending_loan AS loan ON loan.id = holding.loan_id AND loan.state = 'active'
                WHERE holding.member_id = %(member)s AND holding.outstanding_minor > 0
                UNION ALL
                SELECT decision.grade, listing.borrower_id, mine.amount_minor
                FROM market_investment AS mine
                JOIN market_listing AS listing ON listing.id = mine.listing_id
                JOIN lending_applicationdecision AS decision
                    ON decision.application_id = listing.application_id
                WHERE mine.member_id = %(member)s AND mine.state = 'placed'
            ) AS own GROUP BY grade, borrower_id
            """,
            {"member": member_id},
        )
        rows = cursor.fetchall()
    by_grade: dict[str, int] = {}
    for grade, _borrower, amount in rows:
        by_grade[grade] = by_grade.get(grade, 0) + amount
    return Placed(by_grade, frozenset(borrower for _, borrower, _ in rows))


def lent_to(member_id: int, borrower_id: int) -> tuple[int, int]:
    """What a member has with one borrower and in all, promises included."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(amount) FILTER (WHERE borrower_id = %(borrower)s), 0)::bigint,
                   coalesce(sum(amount), 0)::bigint
            FROM (
                SELECT loan.borrower_id, holding.outstanding_minor AS amount
                FROM lending_holding AS holding
                JOIN lending_loan AS loan ON loan.id = holding.loan_id AND loan.state = 'active'
                WHERE holding.member_id = %(member)s
                UNION ALL
                SELECT listing.borrower_id, mine.amount_minor FROM market_investment AS mine
                JOIN market_listing AS listing ON listing.id = mine.listing_id
                WHERE mine.member_id = %(member)s AND mine.state = 'placed'
            ) AS own
            """,
            {"member": member_id, "borrower": borrower_id},
        )
        with_borrower, together = cursor.fetchone()
    return with_borrower, together
