"""An investor's holdings for their portfolio: late ones, what they earned, what is to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import QuerySet, Sum

from tuppence.lending.models import Holding
from tuppence.money.months import add_months

MONTHS_SHOWN = 12
LATE_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ComingMonth:
    """What is planned to come back in one month, before our fee."""

    month: date
    principal_minor: int
    interest_minor: int

    @property
    def amount_minor(self) -> int:
        """Principal and interest."""
        return self.principal_minor + self.interest_minor


@dataclass(frozen=True, slots=True)
class Coming:
    """The next months, and what was due before today and has not come."""

    months: list[ComingMonth]
    overdue_minor: int


@dataclass(frozen=True, slots=True)
class LateHolding:
    """A part of a loan with an instalment past its day."""

    loan_id: int
    title: str
    currency: str
    outstanding_minor: int
    days_past_due: int


def holdings_of(member_id: int) -> QuerySet[Holding]:
    """All parts of loans, running and ended."""
    return Holding.objects.filter(member_id=member_id).select_related("loan__application")


def has_holdings(member_id: int) -> bool:
    """Whether the member ever had a part of a loan."""
    return Holding.objects.filter(member_id=member_id).exists()


def written_off_minor(member_id: int) -> int:
    """Principal that was given up with loans, in all."""
    lost = Holding.objects.filter(member_id=member_id, written_off_minor__gt=0)
    found = lost.aggregate(lost=Sum("written_off_minor"))
    return int(found["lost"] or 0)


def earned_by_loan(member_id: int, loan_ids: Sequence[int]) -> dict[int, int]:
    """What each of these loans earned the member, after fee and tax, without principal."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT source.loan_id, sum(share.net_minor - share.principal_minor)::bigint
            FROM (
                SELECT id, loan_id FROM lending_payment WHERE loan_id = ANY(%(loans)s)
                UNION ALL
                SELECT id, loan_id FROM lending_replay WHERE loan_id = ANY(%(loans)s)
            ) AS source
            JOIN lending_distributionshare AS share
                ON share.distribution_id = source.id AND share.member_id = %(member)s
            GROUP BY source.loan_id
            """,
            {"loans": list(loan_ids), "member": member_id},
        )
        return dict(cursor.fetchall())


def late_holdings(member_id: int, *, on: date, limit: int = LATE_SHOWN) -> list[LateHolding]:
    """Running loans with an instalment past its day, the largest parts first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT loan.id, asked.title, loan.currency, holding.outstanding_minor,
                   %(on)s - loan.next_due_on
            FROM lending_holding AS holding
            JOIN lending_loan AS loan ON loan.id = holding.loan_id AND loan.state = 'active'
                AND loan.next_due_on < %(on)s
            JOIN lending_application AS asked ON asked.id = loan.application_id
            WHERE holding.member_id = %(member)s AND holding.outstanding_minor > 0
            ORDER BY holding.outstanding_minor DESC, loan.id LIMIT %(limit)s
            """,
            {"member": member_id, "on": on, "limit": limit},
        )
        return [LateHolding(*row) for row in cursor]


def coming(member_id: int, *, since: date) -> Coming:
    """What the schedules plan to bring from a day on, by month, before our fee.

    A member's part of an instalment is rounded down to the minor unit; the true split is made
    when the borrower pays. What was due before the day stands apart.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT CASE WHEN i.due_on >= %(since)s THEN date_trunc('month', i.due_on)::date END,
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
            GROUP BY 1 ORDER BY 1 NULLS FIRST LIMIT %(limit)s + 1
            """,
            {"member": member_id, "since": since, "limit": MONTHS_SHOWN},
        )
        rows = cursor.fetchall()
    overdue = sum(principal + interest for month, principal, interest in rows if month is None)
    months = [ComingMonth(*row) for row in rows if row[0] is not None]
    return Coming(_without_gaps(months[:MONTHS_SHOWN]), overdue)


def _without_gaps(months: list[ComingMonth]) -> list[ComingMonth]:
    """Every month from the first to the last, at most as many as are shown."""
    found = {each.month: each for each in months}
    filled: list[ComingMonth] = []
    month = min(found, default=None)
    while month is not None and month <= max(found) and len(filled) < MONTHS_SHOWN:
        filled.append(found.get(month) or ComingMonth(month, 0, 0))
        month = add_months(month, 1)
    return filled
