"""A loan as pages show it: schedule, payments, story, and the price of ending it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from tuppence.lending.collection_records import PromiseState, promise_state
from tuppence.lending.models import Replay
from tuppence.lending.queries.loan_files import loan_files
from tuppence.lending.servicing.early_repayment import PayoffQuote
from tuppence.lending.servicing.fold import fold
from tuppence.lending.servicing.fold import payoff_quote as quote_of_facts
from tuppence.lending.servicing.loan_state import LoanState


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened to a loan."""

    at: datetime
    on: date
    kind: str  # paid_out, payment, early_repayment, recovery, reversal, charge, replay, …
    amount_minor: int
    note: str
    subject: str


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise, what came in by its day, and what became of it."""

    loan_id: int
    amount_minor: int
    paid_minor: int
    by_day: date
    at: datetime
    note: str
    state: PromiseState


class LoanNotFoundError(LookupError):
    """There is no loan of that number."""


def loan_state(loan_id: int, on: date) -> LoanState:
    """Where a loan stands at the end of a day, folded from its facts."""
    file = loan_files([loan_id]).get(loan_id)
    if file is None:
        raise LoanNotFoundError(f"There is no loan {loan_id}; look its number up in the list.")
    return fold(file.contract, file.facts, as_of=max(on, file.starts_on))


def payoff_quote(loan_id: int, on: date) -> PayoffQuote:
    """What closes the loan when paid with that value date."""
    file = loan_files([loan_id]).get(loan_id)
    if file is None:
        raise LoanNotFoundError(f"There is no loan {loan_id}; look its number up in the list.")
    return quote_of_facts(file.contract, file.facts, max(on, file.starts_on))


def loan_story(loan_id: int) -> list[StoryLine]:
    """Everything that happened to a loan, in the order in which it was written down."""
    with connection.cursor() as cursor:
        cursor.execute(_STORY, {"loan": loan_id})
        return [StoryLine(*row) for row in cursor]


def explanations(loan_id: int) -> list[tuple[UUID, datetime, list[str]]]:
    """What each replay of a loan changed and why, in English sentences."""
    rows = Replay.objects.filter(loan_id=loan_id).order_by("recorded_at", "id")
    return [
        (row.pk, row.recorded_at, [each["template"] % each["params"] for each in row.explanation])
        for row in rows
    ]


def promises(*, on: date, loan_id: int | None = None) -> list[PromiseRow]:
    """Promises, the latest day first, each kept or broken as payments show it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT promise.loan_id, promise.amount_minor, coalesce(sum(payment.amount_minor)
                       FILTER (WHERE reversal.id IS NULL), 0)::bigint,
                   promise.by_day, promise.at, promise.note
            FROM lending_promise AS promise
            LEFT JOIN lending_payment AS payment ON payment.loan_id = promise.loan_id
                AND payment."on" BETWEEN promise.at::date AND promise.by_day
            LEFT JOIN lending_paymentreversal AS reversal ON reversal.payment_id = payment.id
            WHERE promise.loan_id = %(loan)s OR %(loan)s IS NULL
            GROUP BY promise.id ORDER BY promise.by_day DESC, promise.id
            """,
            {"loan": loan_id},
        )
        return [PromiseRow(*(*row, promise_state(row[1], row[3], row[2], on))) for row in cursor]


_STORY = """
    SELECT at, "on", kind, amount, note, subject FROM (
        SELECT paid_out_at AS at, starts_on AS "on", 'paid_out' AS kind, principal_minor AS amount,
               '' AS note, key::text AS subject
        FROM lending_loan WHERE id = %(loan)s
        UNION ALL
        SELECT recorded_at, "on", kind, amount_minor, choice, id::text
        FROM lending_payment WHERE loan_id = %(loan)s
        UNION ALL
        SELECT reversal.recorded_at, reversal."on", 'reversal', payment.amount_minor,
               reversal.reason, payment.id::text
        FROM lending_paymentreversal AS reversal
        JOIN lending_payment AS payment ON payment.id = reversal.payment_id
        WHERE reversal.loan_id = %(loan)s
        UNION ALL
        SELECT recorded_at, "on", CASE WHEN by_rule THEN 'late_fee' ELSE 'fee' END, amount_minor,
               reason, id::text
        FROM lending_charge WHERE loan_id = %(loan)s
        UNION ALL
        SELECT recorded_at, since, 'replay', shortfall_minor, '', id::text
        FROM lending_replay WHERE loan_id = %(loan)s
        UNION ALL
        SELECT recorded_at, "on", 'write_off', principal_minor, reason, key::text
        FROM lending_writeoff WHERE loan_id = %(loan)s
        UNION ALL
        SELECT at, at::date, 'contact', 0, note, channel
        FROM lending_contact WHERE loan_id = %(loan)s
        UNION ALL
        SELECT at, by_day, 'promise', amount_minor, note, key::text
        FROM lending_promise WHERE loan_id = %(loan)s
    ) AS story ORDER BY at, "on", kind, subject
"""
