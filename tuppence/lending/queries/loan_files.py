"""Load loans with everything that servicing needs, in a number of queries that never grows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import connection

from tuppence.lending.agreed_terms import agreed_terms_of_text
from tuppence.lending.allocation import Component
from tuppence.lending.loan_file import LoanFile
from tuppence.lending.paying import Known
from tuppence.lending.plan_rows import rows_of_json
from tuppence.lending.servicing.contract import Row
from tuppence.lending.servicing.facts import (
    EarlyChoice,
    EarlyRepayment,
    Fact,
    FeeCharged,
    LateFeeCharged,
    PaymentReceived,
    PaymentReversed,
    PlanCause,
    PlanChanged,
    Recovered,
    StatedSplit,
    Waiver,
    WrittenOff,
)
from tuppence.lending.servicing.loan_state import PaymentKind, Status
from tuppence.postgres import bulk

EPOCH = date(1970, 1, 1).toordinal()


def last_closed_day() -> date | None:
    """The last business day that was closed; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(day) FROM lending_dayclose")
        row = cursor.fetchone()
    return row[0] if row else None


def lock_loans(loan_ids: Iterable[int]) -> dict[int, LoanFile]:
    """These loans with their facts, locked in id order until the transaction ends."""
    return _load(sorted(set(loan_ids)), " FOR NO KEY UPDATE")


def loan_files(loan_ids: Iterable[int]) -> dict[int, LoanFile]:
    """These loans with their facts, not locked."""
    return _load(sorted(set(loan_ids)), "")


def collectable_loans(on: date) -> list[int]:
    """Living loans with something due by a day whose borrower has money at hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT loan.id FROM lending_loan AS loan
            JOIN ledger_account AS purse ON purse.owner_id = loan.borrower_id
                AND purse.kind = 'member_available' AND purse.currency = loan.currency
            WHERE loan.state = 'active' AND loan.next_due_on <= %s AND purse.balance_minor > 0
            ORDER BY loan.id
            """,
            [on],
        )
        return [row[0] for row in cursor]


