"""Budgets by month and channel, and the alerts of every budget at 50, 80 and 100 per cent.

Spend to partners is told of, never refused: it happened. What the platform itself gives away stops
by itself: it is taken from the campaign's account in the book of commitments, which never goes
below zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tuppence.growth.pacing import ALERTS
from tuppence.money.currency import AMOUNT_MAX_MINOR

PERCENT = tuple(int(share * 100) for share in ALERTS)


class Budget(StrEnum):
    """What kind of budget an alert is about."""

    CAMPAIGN_SPEND = "campaign_spend"
    CAMPAIGN_GIVES = "campaign_gives"
    CHANNEL_MONTH = "channel_month"


class BudgetStatus(StrEnum):
    """What became of setting a budget. Where several checks fail, the first is named."""

    DONE = "done"
    EXISTS = "exists"
    NOT_PERMITTED = "not_permitted"
    CHANNEL_NOT_FOUND = "channel_not_found"
    CHANNEL_CLOSED = "channel_closed"
    AMOUNT_WRONG = "amount_wrong"
    MONTH_OVER = "month_over"

    @property
    def accepted(self) -> bool:
        return self in {BudgetStatus.DONE, BudgetStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class BudgetOrder:
    """What a channel may cost in a month, in minor units; 0 is no budget."""

    key: UUID
    channel_id: int
    month: date  # its first day
    amount_minor: int
    by: int
    at: datetime


def decide_budget(
    order: BudgetOrder, *, channels: dict[int, bool], this_month: date
) -> BudgetStatus:
    """Whether a budget can be set; `channels` says which there are and whether each is open."""
    if order.channel_id not in channels:
        return BudgetStatus.CHANNEL_NOT_FOUND
    if not channels[order.channel_id]:
        return BudgetStatus.CHANNEL_CLOSED
    if not 0 <= order.amount_minor < AMOUNT_MAX_MINOR:
        return BudgetStatus.AMOUNT_WRONG
    return BudgetStatus.MONTH_OVER if order.month < this_month else BudgetStatus.DONE


@dataclass(frozen=True, slots=True)
class Usage:
    """A budget and what of it is used, in minor units."""

    budget: Budget
    subject_id: int  # of the campaign or channel
    month: date | None  # of a channel's budget
    used_minor: int
    budget_minor: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A share of a budget that is reached."""

    usage: Usage
    percent: int


def reached(usages: Iterable[Usage]) -> list[Reached]:
    """Every share that these budgets have reached, in the order of the budgets.

    >>> plan = Usage(Budget.CAMPAIGN_SPEND, 1, None, 80_00, 100_00)
    >>> [each.percent for each in reached([plan])]
    [50, 80]
    """
    return [
        Reached(usage, percent)
        for usage in usages
        for percent in PERCENT
        if usage.budget_minor > 0 and usage.used_minor * 100 >= usage.budget_minor * percent
    ]
