"""What lending brought a member: their parts of payments, what was lost, what was recovered.

Everything counts when it was recorded, as on a statement: a correction counts on its own day and
never changes an earlier period.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db import connection

from tuppence import platform

RECOVERY = "recovery"


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
class Share:
    """A member's parts of one payment or correction; of a recovery, a claim that was given up."""

    parts: Parts
    is_recovery: bool


@dataclass(frozen=True, slots=True)
class YearEarned:
    """A calendar year of lending, for a tax return. Amounts in minor units."""

    year: int
    parts: Parts  # of payments on loans that were not given up
    recovered_minor: int  # on loans that were
    losses_minor: int  # principal given up with loans written off in the year
    currency: str

    @property
    def result_minor(self) -> int:
        """Earned after our fee and losses, before tax."""
        earned = self.parts.income_minor - self.parts.fee_minor
        return earned - self.losses_minor + self.recovered_minor


_SHARES = """
    FROM lending_distributionshare AS share
    LEFT JOIN lending_payment AS payment ON payment.id = share.distribution_id
    LEFT JOIN lending_replay AS replay ON replay.id = share.distribution_id
    WHERE share.member_id = %(member)s
"""


def shares_in(member_id: int, since: datetime, before: datetime) -> dict[UUID, Share]:
    """The member's share of each payment and each correction recorded in a time, by its group."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT share.distribution_id, coalesce(payment.kind = %(recovery)s, false),
                   share.principal_minor, share.interest_minor, share.late_fee_minor,
                   share.compensation_minor, share.surplus_minor, share.servicing_fee_minor,
                   share.tax_minor
            {_SHARES}
              AND coalesce(payment.recorded_at, replay.recorded_at) >= %(since)s
              AND coalesce(payment.recorded_at, replay.recorded_at) < %(before)s
            """,
            {"member": member_id, "since": since, "before": before, "recovery": RECOVERY},
        )
        return {
            group_id: Share(Parts(*parts), is_recovery) for group_id, is_recovery, *parts in cursor
        }


def losses_in(member_id: int, since: datetime, before: datetime) -> int:
    """Principal of the member given up with loans that were written off in a time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(holding.written_off_minor), 0)::bigint
            FROM lending_holding AS holding
            JOIN lending_writeoff AS given_up ON given_up.loan_id = holding.loan_id
            WHERE holding.member_id = %s
              AND given_up.recorded_at >= %s AND given_up.recorded_at < %s
            """,
            [member_id, since, before],
        )
        (total,) = cursor.fetchone() or (0,)
    return int(total)


def years_earned(member_id: int) -> list[YearEarned]:
    """Every calendar year in which lending brought or cost something, the latest first."""
    zone = str(platform.zone())
    parts: dict[int, Parts] = {}
    recovered: dict[int, int] = {}
    for year, is_recovery, found in _shares_by_year(member_id, zone):
        if is_recovery:
            recovered[year] = found.net_minor
        else:
            parts[year] = found
    losses = _losses_by_year(member_id, zone)
    return [
        YearEarned(
            year,
            parts.get(year, Parts()),
            recovered.get(year, 0),
            losses.get(year, 0),
            platform.currency(),
        )
        for year in sorted({*parts, *recovered, *losses}, reverse=True)
    ]


def _shares_by_year(member_id: int, zone: str) -> list[tuple[int, bool, Parts]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT extract(year FROM coalesce(payment.recorded_at, replay.recorded_at)
                           AT TIME ZONE %(zone)s)::int,
                   coalesce(payment.kind = %(recovery)s, false),
                   sum(share.principal_minor)::bigint, sum(share.interest_minor)::bigint,
                   sum(share.late_fee_minor)::bigint, sum(share.compensation_minor)::bigint,
                   sum(share.surplus_minor)::bigint, sum(share.servicing_fee_minor)::bigint,
                   sum(share.tax_minor)::bigint
            {_SHARES} GROUP BY 1, 2
            """,  # noqa: S608 - a constant
            {"member": member_id, "zone": zone, "recovery": RECOVERY},
        )
        return [(year, is_recovery, Parts(*parts)) for year, is_recovery, *parts in cursor]


def _losses_by_year(member_id: int, zone: str) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT extract(year FROM given_up.recorded_at AT TIME ZONE %(zone)s)::int,
                   sum(holding.written_off_minor)::bigint
            FROM lending_holding AS holding
            JOIN lending_writeoff AS given_up ON given_up.loan_id = holding.loan_id
            WHERE holding.member_id = %(member)s AND holding.written_off_minor > 0 GROUP BY 1
            """,
            {"member": member_id, "zone": zone},
        )
        return dict(cursor.fetchall())
