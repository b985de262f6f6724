"""The arrears desk: an officer works through the late loans, one after another."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.conftest import form_key
from tests.web.staff.conftest import browser
from tuppence import platform
from tuppence.lending import operations as lending
from tuppence.lending.models import Contact, HandOver, Loan, PlanAnswer, Promise, Recall
from tuppence.lending.plan_requests import PlanRequestOrder, TroubleReason
from tuppence.members.models import User
from tuppence.members.roles import Role


@pytest.fixture
def credit(staff: Callable[..., User]) -> Client:
    """A credit officer's browser."""
    return browser(staff("carla", Role.CREDIT_OFFICER))


def send(client: Client, path: str, **fields: object) -> str:
    """Fill a page's form in and send it; the page that follows."""
    key = str(form_key(client.get(path).content))
    return client.post(path, {"key": key, **fields}, follow=True).content.decode()


def test_after_a_call_the_next_case_opens(credit: Client, loan: Callable[..., Loan]) -> None:
    first, second = loan("anna", 4_000_00), loan("bert", 2_000_00)
    desk = credit.get("/staff/arrears/").content.decode()
    assert desk.index("anna".capitalize()) < desk.index("bert".capitalize())
    assert "Nobody has spoken to the borrower yet" in desk
    case = credit.get(f"/staff/arrears/{first.pk}/").content.decode()
    assert f'href="/staff/arrears/{second.pk}/" rel="next" data-key="n"' in case
    day = platform.business_day(timezone.now())
    said = {"channel": "phone", "note": "Pays today.", "amount": "50", "by_day": day.isoformat()}
    key = str(form_key(case.encode()))
    answer = credit.post(f"/staff/arrears/{first.pk}/", {"key": key, **said})
    assert answer["Location"] == f"/staff/arrears/{second.pk}/"
    assert (Contact.objects.get().loan, Promise.objects.get().amount_minor) == (first, 50_00)
    credit.post(f"/staff/arrears/{first.pk}/", {"key": key, **said})
    assert (Contact.objects.count(), Promise.objects.count()) == (1, 1)
    assert "Promised for today" in credit.get("/staff/arrears/").content.decode()


def test_half_a_promise_keeps_nothing(credit: Client, loan: Callable[..., Loan]) -> None:
    path = f"/staff/arrears/{loan().pk}/"
    assert "needs an amount and a day" in send(
        credit, path, channel="phone", note="Maybe.", amount="50"
    )
    past = (platform.business_day(timezone.now()) - timedelta(days=2)).isoformat()
    late = send(credit, path, channel="phone", note="Was.", amount="50", by_day=past)
    assert "Choose today or a later day." in late
    assert not Contact.objects.exists() and not Promise.objects.exists()


def test_a_collector_takes_a_loan_and_gives_it_back(
    credit: Client, loan: Callable[..., Loan]
) -> None:
    path = f"/staff/arrears/{loan().pk}/"
    shown = send(credit, f"{path}hand-over/", collector="Inkasso AG", fee_share="12.5")
    assert "Inkasso AG" in shown
    assert HandOver.objects.get().fee_share == Fraction(1, 8)
    again = send(credit, f"{path}hand-over/", collector="Other AG", fee_share="10")
    assert "A collector has this loan already" in again
    assert "With a collector" in credit.get("/staff/arrears/").content.decode()
    send(credit, f"{path}recall/", why="Too slow.")
    assert Recall.objects.get().reason == "Too slow."
    assert "No collector has this loan." in send(credit, f"{path}recall/", why="Again.")
    story = credit.get(path).content.decode()
    assert "Handed over to a collector" in story and "Taken back from the collector" in story


def test_a_request_for_another_plan_is_answered_and_leads_to_it(
    credit: Client, loan: Callable[..., Loan]
) -> None:
    row, now = loan(), timezone.now()
    order = PlanRequestOrder(
        key=uuid4(),
        loan_id=row.pk,
        member_id=row.borrower_id,
        reason=TroubleReason.ILLNESS,
        story="Ill for a month.",
        can_pay_minor=20_00,
        starts_on=platform.business_day(now) + timedelta(days=10),
        at=now,
        today=platform.business_day(now),
    )
    (asked,) = lending.ask_for_plan([order])
    assert asked.status.accepted, asked
    assert "Ill for a month." in credit.get("/staff/arrears/").content.decode()
    path = f"/staff/arrears/{row.pk}/answer/"
    key = str(form_key(credit.get(path).content))
    said = {"key": key, "answer": "yes", "why": "We spread the rest."}
    answer = credit.post(path, said)
    assert answer["Location"] == f"/staff/loans/{row.pk}/plan/"
    assert PlanAnswer.objects.get().agreed
    assert "Ill for a month." not in credit.get("/staff/arrears/").content.decode()
    assert "waits for an answer" in credit.post(path, said).content.decode()
