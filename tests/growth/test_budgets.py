"""Budgets: what is used of them, alerts recorded once each, and what stops by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth.conftest import AT, key
from tuppence.growth.budgets import PERCENT, Budget, BudgetOrder, BudgetStatus, Usage, reached
from tuppence.growth.models import BudgetAlert, Channel, ChannelBudget, Partner
from tuppence.growth.operations import book_spend, record_alerts, see_alerts, set_budgets
from tuppence.growth.pacing import Pace
from tuppence.growth.queries.budgets import channel_months, open_alerts
from tuppence.growth.spend import PriceModel, SpendLine, SpendOrder

MONTH = date(2026, 11, 1)
TODAY = date(2026, 11, 27)


def spend(by: int, partner: Partner, channel: Channel, day: int, amount_minor: int) -> None:
    line = SpendLine(
        channel_id=channel.pk,
        campaign_id=None,
        partner_id=partner.pk,
        day=date(2026, 11, day),
        amount_minor=amount_minor,
        price_model=PriceModel.CPC,
    )
    (done,) = book_spend([SpendOrder(key("spend", day), line, by, AT)])
    assert done.status.accepted, done


def allow(by: int, channel: Channel, amount_minor: int) -> BudgetStatus:
    order = BudgetOrder(
        key("budget", channel.pk, amount_minor), channel.pk, MONTH, amount_minor, by, AT
    )
    (status,) = set_budgets([order])
    return status


def test_each_share_is_recorded_once_and_seen_once(
    grower: int, partner: Partner, search: Channel
) -> None:
    assert allow(grower, search, 100_00) is BudgetStatus.DONE
    assert record_alerts(at=AT) == 0
    spend(grower, partner, search, 3, 49_99)
    assert record_alerts(at=AT) == 0
    spend(grower, partner, search, 4, 30_01)
    assert record_alerts(at=AT) == 2
    assert record_alerts(at=AT + timedelta(hours=1)) == 0
    assert [alert.percent for alert in open_alerts(limit=9)] == [80]
    spend(grower, partner, search, 5, 50_00)
    assert record_alerts(at=AT + timedelta(hours=2)) == 1
    numbers = {row.percent: row.pk for row in BudgetAlert.objects.all()}
    assert see_alerts([numbers[80]], by=grower, at=AT) == 2  # with the lower share
    assert [alert.percent for alert in open_alerts(limit=9)] == [100]
    assert see_alerts(list(numbers.values()), by=grower, at=AT) == 1
    assert open_alerts(limit=9) == [] and BudgetAlert.objects.count() == 3


def test_the_latest_budget_holds_and_the_month_says_how_it_goes(
    grower: int, partner: Partner, search: Channel
) -> None:
    allow(grower, search, 50_00)
    assert allow(grower, search, 50_00) is BudgetStatus.EXISTS
    allow(grower, search, 200_00)
    spend(grower, partner, search, 3, 60_00)
    rows = {row.channel_id: row for row in channel_months("EUR", month=MONTH, today=TODAY)}
    found = rows[search.pk]
    assert (found.budget_minor, found.spent_minor, found.left_minor) == (200_00, 60_00, 140_00)
    assert found.pacing.pace is Pace.BEHIND
    assert ChannelBudget.objects.count() == 2
    record_alerts(at=AT)
    assert not BudgetAlert.objects.exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"channel_id": 10**9}, BudgetStatus.CHANNEL_NOT_FOUND),
        ({"amount_minor": -1}, BudgetStatus.AMOUNT_WRONG),
        ({"month": date(2026, 10, 1)}, BudgetStatus.MONTH_OVER),
        ({"month": date(2026, 12, 1)}, BudgetStatus.DONE),
        ({"by": 10**9}, BudgetStatus.NOT_PERMITTED),
    ],
)
def test_what_cannot_be_a_budget_is_said(
    grower: int, search: Channel, change: dict[str, object], status: BudgetStatus
) -> None:
    order = BudgetOrder(key("budget"), search.pk, MONTH, 5_00, grower, AT)
    assert set_budgets([replace(order, **change)]) == [status]  # type: ignore[arg-type]  # by name


def test_who_does_not_see_growth_cannot_put_an_alert_away(
    grower: int, partner: Partner, search: Channel, staff: Callable[..., int]
) -> None:
    allow(grower, search, 10_00)
    spend(grower, partner, search, 3, 6_00)
    record_alerts(at=AT)
    assert see_alerts([BudgetAlert.objects.get().pk], by=staff("nobody"), at=AT) == 0
    assert len(open_alerts(limit=9)) == 1


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_share_is_reached_exactly_where_it_is(used: int, budget: int) -> None:
    found = reached([Usage(Budget.CAMPAIGN_GIVES, 1, None, used, budget)])
    for percent in PERCENT:
        is_there = any(each.percent == percent for each in found)
        assert is_there == (budget > 0 and Fraction(used, budget) >= Fraction(percent, 100))
