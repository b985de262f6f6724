"""A member's statement: each movement of their cash in a period, with sums that must agree.

Movements fall into the period in which they were recorded, as on a bank's statement: what is
entered late stands where it was entered, so that a statement once drawn up never changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from tuppence import platform
from tuppence.ledger.chart import AccountKind
from tuppence.web.periods import Period, months_between, period_named, year_of
from tuppence.web.reads.activity import own_account
from tuppence.web.reads.earnings import Parts, Share, losses_in, shares_in

SPLIT_KINDS = frozenset({"repayment", "repayment_returned"})
SURPLUS = "principal_surplus"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One transfer seen from the member's cash, with the balance after it."""

    seq: int
    id: UUID
    group_id: UUID
    kind: str
    recorded_at: datetime
    occurred_at: datetime
    subject_kind: str
    subject_id: int
    change_minor: int
    balance_minor: int
    parts: Parts | None = None  # of money that came back from a loan


@dataclass(frozen=True, slots=True)
class KindSum:
    """All movements of one kind and direction in the period."""

    kind: str
    comes_in: bool
    count: int
    change_minor: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A period of a member's cash. opening + every row = closing, to the minor unit."""

    member_id: int
    currency: str
    period: Period
    until: datetime  # the end of the period, or the latest movement of one that still runs
    is_over: bool
    opening_minor: int
    closing_minor: int
    promised_minor: int  # to listings, at the same moment
    rows: list[StatementRow]
    sums: list[KindSum]
    parts: Parts  # of what lending brought; without what was recovered after a write-off
    recovered_minor: int  # of loans written off before
    losses_minor: int  # principal given up with loans written off in the period


def statement_of(member_id: int, period: Period, *, now: datetime) -> Statement:
    """The statement of a period that has begun; an account that was never opened has no rows."""
    zone = platform.zone()
    since, before = period.bounds(zone)
    opening_minor, rows = _movements(own_account(member_id), since, before)
    shares = shares_in(member_id, since, before)
    rows = [_split(row, shares) for row in rows]
    is_over = now >= before
    promised = own_account(member_id, AccountKind.MEMBER_RESERVED)
    return Statement(
        member_id=member_id,
        currency=platform.currency(),
        period=period,
        until=before if is_over else max((row.recorded_at for row in rows), default=since),
        is_over=is_over,
        opening_minor=opening_minor,
        closing_minor=rows[-1].balance_minor if rows else opening_minor,
        promised_minor=_balance(promised, before),
        rows=rows,
        sums=_sums(rows),
        parts=sum((s.parts for s in shares.values() if not s.is_recovery), Parts()),
        recovered_minor=sum(s.parts.net_minor for s in shares.values() if s.is_recovery),
        losses_minor=losses_in(member_id, since, before),
    )


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """A month or a year of a member's cash in short, in minor units."""

    period: Period
    count: int
    in_minor: int
    out_minor: int
    closing_minor: int
    currency: str

    @property
    def opening_minor(self) -> int:
        """What was there before."""
        return self.closing_minor - self.in_minor + self.out_minor


def period_sums(member_id: int, *, today: date) -> tuple[list[PeriodSum], list[PeriodSum]]:
    """Each year and each month from the first movement to today, the latest first."""
    moved = _moved_by_month(own_account(member_id))
    if not moved:
        return [], []
    first = period_named(min(moved))
    assert first is not None
    balance_minor, months = 0, []
    for month in reversed(months_between(first.first, max(today, first.first))):
        count, in_minor, out_minor = moved.get(month.name, (0, 0, 0))
        balance_minor += in_minor - out_minor
        months.append(
            PeriodSum(month, count, in_minor, out_minor, balance_minor, platform.currency())
        )
    years: dict[Period, list[PeriodSum]] = {}
    for each in months:
        years.setdefault(year_of(each.period.first), []).append(each)
    added = [
        PeriodSum(
            year,
            sum(each.count for each in held),
            sum(each.in_minor for each in held),
            sum(each.out_minor for each in held),
            held[-1].closing_minor,
            held[-1].currency,
        )
        for year, held in years.items()
    ]
    return added[::-1], months[::-1]


def _moved_by_month(account_id: int | None) -> dict[str, tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT to_char(recorded_at AT TIME ZONE %(zone)s, 'YYYY-MM'), count(*),
                   coalesce(sum(change) FILTER (WHERE change > 0), 0)::bigint,
                   coalesce(-sum(change) FILTER (WHERE change < 0), 0)::bigint
            FROM (
                SELECT recorded_at, amount_minor AS change FROM ledger_transfer
                WHERE credit_account_id = %(account)s
                UNION ALL
                SELECT recorded_at, -amount_minor FROM ledger_transfer
                WHERE debit_account_id = %(account)s
            ) AS side GROUP BY 1
            """,
            {"account": account_id, "zone": str(platform.zone())},
        )
        return {name: tuple(figures) for name, *figures in cursor}


def _movements(
    account_id: int | None, since: datetime, before: datetime
) -> tuple[int, list[StatementRow]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT seq, id, group_id, kind, recorded_at, occurred_at, subject_kind, subject_id,
                   change
            FROM (
                SELECT transfer.*, amount_minor AS change FROM ledger_transfer AS transfer
                WHERE credit_account_id = %(account)s
                UNION ALL
                SELECT transfer.*, -amount_minor FROM ledger_transfer AS transfer
                WHERE debit_account_id = %(account)s
            ) AS side
            WHERE recorded_at >= %(since)s AND recorded_at < %(before)s
            ORDER BY recorded_at, seq
            """,
            {"account": account_id, "since": since, "before": before},
        )
        found = cursor.fetchall()
    opening_minor = balance_minor = _balance(account_id, since)
    rows = []
    for row in found:
        balance_minor += row[-1]
        rows.append(StatementRow(*(*row, balance_minor)))
    return opening_minor, rows


def _balance(account_id: int | None, before: datetime) -> int:
    """What stood on an account of the credit side just before a moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce((SELECT sum(amount_minor) FROM ledger_transfer
                             WHERE credit_account_id = %(account)s AND recorded_at < %(before)s), 0)
                 - coalesce((SELECT sum(amount_minor) FROM ledger_transfer
                             WHERE debit_account_id = %(account)s AND recorded_at < %(before)s), 0)
            """,
            {"account": account_id, "before": before},
        )
        (total,) = cursor.fetchone() or (0,)
    return int(total)


def _split(row: StatementRow, shares: Mapping[UUID, Share]) -> StatementRow:
    """A row with the parts of a payment that came in it; surplus comes in a row of its own."""
    found = shares.get(row.group_id)
    if found is None:
        return row
    if row.kind == SURPLUS:
        return replace(row, parts=Parts(surplus_minor=row.change_minor))
    for parts in (found.parts, replace(found.parts, surplus_minor=0)):
        if row.kind in SPLIT_KINDS and parts.net_minor == row.change_minor:
            return replace(row, parts=parts)
    return row


def _sums(rows: Iterable[StatementRow]) -> list[KindSum]:
    """Movements by kind and direction, what came in first, the largest first."""
    totals: defaultdict[tuple[str, bool], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        total = totals[row.kind, row.change_minor > 0]
        total[0] += 1
        total[1] += row.change_minor
    sums = [KindSum(kind, comes_in, *total) for (kind, comes_in), total in totals.items()]
    return sorted(sums, key=lambda each: (not each.comes_in, -abs(each.change_minor), each.kind))
