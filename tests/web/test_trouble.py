"""A borrower in trouble asks once, reads the answer, and nobody else finds the page."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.web.conftest import Person
from tests.web.page_checks import faults_of
from tuppence import platform
from tuppence.lending.models import Loan, PlanRequest
from tuppence.lending.operations import answer_plan_requests
from tuppence.lending.plan_requests import PlanAnswerOrder
from tuppence.members.models import User
from tuppence.members.roles import Role

pytestmark = pytest.mark.django_db
Make = Callable[..., tuple[Loan, Person, Person]]


def entry(**changes: str) -> dict[str, str]:
    """What is typed."""
    today = platform.business_day(timezone.now()).isoformat()
    typed = {"reason": "illness", "story": "I was ill.", "can_pay": "20", "starts_on": today}
    return typed | {"key": str(uuid4())} | changes


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_asked_twice_is_once_and_the_answer_is_read(
    loan: Make,
    staff: Callable[..., User],
    language: str,
) -> None:
    row, borrower, _ = loan()
    borrower.client.cookies["django_language"] = language
    page = f"/loans/{row.pk}/trouble/"
    wanted = "en" if language == "en" else "zh-Hans"
    assert faults_of(borrower.client.get(page).content, language=wanted) == []
    sent = entry()
    for _each in range(2):
        assert borrower.client.post(page, sent)["Location"] == page
    asked = PlanRequest.objects.get()
    assert (asked.can_pay_minor, asked.loan_id) == (20_00, row.pk)
    second = borrower.client.post(page, entry())
    assert second.status_code == 200 and PlanRequest.objects.count() == 1
    order = PlanAnswerOrder(asked.pk, True, "Half for three months.", timezone.now())
    answer_plan_requests([order], by=staff("credit", Role.CREDIT_OFFICER).pk)
    shown = borrower.client.get(page).content
    assert "Half for three months." in shown.decode()
    assert faults_of(shown, language=wanted) == []


def test_a_mistake_keeps_what_was_typed(loan: Make) -> None:
    row, borrower, _ = loan()
    day = platform.business_day(timezone.now()) - timedelta(days=1)
    sent = entry(starts_on=day.isoformat(), story="The van broke down.")
    shown = borrower.client.post(f"/loans/{row.pk}/trouble/", sent).content.decode()
    assert "Choose today or a later day." in shown and "The van broke down." in shown
    assert not PlanRequest.objects.exists()


def test_somebody_elses_answers_like_none(
    loan: Make,
    member: Callable[..., Person],
) -> None:
    row, borrower, lender = loan()
    borrower.client.post(f"/loans/{row.pk}/trouble/", entry())
    asked = PlanRequest.objects.get()
    back = f"trouble/{asked.pk}/withdraw/"
    for person in (lender, member("eve")):
        for number in (row.pk, 999_999):
            assert person.client.get(f"/loans/{number}/trouble/").status_code == 404
            assert person.client.post(f"/loans/{number}/trouble/", entry()).status_code == 404
            assert person.client.post(f"/loans/{number}/{back}").status_code == 404
    for _each in range(2):
        assert borrower.client.post(f"/loans/{row.pk}/{back}").status_code == 302
    assert PlanRequest.objects.filter(withdrawal__isnull=False).count() == 1
