"""A member's statement: each movement of their cash in a period, with sums that must agree.

Movements fall into the period in which they were recorded, as on a bank's statement: what is
entered late stands where it was entered, so that a statement once drawn up never changes.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from tuppence import platform
from tuppence.ledger.chart import AccountKind
from tuppence.web.periods import Period
from tuppence.web.reads.activity import own_account

SPLIT_KINDS = frozenset({"repayment", "repayment_returned"})


@dataclass(frozen=True, slots=True)
class Parts:
    """What a lender got of payments, part by part, in minor units; fee and tax were taken off.

    What a correction took back counts negative. `fee_minor` is our fee with VAT.
    """

    principal_minor: int = 0
    interest_minor: int = 0
    late_fee_minor: int = 0
    compensation_minor: int = 0
    surplus_minor: int = 0
    fee_minor: int = 0
    tax_minor: int = 0

    @property
    def net_minor(self) -> int:
        """What reached the lender."""
        return self.income_minor + self.principal_minor - self.fee_minor - self.tax_minor

    @property
    def income_minor(self) -> int:
        """What lending earned before our fee and tax: everything but principal."""
        extra = self.compensation_minor + self.surplus_minor
        return self.interest_minor + self.late_fee_minor + extra

    def __add__(self, other: "Parts") -> "Parts":
        names = [field.name for field in fields(Parts)]
        return Parts(*(getattr(self, name) + getattr(other, name) for name in names))


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
    parts: Parts
    losses_minor: int  # principal given up with loans written off in the period


def statement_of(member_id: int, period: Period, *, now: datetime) -> Statement:
    """The statement of a period that has begun; an account that was never opened has no rows."""
    zone = platform.zone()
    since, before = period.bounds(zone)
    opening_minor, rows = _movements(own_account(member_id), since, before)
    parts = _parts(member_id, since, before)
    rows = [_split(row, parts) for row in rows]
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
        parts=sum(parts.values(), Parts()),
        losses_minor=_losses(member_id, since, before),
    )


def first_movement(member_id: int) -> date | None:
    """The platform's day of the first movement of a member's cash; None before it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(recorded_at) FROM ledger_transfer"
            " WHERE credit_account_id = %(account)s OR debit_account_id = %(account)s",
            {"account": own_account(member_id)},
        )
        (found,) = cursor.fetchone() or (None,)
    return platform.business_day(found) if found else None


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


def _parts(member_id: int, since: datetime, before: datetime) -> dict[UUID, Parts]:
    """The member's share of each payment and each correction recorded in a time, by its group."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT share.distribution_id, share.principal_minor, share.interest_minor,
                   share.late_fee_minor, share.compensation_minor, share.surplus_minor,
                   share.servicing_fee_minor, share.tax_minor
            FROM lending_distributionshare AS share
            LEFT JOIN lending_payment AS payment ON payment.id = share.distribution_id
            LEFT JOIN lending_replay AS replay ON replay.id = share.distribution_id
            WHERE share.member_id = %s
              AND coalesce(payment.recorded_at, replay.recorded_at) >= %s
              AND coalesce(payment.recorded_at, replay.recorded_at) < %s
            """,
            [member_id, since, before],
        )
        return {group_id: Parts(*parts) for group_id, *parts in cursor}


def _split(row: StatementRow, parts: dict[UUID, Parts]) -> StatementRow:
    """A row with its parts, where all of them came in this one transfer."""
    found = parts.get(row.group_id)
    if row.kind not in SPLIT_KINDS or found is None or found.net_minor != row.change_minor:
        return row
    return replace(row, parts=found)


def _sums(rows: Iterable[StatementRow]) -> list[KindSum]:
    """Movements by kind and direction, what came in first, the largest first."""
    totals: defaultdict[tuple[str, bool], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        total = totals[row.kind, row.change_minor > 0]
        total[0] += 1
        total[1] += row.change_minor
    sums = [KindSum(kind, comes_in, *total) for (kind, comes_in), total in totals.items()]
    return sorted(sums, key=lambda each: (not each.comes_in, -abs(each.change_minor), each.kind))


def _losses(member_id: int, since: datetime, before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(holding.written_off_minor), 0)
            FROM lending_holding AS holding
            WHERE holding.member_id = %s AND holding.written_off_minor > 0 AND EXISTS (
                SELECT FROM lending_writeoff AS given_up WHERE given_up.loan_id = holding.loan_id
                  AND given_up.recorded_at >= %s AND given_up.recorded_at < %s)
            """,
            [member_id, since, before],
        )
        (total,) = cursor.fetchone() or (0,)
    return int(total)
