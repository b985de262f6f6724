"""A lender's shares of payments added up by month, whatever their number.

Sums carried forward (`CarriedShares`) hold a lender's shares up to a place in the order of writing;
what came since is read share by share, in the same statement.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from tuppence.ledger.checks import Check
from tuppence.ledger.controls.queries import differing

PARTS = (
    "principal_minor",
    "interest_minor",
    "late_fee_minor",
    "compensation_minor",
    "surplus_minor",
    "servicing_fee_minor",
    "tax_minor",
)


@dataclass(frozen=True, slots=True)
class MonthShares:
    """A lender's parts of all payments and corrections recorded in one month, in minor units.

    Parts stand in the order of `PARTS`; fee (with VAT) and tax were taken off.
    """

    month: date  # its first day
    is_recovery: bool  # of claims on loans that were given up
    parts: tuple[int, ...]


def shares_by_month(
    member_id: int, *, zone: str, first: date | None = None, last: date | None = None
) -> list[MonthShares]:
    """What was recorded on these days (both ends included) by month, the earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_MONTH, {"member": member_id, "zone": zone, "first": first, "last": last})
        return [MonthShares(month, recovers, tuple(parts)) for month, recovers, *parts in cursor]


def carried_shares_check() -> Check:
    """Shares carried forward, each lender's against their shares up to where they were carried."""
    return differing(
        "shares carried forward",
        "I10",
        "every part of each lender's shares by day with the shares",
        count="SELECT count(*) FROM lending_carriedshares",
        differences=_DIFFERENCES,
    )


_SUMS = ", ".join(f"sum({name})::bigint" for name in PARTS)
_BY_MONTH = f"""
    WITH kept AS (
        SELECT * FROM lending_carriedshares WHERE member_id = %(member)s AND zone = %(zone)s
    ), known AS (
        SELECT recorded_on, is_recovery, {", ".join(PARTS)} FROM kept
        UNION ALL
        SELECT (coalesce(payment.recorded_at, replay.recorded_at) AT TIME ZONE %(zone)s)::date,
               coalesce(payment.kind = 'recovery', false),
               {", ".join(f"share.{name}" for name in PARTS)}
        FROM lending_distributionshare AS share
        -- One by one: these are few, and nobody can tell the planner.
        LEFT JOIN LATERAL (
            SELECT recorded_at, kind FROM lending_payment WHERE id = share.distribution_id OFFSET 0
        ) AS payment ON true
        LEFT JOIN LATERAL (
            SELECT recorded_at FROM lending_replay WHERE id = share.distribution_id OFFSET 0
        ) AS replay ON true
        WHERE share.member_id = %(member)s
          AND share.seq > (SELECT coalesce(max(until_seq), 0) FROM kept)
    )
    SELECT date_trunc('month', recorded_on)::date, is_recovery, {_SUMS} FROM known
    WHERE (recorded_on >= %(first)s OR %(first)s::date IS NULL)
      AND (recorded_on <= %(last)s OR %(last)s::date IS NULL)
    GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608 - constants
_DIFFERENCES = f"""
    WITH place AS (
        SELECT member_id, zone, max(until_seq) AS seq
        FROM lending_carriedshares GROUP BY member_id, zone
    ), real AS (
        SELECT share.member_id, place.zone,
               (coalesce(payment.recorded_at, replay.recorded_at) AT TIME ZONE place.zone)::date
                   AS recorded_on,
               coalesce(payment.kind = 'recovery', false) AS is_recovery,
               ARRAY[count(*), {", ".join(f"sum(share.{name})" for name in PARTS)}] AS figures
        FROM place
        JOIN lending_distributionshare AS share
            ON share.member_id = place.member_id AND share.seq <= place.seq
        LEFT JOIN lending_payment AS payment ON payment.id = share.distribution_id
        LEFT JOIN lending_replay AS replay ON replay.id = share.distribution_id
        GROUP BY 1, 2, 3, 4
    ), kept AS (
        SELECT member_id, zone, recorded_on, is_recovery,
               ARRAY[sum(count), {", ".join(f"sum({name})" for name in PARTS)}] AS figures
        FROM lending_carriedshares GROUP BY 1, 2, 3, 4
    )
    SELECT concat_ws(' ', 'member', member_id, recorded_on), real.figures::text,
           kept.figures::text, count(*) OVER ()
    FROM real FULL JOIN kept USING (member_id, zone, recorded_on, is_recovery)
    WHERE real.figures IS DISTINCT FROM kept.figures ORDER BY 1
"""  # noqa: S608 - constants
