"""Signing up and in through our own pages, and the pages shown when something is wrong."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tuppence.members.models import User
from tuppence.practice.logins import PASSWORD, demo_logins

pytestmark = pytest.mark.django_db
SECRET = "correct horse battery"


@pytest.fixture
def unverified(settings: object) -> None:
    """As in the demo: nobody reads e-mails."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"


@pytest.mark.usefixtures("unverified")
def test_who_signs_up_goes_on_to_the_profile() -> None:
    client = Client()
    sent = {"email": "New.Person@Example.com", "password1": SECRET, "password2": SECRET}
    answer = client.post("/accounts/signup/", sent)
    assert answer["Location"] == "/profile/"
    assert client.get("/profile/").status_code == 200
    assert User.objects.get().email == "new.person@example.com"


def test_a_refused_sign_up_says_why_and_keeps_what_was_typed() -> None:
    sent = {"email": "new@example.com", "password1": SECRET, "password2": "another one"}
    page = Client().post("/accounts/signup/", sent).content.decode()
    assert 'role="alert"' in page and 'value="new@example.com"' in page
    assert SECRET not in page


@pytest.mark.usefixtures("unverified")
def test_signing_in_leads_to_the_overview_and_out_to_the_front() -> None:
    User.objects.create_user("ann@example.com", SECRET)
    client = Client()
    answer = client.post("/accounts/login/", {"login": "ann@example.com", "password": SECRET})
    assert answer["Location"] == "/home/"
    assert client.get("/home/")["Location"] == "/profile/"
    assert client.post("/accounts/logout/")["Location"] == "/"


def test_pages_of_passkeys_and_codes_stand_in_our_layout(newcomer: Client) -> None:
    page = newcomer.get("/accounts/2fa/").content.decode()
    assert 'class="top"' in page and "<style" not in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_not_there_says_so_in_our_layout(language: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    page = client.get("/nothing/here/")
    assert page.status_code == 404
    assert 'class="top"' in page.content.decode()


def test_a_staff_page_refuses_a_member_in_words(newcomer: Client) -> None:
    page = newcomer.get("/staff/books/")
    assert page.status_code == 403
    assert "not for your account" in page.content.decode()


@pytest.mark.parametrize("name", ["500.html", "403_csrf.html"])
def test_pages_of_last_resort_need_nothing(name: str) -> None:
    page = render_to_string(name)
    assert page.count("<h1>") == 1 and "<script" not in page


def test_a_form_from_another_site_is_refused_in_words() -> None:
    page = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert page.status_code == 403
    assert "too old" in page.content.decode()


def test_only_the_demo_offers_its_people_on_the_sign_in_page(settings: Any) -> None:
    assert PASSWORD not in Client().get("/accounts/login/").content.decode()
    settings.TUPPENCE_DEMO = True
    page = Client().get("/accounts/login/").content.decode()
    assert all(login.email in page for login in demo_logins().logins)
    assert page.count(PASSWORD) == len(demo_logins().logins)
