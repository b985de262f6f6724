"""Small things that everybody meets: errors, keys, languages, themes, refusals."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Insider
from tests.browser.officers import Officer
from tests.browser.people import PASSWORD, Member
from tests.browser.screen import FOCUSED, Screen
from tuppence.market.models import Investment
from tuppence.members.models import User
from tuppence.members.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Window = Callable[..., Screen]
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def investor(insider: Insider) -> Member:
    """Somebody verified, with 500.00, who may invest in the listing of the story."""
    return insider.member


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_error_stands_at_the_top_and_at_its_field(screens: Window, language: str) -> None:
    screen = screens(language)
    screen.go("/accounts/signup/")
    screen.fill({"Email": "ann@member.example", "Password": PASSWORD})
    screen.press("Join")
    summary = screen.main.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(1)
    summary.get_by_role("link").click()
    again = screen.field("Password (again)")
    expect(again).to_be_focused()
    expect(again).to_have_attribute("aria-invalid", "true")
    described_by = (again.get_attribute("aria-describedby") or "").split()
    assert "id_password2_error" in described_by
    expect(screen.field("Email")).to_have_value("ann@member.example")


def test_the_keyboard_alone_signs_in_and_invests(investor: Member) -> None:
    screen = investor.screen
    screen.go("/listings/")
    assert screen.tab_to(screen.say("Skip to the content")) == 1
    screen.go("/home/")
    screen.tab_to(screen.say("Email"))
    screen.page.keyboard.type(investor.email)
    screen.tab_to("Password")
    screen.page.keyboard.type(PASSWORD)
    screen.hit("Enter")
    screen.tab_to("Invest")
    screen.hit("Enter")
    screen.tab_to("An oven")
    screen.hit("Enter")
    screen.tab_to("Amount")
    screen.page.keyboard.type("100")
    screen.hit("Enter")
    screen.reads("Is this right?")
    screen.tab_to("Invest", within="main")
    screen.hit("Enter")
    screen.sees(screen.money(100_00))
    assert [row.amount_minor for row in Investment.objects.all()] == [100_00]


FIRST_PAGES = {
    Role.CREDIT_OFFICER: ("/staff/", "/staff/applications/", "/staff/arrears/"),
    Role.FINANCE_OFFICER: ("/staff/finance/", "/staff/books/"),
    Role.COMPLIANCE_OFFICER: ("/staff/rules/", "/staff/complaints/"),
    Role.GROWTH_OPERATOR: ("/staff/growth/",),
    Role.ADMINISTRATOR: ("/staff/jobs/",),
}


def test_keys_skip_to_the_content_and_are_seen_everywhere(
    investor: Member, screens: Window, officer: Callable[..., User]
) -> None:
    investor.sign_in()
    for path in ("/home/", "/portfolio/", "/cash/", "/borrowing/"):
        walks_by_keys(investor.screen, path)
    for role, paths in FIRST_PAGES.items():
        desk = Officer(screens("en"), officer(role.value.replace(" ", "-"), role).email)
        desk.arrive()
        for path in paths:
            walks_by_keys(desk.screen, path)


def walks_by_keys(screen: Screen, path: str) -> None:
    """The first stop leads past the navigation; every stop after it is in the content and seen."""
    screen.go(path)
    assert screen.tab_to(screen.say("Skip to the content")) == 1
    screen.page.keyboard.press("Enter")
    for _ in range(8):
        screen.page.keyboard.press("Tab")
        if screen.page.evaluate("document.activeElement === document.body"):
            return  # past the last stop of a short page
        stop = screen.page.evaluate(FOCUSED, "main, footer")
        assert stop["outlined"] and stop["within"], (path, stop["name"])
        if screen.page.evaluate("!document.activeElement.closest('main')"):
            return


def test_in_a_table_the_keys_stay_where_they_were(
    investor: Member, screens: Window, officer: Callable[..., User]
) -> None:
    desk = Officer(screens("en"), officer("lister", Role.CREDIT_OFFICER).email)
    desk.arrive()
    screen = desk.screen
    for name, change in (("Wanted", "sort="), ("Show", "state=")):
        screen.go("/staff/listings/")
        screen.tab_to(name, within="main")
        with screen.page.expect_response(lambda answer, part=change: part in answer.url):
            screen.page.keyboard.press("Enter")
        screen.page.wait_for_url(f"**{change}**")
        expect(screen.page.locator(":focus")).to_contain_text(name)


def test_an_amount_that_is_too_much_is_explained_in_figures(investor: Member) -> None:
    screen = investor.screen
    investor.sign_in()
    screen.go("/listings/")
    screen.open("An oven")
    screen.fill({"Amount": "600"})
    screen.press("Review")
    screen.sees("You have €500.00; this needs €600.00. Pay in €100.00 or invest less.")
    expect(screen.field("Amount")).to_have_value("600")
    assert not Investment.objects.exists()


def test_the_language_changes_where_one_is_and_stays(screens: Window) -> None:
    screen = screens("en")
    screen.go("/safety/")
    screen.reads("How your money is kept")
    screen.language = "zh-hans"
    screen.press("中文", within=screen.side)
    assert screen.page.url.endswith("/safety/")
    screen.reads("How your money is kept")
    screen.go("/glossary/")
    screen.language = "en"
    screen.press("English", within=screen.side)
    screen.reads("Glossary")


def test_the_theme_changes_at_a_click_and_else_follows_the_device(screens: Window) -> None:
    screen = screens("en")
    screen.go("/safety/")
    foot = screen.page.get_by_role("contentinfo")
    light = screen.page.evaluate(BACKGROUND)
    screen.press("Dark", within=foot)
    dark = screen.page.evaluate(BACKGROUND)
    assert dark != light
    screen.go("/listings/")
    assert screen.page.evaluate(BACKGROUND) == dark
    screen.press("As my device", within=foot)
    assert screen.page.evaluate(BACKGROUND) == light
    screen.page.emulate_media(color_scheme="dark")
    assert screen.page.evaluate(BACKGROUND) == dark


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_not_there_or_not_allowed_is_a_page_like_others(
    screens: Window, officer: Callable[..., User], language: str
) -> None:
    support = Officer(screens(language), officer("support", Role.SUPPORT).email)
    support.arrive()
    for path, status in (("/staff/books/", 403), ("/listings/999999/", 404)):
        with support.screen.refused(status):
            support.screen.go(path)
        expect(support.screen.main.get_by_role("link").first).to_be_visible()
