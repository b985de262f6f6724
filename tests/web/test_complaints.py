"""Complaints on the pages: made by members, answered by compliance, hidden from everybody else."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.conftest import Person, form_key
from tests.web.page_checks import faults_of
from tuppence.compliance.models import Complaint, ComplaintEntry
from tuppence.members.models import User
from tuppence.members.roles import Role

pytestmark = pytest.mark.django_db
WORDS = {
    "topic": "payment",
    "what_happened": "My payment of the 3rd was booked on the 9th.",
    "what_is_wanted": "Take the late fee back.",
}


def complain(person: Person) -> Complaint:
    """Make a complaint by the page."""
    key = form_key(person.client.get("/complaints/new/").content)
    answer = person.client.post("/complaints/new/", WORDS | {"key": key})
    assert answer.status_code == 302, answer.content
    return Complaint.objects.latest("id")


def officer(staff: Callable[..., User], *roles: Role) -> Client:
    client = Client()
    client.force_login(
        staff("carla", *(roles or (Role.COMPLIANCE_OFFICER,))),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def test_a_complaint_goes_from_its_number_to_its_last_answer(
    member: Callable[..., Person], staff: Callable[..., User]
) -> None:
    ann, carla = member("ann"), officer(staff)
    made = complain(ann)
    own, theirs = f"/complaints/{made.pk}/", f"/staff/complaints/{made.pk}/"
    assert f"Complaint {made.pk}" in ann.client.get(own).content.decode()
    assert theirs in carla.get("/staff/complaints/").content.decode()

    def act(client: Client, path: str, **fields: str) -> None:
        key = form_key(client.get(path).content)
        answer = client.post(path, fields | {"key": str(key)})
        assert answer.status_code == 302, answer.content.decode()

    act(carla, f"{theirs}note/", text="Bank line 12 shows the 3rd.")
    act(carla, f"{theirs}answer/", outcome="partly", text="The fee is taken back.")
    page = ann.client.get(own).content.decode()
    assert "The fee is taken back." in page and "Bank line 12" not in page
    assert "@staff.example" not in page  # who answered is the platform
    act(ann.client, f"{own}escalate/", text="The interest too, please.")
    assert theirs in carla.get("/staff/complaints/").content.decode()
    act(carla, f"{theirs}answer/", outcome="upheld", text="The interest too.")
    assert theirs not in carla.get("/staff/complaints/").content.decode()
    assert theirs in carla.get("/staff/complaints/?open=closed").content.decode()
    assert ann.client.get(f"{own}escalate/").status_code == 200
    key = str(uuid4())
    refused = ann.client.post(f"{own}escalate/", {"text": "Again.", "key": key})
    assert refused.status_code == 200 and "second time" in refused.content.decode()


def test_the_same_form_sent_twice_is_one_complaint(member: Callable[..., Person]) -> None:
    ann = member("ann")
    key = form_key(ann.client.get("/complaints/new/").content)
    places = {ann.client.post("/complaints/new/", WORDS | {"key": key})["Location"] for _ in "ab"}
    assert len(places) == 1 and Complaint.objects.count() == 1


def test_nobody_reads_or_writes_on_anothers_complaint(member: Callable[..., Person]) -> None:
    ann, eve = member("ann"), member("eve")
    made = complain(ann)
    for act in ("", "message/", "escalate/", "take-back/"):
        path = f"/complaints/{made.pk}/{act}"
        assert eve.client.get(path).status_code == 404
        assert eve.client.post(path, {"text": "x", "key": str(uuid4())}).status_code in {404, 405}
    assert not ComplaintEntry.objects.exists()
    assert f"Complaint {made.pk}" not in eve.client.get("/complaints/").content.decode()


@pytest.mark.parametrize(
    ("role", "reads", "answers"),
    [
        (Role.COMPLIANCE_OFFICER, True, True),
        (Role.SUPPORT, True, False),
        (Role.GROWTH_OPERATOR, False, False),
        (Role.CREDIT_OFFICER, False, False),
        (Role.FINANCE_OFFICER, False, False),
        (Role.ADMINISTRATOR, False, False),
    ],
)
def test_what_each_role_may_do_with_complaints(
    role: Role,
    reads: bool,
    answers: bool,
    member: Callable[..., Person],
    staff: Callable[..., User],
) -> None:
    made, client = complain(member("ann")), officer(staff, role)
    path = f"/staff/complaints/{made.pk}/"
    page = client.get(path)
    assert page.status_code == (200 if reads else 403)
    assert (b"/answer/" in page.content) == answers
    assert client.get(f"{path}answer/").status_code == (200 if answers else 403)


def test_a_visitor_reads_how_complaints_go(client: Client) -> None:
    page = client.get("/complaints/")
    assert page.status_code == 200 and b"10 working days" in page.content
    assert client.get("/complaints/new/").status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_are_well_made(language: str, member: Callable[..., Person]) -> None:
    from django.conf import settings

    ann = member("ann")
    made = complain(ann)
    ann.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    shown = "zh-Hans" if language == "zh-hans" else "en"
    for path in ("", "new/", f"{made.pk}/", f"{made.pk}/message/", f"{made.pk}/take-back/"):
        answer = ann.client.get(f"/complaints/{path}")
        assert answer.status_code == 200
        assert faults_of(answer.content, language=shown) == [], path


def test_an_empty_complaint_says_what_is_missing(member: Callable[..., Person]) -> None:
    ann = member("ann")
    answer = ann.client.post("/complaints/new/", {"topic": "payment", "key": str(uuid4())})
    assert answer.status_code == 200 and answer.content.count(b"wrong") >= 2
    assert timezone.now() and not Complaint.objects.exists()