def payments_by_key(keys: Sequence[UUID]) -> dict[UUID, Known]:
    """Those of these payments that are booked."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT id, loan_id, "on", kind, asked_minor, amount_minor, principal_minor,'
            " interest_minor, fee_minor + penalty_minor + compensation_minor"
            " FROM lending_payment WHERE id = ANY(%s)",
            [list(keys)],
        )
        return {row[0]: Known(*row[1:]) for row in cursor}


def _load(loan_ids: list[int], lock: str) -> dict[int, LoanFile]:
    closed = last_closed_day()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, key, product_id, borrower_id, currency, principal_minor, starts_on, state,"  # noqa: S608
            " facts_until, facts, terms::text, annual_rate, instalments_agreed"
            " FROM lending_loan WHERE id = ANY(%s)"
            f" ORDER BY id{lock}",
            [loan_ids],
        )
        rows = cursor.fetchall()
    schedules = _schedules(loan_ids)
    files = {}
    for row in rows:
        terms = agreed_terms_of_text(row[10])
        files[row[0]] = LoanFile(
            id=row[0],
            key=row[1],
            product_id=row[2],
            borrower_id=row[3],
            currency=row[4],
            principal_minor=row[5],
            starts_on=row[6],
            state=Status(row[7]),
            facts_until=row[8],
            facts_count=row[9],
            terms=terms,
            contract=terms.contract(schedules[row[0]], row[4], row[6]),
            accrued_until=closed,
            annual_rate=_rate_of(row[11]),
            instalments=row[12],
        )
    known = [file.id for file in files.values() if file.facts_count]
    if known:
        _add_facts(files, known)
    return files


@lru_cache(maxsize=4096)
def _rate_of(text: str) -> Fraction:
    return Fraction(text)


def _schedules(loan_ids: list[int]) -> dict[int, list[Row]]:
    loans, numbers, dues, principal, interest = bulk.fetch_columns(
        """
        SELECT array_send(array_agg(loan_id)), array_send(array_agg(number)),
               array_send(array_agg((due_on - date '1970-01-01')::bigint)),
               array_send(array_agg(agreed_principal_minor)),
               array_send(array_agg(agreed_interest_minor))
        FROM (
            SELECT row.* FROM lending_instalment AS row
            JOIN lending_loan AS loan ON loan.id = row.loan_id
            WHERE row.loan_id = ANY(%s::bigint[]) AND row.number <= loan.instalments_agreed
            ORDER BY row.loan_id, row.number
        ) AS instalment
        """,
        [bulk.int_array_literal(np.array(loan_ids, dtype=np.int64))],
    )
    if not len(loans):
        return {}
    day_of = {day: date.fromordinal(EPOCH + day) for day in np.unique(dues).tolist()}
    rows = [
        Row(number, day_of[due], part, interest_minor)
        for number, due, part, interest_minor in zip(
            numbers.tolist(), dues.tolist(), principal.tolist(), interest.tolist(), strict=True
        )
    ]
    found, starts = np.unique(loans, return_index=True)
    ends = [*starts[1:].tolist(), len(rows)]
    return {
        loan: rows[start:end]
        for loan, start, end in zip(found.tolist(), starts.tolist(), ends, strict=True)
    }


def _add_facts(files: dict[int, LoanFile], loan_ids: list[int]) -> None:
    facts: defaultdict[int, list[Fact]] = defaultdict(list)
    for row in _rows(_PAYMENTS, loan_ids):
        loan_id, fact, waived_minor = _payment(*row)
        facts[loan_id].append(fact)
        if waived_minor:
            files[loan_id].waived[fact.id] = waived_minor
    for loan_id, key, on, payment_id, recorded_on, sequence in _rows(_REVERSALS, loan_ids):
        facts[loan_id].append(PaymentReversed(key, on, payment_id, recorded_on, sequence))
    for loan_id, key, on, number, amount, recorded_on, component, by_rule, seq in _rows(
        _CHARGES, loan_ids
    ):
        charge: Fact = (
            LateFeeCharged(key, on, number, amount, recorded_on, seq)
            if by_rule
            else FeeCharged(key, on, number, amount, recorded_on, Component(component), seq)
        )
        facts[loan_id].append(charge)
    for loan_id, key, on, recorded_on, sequence in _rows(_WRITE_OFFS, loan_ids):
        facts[loan_id].append(WrittenOff(key, on, recorded_on, sequence))
    for loan_id, key, on, component, amount, recorded_on, seq in _rows(_WAIVERS, loan_ids):
        waiver = Waiver(key, on, Component(component), amount, recorded_on, sequence=seq)
        facts[loan_id].append(waiver)
    for loan_id, key, on, rows, cause, recorded_on, seq in _rows(_PLAN_CHANGES, loan_ids):
        planned = rows_of_json(json.loads(rows))
        facts[loan_id].append(
            PlanChanged(key, on, planned, PlanCause(cause), recorded_on, sequence=seq)
        )
    for loan_id, listed in facts.items():
        files[loan_id].facts.extend(listed)


_PAYMENTS = """
    SELECT loan_id, id, "on", amount_minor, (recorded_at AT TIME ZONE %(zone)s)::date, sequence,
           kind, choice, stated, settles, fee_minor, penalty_minor, interest_minor,
           principal_minor + surplus_minor, waived_minor, cost_minor
    FROM lending_payment WHERE loan_id = ANY(%(loans)s)"""
_REVERSALS = """
    SELECT loan_id, key, "on", payment_id, (recorded_at AT TIME ZONE %(zone)s)::date, sequence
    FROM lending_paymentreversal WHERE loan_id = ANY(%(loans)s)"""
_CHARGES = """
    SELECT loan_id, id, "on", number, amount_minor,
           (recorded_at AT TIME ZONE %(zone)s)::date, component, by_rule, sequence
    FROM lending_charge WHERE loan_id = ANY(%(loans)s)"""
_WRITE_OFFS = """
    SELECT loan_id, key, "on", (recorded_at AT TIME ZONE %(zone)s)::date, sequence
    FROM lending_writeoff WHERE loan_id = ANY(%(loans)s)"""

_WAIVERS = """
    SELECT loan_id, id, "on", component, amount_minor,
           (recorded_at AT TIME ZONE %(zone)s)::date, sequence
    FROM lending_waiver WHERE loan_id = ANY(%(loans)s)"""
_PLAN_CHANGES = """
    SELECT loan_id, id, "on", rows::text, cause,
           (recorded_at AT TIME ZONE %(zone)s)::date, sequence
    FROM lending_planchange WHERE loan_id = ANY(%(loans)s)"""


def _rows(query: str, loan_ids: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"loans": loan_ids, "zone": settings.TIME_ZONE})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _payment(
    loan_id: int,
    key: UUID,
    on: date,
    amount: int,
    recorded_on: date,
    sequence: int,
    kind: str,
    choice: str,
    stated: bool,
    settles: bool,
    fee: int,
    penalty: int,
    interest: int,
    principal: int,
    waived: int,
    cost: int,
) -> tuple[int, Fact, int]:
    common = (key, on, amount + waived, recorded_on)
    if kind == PaymentKind.RECOVERY:
        return loan_id, Recovered(*common, cost_minor=cost, sequence=sequence), 0
    if kind == PaymentKind.EARLY_REPAYMENT:
        return loan_id, EarlyRepayment(*common, EarlyChoice(choice), sequence), 0
    split = None
    if stated:
        split = StatedSplit(fee, penalty, interest, principal + waived, settles=settles)
    return loan_id, PaymentReceived(*common, sequence=sequence, stated=split), waived
