"""Ask the rulebook about a batch of orders before any of them is decided. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tuppence.market.orders import InvestColumns
from tuppence.members.standing import InvestorColumns
from tuppence.rules.investor import InvestorRules

HOUR = np.timedelta64(1, "h")


@dataclass(frozen=True, slots=True)
class Refusals:
    """For each order 0, or the code of the rule that refuses it; `rule_ids` by code."""

    codes: NDArray[np.int8]
    rule_ids: Mapping[int, str]


def refuse_by_rule(
    orders: InvestColumns,
    investors: InvestorColumns,
    *,
    rules: InvestorRules,
    already_minor: NDArray[np.int64],
    zone: ZoneInfo,
) -> Refusals:
    """What the rulebook says to each order on its own day.

    `investors` is aligned with the orders; `already_minor` is what the investor has in the same
    listing. What the same batch asked for before is added to it, whether it is placed or not: a
    rule that asks for consent should rather ask once too often.
    """
    lent_minor = lent_here(orders, already_minor)
    net_worth = np.where(investors.net_worth_known, investors.net_worth_minor, -1)
    codes = np.zeros(len(orders), dtype=np.int8)
    for day, rows in _days(orders.at, zone):
        codes[rows] = rules.decide_columns(
            investors.test_passed_on[rows],
            investors.sophisticated[rows],
            investors.warning_acknowledged[rows],
            net_worth[rows],
            orders.amounts_minor[rows],
            orders.consents[rows],
            day,
            already_minor=lent_minor[rows],
        )
    return Refusals(codes, rules.codes)


def lent_here(orders: InvestColumns, already_minor: NDArray[np.int64]) -> NDArray[np.int64]:
    """What each order's investor has in the listing, with what the batch asked for before."""
    return already_minor + _asked_before(orders)


def latest_day(at: NDArray[np.datetime64], zone: ZoneInfo) -> date:
    """The last business day that these moments fall on: the day whose rules a batch meets."""
    return max(day for day, _ in _days(at, zone))


def _asked_before(orders: InvestColumns) -> NDArray[np.int64]:
    """For each order, what its investor asked for earlier in this batch in the same listing."""
    asked = np.zeros(len(orders), dtype=np.int64)
    if len(np.unique(orders.member_ids)) == len(orders):
        return asked
    totals: dict[tuple[int, int], int] = {}
    pairs = zip(orders.member_ids.tolist(), orders.listing_ids.tolist(), strict=True)
    for row, (pair, amount) in enumerate(zip(pairs, orders.amounts_minor.tolist(), strict=True)):
        asked[row] = totals.get(pair, 0)
        totals[pair] = min(totals.get(pair, 0) + max(amount, 0), 2**61)
    return asked


def _days(
    at: NDArray[np.datetime64], zone: ZoneInfo
) -> list[tuple[date, NDArray[np.int64] | slice]]:
    """The business days of these moments, each with the rows that fall on it."""
    # Every zone's midnight falls on a quarter of an hour.
    quarters = at.astype("datetime64[m]").astype(np.int64) // 15
    distinct, inverse = np.unique(quarters, return_inverse=True)
    days = [
        datetime.fromtimestamp(quarter * 900, tz=UTC).astimezone(zone).date()
        for quarter in distinct.tolist()
    ]
    if len(set(days)) == 1:
        return [(days[0], slice(None))]
    day_of = np.array(days, dtype="datetime64[D]")[inverse]
    return [(day, np.flatnonzero(day_of == np.datetime64(day, "D"))) for day in sorted(set(days))]
