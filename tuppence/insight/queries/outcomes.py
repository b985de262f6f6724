"""Reads of what became of loans: defaults by window, and by the terms they were made on.

Each figure is one set-based query over all loans of a currency, as they are known now.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from django.db import connection

from tuppence.insight.default_rate import DEFAULT_BEYOND_DAYS, Window, WindowCount
from tuppence.insight.expected_return import Batch


def first_loan_on(currency: str) -> date | None:
    """The day on which the first loan began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(starts_on) FROM lending_loan WHERE currency = %s", [currency])
        (found,) = cursor.fetchone()
    day: date | None = found
    return day


def default_counts(currency: str, windows: Sequence[Window]) -> list[WindowCount]:
    """Loans that could default and that did, by window and grade.

    An instalment that is unpaid at the end of its last good day puts its loan in default on the
    day after, so every instalment counts on its due day and so many days later: what has come to
    count by then, less what was paid by then, is what is too late. A write-off, and another plan
    for a borrower in trouble, are defaults on their day.
    """
    if not windows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH frame AS (
                SELECT * FROM unnest(%(firsts)s::date[], %(lasts)s::date[]) AS t(first, last)
            ), moves AS (
                SELECT row.loan_id, row.due_on + %(good)s AS day, true AS is_due,
                       row.principal_minor + row.interest_minor AS minor
                FROM lending_instalment AS row
                JOIN lending_loan AS loan ON loan.id = row.loan_id
                WHERE loan.currency = %(currency)s
                UNION ALL
                SELECT paid.loan_id, paid."on", false,
                       -(paid.principal_minor + paid.interest_minor + paid.waived_minor)
                FROM lending_payment AS paid
                JOIN lending_loan AS loan ON loan.id = paid.loan_id
                LEFT JOIN lending_paymentreversal AS taken ON taken.payment_id = paid.id
                WHERE loan.currency = %(currency)s AND taken.id IS NULL
                  AND paid.kind <> 'recovery'
            ), standing AS (
                SELECT *, sum(minor) OVER (PARTITION BY loan_id ORDER BY day, is_due DESC
                                           ROWS UNBOUNDED PRECEDING) AS late_minor
                FROM moves
            ), told AS (
                SELECT standing.loan_id, frame.first, frame.last,
                       sum(minor) FILTER (WHERE day < frame.first) > 0 AS was_in_default,
                       bool_or(is_due AND late_minor > 0
                               AND day BETWEEN frame.first AND frame.last) AS fell,
                       bool_or(is_due AND day - %(good)s BETWEEN frame.first AND frame.last)
                           AS is_scheduled
                FROM standing JOIN frame ON standing.day <= frame.last + %(good)s
                GROUP BY 1, 2, 3
            )
            SELECT told.first, told.last, loan.grade, count(*),
                   count(*) FILTER (
                       WHERE told.fell OR gone."on" <= told.last OR EXISTS (
                           SELECT 1 FROM lending_planchange AS changed
                           WHERE changed.loan_id = loan.id AND changed.cause = 'rescheduled'
                             AND changed."on" BETWEEN told.first AND told.last))
            FROM told
            JOIN lending_loan AS loan ON loan.id = told.loan_id
            LEFT JOIN lending_writeoff AS gone ON gone.loan_id = loan.id
            WHERE loan.starts_on < told.first AND told.is_scheduled
              AND NOT coalesce(told.was_in_default, false)
              AND (loan.closed_on IS NULL OR loan.closed_on >= told.first)
              AND (gone."on" IS NULL OR gone."on" >= told.first)
            GROUP BY 1, 2, 3 ORDER BY 1, 3
            """,
            {
                "firsts": [window.first for window in windows],
                "lasts": [window.last for window in windows],
                "good": DEFAULT_BEYOND_DAYS + 1,
                "currency": currency,
            },
        )
        return [
            WindowCount(Window(first, last), grade, loans, defaulted)
            for first, last, grade, loans, defaulted in cursor.fetchall()
        ]


def batches(currency: str) -> list[Batch]:
    """All loans by grade and terms, with what was lost of them and how they ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT loan.grade, loan.annual_rate, coalesce(loan.terms ->> 'servicing_fee', '0'),
                   coalesce(loan.terms ->> 'vat', '0'), coalesce(said.expected_loss, '0'),
                   count(*), sum(loan.principal_minor)::bigint,
                   sum(coalesce(gone.principal_minor, 0) - coalesce(back.minor, 0))::bigint,
                   count(*) FILTER (WHERE loan.state = 'paid'),
                   count(*) FILTER (WHERE loan.state = 'paid' AND loan.closed_on < planned.last_on)
            FROM lending_loan AS loan
            LEFT JOIN lending_applicationdecision AS said
                   ON said.application_id = loan.application_id
            LEFT JOIN lending_writeoff AS gone ON gone.loan_id = loan.id
            LEFT JOIN (
                SELECT paid.loan_id, sum(paid.amount_minor - paid.cost_minor) AS minor
                FROM lending_payment AS paid
                LEFT JOIN lending_paymentreversal AS taken ON taken.payment_id = paid.id
                WHERE paid.kind = 'recovery' AND taken.id IS NULL GROUP BY 1
            ) AS back ON back.loan_id = loan.id
            LEFT JOIN (
                SELECT row.loan_id, max(row.due_on) AS last_on FROM lending_instalment AS row
                WHERE row.agreed_principal_minor > 0 GROUP BY 1
            ) AS planned ON planned.loan_id = loan.id
            WHERE loan.currency = %s GROUP BY 1, 2, 3, 4, 5
            """,
            [currency],
        )
        return [
            Batch(
                grade,
                Fraction(rate),
                Fraction(fee) * (1 + Fraction(vat)),
                Fraction(loss),
                *sums,
            )
            for grade, rate, fee, vat, loss, *sums in cursor.fetchall()
        ]
