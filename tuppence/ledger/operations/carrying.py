"""Carry purses forward: add up what moved on them since the last time."""

from django.db import connection, transaction

from tuppence.ledger.chart import AccountKind

CARRIED_FROM = 500
"""So many movements since the last time are worth carrying forward; fewer are read one by one."""


def carry_forward(*, zone: str, at_least: int = CARRIED_FROM) -> int:
    """Add up what moved on members' purses since the last time; the number of accounts.

    Days are by the calendar of `zone`; sums by another calendar are dropped. Whoever
    reads `queries.movements` gets the same figures before and after.
    """
    until = _settled_seq()
    with transaction.atomic(), connection.cursor() as cursor:
        # One at a time: two would carry the same movements twice.
        cursor.execute("LOCK TABLE ledger_carriedsum IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM ledger_carriedsum WHERE zone <> %s", [zone])
        cursor.execute(
            _CARRY,
            {"kinds": list(PURSES), "zone": zone, "until": until, "at_least": at_least},
        )
        (accounts,) = cursor.fetchone() or (0,)
    return int(accounts)


def _settled_seq() -> int:
    """A place in the order of recording before which no transfer can appear any more.

    A number is drawn while its transfer's table is locked for writing. So when nobody holds that
    lock, every transfer with a number drawn so far is there to be read, or never will be.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute("LOCK TABLE ledger_transfer IN SHARE MODE")
        cursor.execute(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ledger_transfer_order"
        )
        (settled,) = cursor.fetchone() or (0,)
    return int(settled)


PURSES = (AccountKind.MEMBER_AVAILABLE.value, AccountKind.MEMBER_RESERVED.value)
_CARRY = """
    WITH purse AS (
        SELECT account.id, coalesce(max(carried.until_seq), 0) AS seq
        FROM ledger_account AS account
        LEFT JOIN ledger_carriedsum AS carried ON carried.account_id = account.id
        WHERE account.kind = ANY(%(kinds)s) GROUP BY account.id
    ), fresh AS (
        SELECT purse.id, moved.* FROM purse CROSS JOIN LATERAL (
            SELECT recorded_at, occurred_at, kind, true AS comes_in, amount_minor
            FROM ledger_transfer
            WHERE credit_account_id = purse.id AND seq > purse.seq AND seq <= %(until)s
            UNION ALL
            SELECT recorded_at, occurred_at, kind, false, amount_minor
            FROM ledger_transfer
            WHERE debit_account_id = purse.id AND seq > purse.seq AND seq <= %(until)s
            OFFSET 0  -- purse by purse through the index: what is new is little beside all
        ) AS moved
    ), added AS (
        SELECT id, (recorded_at AT TIME ZONE %(zone)s)::date AS recorded_on,
               (occurred_at AT TIME ZONE %(zone)s)::date AS occurred_on, kind, comes_in,
               count(*) AS count, sum(amount_minor)::bigint AS amount_minor
        FROM fresh GROUP BY 1, 2, 3, 4, 5
    ), weighed AS (
        SELECT *, sum(count) OVER (PARTITION BY id) AS moved FROM added
    ), written AS (
        INSERT INTO ledger_carriedsum
            (account_id, zone, recorded_on, occurred_on, kind, comes_in, count, amount_minor,
             until_seq)
        SELECT id, %(zone)s, recorded_on, occurred_on, kind, comes_in, count, amount_minor,
               %(until)s
        FROM weighed WHERE moved >= %(at_least)s
        RETURNING account_id
    )
    SELECT count(DISTINCT account_id) FROM written
"""
