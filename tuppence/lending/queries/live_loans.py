"""Load all living loans as columns."""

from datetime import date

import numpy as np
from django.db import connection

from tuppence.lending.live_loans import LiveLoans
from tuppence.postgres import bulk

_NEVER = -(10**6)  # days; no loan is that old


def live_loans() -> LiveLoans:
    """Every active loan, by id."""
    columns = bulk.fetch_columns(
        """
        SELECT array_send(array_agg(id)), array_send(array_agg(product_id)),
               array_send(array_agg(borrower_id)), array_send(array_agg(outstanding_minor)),
               array_send(array_agg(interest_paid_minor)),
               array_send(array_agg(earned_before_minor)),
               array_send(array_agg((running_from - date '1970-01-01')::bigint)),
               array_send(array_agg((running_until - date '1970-01-01')::bigint)),
               array_send(array_agg(running_interest_minor)),
               array_send(array_agg(running_counted)),
               array_send(array_agg(running_counted_interest_minor)),
               array_send(array_agg(counts_days_of_360::int::bigint)),
               array_send(array_agg((facts_until - date '1970-01-01')::bigint)),
               array_send(array_agg(
                   coalesce((next_due_on - date '1970-01-01')::bigint, %s::bigint))),
               array_send(array_agg(grace_days))
        FROM (SELECT * FROM lending_loan WHERE state = 'active' ORDER BY id) AS loan
        """,
        [_NEVER],
    )
    days = [columns[at].astype("datetime64[D]") for at in (6, 7, 12, 13)]
    return LiveLoans(
        ids=columns[0],
        product_ids=columns[1],
        borrower_ids=columns[2],
        outstanding=columns[3],
        interest_paid=columns[4],
        earned_before=columns[5],
        running_from=days[0],
        running_until=days[1],
        running_interest=columns[8],
        counted=columns[9],
        counted_interest=columns[10],
        counts_360=columns[11] == 1,
        facts_until=days[2],
        next_due_on=np.where(columns[13] == _NEVER, np.datetime64("NaT"), days[3]),
        grace_days=columns[14],
    )


def due_on(day: date) -> tuple[int, int]:
    """How many instalments fall due on a day, and what is still unpaid of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), coalesce(sum(principal_minor + interest_minor + fee_minor
                + penalty_minor - paid_principal_minor - paid_interest_minor - paid_fee_minor
                - paid_penalty_minor), 0)::bigint
            FROM lending_instalment
            WHERE due_on = %s AND principal_minor + interest_minor > 0
              AND loan_id IN (SELECT id FROM lending_loan WHERE state = 'active')
            """,
            [day],
        )
        row = cursor.fetchone()
    assert row is not None
    return row[0], row[1]


def product_currencies() -> dict[int, str]:
    """The currency of every product."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, currency FROM lending_product ORDER BY id")
        return dict(cursor.fetchall())
