"""What happened to loans, dated, as their lenders may read it: facts, and no notes of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One thing that happened. `code` is a kind of happening: payment, promise, rescheduled, …

    `amount_minor` is that of the whole loan, 0 where there is none. `reference` is the payment or
    the correction behind it, `until` the day of a promise or the last one of a pause.
    """

    loan_id: int
    at: datetime
    on: date | None
    code: str
    amount_minor: int
    reference: UUID | None
    until: date | None
    rate: Fraction | None
    paid_minor: int = 0  # since a promise, by its day


def news_of(
    loan_ids: Sequence[int], *, latest: int | None = None, without: Sequence[str] = ()
) -> dict[int, list[NewsLine]]:
    """The news of each of these loans, the latest first: so many of each where asked, and
    without those codes."""
    found: dict[int, list[NewsLine]] = {loan_id: [] for loan_id in loan_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT loan_id, at, "on", code, amount, reference, until, rate,
                   CASE WHEN code = 'promise' THEN (
                       SELECT coalesce(sum(payment.amount_minor), 0)::bigint
                       FROM lending_payment AS payment
                       LEFT JOIN lending_paymentreversal AS reversal
                           ON reversal.payment_id = payment.id
                       WHERE payment.loan_id = numbered.loan_id AND reversal.id IS NULL
                         AND payment."on" BETWEEN numbered.at::date AND numbered.until
                   ) ELSE 0 END
            FROM (
                SELECT *, row_number() OVER (
                    PARTITION BY loan_id ORDER BY at DESC, code, reference) AS place
                FROM ({_NEWS}) AS news WHERE NOT code = ANY(%(without)s)
            ) AS numbered WHERE %(latest)s IS NULL OR place <= %(latest)s
            ORDER BY loan_id, place
            """,  # noqa: S608 - a constant
            {"loans": list(loan_ids), "latest": latest, "without": list(without)},
        )
        for *columns, rate, paid_minor in cursor:
            line = NewsLine(*(*columns, Fraction(rate) if rate else None, paid_minor))
            found[line.loan_id].append(line)
    return found


_NEWS = """
    SELECT id AS loan_id, paid_out_at AS at, starts_on AS "on", 'paid_out' AS code,
           principal_minor AS amount, NULL::uuid AS reference, NULL::date AS until,
           NULL::text AS rate
    FROM lending_loan WHERE id = ANY(%(loans)s)
    UNION ALL
    SELECT loan_id, recorded_at, "on", kind, amount_minor, id, NULL, NULL
    FROM lending_payment WHERE loan_id = ANY(%(loans)s)
    UNION ALL
    SELECT reversal.loan_id, reversal.recorded_at, reversal."on", 'reversed',
           payment.amount_minor, payment.id, NULL, NULL
    FROM lending_paymentreversal AS reversal
    JOIN lending_payment AS payment ON payment.id = reversal.payment_id
    WHERE reversal.loan_id = ANY(%(loans)s)
    UNION ALL
    SELECT loan_id, recorded_at, since, 'recounted', 0, id, NULL, NULL
    FROM lending_replay WHERE loan_id = ANY(%(loans)s)
    UNION ALL
    SELECT loan_id, recorded_at, "on", 'charge', amount_minor, NULL, NULL, NULL
    FROM lending_charge WHERE loan_id = ANY(%(loans)s)
    UNION ALL
    SELECT loan_id, recorded_at, "on", 'written_off', principal_minor, NULL, NULL, NULL
    FROM lending_writeoff WHERE loan_id = ANY(%(loans)s)
    UNION ALL
    SELECT loan_id, recorded_at, first_day, cause, 0, NULL, last_day, annual_rate
    FROM lending_planchange WHERE loan_id = ANY(%(loans)s)
    UNION ALL
    SELECT loan_id, recorded_at, "on", 'waived', amount_minor, NULL, NULL, NULL
    FROM lending_waiver WHERE loan_id = ANY(%(loans)s)
    UNION ALL
    SELECT loan_id, at, NULL, 'contact_' || channel, 0, NULL, NULL, NULL
    FROM lending_contact WHERE loan_id = ANY(%(loans)s)
    UNION ALL
    SELECT loan_id, at, NULL, 'promise', amount_minor, NULL, by_day, NULL
    FROM lending_promise WHERE loan_id = ANY(%(loans)s)
    UNION ALL
    SELECT loan_id, at, "on", 'handed_over', 0, NULL, NULL, NULL
    FROM lending_handover WHERE loan_id = ANY(%(loans)s)
    UNION ALL
    SELECT handover.loan_id, recall.at, recall."on", 'recalled', 0, NULL, NULL, NULL
    FROM lending_recall AS recall
    JOIN lending_handover AS handover ON handover.id = recall.hand_over_id
    WHERE handover.loan_id = ANY(%(loans)s)
"""
