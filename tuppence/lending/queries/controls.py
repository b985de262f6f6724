"""Prove that lending's own figures agree with one another and with the books."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import LiteralString

import numpy as np
from django.db import connection

from tuppence.ledger.checks import Check, compare
from tuppence.lending.live_loans import by_product
from tuppence.lending.queries.carried_shares import carried_shares_check
from tuppence.lending.queries.live_loans import live_loans
from tuppence.lending.queries.loan_files import last_closed_day, loan_files

Pairs = Sequence[tuple[str, int, int]]

FOLD_MAX = 2_000
"""So many loans are folded again from their facts; of more, the latest ones."""


def lending_controls() -> list[Check]:
    """Every check of this room: control accounts, schedules, shares, and facts folded again."""
    return [
        compare("holdings of each loan", "I5", "holdings with the books", _pairs(_HOLDINGS)),
        compare(
            "principal of each loan", "I5", "the loan's column with the books", _pairs(_PRINCIPAL)
        ),
        compare(
            "open principal of each schedule",
            "I5",
            "instalments with the loan's column",
            _pairs(_INSTALMENTS),
        ),
        compare(
            "late fees of each loan", "I5", "the loan's column with the books", _pairs(_CHARGES)
        ),
        compare("claims written off", "I5", "the loan's column with the books", _pairs(_CLAIMS)),
        compare(
            "interest owed, product by product",
            "I5",
            "loans derived one by one with the books",
            _interest(),
        ),
        compare(
            "shares of each payment", "I6", "parts of the lenders with the payment", _pairs(_SHARES)
        ),
        compare(
            "net shares of each loan", "I6", "shares with what reached the lenders", _pairs(_NET)
        ),
        carried_shares_check(),
        compare(
            "applications in progress",
            "I10",
            "the mark with decisions, withdrawals and loans",
            _in_progress(),
        ),
        compare("loans folded again", "I10", "columns with the facts", list(_folded())),
    ]


def _pairs(query: LiteralString) -> Pairs:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [(f"loan {row[0]}", row[1], row[2]) for row in cursor]


_IN_PROGRESS: LiteralString = """
    SELECT asked.id, (loan.id IS NULL AND gone.id IS NULL
                      AND decision.approved IS DISTINCT FROM false)::int, asked.in_progress::int
    FROM lending_application AS asked
    LEFT JOIN lending_applicationdecision AS decision ON decision.application_id = asked.id
    LEFT JOIN lending_applicationwithdrawal AS gone ON gone.application_id = asked.id
    LEFT JOIN lending_loan AS loan ON loan.application_id = asked.id
    ORDER BY asked.id"""
_HOLDINGS: LiteralString = """
    SELECT loan.id, coalesce(account.balance_minor, 0), coalesce(held.outstanding, 0)
    FROM lending_loan AS loan
    LEFT JOIN ledger_account AS account ON account.owner_id = loan.id
        AND account.currency = loan.currency AND account.kind = 'holdings'
    LEFT JOIN (
        SELECT loan_id, sum(outstanding_minor)::bigint AS outstanding
        FROM lending_holding GROUP BY loan_id
    ) AS held ON held.loan_id = loan.id
    ORDER BY loan.id"""
_PRINCIPAL: LiteralString = """
    SELECT loan.id, coalesce(account.balance_minor, 0), loan.outstanding_minor
    FROM lending_loan AS loan
    LEFT JOIN ledger_account AS account ON account.owner_id = loan.id
        AND account.currency = loan.currency AND account.kind = 'principal_owed'
    ORDER BY loan.id"""
_CHARGES: LiteralString = """
    SELECT loan.id, coalesce(account.balance_minor, 0), loan.charges_open_minor
    FROM lending_loan AS loan
    LEFT JOIN ledger_account AS account ON account.owner_id = loan.id
        AND account.currency = loan.currency AND account.kind = 'late_fee_owed'
    ORDER BY loan.id"""
_CLAIMS: LiteralString = """
    SELECT loan.id, coalesce(account.balance_minor, 0), loan.claim_minor
    FROM lending_loan AS loan
    LEFT JOIN ledger_account AS account ON account.owner_id = loan.id
        AND account.currency = loan.currency AND account.kind = 'written_off_claim'
    ORDER BY loan.id"""
_INSTALMENTS: LiteralString = """
    SELECT loan.id, loan.outstanding_minor, plan.open
    FROM lending_loan AS loan
    JOIN (
        SELECT loan_id, sum(principal_minor - paid_principal_minor)::bigint AS open
        FROM lending_instalment GROUP BY loan_id
    ) AS plan ON plan.loan_id = loan.id
    WHERE loan.state <> 'written_off' ORDER BY loan.id"""
# Of a payment entered late the shares stand with its replay, so shares are added up by loan. What
# was recovered on a loan given up pays claims, not principal: there the net shares are the proof.
_SHARES: LiteralString = """
    SELECT loan.id, loan.principal_paid_minor, coalesce(shared.principal, 0)
    FROM lending_loan AS loan
    LEFT JOIN (
        SELECT source.loan_id, sum(share.principal_minor)::bigint AS principal
        FROM lending_distributionshare AS share
        JOIN (
            SELECT id, loan_id FROM lending_payment UNION ALL SELECT id, loan_id FROM lending_replay
        ) AS source ON source.id = share.distribution_id
        GROUP BY source.loan_id
    ) AS shared ON shared.loan_id = loan.id
    WHERE loan.state <> 'written_off' ORDER BY loan.id"""
_NET: LiteralString = """
    SELECT loan.id, coalesce(paid.net, 0), coalesce(shared.net, 0)
    FROM lending_loan AS loan
    LEFT JOIN (
        SELECT subject_id, sum(CASE kind WHEN 'repayment_returned' THEN -amount_minor
                                         WHEN 'advance' THEN -amount_minor
                                         ELSE amount_minor END)::bigint AS net
        FROM ledger_transfer
        WHERE subject_kind = 'loan'
          AND kind IN ('repayment', 'principal_surplus', 'repayment_returned', 'advance')
        GROUP BY subject_id
    ) AS paid ON paid.subject_id = loan.id
    LEFT JOIN (
        SELECT source.loan_id, sum(share.net_minor)::bigint AS net
        FROM lending_distributionshare AS share
        JOIN (
            SELECT id, loan_id FROM lending_payment
            UNION ALL SELECT id, loan_id FROM lending_replay
        ) AS source ON source.id = share.distribution_id
        GROUP BY source.loan_id
    ) AS shared ON shared.loan_id = loan.id
    ORDER BY loan.id"""


def _in_progress() -> Pairs:
    with connection.cursor() as cursor:
        cursor.execute(_IN_PROGRESS)
        return [(f"application {row[0]}", row[1], row[2]) for row in cursor]


def _interest() -> Pairs:
    """Interest owed as the loans give it, one by one, with each product's control account."""
    loans = live_loans()
    closed = last_closed_day() or date.min.replace(year=1900)
    owed = by_product(loans.product_ids, loans.owed_interest(closed)) if len(loans) else {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT owner_id, sum(balance_minor)::bigint FROM ledger_account"
            " WHERE kind = 'interest_owed' GROUP BY owner_id ORDER BY owner_id"
        )
        booked = dict(cursor.fetchall())
    products = sorted({*owed, *booked})
    return [(f"product {p}", booked.get(p, 0), owed.get(p, 0)) for p in products]


def _folded() -> Iterator[tuple[str, int, int]]:
    """The latest loans folded from their facts once more, against their columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, outstanding_minor, interest_paid_minor"
            " FROM lending_loan ORDER BY id DESC LIMIT %s",
            [FOLD_MAX],
        )
        columns = {row[0]: np.array(row[1:], dtype=np.int64) for row in cursor}
    for number, file in loan_files(columns).items():
        state = file.before
        yield (
            f"loan {number}: outstanding",
            state.outstanding_principal_minor,
            int(columns[number][0]),
        )
        yield f"loan {number}: interest paid", state.paid_interest_minor, int(columns[number][1])
