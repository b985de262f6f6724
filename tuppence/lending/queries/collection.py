"""Read what the close of a day looks at on late loans."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import connection

from tuppence.lending.collection_records import PromiseState
from tuppence.lending.reminders import LOOKED_BACK, LateLoan, PromiseSeen


def late_loans(days_of: dict[int, int], *, on: date) -> dict[int, tuple[LateLoan, int]]:
    """These loans (with their days past due) and what is overdue on each, in minor units."""
    if not days_of:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT loan.id, due.overdue,
                   EXISTS (SELECT FROM lending_handover AS over
                           LEFT JOIN lending_recall AS back ON back.hand_over_id = over.id
                           WHERE over.loan_id = loan.id AND back.id IS NULL),
                   EXISTS (SELECT FROM lending_promise AS promise
                           WHERE promise.loan_id = loan.id AND promise.by_day >= %(on)s)
            FROM lending_loan AS loan
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(fee_minor + penalty_minor + interest_minor + principal_minor
                    - paid_fee_minor - paid_penalty_minor - paid_interest_minor
                    - paid_principal_minor), 0)::bigint AS overdue
                FROM lending_instalment WHERE loan_id = loan.id AND due_on < %(on)s
            ) AS due
            WHERE loan.id = ANY(%(ids)s)
            """,
            {"on": on, "ids": list(days_of)},
        )
        return {
            number: (LateLoan(number, days_of[number], collector, runs), overdue)
            for number, overdue, collector, runs in cursor
        }


def promises_seen(*, on: date) -> list[PromiseSeen]:
    """Promises that are open or whose day is not long ago, with what came in by their day."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT promise.id, promise.amount_minor, promise.by_day, (
                SELECT coalesce(sum(payment.amount_minor), 0)::bigint
                FROM lending_payment AS payment
                LEFT JOIN lending_paymentreversal AS back ON back.payment_id = payment.id
                WHERE payment.loan_id = promise.loan_id AND back.id IS NULL
                  AND payment."on" BETWEEN (promise.at AT TIME ZONE %(zone)s)::date
                  AND least(promise.by_day, %(on)s)
            ), (
                SELECT CASE WHEN kept THEN 'kept' ELSE 'broken' END
                FROM lending_promiseoutcome WHERE promise_id = promise.id
                ORDER BY id DESC LIMIT 1
            )
            FROM lending_promise AS promise
            WHERE promise.by_day >= %(since)s
              AND (promise.at AT TIME ZONE %(zone)s)::date <= %(on)s
            ORDER BY promise.id
            """,
            {"zone": settings.TIME_ZONE, "on": on, "since": on - LOOKED_BACK},
        )
        rows = cursor.fetchall()
    return [
        PromiseSeen(number, amount, by_day, paid, PromiseState(known) if known else None)
        for number, amount, by_day, paid, known in rows
    ]


def loans_of_promises(promise_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """The loan and the borrower of each promise."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT promise.id, loan.id, loan.borrower_id FROM lending_promise AS promise"
            " JOIN lending_loan AS loan ON loan.id = promise.loan_id WHERE promise.id = ANY(%s)",
            [list(promise_ids)],
        )
        return {number: (loan_id, member_id) for number, loan_id, member_id in cursor}
