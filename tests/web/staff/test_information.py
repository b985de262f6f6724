"""An officer asks, the applicant sees what is missing and why, answers, and it comes back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.conftest import Person, form_key
from tests.web.staff.conftest import applied, browser
from tests.web.staff.test_applications import DOT
from tuppence.lending.models import Application, InformationItem, InformationRequest, Product
from tuppence.members.models import Document, User
from tuppence.members.roles import Role

ASK = {
    "why": "Your statement shows less than you wrote.",
    "kind_1": "bank_statement",
    "words_1": "The last three months, every page.",
    "kind_3": "explanation",
    "words_3": "Why did the income fall in May?",
}


@pytest.fixture
def officer(staff: Callable[..., User]) -> Client:
    """A credit officer's browser."""
    return browser(staff("carla", Role.CREDIT_OFFICER))


@pytest.fixture
def berta(member: Callable[..., Person], tmp_path: Path, settings: Any) -> Person:
    """Who applied."""
    settings.MEDIA_ROOT = tmp_path
    return member("berta")


@pytest.fixture
def waiting(product: Product, berta: Person) -> Application:
    """An application that nobody has decided on."""
    return applied(product, berta.member_id, 12_000_00)


def ask(officer: Client, application: Application, **fields: str) -> str:
    """Fill the officer's form in and send it twice; what the page says then."""
    path = f"/staff/applications/{application.pk}/ask/"
    page = officer.get(path).content
    due_on = page.decode().split('name="due_on" value="')[1][:10]
    said = {"key": str(form_key(page)), "due_on": due_on, **ASK, **fields}
    officer.post(path, said)
    return officer.post(path, said, follow=True).content.decode()


def test_a_request_goes_out_is_answered_and_comes_back(
    officer: Client, berta: Person, waiting: Application
) -> None:
    case = ask(officer, waiting)
    assert "Why did the income fall in May?" in case and "missing" in case
    assert InformationRequest.objects.count() == 1
    queue = officer.get("/staff/applications/?waits=applicant").content.decode()
    assert waiting.title in queue and "the applicant answers" in queue
    assert waiting.title not in officer.get("/staff/applications/").content.decode()

    home = berta.client.get("/home/").content.decode()
    assert "We need something for" in home
    seen = berta.client.get(f"/applications/{waiting.pk}/").content.decode()
    assert "waiting for your answers" in seen
    assert ASK["why"] in seen and "The last three months, every page." in seen
    path = f"/applications/{waiting.pk}/missing/"
    page = berta.client.get(path).content.decode()
    assert ASK["why"] in page and "Upload" in page
    paper, words = InformationItem.objects.order_by("number")
    empty = berta.client.post(f"{path}{words.pk}/", {"words": ""}).content.decode()
    assert "This field is required" in empty
    file = SimpleUploadedFile("may.png", DOT, "image/png")
    berta.client.post(f"{path}{paper.pk}/", {"file": file, "words": ""})
    answer = berta.client.post(
        f"{path}{words.pk}/", {"words": "A customer left."}, follow=True
    ).content.decode()
    assert "Everything is here." in answer and "Upload" not in answer

    back = officer.get("/staff/applications/").content.decode()
    assert "answers came, an officer decides" in back
    case = officer.get(f"/staff/applications/{waiting.pk}/").content.decode()
    assert "A customer left." in case and "may.png" in case and "/picture/" in case


def test_a_bad_file_is_refused_with_its_reason_and_nothing_is_kept(
    officer: Client, berta: Person, waiting: Application
) -> None:
    ask(officer, waiting)
    item = InformationItem.objects.get(kind="paper")
    path = f"/applications/{waiting.pk}/missing/{item.pk}/"
    file = SimpleUploadedFile("virus.pdf", b"MZ not a paper", "application/pdf")
    page = berta.client.post(path, {"file": file, "words": "Here."}).content.decode()
    assert "PDF, JPEG or PNG" in page and "Here." in page
    assert not Document.objects.filter(member_id=berta.member_id).exists()
    assert "still missing" not in page


def test_the_officers_form_says_what_is_wrong_at_its_field(
    officer: Client, waiting: Application
) -> None:
    page = ask(officer, waiting, words_1="")
    assert "Say what exactly you need." in page and ASK["why"] in page
    page = ask(officer, waiting, kind_1="", words_1="", kind_3="", words_3="")
    assert "Name at least one thing." in page
    assert not InformationRequest.objects.exists()


def test_it_is_needed_no_longer(officer: Client, berta: Person, waiting: Application) -> None:
    ask(officer, waiting)
    path = f"/staff/applications/{waiting.pk}/need-no-longer/"
    key = str(form_key(officer.get(path).content))
    for _ in range(2):
        page = officer.post(path, {"key": key}, follow=True).content.decode()
    assert "no longer needed" in page
    assert "Upload" not in berta.client.get(f"/applications/{waiting.pk}/missing/").content.decode()


def test_strangers_and_other_roles_stay_outside(
    officer: Client,
    waiting: Application,
    member: Callable[..., Person],
    staff: Callable[..., User],
) -> None:
    ask(officer, waiting)
    item = InformationItem.objects.get(kind="explanation")
    eve = member("eve").client
    assert eve.get(f"/applications/{waiting.pk}/missing/").status_code == 404
    path = f"/applications/{waiting.pk}/missing/{item.pk}/"
    assert eve.post(path, {"words": "I."}).status_code == 404
    support = browser(staff("sue", Role.SUPPORT))
    assert support.get(f"/staff/applications/{waiting.pk}/ask/").status_code == 403
    assert "A customer" not in support.get(f"/staff/applications/{waiting.pk}/").content.decode()
