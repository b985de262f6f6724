"""Lists for staff: products, arrears, the queue of applications, days to close."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from tuppence.lending.models import DayClose, Product
from tuppence.lending.servicing.arrears import Bucket, bucket_of


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
            WHERE asked.in_progress AND decision.id IS NULL
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
