"""Late loans in the order in which they are worked through, with what is known of each."""

from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum

from tuppence.lending.arrears_desk import ORDER, LateCase, NextStep, next_step
from tuppence.lending.collection_records import PromiseState, promise_state
from tuppence.lending.models import Loan
from tuppence.lending.servicing.arrears import Bucket, bucket_of

CASES_MAX = 1_000
"""So many late loans are put in order, the longest late ones; a desk works through fewer a day."""


@dataclass(frozen=True, slots=True)
class Case:
    """One late loan on the desk."""

    loan_id: int
    borrower: str
    currency: str
    outstanding_minor: int
    overdue_minor: int
    due_on: date
    days_past_due: int
    bucket: Bucket
    step: NextStep
    contacted_on: date | None
    promised_minor: int
    promised_by: date | None
    promise: str
    collector: str
    is_restructured: bool


def cases(*, on: date, bucket: str = "") -> list[Case]:
    """Late loans, the most urgent first, then by days past due and amount; of one bucket only."""
    with connection.cursor() as cursor:
        cursor.execute(_LATE, {"on": on, "zone": settings.TIME_ZONE, "limit": CASES_MAX})
        names = [column.name for column in cursor.description or ()]
        found = [_case(dict(zip(names, row, strict=True)), on) for row in cursor]
    found = [case for case in found if not bucket or case.bucket == bucket]
    found.sort(key=lambda c: (ORDER[c.step], -c.days_past_due, -c.overdue_minor, c.loan_id))
    return found


def given_up() -> tuple[int, int]:
    """Loans written off on which something is still claimed: how many, how much."""
    rows = Loan.objects.filter(state="written_off", claim_minor__gt=0)
    found = rows.aggregate(number=Count("pk"), claimed=Sum("claim_minor"))
    return found["number"], int(found["claimed"] or 0)


def _case(row: dict[str, Any], on: date) -> Case:
    promise: PromiseState | None = None
    if row["by_day"] is not None:
        promise = promise_state(row["promised"], row["by_day"], row["paid"], on)
    late = LateCase(
        due_on=row["next_due_on"],
        grace_days=row["grace_days"],
        contacted_on=row["contacted_on"],
        promised_by=row["by_day"],
        promise=promise,
        with_collector=bool(row["collector"]),
    )
    days = (on - late.due_on).days
    return Case(
        loan_id=row["id"],
        borrower=row["legal_name"],
        currency=row["currency"],
        outstanding_minor=row["outstanding_minor"],
        overdue_minor=row["overdue"],
        due_on=late.due_on,
        days_past_due=days,
        bucket=bucket_of(days, late.grace_days),
        step=next_step(late, on),
        contacted_on=late.contacted_on,
        promised_minor=row["promised"] or 0,
        promised_by=late.promised_by,
        promise=promise.value if promise else "",
        collector=row["collector"] or "",
        is_restructured=row["restructured"],
    )


_LATE: LiteralString = """
    SELECT loan.id, member.legal_name, loan.currency, loan.outstanding_minor, loan.next_due_on,
           loan.grace_days, due.overdue, said.contacted_on, promise.amount_minor AS promised,
           promise.by_day, promise.paid, given.collector,
           EXISTS (SELECT FROM lending_planchange AS change
                   WHERE change.loan_id = loan.id AND change.cause = 'rescheduled') AS restructured
    FROM (
        SELECT * FROM lending_loan WHERE state = 'active' AND next_due_on < %(on)s
        ORDER BY next_due_on, id LIMIT %(limit)s
    ) AS loan
    JOIN members_member AS member ON member.id = loan.borrower_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(fee_minor + penalty_minor + interest_minor + principal_minor
            - paid_fee_minor - paid_penalty_minor - paid_interest_minor - paid_principal_minor
        ), 0)::bigint AS overdue
        FROM lending_instalment WHERE loan_id = loan.id AND due_on < %(on)s
    ) AS due
    CROSS JOIN LATERAL (
        SELECT max((at AT TIME ZONE %(zone)s)::date) AS contacted_on
        FROM lending_contact WHERE loan_id = loan.id
    ) AS said
    LEFT JOIN LATERAL (
        SELECT made.amount_minor, made.by_day, (
            SELECT coalesce(sum(payment.amount_minor), 0)::bigint FROM lending_payment AS payment
            LEFT JOIN lending_paymentreversal AS back ON back.payment_id = payment.id
            WHERE payment.loan_id = loan.id AND back.id IS NULL AND payment."on" <= made.by_day
              AND payment."on" >= (made.at AT TIME ZONE %(zone)s)::date
        ) AS paid
        FROM lending_promise AS made WHERE made.loan_id = loan.id ORDER BY made.id DESC LIMIT 1
    ) AS promise ON true
    LEFT JOIN LATERAL (
        SELECT over.collector FROM lending_handover AS over
        LEFT JOIN lending_recall AS recall ON recall.hand_over_id = over.id
        WHERE over.loan_id = loan.id AND recall.id IS NULL LIMIT 1
    ) AS given ON true"""
