"""What of a tape is in the books, and what the books say it came to."""

from collections.abc import Sequence

from django.db import connection

from tuppence.tapes.oddities import Oddity
from tuppence.tapes.vintages import Totals, Vintage


def digests_of(tape: str, loan_refs: Sequence[str]) -> dict[str, str]:
    """Those of these loans that are in the books, with the digest of their row's figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT loan_ref, digest FROM tapes_taperow WHERE tape = %s AND loan_ref = ANY(%s)",
            [tape, list(loan_refs)],
        )
        return dict(cursor.fetchall())


def oddities_of(tape: str, loan_refs: Sequence[str]) -> dict[Oddity, int]:
    """How many of these loans are odd in which way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oddity, count(*) FROM tapes_taperow"
            " CROSS JOIN jsonb_array_elements_text(oddities) AS oddity"
            " WHERE tape = %s AND loan_ref = ANY(%s) GROUP BY oddity",
            [tape, list(loan_refs)],
        )
        return {Oddity(name): count for name, count in cursor}


def tape_totals(tape: str, loan_refs: Sequence[str] | None = None) -> dict[Vintage, Totals]:
    """What the transfers about a tape's loans add up to, by year of pay-out and term.

    Of these loans only, where they are given. Nothing of it is read from the tape's rows: they
    only say which loans are meant. A reversed transfer takes itself back. All that was recovered
    is what left borrowers' purses for recoveries, so a fee is inside it.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, {"tape": tape, "refs": list(loan_refs) if loan_refs else None})
        return {Vintage(row[0], row[1]): Totals(*row[2:]) for row in cursor}


TOTALS = """
    WITH meant AS MATERIALIZED (
        SELECT loan.id, extract(year FROM loan.starts_on)::int AS year,
               loan.instalments_agreed AS term
        FROM tapes_taperow AS row JOIN lending_loan AS loan ON loan.id = row.loan_id
        WHERE row.tape = %(tape)s
          AND (%(refs)s::text[] IS NULL OR row.loan_ref = ANY(%(refs)s::text[]))
    ), recovery AS MATERIALIZED (
        SELECT payment.id FROM lending_payment AS payment
        JOIN meant ON meant.id = payment.loan_id WHERE payment.kind = 'recovery'
    ), by_kind AS (
        SELECT t.subject_id AS loan_id, t.kind, recovery.id IS NOT NULL AS recovers,
               sum(CASE WHEN t.reverses_id IS NULL THEN t.amount_minor
                        ELSE -t.amount_minor END) AS minor
        FROM ledger_transfer AS t
        JOIN meant ON meant.id = t.subject_id
        LEFT JOIN recovery ON recovery.id = t.group_id
        WHERE t.subject_kind = 'loan' AND t.kind = ANY(ARRAY[
            'principal_lent', 'principal_written_off', 'principal_repaid', 'principal_surplus',
            'interest_repaid', 'late_fee_paid', 'repayment', 'recovery_cost'])
        GROUP BY t.subject_id, t.kind, recovery.id IS NOT NULL
    )
    SELECT meant.year, meant.term, count(DISTINCT meant.id)::bigint,
           count(*) FILTER (WHERE kind = 'principal_written_off' AND minor > 0)::bigint,
           coalesce(sum(minor) FILTER (WHERE kind = 'principal_lent'), 0)::bigint,
           coalesce(sum(minor) FILTER (
               WHERE NOT recovers AND kind IN ('principal_repaid', 'principal_surplus')), 0)
               ::bigint,
           coalesce(sum(minor) FILTER (WHERE kind = 'interest_repaid'), 0)::bigint,
           coalesce(sum(minor) FILTER (WHERE kind = 'late_fee_paid'), 0)::bigint,
           coalesce(sum(minor) FILTER (
               WHERE recovers AND kind IN ('repayment', 'principal_surplus', 'recovery_cost')), 0)
               ::bigint,
           coalesce(sum(minor) FILTER (WHERE kind = 'recovery_cost'), 0)::bigint
    FROM meant JOIN by_kind ON by_kind.loan_id = meant.id
    GROUP BY meant.year, meant.term ORDER BY meant.year, meant.term
"""
