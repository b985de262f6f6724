"""Every page renders in both languages, and is what a page of ours must be."""

import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tuppence.bank.operations import ClientAccount, ask_withdrawals, open_client_account
from tuppence.bank.withdrawal import AskOrder, Purpose
from tuppence.lending.application_rules import ContractOrder
from tuppence.lending.models import ApplicationWithdrawal
from tuppence.lending.operations.contracts import make_contracts
from tuppence.market.operations import invest
from tuppence.market.orders import InvestOrder
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.practice.client_bank import practice_iban

sys.path.insert(0, str(Path(__file__).parent))
from page_checks import faults_of

LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
pytestmark = pytest.mark.django_db


def opened(client: Client, path: str, language: str) -> HttpResponse:
    """The page in a language; it must be there."""
    client.cookies["django_language"] = language
    response = client.get(path)
    assert response.status_code == 200, f"{path} answers {response.status_code}"
    return response


VISITOR_PAGES = (
    "/",
    "/safety/",
    "/help/",
    "/glossary/",
    "/calculators/",
    "/calculators/lending/",
    "/calculators/return/",
    "/listings/",
    "/borrow/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", VISITOR_PAGES)
def test_pages_of_visitors_with_nothing_to_show(path: str, language: str) -> None:
    page = opened(Client(), path, language)
    assert faults_of(page.content, language=LANGUAGES[language]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_visitors_with_a_listing(listing: Callable[..., int], language: str) -> None:
    number = listing()
    paths = (
        "/",
        "/listings/",
        f"/listings/{number}/",
        "/borrow/",
        "/borrow/business/",
        "/borrow/business/?amount=10000&instalments=24",
    )
    for path in paths:
        page = opened(Client(), path, language)
        assert faults_of(page.content, language=LANGUAGES[language]) == [], path


MEMBER_PAGES = (
    "/home/",
    "/account/",
    "/profile/",
    "/identity/",
    "/bank-account/",
    "/suitability/",
    "/suitability/test/",
    "/suitability/loss/",
    "/suitability/warning/",
    "/cash/",
    "/cash/in/",
    "/cash/out/",
    "/portfolio/",
    "/borrowing/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_member_with_nothing_yet(member: Callable[..., object], language: str) -> None:
    person = member("ann")
    for path in MEMBER_PAGES:
        page = opened(person.client, path, language)
        assert faults_of(page.content, language=LANGUAGES[language]) == [], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_an_investor(
    member: Callable[..., object],
    listing: Callable[..., int],
    staff: Callable[..., User],
    language: str,
) -> None:
    person = member("ann", 1_000_00)
    number, now, key = listing(), timezone.now(), uuid4()
    officer = staff("owner", Role.FINANCE_OFFICER)
    open_client_account(
        ClientAccount(uuid4(), "Members' money", practice_iban(7), "EUR", officer.pk), at=now
    )
    invest([InvestOrder(key, person.member_id, number, 100_00, now)])
    (asked,) = ask_withdrawals(
        [AskOrder(uuid4(), person.member_id, 50_00, "EUR", now, by=person.user.pk)]
    )
    paths = (
        "/home/",
        f"/listings/{number}/",
        f"/listings/{number}/review/?amount=100&key={uuid4()}",
        f"/listings/{number}/review/?amount=7&key={uuid4()}",
        f"/investments/{key}/",
        "/portfolio/",
        "/cash/",
        "/cash/in/",
        f"/cash/out/review/?amount=10&key={uuid4()}",
        f"/cash/out/{asked.withdrawal_id}/",
    )
    for path in paths:
        page = opened(person.client, path, language)
        assert faults_of(page.content, language=LANGUAGES[language]) == [], path


def test_a_loan_on_its_way_to_the_borrower_has_its_page_and_is_not_the_borrowers_to_cancel(
    member: Callable[..., object], staff: Callable[..., User]
) -> None:
    person, now = member("ann", 100_00), timezone.now()
    officer = staff("owner", Role.FINANCE_OFFICER)
    open_client_account(
        ClientAccount(uuid4(), "Members' money", practice_iban(7), "EUR", officer.pk), at=now
    )
    order = AskOrder(uuid4(), person.member_id, 50_00, "EUR", now, officer.pk, Purpose.LOAN_PAYOUT)
    (asked,) = ask_withdrawals([order])
    path = f"/cash/out/{asked.withdrawal_id}/"
    page = opened(person.client, path, "en")
    assert "Your loan of €50.00, paid out" in page.content.decode()
    assert f"{path}cancel/" not in page.content.decode()
    assert person.client.post(f"{path}cancel/", {"key": str(uuid4())}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_borrower(approved: Callable[..., object], language: str) -> None:
    application, person = approved()
    make_contracts([ContractOrder(application.pk, timezone.now())])
    answers = {"amount": "10000", "instalments": "24"}
    draft = person.client.post("/borrow/business/apply/", answers)["Location"]
    said = {"title": "A van", "purpose": "To deliver bread.", "use": "business"}
    said |= {"income": "3000", "spending": "2000", "elsewhere": "0"}
    steps = ("cost", "use", "story", "month", "elsewhere", "papers", "review")
    for step in steps[:5]:
        person.client.post(f"{draft}{step}/", answers | said)
    paths = (
        "/home/",
        "/borrowing/",
        *(f"{draft}{step}/" for step in steps),
        "/borrow/business/apply/?amount=10000&instalments=24",
        f"/applications/{application.pk}/",
        f"/applications/{application.pk}/offer/",
        f"/applications/{application.pk}/contract/",
        f"/applications/{application.pk}/withdraw/",
    )
    for path in paths:
        page = opened(person.client, path, language)
        assert faults_of(page.content, language=LANGUAGES[language]) == [], path


def test_an_offer_is_declined_once_with_its_reason(approved: Callable[..., object]) -> None:
    application, person = approved()
    path = f"/applications/{application.pk}/withdraw/"
    assert "Decline the offer" in person.client.get(path).content.decode()
    wrong = person.client.post(path, {"reason": "made up"})
    assert wrong.status_code == 200
    assert not ApplicationWithdrawal.objects.filter(application=application).exists()
    said = {"reason": "too_expensive", "note": " A bank offers 5 %. "}
    assert person.client.post(path, said)["Location"] == f"/applications/{application.pk}/"
    person.client.post(path, {"reason": "other"})  # a second window: the first word stays
    row = ApplicationWithdrawal.objects.get(application=application)
    assert (row.reason, row.note) == ("too_expensive", "A bank offers 5 %.")
    assert person.client.get(path).status_code == 302


def test_the_policy_lets_no_script_of_others_in() -> None:
    policy = Client().get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy


def test_the_theme_is_kept_by_a_plain_form() -> None:
    client = Client()
    answer = client.post("/theme/", {"theme": "dark", "next": "/glossary/"})
    assert answer["Location"] == "/glossary/"
    assert b'data-theme="dark"' in client.get("/glossary/").content
    client.post("/theme/", {"theme": ""})
    assert b"data-theme" not in client.get("/glossary/").content


def test_the_theme_form_leads_to_no_other_site() -> None:
    answer = Client().post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_the_language_is_kept_by_a_plain_form() -> None:
    client = Client()
    client.post("/language/", {"language": "zh-hans", "next": "/glossary/"})
    assert 'lang="zh-Hans"' in client.get("/glossary/").content.decode()
