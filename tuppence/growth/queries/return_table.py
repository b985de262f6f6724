"""Every source with what it cost and brought, and the books beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from tuppence.growth.models import Campaign, Channel, Partner
from tuppence.growth.queries import returns as queries
from tuppence.growth.return_on_spend import (
    NOTHING,
    Brought,
    Credit,
    MemberValue,
    Month,
    added,
    credit,
)

DIMENSIONS = tuple(queries.DIMENSIONS)


@dataclass(frozen=True, slots=True)
class SourceReturn:
    """One source; `by` holds what it brought by each rule of credit, its cost in each alike."""

    source: str | None  # None: spend, visits or members without one
    name: str
    by: Mapping[Credit, Brought]

    @property
    def first(self) -> Brought:
        return self.by[Credit.FIRST]

    @property
    def last(self) -> Brought:
        return self.by[Credit.LAST]

    @property
    def even(self) -> Brought:
        return self.by[Credit.EVEN]


@dataclass(frozen=True, slots=True)
class ReturnTable:
    """All sources of one way of looking; their sums are those of the trial balance."""

    dimension: str
    currency: str
    rows: tuple[SourceReturn, ...]
    books: queries.Books

    def total(self, rule: Credit) -> Brought:
        """The sum of all rows."""
        found = [row.by[rule] for row in self.rows]
        return Brought(
            sum(each.spend_minor for each in found),
            added([each.value for each in found]),
            sum(each.visits for each in found),
        )

    def difference_minor(self, rule: Credit) -> tuple[int, int, int]:
        """Books less rows, for spend, incentives and fees: zeros, or something is wrong."""
        total = self.total(rule)
        return (
            self.books.spend_minor - total.spend_minor,
            self.books.incentives_minor - total.value.incentives_minor,
            self.books.fees_minor - total.value.fees_minor,
        )


def return_table(dimension: str, currency: str, zone: str) -> ReturnTable:
    """What every channel, campaign, partner or creative brought for what it cost, so far."""
    fees = queries.fees_by_payer(currency, zone)
    members = queries.member_values(currency, fees)
    spend = {
        source: sum(months.values())
        for source, months in queries.spend_by_source(dimension, currency).items()
    }
    visits = queries.visits_by_source(dimension)
    by_rule = {rule: _credited(dimension, rule, members, fees, currency) for rule in Credit}
    names = _names(dimension)
    sources = {*spend, *visits, *(source for found in by_rule.values() for source in found)}
    rows = [
        SourceReturn(
            source,
            names.get(source or "", source or ""),
            {
                rule: Brought(
                    spend.get(source, 0), found.get(source, NOTHING), visits.get(source, 0)
                )
                for rule, found in by_rule.items()
            },
        )
        for source in sources
    ]
    # What is unattributed stands last.
    rows.sort(key=lambda row: (row.source is None, -row.first.cost_minor, row.name))
    return ReturnTable(dimension, currency, tuple(rows), queries.trial_balance_of_growth(currency))


def _credited(
    dimension: str,
    rule: Credit,
    members: Mapping[int, MemberValue],
    fees: queries.Fees,
    currency: str,
) -> dict[str | None, MemberValue]:
    found = credit(members, queries.weights(dimension, rule))
    nobodys = found.get(None, NOTHING)
    unpaid = sum(fees.unattributed.values())  # no payer is known for it
    found[None] = replace(nobodys, fees_minor=nobodys.fees_minor + unpaid)
    if dimension != "campaign":
        return found
    # A campaign's offers are its cost, whoever used them.
    own = queries.incentives_of_campaigns(currency)
    return {
        source: replace(found.get(source, NOTHING), incentives_minor=own.get(source or "", 0))
        for source in {*found, *own}
    }


def _names(dimension: str) -> dict[str, str]:
    """What sources are called; a creative is its own name."""
    rows = {
        "channel": Channel.objects.values_list("id", "name"),
        "campaign": Campaign.objects.values_list("id", "name"),
        "partner": Partner.objects.values_list("id", "name"),
    }.get(dimension)
    return {str(number): name for number, name in rows} if rows is not None else {}


def months_of(
    dimension: str, source: str | None, rule: Credit, currency: str, zone: str
) -> list[Month]:
    """What one source cost, spend and incentives, and what its people's fees were, month by month;
    gaps are filled."""
    fees = queries.fees_by_payer(currency, zone)
    weighted = queries.weights(dimension, rule)
    by_month: dict[date, dict[int, MemberValue]] = {}

    def add(member: int, month: date, more: MemberValue) -> None:
        values = by_month.setdefault(month, {})
        values[member] = added([values.get(member, NOTHING), more])

    for (member, month), minor in fees.by_member.items():
        add(member, month, MemberValue(fees_minor=minor))
    cost = dict(queries.spend_by_source(dimension, currency).get(source, {}))
    for campaign, member, month, minor in queries.incentives_by_month(currency, zone):
        if dimension != "campaign":
            add(member, month, MemberValue(incentives_minor=minor))
        elif campaign == source:
            cost[month] = cost.get(month, 0) + minor
    came = dict(fees.unattributed) if source is None else {}
    for month, values in by_month.items():
        part = credit(values, weighted).get(source, NOTHING)
        came[month] = came.get(month, 0) + part.fees_minor
        cost[month] = cost.get(month, 0) + part.incentives_minor
    return [Month(month, cost.get(month, 0), came.get(month, 0)) for month in _every(cost, came)]


def _every(*months: Mapping[date, int]) -> list[date]:
    known = sorted({month for each in months for month, minor in each.items() if minor})
    if not known:
        return []
    found, month = [], known[0]
    while month <= known[-1]:
        found.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found
