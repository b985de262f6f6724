"""Charge the late fees that contracts give."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from django.db import connection, transaction

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.lending.allocation import Component
from tuppence.lending.loan_file import LoanFile, open_charges, owed_interest
from tuppence.lending.models import Charge
from tuppence.lending.operations.booking import (
    Batch,
    load_batch,
    open_loan_accounts,
    write_states,
)
from tuppence.lending.operations.day_lock import share_the_day
from tuppence.lending.operations.journal import Journal
from tuppence.lending.operations.product_interest import book_interest
from tuppence.lending.queries.loan_files import lock_loans
from tuppence.lending.servicing.facts import LateFeeCharged
from tuppence.lending.servicing.fold import apply_facts
from tuppence.lending.servicing.late_fees import late_fees_due
from tuppence.lending.servicing.loan_state import LoanState


@dataclass(frozen=True, slots=True)
class Charged:
    """A loan with the late fees of a day."""

    file: LoanFile
    facts: Sequence[LateFeeCharged]
    after: LoanState


@dataclass(frozen=True, slots=True)
class LateFeesCharged:
    """What a day's late fees came to, in all."""

    fees: int
    amount_minor: int


@transaction.atomic
def charge_late_fees(day: date, *, at: datetime) -> LateFeesCharged:
    """Charge each instalment that is past its grace days, once in its life.

    Running it twice charges nothing twice. Loans with a fact of a later value date are left to
    the next day.
    """
    share_the_day()
    files = lock_loans(_late_loans(day))
    charged = [
        each
        for file in files.values()
        if file.facts_until <= day
        for each in [_charge(file, day, at)]
        if each is not None
    ]
    for currency in sorted({each.file.currency for each in charged}):
        own = [each for each in charged if each.file.currency == currency]
        _write(own, load_batch({each.file.id: each.file for each in own}, currency), day, at)
    amounts = [fact.amount_minor for each in charged for fact in each.facts]
    return LateFeesCharged(len(amounts), sum(amounts))


def _late_loans(day: date) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH late AS MATERIALIZED (
                SELECT id, %(day)s - grace_days::int AS due_before
                FROM lending_loan
                WHERE state = 'active' AND next_due_on < %(day)s - grace_days::int
                  AND (terms->>'late_fee_minor' <> '0' OR terms->>'late_fee_share' <> '0')
            )
            SELECT late.id
            FROM late
            CROSS JOIN LATERAL (
                SELECT instalment.number
                FROM lending_instalment AS instalment
                LEFT JOIN lending_charge AS charge ON charge.loan_id = late.id
                    AND charge.number = instalment.number AND charge.by_rule
                WHERE instalment.loan_id = late.id AND instalment.due_on < late.due_before
                  AND instalment.principal_minor + instalment.interest_minor
                    > instalment.paid_principal_minor + instalment.paid_interest_minor
                  AND charge.id IS NULL
                LIMIT 1
            ) AS unpaid
            """,
            {"day": day},
        )
        return [row[0] for row in cursor]


def _charge(file: LoanFile, day: date, at: datetime) -> Charged | None:
    state = apply_facts(file.before, [], as_of=max(file.before.as_of, day))
    facts = [
        LateFeeCharged(
            derive_id("late_fee", file.key, due.number),
            day,
            due.number,
            due.fee_minor,
            platform.business_day(at),
            file.facts_count + 1 + index,
        )
        for index, due in enumerate(late_fees_due(state))
    ]
    return Charged(file, facts, apply_facts(state, facts)) if facts else None


def _write(charged: Sequence[Charged], batch: Batch, day: date, at: datetime) -> None:
    loans = np.array([each.file.id for each in charged], dtype=np.int64)
    kinds = (AccountKind.LATE_FEE_OWED, AccountKind.LATE_FEE_CLAIM)
    open_loan_accounts(loans.tolist(), kinds, batch, at=at)
    amounts = [open_charges(each.after) - open_charges(each.file.before) for each in charged]
    journal = Journal.of(
        [each.facts[0].id for each in charged], loans, [day] * len(loans), [at] * len(loans)
    )
    owed, claim = (batch.loan_accounts(kind, loans) for kind in kinds)
    journal.post("late_fee_charged", owed, claim, np.array(amounts, dtype=np.int64))
    earned: defaultdict[int, int] = defaultdict(int)
    for each in charged:
        change = owed_interest(each.after) - owed_interest(each.file.before)
        earned[each.file.product_id] += change
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    key = derive_id("late_fees", day.isoformat(), batch.currency, charged[0].facts[0].id)
    book_interest(earned, batch.accounts, key=key, occurred_at=noon, at=at)
    Charge.objects.bulk_create(
        [_row(each.file.id, fact, at) for each in charged for fact in each.facts]
    )
    write_states(
        {each.file.id: each.after for each in charged},
        {each.file.id: each.file.facts_count + len(each.facts) for each in charged},
        batch.files,
        {},
    )
    events.record(
        [
            Event(
                "loan.late_fee_charged",
                at,
                member_id=each.file.borrower_id,
                subject_kind="loan",
                subject_id=each.file.id,
                amount_minor=amount,
                currency=batch.currency,
                properties={"days_past_due": each.after.days_past_due},
            )
            for each, amount in zip(charged, amounts, strict=True)
        ]
    )


def _row(loan_id: int, fact: LateFeeCharged, at: datetime) -> Charge:
    return Charge(
        id=fact.id,
        loan_id=loan_id,
        on=fact.on,
        number=fact.number,
        component=Component.PENALTY.value,
        amount_minor=fact.amount_minor,
        by_rule=True,
        sequence=fact.sequence,
        recorded_at=at,
    )
