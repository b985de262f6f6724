"""The published figures of the whole book, each read in one set-based query.

Loans, payments and write-offs stand as they are known now; a payment that was taken back counts
nowhere. Amounts are minor units of one currency.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tuppence.insight.arrears import AGES, FIRST_DAYS, Age, AgeSums
from tuppence.insight.returns import Flows
from tuppence.insight.vintages import Vintage

LARGEST_MAX = 10


@dataclass(frozen=True, slots=True)
class BookTotals:
    """A book at its cut-off. A person counts once, however many loans. Amounts in minor units."""

    loans: int
    lent_minor: int
    open_loans: int
    outstanding_minor: int
    principal_repaid_minor: int
    interest_paid_minor: int
    borrowers: int
    borrowers_now: int
    lenders: int
    lenders_now: int
    written_off_minor: int
    recovered_minor: int  # after the cost of it
    restructured_loans: int  # open, on another plan than was agreed


def totals(currency: str) -> BookTotals:
    """What was lent, what is open, and how many take part."""
    (loans,) = _fetch(
        """
        SELECT count(*), coalesce(sum(principal_minor), 0)::bigint,
               count(*) FILTER (WHERE outstanding_minor > 0),
               coalesce(sum(outstanding_minor), 0)::bigint,
               coalesce(sum(principal_paid_minor), 0)::bigint,
               coalesce(sum(interest_paid_minor), 0)::bigint,
               count(DISTINCT borrower_id),
               count(DISTINCT borrower_id) FILTER (WHERE outstanding_minor > 0)
        FROM lending_loan WHERE currency = %s
        """,
        [currency],
    )
    (lenders,) = _fetch(
        """
        SELECT count(DISTINCT holding.member_id),
               count(DISTINCT holding.member_id) FILTER (WHERE holding.outstanding_minor > 0)
        FROM lending_holding AS holding
        JOIN lending_loan AS loan ON loan.id = holding.loan_id
        WHERE loan.currency = %s
        """,
        [currency],
    )
    (lost,) = _fetch(
        """
        SELECT coalesce((SELECT sum(gone.principal_minor) FROM lending_writeoff AS gone
                         JOIN lending_loan AS loan ON loan.id = gone.loan_id
                         WHERE loan.currency = %(currency)s), 0)::bigint,
               coalesce((SELECT sum(paid.amount_minor - paid.cost_minor)
                         FROM lending_payment AS paid
                         JOIN lending_loan AS loan ON loan.id = paid.loan_id
                         LEFT JOIN lending_paymentreversal AS back ON back.payment_id = paid.id
                         WHERE paid.kind = 'recovery' AND back.id IS NULL
                           AND loan.currency = %(currency)s), 0)::bigint,
               (SELECT count(DISTINCT changed.loan_id) FROM lending_planchange AS changed
                JOIN lending_loan AS loan ON loan.id = changed.loan_id
                WHERE loan.outstanding_minor > 0 AND loan.currency = %(currency)s)
        """,
        {"currency": currency},
    )
    return BookTotals(*loans, *lenders, *lost)


def arrears_by_age(currency: str, *, on: date) -> dict[Age, AgeSums]:
    """Open loans by how late they are on a day; every age is there, also the empty ones."""
    rows = _fetch(
        """
        SELECT width_bucket(greatest(%(on)s - loan.next_due_on, 0), %(firsts)s::int[]),
               count(*), sum(loan.outstanding_minor)::bigint,
               coalesce(sum(due.open_minor), 0)::bigint
        FROM lending_loan AS loan
        LEFT JOIN LATERAL (
            SELECT sum(row.principal_minor - row.paid_principal_minor
                       + row.interest_minor - row.paid_interest_minor) AS open_minor
            FROM lending_instalment AS row
            WHERE row.loan_id = loan.id AND row.due_on < %(on)s
        ) AS due ON loan.next_due_on < %(on)s
        WHERE loan.outstanding_minor > 0 AND loan.currency = %(currency)s
        GROUP BY 1
        """,
        {"on": on, "firsts": list(FIRST_DAYS), "currency": currency},
    )
    found = {AGES[at or 0]: AgeSums(*sums) for at, *sums in rows}
    return {age: found.get(age, AgeSums()) for age in AGES}


def vintages(currency: str) -> list[Vintage]:
    """Every quarter in which loans were paid out, the oldest first."""
    rows = _fetch(
        """
        SELECT date_trunc('quarter', loan.starts_on)::date, count(*),
               sum(loan.principal_minor)::bigint, sum(loan.outstanding_minor)::bigint,
               count(gone.id), coalesce(sum(gone.principal_minor), 0)::bigint,
               coalesce(sum(back.minor), 0)::bigint
        FROM lending_loan AS loan
        LEFT JOIN lending_writeoff AS gone ON gone.loan_id = loan.id
        LEFT JOIN (
            SELECT paid.loan_id, sum(paid.amount_minor - paid.cost_minor) AS minor
            FROM lending_payment AS paid
            LEFT JOIN lending_paymentreversal AS taken ON taken.payment_id = paid.id
            WHERE paid.kind = 'recovery' AND taken.id IS NULL GROUP BY 1
        ) AS back ON back.loan_id = loan.id
        WHERE loan.currency = %s GROUP BY 1 ORDER BY 1
        """,
        [currency],
    )
    return [Vintage(*row) for row in rows]


def losses_by_age(currency: str) -> dict[date, list[tuple[int, int]]]:
    """By quarter of pay-out: age in months and amount of what was given up, less what came back."""
    rows = _fetch(
        """
        SELECT date_trunc('quarter', loan.starts_on)::date AS quarter,
               (extract(year FROM age(event.on_day, loan.starts_on)) * 12
                + extract(month FROM age(event.on_day, loan.starts_on)) + 1)::int AS age_months,
               sum(event.minor)::bigint
        FROM (
            SELECT loan_id, "on" AS on_day, principal_minor AS minor FROM lending_writeoff
            UNION ALL
            SELECT paid.loan_id, paid."on", paid.cost_minor - paid.amount_minor
            FROM lending_payment AS paid
            LEFT JOIN lending_paymentreversal AS taken ON taken.payment_id = paid.id
            WHERE paid.kind = 'recovery' AND taken.id IS NULL
        ) AS event
        JOIN lending_loan AS loan ON loan.id = event.loan_id
        WHERE loan.currency = %s GROUP BY 1, 2 ORDER BY 1, 2
        """,
        [currency],
    )
    found: dict[date, list[tuple[int, int]]] = {}
    for quarter, age, minor in rows:
        found.setdefault(quarter, []).append((age, minor))
    return found


def flows_by_month(currency: str) -> dict[date, Flows]:
    """What moved the book, by month of the value date."""
    rows = _fetch(
        """
        SELECT date_trunc('month', moved.on_day)::date, sum(moved.lent)::bigint,
               sum(moved.repaid)::bigint, sum(moved.given_up)::bigint,
               sum(moved.interest)::bigint, sum(moved.fee)::bigint, sum(moved.recovered)::bigint
        FROM (
            SELECT starts_on AS on_day, principal_minor AS lent, 0::bigint AS repaid,
                   0::bigint AS given_up, 0::bigint AS interest, 0::bigint AS fee,
                   0::bigint AS recovered
            FROM lending_loan WHERE currency = %(currency)s
            UNION ALL
            SELECT paid."on", 0,
                   CASE WHEN paid.kind = 'recovery' THEN 0 ELSE paid.principal_minor END,
                   CASE WHEN paid.kind = 'recovery' THEN 0 ELSE paid.waived_minor END,
                   CASE WHEN paid.kind = 'recovery' THEN 0 ELSE paid.interest_minor END,
                   paid.servicing_fee_minor,
                   CASE WHEN paid.kind = 'recovery' THEN paid.amount_minor - paid.cost_minor
                        ELSE 0 END
            FROM lending_payment AS paid
            JOIN lending_loan AS loan ON loan.id = paid.loan_id
            LEFT JOIN lending_paymentreversal AS taken ON taken.payment_id = paid.id
            WHERE taken.id IS NULL AND loan.currency = %(currency)s
            UNION ALL
            SELECT gone."on", 0, 0, gone.principal_minor, 0, 0, 0
            FROM lending_writeoff AS gone JOIN lending_loan AS loan ON loan.id = gone.loan_id
            WHERE loan.currency = %(currency)s
        ) AS moved GROUP BY 1 ORDER BY 1
        """,
        {"currency": currency},
    )
    return {month: Flows(*sums) for month, *sums in rows}


def largest_debts(currency: str) -> list[int]:
    """What the largest borrowers owe together on all their loans, the largest first."""
    rows = _fetch(
        "SELECT sum(outstanding_minor)::bigint FROM lending_loan"
        " WHERE outstanding_minor > 0 AND currency = %s"
        " GROUP BY borrower_id ORDER BY 1 DESC LIMIT %s",
        [currency, LARGEST_MAX],
    )
    return [minor for (minor,) in rows]


def largest_claims(currency: str) -> list[int]:
    """What the largest lenders hold together in all loans, the largest first."""
    rows = _fetch(
        """
        SELECT sum(holding.outstanding_minor)::bigint FROM lending_holding AS holding
        JOIN lending_loan AS loan ON loan.id = holding.loan_id
        WHERE holding.outstanding_minor > 0 AND loan.currency = %s
        GROUP BY holding.member_id ORDER BY 1 DESC LIMIT %s
        """,
        [currency, LARGEST_MAX],
    )
    return [minor for (minor,) in rows]


def _fetch(query: str, params: Any) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        yield from cursor.fetchall()
