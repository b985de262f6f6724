"""Growth pages: spend by hand and by file, a campaign from its plan to its launch."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.web.staff.conftest import browser
from tuppence.growth.models import Campaign, Channel, SpendImport, SpendRow
from tuppence.growth.queries.overview import channel_costs
from tuppence.members.models import ApprovalRequest, User
from tuppence.members.roles import Role

pytestmark = pytest.mark.django_db
AMOUNT = "58.705"


@pytest.fixture
def grower(staff: Callable[..., User]) -> Client:
    return browser(staff("gina", Role.GROWTH_OPERATOR))


def typed(page, **changes: str) -> dict[str, str]:
    """What a form holds, with changes, as a browser sends it."""
    form = page.context["form"]
    values = {field.name: field.value() for field in form}
    return {name: str(value) for name, value in (values | changes).items() if value is not None}


def channel(code: str = "paid_search") -> str:
    return str(Channel.objects.get(code=code).pk)


def test_spend_by_hand_is_booked_once_and_can_be_taken_back(grower: Client) -> None:
    url = reverse("staff_new_spend")
    sent = typed(
        grower.get(url), channel=channel(), amount="12.34", new_partner="Adworld", price_model="cpc"
    )
    first, again = grower.post(url, sent), grower.post(url, sent)
    row = SpendRow.objects.get()
    assert first["Location"] == again["Location"] == reverse("staff_spend_row", args=[row.pk])
    page = grower.get(reverse("staff_growth"))
    found = page.context["found"]
    assert (found.total_minor, found.books_minor, found.difference_minor) == (12_34, 12_34, 0)

    back = reverse("staff_take_back_spend", args=[row.pk])
    grower.post(back, typed(grower.get(back), why="twice invoiced"))
    assert SpendRow.objects.get().reversed_why == "twice invoiced"
    costs = channel_costs("EUR", today=timezone.localdate())
    assert (costs.total_minor, costs.difference_minor) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"amount": "-3"}, "has a sign"),
        ({"amount": "1e400"}, "write it out in digits"),
        ({"day": "2999-01-01"}, "has not come yet"),
        ({"new_partner": ""}, "to whom the money is owed"),
        ({"price_model": "free"}, "costs nothing has no amount"),
    ],
)
def test_spend_that_cannot_stand_is_refused_in_words(
    grower: Client, changes: dict[str, str], says: str
) -> None:
    url = reverse("staff_new_spend")
    whole = {
        "channel": channel(),
        "amount": "12.34",
        "new_partner": "Adworld",
        "price_model": "cpc",
    }
    page = grower.post(url, typed(grower.get(url), **(whole | changes)))
    assert says in page.content.decode()
    assert not SpendRow.objects.exists()


def test_a_file_is_sent_read_compared_and_booked_whole(grower: Client) -> None:
    url = reverse("staff_spend_upload")
    day = timezone.localdate().isoformat()
    text = f"date,ad_id,campaign,spend,clicks\n{day},a1,spring,{AMOUNT},7\n{day},a2,spring,1.1,2\n"
    sent = {
        "new_partner": "Adworld",
        "partner": "",
        "channel": channel(),
        "file": SimpleUploadedFile("ads.csv", text.encode()),
    }
    layout = grower.post(url, sent)["Location"]
    page = grower.get(layout)
    # The columns are guessed by their headings; nothing is booked before the sum was seen.
    looked = grower.post(layout, typed(page) | {"check": "1"})
    assert (looked.context["outcome"].fresh, looked.context["outcome"].total_minor) == (2, 59_80)
    assert not SpendRow.objects.exists()
    booked = grower.post(layout, typed(page) | {"book": "1"})
    row = SpendImport.objects.get()
    assert booked["Location"] == reverse("staff_spend_import", args=[row.pk])
    assert (row.booked, row.booked_minor) == (2, 59_80)
    assert "€59.80" in grower.get(booked["Location"]).content.decode()
    again = grower.post(layout, typed(grower.get(layout)) | {"book": "1"})
    assert "in the books already" in again.content.decode()


def test_a_file_with_bad_cells_names_them_and_books_nothing(grower: Client) -> None:
    url = reverse("staff_spend_upload")
    text = "date,ad_id,spend\n2026-11-31,a1,5\n2026-11-01,a2,minus\n"
    sent = {"new_partner": "Adworld", "channel": channel(), "partner": ""}
    layout = grower.post(url, sent | {"file": SimpleUploadedFile("a.csv", text.encode())})
    page = grower.get(layout["Location"])
    told = grower.post(layout["Location"], typed(page) | {"book": "1"}).content.decode()
    assert "row 2, date" in told and "row 3, spend" in told
    assert not SpendRow.objects.exists()


def test_what_is_no_file_of_spend_is_refused_at_once(grower: Client) -> None:
    sent = {"new_partner": "Adworld", "channel": channel(), "partner": ""}
    for content in (b"", b"\xff\xfe", b"PK\x03\x04no sheet"):
        file = SimpleUploadedFile("a.xlsx", content)
        page = grower.post(reverse("staff_spend_upload"), sent | {"file": file})
        assert page.status_code == 200 and page.context["form"].errors["file"]


def planned(grower: Client, **changes: str) -> Campaign:
    url = reverse("staff_new_campaign")
    today = timezone.localdate()
    words = {name: f"about {name}" for name in grower.get(url).context["form"].fields}
    values = {
        **{name: words[name] for name in words if not name[-1].isdecimal()},
        "name": "First investors",
        "goal": "first_investors",
        "goal_number": "50",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=20)).isoformat(),
        "channel_1": "paid_search",
        "spend_1": "800",
        "gives_1": "0",
        "expected_1": "50",
    }
    answer = grower.post(url, values | changes)
    assert answer.status_code == 302, answer.context["form"].errors
    return Campaign.objects.get(pk=int(answer["Location"].rstrip("/").rsplit("/", 1)[1]))


def do(client: Client, row: Campaign, act: str, **more: str):
    url = reverse("staff_campaign_act", args=[row.pk, act])
    return client.post(url, typed(client.get(url), **more))


def test_a_campaign_goes_from_plan_by_a_second_person_to_its_launch(
    grower: Client, staff: Callable[..., User]
) -> None:
    row = planned(grower)
    asked = do(grower, row, "submit")
    request = ApprovalRequest.objects.get()
    assert asked["Location"] == reverse("staff_approval", args=[request.pk])
    finance = browser(staff("fred", Role.FINANCE_OFFICER))
    page = finance.get(asked["Location"])
    shown = page.content.decode()
    assert "about hypothesis" in shown and "What it tests" in shown
    assert "expected: 50 first-time investors" in shown and "spend_minor" not in shown
    finance.post(asked["Location"], typed(page) | {"word": "approve"})
    row.refresh_from_db()
    assert row.state == "approved"
    assert do(grower, row, "launch")["Location"] == reverse("staff_campaign", args=[row.pk])
    row.refresh_from_db()
    assert row.state == "running"
    again = do(grower, row, "launch")
    assert "not in this state any more" in again.content.decode()


def test_a_plan_that_lacks_something_says_what(grower: Client) -> None:
    row = planned(grower, hypothesis="", rivals="")
    page = grower.get(reverse("staff_campaign", args=[row.pk])).content.decode()
    assert "What it tests, Against which other rates" in page
    assert "not complete yet" in do(grower, row, "submit").content.decode()


def test_gifts_need_the_firms_money_in_the_client_bank(grower: Client) -> None:
    row = planned(grower, spend_1="100", gives_1="50")
    do(grower, row, "submit")
    told = do(grower, row, "launch").content.decode()
    assert "does not cover what it may give away" in told


def test_channels_are_opened_and_closed(grower: Client) -> None:
    url = reverse("staff_new_channel")
    grower.post(url, {"name": "Radio", "code": "radio", "paid": "on", "parent": "offline"})
    row = Channel.objects.get(code="radio")
    refused = grower.post(url, {"name": "Radio", "code": "radio", "parent": ""})
    assert "already" in refused.content.decode()
    close = reverse("staff_close_channel", args=[row.pk])
    grower.post(close, typed(grower.get(close)))
    row.refresh_from_db()
    assert row.closed_at is not None
