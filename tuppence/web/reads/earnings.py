"""What lending brought a member: their parts of payments, what was lost, what was recovered.

Everything counts when it was recorded, as on a statement: a correction counts on its own day and
never changes an earlier period.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db import connection

from tuppence import platform
from tuppence.lending.queries.carried_shares import MonthShares, shares_by_month

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


def parts_in(shares: Iterable[MonthShares], *, recovered: bool) -> Parts:
    """The sum of a lender's parts, of recoveries or of all else."""
    found = (Parts(*each.parts) for each in shares if each.is_recovery is recovered)
    return sum(found, Parts())


def shares_of(member_id: int, group_ids: Sequence[UUID]) -> dict[UUID, Parts]:
    """The member's parts of these payments and corrections."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT distribution_id, principal_minor, interest_minor, late_fee_minor,
                   compensation_minor, surplus_minor, servicing_fee_minor, tax_minor
            FROM lending_distributionshare
            WHERE distribution_id = ANY(%s) AND member_id = %s
            """,
            [list(group_ids), member_id],
        )
        return {group_id: Parts(*parts) for group_id, *parts in cursor}


def losses_in(member_id: int, since: datetime, before: datetime) -> int:
    """Principal of the member given up with loans that were written off in a time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(holding.written_off_minor), 0)::bigint
            FROM lending_holding AS holding
            JOIN lending_writeoff AS given_up ON given_up.loan_id = holding.loan_id
            WHERE holding.member_id = %s AND holding.written_off_minor > 0
              AND given_up.recorded_at >= %s AND given_up.recorded_at < %s
            """,
            [member_id, since, before],
        )
        (total,) = cursor.fetchone() or (0,)
    return int(total)


def years_earned(member_id: int) -> list[YearEarned]:
    """Every calendar year in which lending brought or cost something, the latest first."""
    zone = str(platform.zone())
    shares: dict[int, list[MonthShares]] = {}
    for each in shares_by_month(member_id, zone=zone):
        shares.setdefault(each.month.year, []).append(each)
    losses = _losses_by_year(member_id, zone)
    return [
        YearEarned(
            year,
            parts_in(shares.get(year, ()), recovered=False),
            parts_in(shares.get(year, ()), recovered=True).net_minor,
            losses.get(year, 0),
            platform.currency(),
        )
        for year in sorted({*shares, *losses}, reverse=True)
    ]


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
