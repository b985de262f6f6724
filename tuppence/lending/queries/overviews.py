"""Lists for members and staff: portfolios, money to come, arrears, the queue of applications."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db import connection

from tuppence.lending.models import DayClose, Product
from tuppence.lending.servicing.arrears import Bucket, bucket_of


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A lender's part of one loan, with what came back of it so far."""

    loan_id: int
    title: str
    currency: str
    grade: str
    annual_rate: Fraction
    state: str
    lent_minor: int
    outstanding_minor: int
    written_off_minor: int
    principal_minor: int
    interest_minor: int
    late_fee_minor: int
    net_minor: int
    next_due_on: date | None
    days_past_due: int


@dataclass(frozen=True, slots=True)
class ComingRow:
    """What is planned to come to a lender in one month, from loans that are not late."""

    month: date
    principal_minor: int
    interest_minor: int


@dataclass(frozen=True, slots=True)
class ArrearsRow:
    """A loan that is late."""

    loan_id: int
    borrower_id: int
    title: str
    currency: str
    outstanding_minor: int
    overdue_minor: int
    next_due_on: date
    days_past_due: int
    bucket: Bucket
    last_contact_at: datetime | None
    promised_by: date | None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """An application that nobody has decided on."""

    id: int
    borrower_id: int
    product: str
    title: str
    amount_minor: int
    currency: str
    instalments: int
    submitted_at: datetime


def products_on_shelf() -> list[Product]:
    """Products that can be applied for, by name."""
    return list(Product.objects.filter(retired_at=None).order_by("name", "id"))


def portfolio(member_id: int, *, on: date) -> list[HoldingRow]:
    """A lender's holdings, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT loan.id, asked.title, loan.currency, loan.grade, loan.annual_rate, loan.state,
                   holding.lent_minor, holding.outstanding_minor, holding.written_off_minor,
                   coalesce(got.principal, 0), coalesce(got.interest, 0), coalesce(got.late, 0),
                   coalesce(got.net, 0), loan.next_due_on,
                   CASE WHEN loan.state = 'active' THEN greatest(%(on)s - loan.next_due_on, 0)
                        ELSE 0 END
            FROM lending_holding AS holding
            JOIN lending_loan AS loan ON loan.id = holding.loan_id
            JOIN lending_application AS asked ON asked.id = loan.application_id
            LEFT JOIN (
                SELECT source.loan_id, sum(share.principal_minor)::bigint AS principal,
                       sum(share.interest_minor)::bigint AS interest,
                       sum(share.late_fee_minor)::bigint AS late,
                       sum(share.net_minor)::bigint AS net
                FROM lending_distributionshare AS share
                JOIN (
                    SELECT id, loan_id FROM lending_payment
                    UNION ALL SELECT id, loan_id FROM lending_replay
                ) AS source ON source.id = share.distribution_id
                WHERE share.member_id = %(member)s GROUP BY source.loan_id
            ) AS got ON got.loan_id = loan.id
            WHERE holding.member_id = %(member)s
            ORDER BY loan.paid_out_at DESC, loan.id DESC
            """,
            {"member": member_id, "on": on},
        )
        return [
            HoldingRow(*(*row[:4], Fraction(row[4]), *row[5:14], row[14] or 0)) for row in cursor
        ]


def cash_to_come(member_id: int, *, on: date) -> list[ComingRow]:
    """A lender's share of coming instalments by month, before fee and tax.

    Shares are in proportion to what is outstanding and cut to the minor unit; loans with an overdue
    instalment are left out, because their plan says nothing about when they will pay.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('month', row.due_on)::date AS month,
                   sum((row.principal_minor - row.paid_principal_minor)
                       * holding.outstanding_minor / loan.outstanding_minor)::bigint,
                   sum((row.interest_minor - row.paid_interest_minor)
                       * holding.outstanding_minor / loan.outstanding_minor)::bigint
            FROM lending_holding AS holding
            JOIN lending_loan AS loan ON loan.id = holding.loan_id AND loan.state = 'active'
                AND loan.outstanding_minor > 0 AND loan.next_due_on >= %(on)s
            JOIN lending_instalment AS row ON row.loan_id = loan.id AND row.due_on >= %(on)s
            WHERE holding.member_id = %(member)s
            GROUP BY month ORDER BY month
            """,
            {"member": member_id, "on": on},
        )
        return [ComingRow(*row) for row in cursor]


def arrears(*, on: date, limit: int = 200) -> list[ArrearsRow]:
    """Loans with an instalment overdue on a day, the latest last paid first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT loan.id, loan.borrower_id, asked.title, loan.currency, loan.outstanding_minor,
                   (SELECT sum(principal_minor + interest_minor + fee_minor + penalty_minor
                               - paid_principal_minor - paid_interest_minor - paid_fee_minor
                               - paid_penalty_minor)::bigint
                    FROM lending_instalment WHERE loan_id = loan.id AND due_on < %(on)s),
                   loan.next_due_on, %(on)s - loan.next_due_on, loan.grace_days,
                   (SELECT max(at) FROM lending_contact WHERE loan_id = loan.id),
                   (SELECT max(by_day) FROM lending_promise WHERE loan_id = loan.id)
            FROM lending_loan AS loan
            JOIN lending_application AS asked ON asked.id = loan.application_id
            WHERE loan.state = 'active' AND loan.next_due_on < %(on)s
            ORDER BY loan.next_due_on, loan.id LIMIT %(limit)s
            """,
            {"on": on, "limit": limit},
        )
        return [ArrearsRow(*(*row[:8], bucket_of(row[7], row[8]), *row[9:])) for row in cursor]


def applications_waiting(*, limit: int = 200) -> list[WaitingRow]:
    """Applications that nobody has decided on and that were not taken back, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.id, asked.borrower_id, product.name, asked.title, asked.amount_minor,
                   asked.currency, asked.instalments, asked.submitted_at
            FROM lending_application AS asked
            JOIN lending_product AS product ON product.id = asked.product_id
            LEFT JOIN lending_applicationdecision AS decision ON decision.application_id = asked.id
            LEFT JOIN lending_applicationwithdrawal AS gone ON gone.application_id = asked.id
            WHERE decision.id IS NULL AND gone.id IS NULL
            ORDER BY asked.submitted_at, asked.id LIMIT %s
            """,
            [limit],
        )
        return [WaitingRow(*row) for row in cursor]


def day_report(day: date) -> DayClose | None:
    """What the close of a day found; None where the day is open."""
    return DayClose.objects.filter(day=day).first()


def days_missing(on: date) -> list[date]:
    """Days before this one that are not closed though an earlier one is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(day) FROM lending_dayclose")
        row = cursor.fetchone()
    last = row[0] if row else None
    if last is None:
        return []
    return [last + timedelta(days=n) for n in range(1, max((on - last).days, 0))]
