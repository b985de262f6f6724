"""Carry purses and lenders' shares forward: add up by day what was written since the last time."""

from django.db import connection, transaction

from tuppence.ledger.operations import carrying as ledger

CARRIED_FROM = 500
"""So many shares since the last time are worth carrying forward; fewer are read one by one."""


def carry_forward(*, zone: str) -> tuple[int, int]:
    """Carry purses and shares forward by the calendar of `zone`; how many accounts and lenders."""
    return ledger.carry_forward(zone=zone), carry_shares_forward(zone=zone)


def carry_shares_forward(*, zone: str, at_least: int = CARRIED_FROM) -> int:
    """Add up the shares of lenders who got many since the last time; the number of lenders.

    Days are by the calendar of `zone`; sums by another calendar are dropped. Whoever reads
    `queries.carried_shares` gets the same figures before and after.
    """
    until = _settled_seq()
    with transaction.atomic(), connection.cursor() as cursor:
        # One at a time: two would carry the same shares twice.
        cursor.execute("LOCK TABLE lending_carriedshares IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM lending_carriedshares WHERE zone <> %s", [zone])
        cursor.execute(_CARRY, {"zone": zone, "until": until, "at_least": at_least})
        (lenders,) = cursor.fetchone() or (0,)
    return int(lenders)


def _settled_seq() -> int:
    """A place in the order of writing before which no share can appear any more.

    A number is drawn while the table is locked for writing: when nobody holds that lock, every
    share with a number drawn so far is there to be read, or never will be.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute("LOCK TABLE lending_distributionshare IN SHARE MODE")
        cursor.execute(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END"
            " FROM lending_distributionshare_order"
        )
        (settled,) = cursor.fetchone() or (0,)
    return int(settled)


_CARRY = """
    WITH lender AS (
        SELECT held.member_id, coalesce(max(carried.until_seq), 0) AS seq
        FROM (SELECT DISTINCT member_id FROM lending_holding) AS held
        LEFT JOIN lending_carriedshares AS carried ON carried.member_id = held.member_id
        GROUP BY held.member_id
    ), fresh AS (
        SELECT share.* FROM lender CROSS JOIN LATERAL (
            SELECT * FROM lending_distributionshare
            WHERE member_id = lender.member_id AND seq > lender.seq AND seq <= %(until)s
            OFFSET 0  -- lender by lender through the index: what is new is little beside all
        ) AS share
    ), added AS (
        SELECT share.member_id,
               (coalesce(payment.recorded_at, replay.recorded_at)
                   AT TIME ZONE %(zone)s)::date AS recorded_on,
               coalesce(payment.kind = 'recovery', false) AS is_recovery, count(*) AS count,
               sum(share.principal_minor)::bigint AS principal_minor,
               sum(share.interest_minor)::bigint AS interest_minor,
               sum(share.late_fee_minor)::bigint AS late_fee_minor,
               sum(share.compensation_minor)::bigint AS compensation_minor,
               sum(share.surplus_minor)::bigint AS surplus_minor,
               sum(share.servicing_fee_minor)::bigint AS servicing_fee_minor,
               sum(share.tax_minor)::bigint AS tax_minor
        FROM fresh AS share
        LEFT JOIN lending_payment AS payment ON payment.id = share.distribution_id
        LEFT JOIN lending_replay AS replay ON replay.id = share.distribution_id
        GROUP BY 1, 2, 3
    ), weighed AS (
        SELECT *, sum(count) OVER (PARTITION BY member_id) AS shares FROM added
    ), written AS (
        INSERT INTO lending_carriedshares
            (member_id, zone, recorded_on, is_recovery, count, principal_minor, interest_minor,
             late_fee_minor, compensation_minor, surplus_minor, servicing_fee_minor, tax_minor,
             until_seq)
        SELECT member_id, %(zone)s, recorded_on, is_recovery, count,
               principal_minor, interest_minor,
               late_fee_minor, compensation_minor, surplus_minor, servicing_fee_minor, tax_minor,
               %(until)s
        FROM weighed WHERE shares >= %(at_least)s
        RETURNING member_id
    )
    SELECT count(DISTINCT member_id) FROM written
"""
