"""Months with partners, budgets and the views of campaigns, as staff use them."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.growth.conftest import plan
from tests.web.staff.conftest import browser
from tuppence import platform
from tuppence.growth.models import BudgetAlert, Channel, Partner, Settlement
from tuppence.growth.operations import add_partner, book_spend, draft_campaign
from tuppence.growth.queries.overview import CampaignCard
from tuppence.growth.spend import PriceModel, SpendLine, SpendOrder
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.web.reads.staff.campaign_calendar import weeks_of

pytestmark = pytest.mark.django_db


def last_month() -> date:
    today = platform.business_day(timezone.now())
    return today.replace(day=1) - timedelta(days=1)


def spend(by: int, partner: Partner, day: date, amount_minor: int) -> None:
    channel = Channel.objects.get(code="paid_search")
    line = SpendLine(channel.pk, None, partner.pk, day, amount_minor, PriceModel.CPC, clicks=4)
    (booked,) = book_spend([SpendOrder(uuid4(), line, by, timezone.now())])
    assert booked.status.accepted, booked


@pytest.fixture
def grower(staff: Callable[..., User]) -> User:
    return staff("gina", Role.GROWTH_OPERATOR)


def typed(page, **changes: str) -> dict[str, str]:
    """What a form holds, with changes, as a browser sends it."""
    values = {field.name: field.value() for field in page.context["form"]} | changes
    return {name: str(value) for name, value in values.items() if value is not None}


def do(client: Client, place: list[object], act: str, **changes: str):
    url = reverse("staff_settle", args=[*place, act])
    return client.post(url, typed(client.get(url), **changes))


def test_a_month_from_claim_to_paper(grower: User) -> None:
    partner = add_partner("Adworld", by=grower.pk, at=timezone.now())
    day, client = last_month(), browser(grower)
    spend(grower.pk, partner, day, 40_00)
    place: list[object] = [partner.pk, f"{day:%Y-%m}"]
    do(client, place, "claim", amount="45", text="statement 9")
    page = client.get(reverse("staff_settlement", args=place))
    assert page.context["row"].difference_minor == 5_00
    # What differs stands in the form of the rejection already.
    do(client, place, "reject", text="clicks of programs")
    do(client, place, "agree")
    do(client, place, "invoice", text="R-1")
    assert Settlement.objects.get().agreed_minor == 40_00
    month = client.get(reverse("staff_settlements"), {"month": place[1]})
    (row,) = month.context["table"].rows
    assert "invoiced, to be paid" in month.content.decode() and row
    file = client.get(reverse("staff_settlements"), {"month": place[1], "format": "csv"})
    assert "Adworld" in b"".join(file.streaming_content).decode()
    paper = client.get(reverse("staff_settlement_pdf", args=place))
    assert paper.content.startswith(b"%PDF")


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "2999-01", "november"])
def test_a_month_that_is_none_is_no_page(grower: User, month: str) -> None:
    partner = add_partner("Adworld", by=grower.pk, at=timezone.now())
    url = f"/staff/growth/settlements/{partner.pk}/{month}/"
    assert browser(grower).get(url).status_code == 404


def test_a_budget_is_set_told_of_and_put_away(grower: User) -> None:
    partner = add_partner("Adworld", by=grower.pk, at=timezone.now())
    today, client = platform.business_day(timezone.now()), browser(grower)
    channel = Channel.objects.get(code="paid_search")
    spend(grower.pk, partner, today, 60_00)
    url = reverse("staff_set_budget", args=[channel.pk, f"{today:%Y-%m}"])
    assert client.post(url, typed(client.get(url), amount="100")).status_code == 302
    alert = BudgetAlert.objects.get()
    assert alert.percent == 50
    assert "Budgets that are used up" in client.get(reverse("staff_growth")).content.decode()
    assert "Budgets that are used up" in client.get(reverse("staff_desk")).content.decode()
    client.post(reverse("staff_alerts_seen"), {"alert": [alert.pk, "x", "9" * 40]})
    assert "50 % reached" not in client.get(reverse("staff_growth")).content.decode()


def test_board_and_calendar_keep_their_filters_in_the_address(grower: User) -> None:
    today, client = platform.business_day(timezone.now()), browser(grower)
    draft_campaign(
        plan(starts_on=today, ends_on=today + timedelta(days=9)),
        by=grower.pk,
        at=timezone.now(),
        key=uuid4(),
    )
    for route in ("staff_campaign_board", "staff_campaign_calendar"):
        shown = client.get(reverse(route), {"goal": "first_investors"}).content.decode()
        assert "First 500 investors" in shown and 'value="first_investors" selected' in shown
        other = client.get(reverse(route), {"goal": "visits", "month": "x"}).content.decode()
        assert "First 500 investors" not in other


def card(first: date, last: date) -> CampaignCard:
    return CampaignCard(
        *(1, "One", "running", "visits", 5, first, last, 0, 0, "EUR", "a@b", timezone.now())
    )


def test_a_bar_fills_its_days_of_each_week() -> None:
    weeks = weeks_of(date(2026, 11, 1), [card(date(2026, 10, 30), date(2026, 11, 10))])
    assert [week.days[0] for week in weeks][:2] == [date(2026, 10, 26), date(2026, 11, 2)]
    bars = [bar for week in weeks for bar in week.bars]
    assert [(bar.before, bar.days, bar.after) for bar in bars] == [(4, 3, 0), (0, 7, 0), (0, 2, 5)]
    assert [(bar.begins, bar.ends) for bar in bars] == [
        *((True, False), (False, False)),
        (False, True),
    ]
