"""The letter of a month: that the statement is there, and what lending brought in it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from tuppence import platform
from tuppence.letters.kinds import LetterKind
from tuppence.web.letters.drafts import Draft
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.readers import members_with_readers
from tuppence.web.periods import Period, month_of

MONTHS_SHOWN = 6
FIRST_DAYS = 3  # of a month, on which the letter of the month before is written


@dataclass(frozen=True, slots=True)
class MonthBrought:
    """What one month brought one lender, in minor units."""

    payments: int
    net_minor: int
    principal_minor: int
    income_minor: int
    taken_minor: int  # our fee and tax


def statements_ready(today: date, *, at: datetime) -> Iterator[Draft]:
    """To lenders to whom something came back in the month that has ended, one letter each."""
    if today.day > FIRST_DAYS:
        return
    months = months_until(today)
    brought = _brought(months[0], months[-1])
    readers = members_with_readers(brought)
    last = months[-1]
    for member_id, by_month in sorted(brought.items()):
        if member_id in readers and last.name in by_month:
            facts = facts_of(by_month, months)
            yield Draft(LetterKind.MONTH_STATEMENT, member_id, at, facts, once=(last.name,))


def months_until(today: date) -> list[Period]:
    """The whole months before this one that the chart shows, the latest last."""
    months = [month_of(today)]
    for _ in range(MONTHS_SHOWN):
        months.insert(0, month_of(months[0].first - timedelta(days=1)))
    return months[:-1]


def facts_of(by_month: dict[str, MonthBrought], months: list[Period]) -> Facts:
    """The figures of the last month, and each month's for the chart."""
    last = months[-1]
    brought = by_month[last.name]
    nothing = MonthBrought(0, 0, 0, 0, 0)
    found = [(month.name, by_month.get(month.name, nothing)) for month in months]
    return Facts(
        currency=platform.currency(),
        on=last.first,
        reference=last.name,
        count=brought.payments,
        amount_minor=brought.net_minor,
        principal_minor=brought.principal_minor,
        interest_minor=brought.income_minor,
        fee_minor=brought.taken_minor,
        months=tuple((name, each.principal_minor, each.income_minor) for name, each in found),
    )


def _brought(first: Period, last: Period) -> dict[int, dict[str, MonthBrought]]:
    zone = platform.zone()
    since = datetime(first.first.year, first.first.month, 1, tzinfo=zone)
    after = last.last + timedelta(days=1)
    before = datetime(after.year, after.month, after.day, tzinfo=zone)
    with connection.cursor() as cursor:
        cursor.execute(_BROUGHT, {"since": since, "before": before, "zone": str(zone)})
        rows = cursor.fetchall()
    found: dict[int, dict[str, MonthBrought]] = defaultdict(dict)
    for member_id, month, *amounts in rows:
        found[member_id][month] = MonthBrought(*amounts)
    return found


_BROUGHT = """
    SELECT share.member_id, to_char(payment.recorded_at AT TIME ZONE %(zone)s, 'YYYY-MM') AS month,
           count(*), sum(share.net_minor)::bigint, sum(share.principal_minor)::bigint,
           sum(share.interest_minor + share.late_fee_minor + share.compensation_minor
               + share.surplus_minor)::bigint,
           sum(share.servicing_fee_minor + share.tax_minor)::bigint
    FROM lending_payment AS payment
    JOIN lending_distributionshare AS share ON share.distribution_id = payment.id
    WHERE payment.recorded_at >= %(since)s AND payment.recorded_at < %(before)s
    GROUP BY share.member_id, month
"""
