"""What moved on accounts, added up by day, month or period, whatever the number of transfers.

Sums carried forward (`CarriedSum`) hold an account's movements up to a place in the order of
recording; what came since is read transfer by transfer. Both parts are read in one statement, so
together they are always all of the account's transfers, whenever sums were last carried forward.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True, slots=True)
class Moved:
    """Movements of one kind and direction on one account, in minor units above zero."""

    account_id: int
    on: date  # the day, or the first one of the month or period
    kind: str
    comes_in: bool  # by credits
    count: int
    amount_minor: int

    @property
    def change_minor(self) -> int:
        """What they did to a balance that grows by credits."""
        return self.amount_minor if self.comes_in else -self.amount_minor


def moved_by_day(accounts: Sequence[int], *, zone: str) -> list[Moved]:
    """By the day on which it happened, by the calendar of a place, the earliest first."""
    return _moved(accounts, zone, "occurred_on")


def moved_by_month(accounts: Sequence[int], *, zone: str) -> list[Moved]:
    """By the month in which it was recorded, the earliest first."""
    return _moved(accounts, zone, "date_trunc('month', recorded_on)::date")


def moved_in(
    accounts: Sequence[int], first: date, last: date, *, zone: str
) -> tuple[list[Moved], list[Moved]]:
    """What was recorded before some days, and on them (both ends included)."""
    by_part = "CASE WHEN recorded_on < %(first)s THEN date '0001-01-01' ELSE %(first)s END"
    found = _moved(accounts, zone, by_part, first=first, last=last)
    return [each for each in found if each.on < first], [each for each in found if each.on == first]


def _moved(
    accounts: Sequence[int], zone: str, by: str, first: date | None = None, last: date | None = None
) -> list[Moved]:
    given = {"accounts": list(accounts), "zone": zone, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED.replace("{by}", by), given)
        return [Moved(*row) for row in cursor]


_MOVED = """
    WITH kept AS (
        SELECT * FROM ledger_carriedsum WHERE account_id = ANY(%(accounts)s) AND zone = %(zone)s
    ), since AS (
        SELECT wanted.account_id, coalesce(max(kept.until_seq), 0) AS seq
        FROM unnest(%(accounts)s::bigint[]) AS wanted (account_id)
        LEFT JOIN kept USING (account_id) GROUP BY wanted.account_id
    ), fresh AS (
        SELECT since.account_id, moved.* FROM since CROSS JOIN LATERAL (
            SELECT recorded_at, occurred_at, kind, true AS comes_in, amount_minor
            FROM ledger_transfer WHERE credit_account_id = since.account_id AND seq > since.seq
            UNION ALL
            SELECT recorded_at, occurred_at, kind, false, amount_minor
            FROM ledger_transfer WHERE debit_account_id = since.account_id AND seq > since.seq
        ) AS moved
    ), moved AS (
        SELECT account_id, recorded_on, occurred_on, kind, comes_in, count, amount_minor FROM kept
        UNION ALL
        SELECT account_id, (recorded_at AT TIME ZONE %(zone)s)::date,
               (occurred_at AT TIME ZONE %(zone)s)::date, kind, comes_in, 1, amount_minor
        FROM fresh
    )
    SELECT account_id, {by}, kind, comes_in, sum(count)::bigint, sum(amount_minor)::bigint
    FROM moved WHERE recorded_on <= %(last)s OR %(last)s::date IS NULL
    GROUP BY 1, 2, 3, 4 ORDER BY 2, 1, 3, 4
"""
