"""Close business days: in order, each once, for all loans in a few set-based steps."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import numpy as np
from django.db import connection, transaction

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.events.months import months_of
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.lending.day_close_steps import day_close_steps
from tuppence.lending.live_loans import LiveLoans, bucket_sums, by_product
from tuppence.lending.models import DayClose
from tuppence.lending.operations.booking import PRODUCT_KINDS
from tuppence.lending.operations.day_lock import hold_the_day
from tuppence.lending.operations.late_fees import charge_late_fees
from tuppence.lending.operations.product_interest import book_interest
from tuppence.lending.operations.reminders import remind_late, settle_promises
from tuppence.lending.queries.live_loans import due_on, live_loans, product_currencies
from tuppence.lending.queries.loan_files import last_closed_day
from tuppence.lending.queries.purses import lock_accounts
from tuppence.lending.servicing.arrears import BUCKETS

ONE_DAY = timedelta(days=1)
NEXT_MONTH = timedelta(days=31)


class CloseStatus(StrEnum):
    """What became of closing a day."""

    CLOSED = "closed"
    ALREADY_CLOSED = "already_closed"


class DayNotOverError(Exception):
    """A day that is still to come cannot be closed."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The days that this call closed: the day asked for, and those that were missed before it."""

    status: CloseStatus
    days: tuple[date, ...]


def close_day(day: date, *, at: datetime) -> Closed:
    """Close a business day, and before it every day that was missed, each in a transaction.

    Interest is booked by product as what is owed by the day's end less what is booked already, so
    that whatever became known since comes right. The first close ever begins with `day` itself.
    Two calls at once wait for each other; the second finds the day closed. Raises DayNotOverError.
    """
    if day > platform.business_day(at):
        raise DayNotOverError(f"{day} is not over yet: close it on that day or later.")
    # So that nobody has to make next month's table in the middle of an operation.
    events.ensure_months(months_of([at, at + NEXT_MONTH]))
    closed: list[date] = []
    while (done := _close_next(day, at)) is not None:
        closed.append(done)
    status = CloseStatus.CLOSED if closed else CloseStatus.ALREADY_CLOSED
    return Closed(status, tuple(closed))


def rehearse_close(day: date, *, at: datetime) -> DayClose | None:
    """What the next close would do, of the days up to this one; nothing of it is kept.

    It is the close itself, taken back at its end. None where there is nothing to close. Raises
    DayNotOverError.
    """
    if day > platform.business_day(at):
        raise DayNotOverError(f"{day} is not over yet: close it on that day or later.")
    events.ensure_months(months_of([at, at + NEXT_MONTH]))
    with transaction.atomic():
        done = _close_next(day, at)
        report = DayClose.objects.filter(day=done).first() if done else None
        transaction.set_rollback(True)
    return report


@transaction.atomic
def _close_next(until: date, at: datetime) -> date | None:
    hold_the_day()
    last = last_closed_day()
    day = until if last is None else last + ONE_DAY
    if day > until:
        return None
    report: dict[str, object] = {
        name: dict(step(day, at)) for name, step in day_close_steps().items()
    }
    fees = charge_late_fees(day, at=at)
    _enter_next_periods(day)
    loans = live_loans()
    report["interest_accrued_minor"] = _book_accrual(loans, day, at)
    report["late_fees"] = {"count": fees.fees, "amount_minor": fees.amount_minor}
    count, due_minor = due_on(day)
    report["due"] = {"count": count, "unpaid_minor": due_minor}
    report |= _arrears(loans, day, at)
    report["reminders"] = {"reminded": remind_late(loans, day, at=at)}
    report["promises"] = settle_promises(day, at=at)
    DayClose.objects.create(day=day, closed_at=at, report=report)
    events.record([Event("day.closed", at, subject_kind="day", properties={"count": len(loans)})])
    return day


def _enter_next_periods(day: date) -> None:
    """Move the running period of loans whose period ends by the day on to the next one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE lending_loan AS loan
            SET earned_before_minor = fresh.earned, running_from = fresh.starts_on,
                running_until = fresh.due_on, running_interest_minor = fresh.interest,
                running_counted = fresh.counted,
                running_counted_interest_minor = fresh.counted_interest
            FROM (
                SELECT ended.id, before.earned,
                       coalesce(next.starts_on, ended.running_until) AS starts_on,
                       coalesce(next.due_on, ended.running_until) AS due_on,
                       coalesce(next.interest_minor, 0) AS interest,
                       coalesce(next.counted, 0) AS counted,
                       coalesce(next.counted_interest_minor, 0) AS counted_interest
                FROM lending_loan AS ended
                CROSS JOIN LATERAL (
                    SELECT coalesce(sum(interest_minor), 0)::bigint AS earned
                    FROM lending_instalment WHERE loan_id = ended.id AND due_on <= %(day)s
                ) AS before
                LEFT JOIN LATERAL (
                    SELECT * FROM lending_instalment
                    WHERE loan_id = ended.id AND due_on > %(day)s ORDER BY number LIMIT 1
                ) AS next ON true
                WHERE ended.state = 'active' AND ended.running_until <= %(day)s
                  AND ended.running_from < ended.running_until
            ) AS fresh
            WHERE loan.id = fresh.id
            """,
            {"day": day},
        )


def _book_accrual(loans: LiveLoans, day: date, at: datetime) -> dict[str, int]:
    """Bring each product's interest owed to what its loans owe; what was booked, by currency."""
    owed = by_product(loans.product_ids, loans.owed_interest(day))
    currencies = product_currencies()
    accrued: dict[str, int] = {}
    for currency in sorted(set(currencies.values())):
        products = np.array([p for p, code in currencies.items() if code == currency])
        accounts = lock_accounts([(products, PRODUCT_KINDS)], currency)
        known = accounts.owners[AccountKind.INTEREST_OWED]
        booked = accounts.balance_of(AccountKind.INTEREST_OWED, known)
        missing = {
            product: owed.get(product, 0) - balance
            for product, balance in zip(known.tolist(), booked.tolist(), strict=True)
        }
        book_interest(
            missing,
            accounts,
            key=derive_id("day_close", day.isoformat(), currency),
            occurred_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
            at=at,
        )
        accrued[currency] = sum(missing.values())
    return accrued


def _arrears(loans: LiveLoans, day: date, at: datetime) -> dict[str, object]:
    """Count the buckets, and tell of loans that entered another one today."""
    days, buckets = loans.arrears(day)
    _, yesterday = loans.arrears(day - ONE_DAY)
    moved = np.flatnonzero(buckets != yesterday)
    events.record(
        [
            Event(
                "loan.bucket_entered",
                at,
                member_id=int(loans.borrower_ids[place]),
                subject_kind="loan",
                subject_id=int(loans.ids[place]),
                amount_minor=int(loans.outstanding[place]),
                properties={
                    "bucket": BUCKETS[int(buckets[place])].value,
                    "days_past_due": int(days[place]),
                },
            )
            for place in moved.tolist()
        ]
    )
    return {
        "loans": len(loans),
        "outstanding_minor": int(loans.outstanding.sum()),
        "buckets": {
            bucket: {"count": count, "outstanding_minor": amount}
            for bucket, (count, amount) in bucket_sums(buckets, loans.outstanding).items()
        },
        "moved": len(moved),
    }
