"""The movements of a statement one by one, each with the balance after it: pages and files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from tuppence import platform
from tuppence.web.reads.earnings import Parts, shares_of
from tuppence.web.reads.statements import KindSum, Statement
from tuppence.web.tables.columns import Column
from tuppence.web.tables.cursor import Cursor, Side
from tuppence.web.tables.sources import Slice, Totals

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
class Movements:
    """The rows of a statement as a table reads them: a page at a time, or all. A row's key is its
    place among them, which nothing recorded later changes once the period is over."""

    statement: Statement
    only: KindSum | None = None

    key_type = int

    def kept(self, only: KindSum) -> "Movements":
        """Those of one kind and direction."""
        return replace(self, only=only)

    def page(self, cursor: Cursor | None, size: int) -> Slice:
        """So many rows behind or before a place."""
        start = 0
        if cursor is not None:
            place = min(max(int(cursor.key), -1), self.statement.count)
            back = cursor.side is Side.BEFORE
            start = max(place - size, 0) if back else place + 1
            size = min(size, max(place, 0)) if back else size
        found = self._rows(start, size + 1)
        rows = found[:size]
        edges = [(None, start), (None, start + len(rows) - 1)] if rows else []
        return Slice(rows, edges, start > 0, len(found) > size)

    def totals(self, columns: Sequence[Column], *, whole: bool) -> Totals:
        """Count and amount: known from the statement's sums."""
        sums = [self.only] if self.only else self.statement.sums
        added = sum(each.change_minor for each in sums)
        currency = self.statement.currency
        return Totals(
            sum(each.count for each in sums), {each.name: (added, currency) for each in columns}
        )

    def all(self) -> Iterator[list[StatementRow]]:
        """Every row in order."""
        yield self._rows(0, None)

    def _rows(self, start: int, size: int | None) -> list[StatementRow]:
        since, before = self.statement.period.bounds(platform.zone())
        with connection.cursor() as cursor:
            cursor.execute(
                _ROWS,
                {
                    "account": self.statement.account_id,
                    "since": since,
                    "before": before,
                    "opening": self.statement.opening_minor,
                    "kind": self.only.kind if self.only else None,
                    "comes_in": self.only.comes_in if self.only else None,
                    "start": start,
                    "size": size,
                },
            )
            rows = [StatementRow(*row) for row in cursor]
        shares = shares_of(self.statement.member_id, [row.group_id for row in rows])
        return [_split(row, shares) for row in rows]


# Places, moments and balances come from the indexes alone; only rows that are shown are read.
_ROWS = """
    WITH side AS (
        SELECT seq, recorded_at, amount_minor AS change FROM ledger_transfer
        WHERE credit_account_id = %(account)s
          AND recorded_at >= %(since)s AND recorded_at < %(before)s
        UNION ALL
        SELECT seq, recorded_at, -amount_minor FROM ledger_transfer
        WHERE debit_account_id = %(account)s
          AND recorded_at >= %(since)s AND recorded_at < %(before)s
    ), line AS (
        SELECT *, (%(opening)s + sum(change) OVER (ORDER BY recorded_at, seq))::bigint AS balance
        FROM side
    )
    SELECT line.seq, t.id, t.group_id, t.kind, line.recorded_at, t.occurred_at, t.subject_kind,
           t.subject_id, line.change, line.balance
    FROM line CROSS JOIN LATERAL (
        SELECT * FROM ledger_transfer
        WHERE line.change > 0 AND credit_account_id = %(account)s AND seq = line.seq
        UNION ALL
        SELECT * FROM ledger_transfer
        WHERE line.change < 0 AND debit_account_id = %(account)s AND seq = line.seq
    ) AS t
    WHERE %(kind)s::text IS NULL OR (t.kind = %(kind)s AND (line.change > 0) = %(comes_in)s)
    ORDER BY line.recorded_at, line.seq OFFSET %(start)s LIMIT %(size)s
"""


def _split(row: StatementRow, shares: Mapping[UUID, Parts]) -> StatementRow:
    """A row with the parts of a payment that came in it; surplus comes in a row of its own."""
    found = shares.get(row.group_id)
    if found is None:
        return row
    if row.kind == SURPLUS:
        return replace(row, parts=Parts(surplus_minor=row.change_minor))
    for parts in (found, replace(found, surplus_minor=0)):
        if row.kind in SPLIT_KINDS and parts.net_minor == row.change_minor:
            return replace(row, parts=parts)
    return row
