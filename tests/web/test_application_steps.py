"""Applying, one question a page: kept as one goes, refused early, sent once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.test_pages import opened
from tuppence.lending.models import Application, ApplicationDraft, ApplicationPaper

pytestmark = pytest.mark.django_db
BEGIN = {"amount": "5000", "instalments": "12"}
ANSWERS = {
    "use": {"use": "business"},
    "story": {"title": "A van", "purpose": "To deliver bread."},
    "month": {"income": "3000", "spending": "2000"},
    "elsewhere": {"elsewhere": "0"},
}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def bob(member: Callable[..., Any], product: object) -> Client:
    """Somebody verified, with a product to apply for."""
    client: Client = member("bob").client
    return client


def begun(client: Client) -> str:
    """The address of a new application."""
    return str(client.post("/borrow/business/apply/", BEGIN)["Location"])


def answered(client: Client, **other: dict[str, str]) -> str:
    """An application with every question answered."""
    draft = begun(client)
    for step, answer in (ANSWERS | other).items():
        assert client.post(f"{draft}{step}/", answer).status_code == 302, step
    return draft


def version_of(client: Client, draft: str) -> str:
    """The version that the review shows."""
    return str(client.get(f"{draft}review/").context["form"]["version"].value())


def test_the_whole_cost_stands_before_the_first_question(bob: Client) -> None:
    page = re.sub(r"<[^>]+>", "", bob.get("/borrow/business/apply/", BEGIN).content.decode())
    for words in ("Cost in total", "Annual percentage rate", "Fee for a late instalment"):
        assert words in page
    assert not ApplicationDraft.objects.exists()


def test_one_goes_on_where_one_stopped(bob: Client) -> None:
    draft = begun(bob)
    assert bob.get(draft)["Location"] == f"{draft}use/"
    bob.post(f"{draft}use/", ANSWERS["use"])
    assert bob.get(draft)["Location"] == f"{draft}story/"
    assert begun(bob) == draft  # the open one is gone on with
    assert "Go on with" in bob.get("/borrowing/").content.decode()
    wrong = bob.post(f"{draft}story/", {"title": "A van", "purpose": ""})
    assert wrong.status_code == 200
    assert wrong.context["form"]["title"].value() == "A van"
    assert bob.get(f"{draft}review/")["Location"] == f"{draft}story/"


def test_it_is_sent_once_with_its_papers(bob: Client) -> None:
    draft = answered(bob)
    from django.core.files.uploadedfile import SimpleUploadedFile

    paper = SimpleUploadedFile("income.pdf", PDF, "application/pdf")
    assert bob.post(f"{draft}papers/", {"kind": "income", "file": paper}).status_code == 302
    sent = {"version": version_of(bob, draft)}
    first, again = bob.post(f"{draft}send/", sent), bob.post(f"{draft}send/", sent)
    application = Application.objects.get()
    assert first["Location"] == again["Location"] == f"/applications/{application.pk}/"
    assert application.business_purpose
    assert ApplicationPaper.objects.get().application_id == application.pk
    assert bob.get(draft)["Location"] == f"/applications/{application.pk}/"


def test_a_private_person_hears_it_at_the_second_question(bob: Client) -> None:
    draft = begun(bob)
    page = bob.post(f"{draft}use/", {"use": "private"})
    assert page.status_code == 200
    assert page.context["form"].non_field_errors()
    assert not Application.objects.exists()


def test_what_was_changed_in_another_window_is_shown_again(bob: Client) -> None:
    draft = answered(bob)
    version = version_of(bob, draft)
    bob.post(f"{draft}month/", {"income": "9000", "spending": "10"})
    answer = bob.post(f"{draft}send/", {"version": version}, follow=True)
    assert "changed in another window" in answer.content.decode()
    assert not Application.objects.exists()


def test_nobody_else_s_draft_is_there(bob: Client, member: Callable[..., Any]) -> None:
    draft = answered(bob)
    eve = member("eve").client
    missing = "/borrowing/drafts/999999/"
    for step in ("", "story/", "papers/", "review/"):
        assert eve.get(f"{draft}{step}").status_code == 404, step
        assert eve.get(f"{missing}{step}").status_code == 404, step
    for act in ("send/", "discard/"):
        assert eve.post(f"{draft}{act}", {"version": "1"}).status_code == 404, act
    assert ApplicationDraft.objects.count() == 1


def test_it_can_be_thrown_away(bob: Client) -> None:
    draft = answered(bob)
    bob.post(f"{draft}discard/")
    assert not ApplicationDraft.objects.exists()
    assert bob.get(draft).status_code == 404


def test_steps_stand_in_chinese_too(bob: Client) -> None:
    draft = answered(bob)
    assert "每月" in opened(bob, f"{draft}month/", "zh-hans").content.decode()
