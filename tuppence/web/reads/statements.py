"""A member's statement: what their cash did in a period, with sums that must agree.

Movements fall into the period in which they were recorded, as on a bank's statement: what is
entered late stands where it was entered, so that a statement once drawn up never changes.
The movements themselves, one by one, are in `movements`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from tuppence import platform
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries.movements import Moved, moved_by_month, moved_in
from tuppence.lending.queries.carried_shares import MonthShares, shares_by_month
from tuppence.web.periods import Period, months_between, year_of
from tuppence.web.reads.activity import own_account, own_accounts
from tuppence.web.reads.earnings import Parts, losses_in, parts_in


@dataclass(frozen=True, slots=True)
class KindSum:
    """All movements of one kind and direction in the period."""

    kind: str
    comes_in: bool
    count: int
    change_minor: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A period of a member's cash. opening + every sum = closing, to the minor unit."""

    member_id: int
    account_id: int | None
    currency: str
    period: Period
    until: datetime  # the end of the period, or the latest movement of one that still runs
    is_over: bool
    opening_minor: int
    promised_minor: int  # to listings, at the end
    sums: list[KindSum]
    shares: Sequence[MonthShares]  # of payments, by month
    losses_minor: int  # principal given up with loans written off in the period

    @property
    def closing_minor(self) -> int:
        """What stood there at the end."""
        return self.opening_minor + sum(each.change_minor for each in self.sums)

    @property
    def count(self) -> int:
        """How many movements there were."""
        return sum(each.count for each in self.sums)

    @property
    def parts(self) -> Parts:
        """What lending brought, without what was recovered after a write-off."""
        return parts_in(self.shares, recovered=False)

    @property
    def recovered_minor(self) -> int:
        """What came of loans written off before."""
        return parts_in(self.shares, recovered=True).net_minor


def statement_of(member_id: int, period: Period, *, now: datetime) -> Statement:
    """The statement of a period that has begun; an account that was never opened has no rows."""
    zone = platform.zone()
    since, before = period.bounds(zone)
    kinds = (AccountKind.MEMBER_AVAILABLE, AccountKind.MEMBER_RESERVED)
    available, reserved = own_accounts(member_id, kinds)
    accounts = [number for number in (available, reserved) if number is not None]
    earlier, within = moved_in(accounts, period.first, period.last, zone=str(zone))
    is_over = now >= before
    return Statement(
        member_id=member_id,
        account_id=available,
        currency=platform.currency(),
        period=period,
        until=before if is_over else _latest(available, since, before),
        is_over=is_over,
        opening_minor=_change(earlier, available),
        promised_minor=_change([*earlier, *within], reserved),
        sums=_sums(each for each in within if each.account_id == available),
        shares=shares_by_month(member_id, zone=str(zone), first=period.first, last=period.last),
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
    account_id = own_account(member_id)
    moved: defaultdict[date, list[Moved]] = defaultdict(list)
    for sums in moved_by_month([account_id] if account_id else [], zone=str(platform.zone())):
        moved[sums.on].append(sums)
    if not moved:
        return [], []
    first = min(moved)
    balance_minor, months = 0, []
    for month in reversed(months_between(first, max(today, first))):
        count = sum(each.count for each in moved[month.first])
        in_minor = sum(each.amount_minor for each in moved[month.first] if each.comes_in)
        out_minor = sum(each.amount_minor for each in moved[month.first] if not each.comes_in)
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


def _change(moved: Iterable[Moved], account_id: int | None) -> int:
    return sum(each.change_minor for each in moved if each.account_id == account_id)


def _latest(account_id: int | None, since: datetime, before: datetime) -> datetime:
    """When the account last moved in a time, or its beginning."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT greatest(
                (SELECT max(recorded_at) FROM ledger_transfer WHERE credit_account_id = %(account)s
                    AND recorded_at >= %(since)s AND recorded_at < %(before)s),
                (SELECT max(recorded_at) FROM ledger_transfer WHERE debit_account_id = %(account)s
                    AND recorded_at >= %(since)s AND recorded_at < %(before)s))
            """,
            {"account": account_id, "since": since, "before": before},
        )
        (latest,) = cursor.fetchone() or (None,)
    return latest or since


def _sums(moved: Iterable[Moved]) -> list[KindSum]:
    """Movements by kind and direction, what came in first, the largest first."""
    sums = [KindSum(each.kind, each.comes_in, each.count, each.change_minor) for each in moved]
    return sorted(sums, key=lambda each: (not each.comes_in, -abs(each.change_minor), each.kind))
