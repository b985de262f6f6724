"""A stranger to lending, given only the address: finds out what can go wrong, and invests.

Nothing is typed into the address line after the first page: every step is a link or a button that
stands on the page before.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.clock import Clock
from tests.browser.people import PASSWORD, Member, Particulars
from tests.browser.screen import Screen
from tuppence.market.models import Investment
from tuppence.practice.demo import build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PERCENT = re.compile(r"\d %|\d%")


@pytest.fixture(params=["en", "zh-hans"])
def stranger(
    request: pytest.FixtureRequest, screens: Callable[..., Screen], settings: Any, clock: Clock
) -> Member:
    """Somebody at a phone in front of the demo's first page."""
    settings.TUPPENCE_DEMO = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    build(seed=3, at=clock.now(), progress=lambda *_: None, size=40)
    name = {"en": "Nora Newcomer", "zh-hans": "沈小鱼"}[request.param]
    screen = screens(request.param, phone=True)
    return Member(screen, "nora@member.example", Particulars(name, "1988-08-08", ""))


def test_a_stranger_finds_out_what_can_go_wrong_and_invests(stranger: Member) -> None:
    screen = stranger.screen
    screen.go("/")
    what_can_go_wrong(screen)
    title = a_loan_worth_a_look(screen)
    joins(stranger)
    is_ready(stranger)
    invests(screen, title)
    (placed,) = Investment.objects.filter(member__legal_name=stranger.who.legal_name)
    assert placed.amount_minor == 100_00


def what_can_go_wrong(screen: Screen) -> None:
    """From the front page to today's figures of late and lost, and how they are counted."""
    screen.follow("What can go wrong, with today's figures")
    risks = screen.main.locator("#wrong")
    expect(risks).to_contain_text(PERCENT)
    expect(risks).to_contain_text(
        screen.say(
            "A borrower stops paying: what can't be collected is lost, and you bear it."
            " Nobody makes good for it."
        )
    )
    screen.follow("How it is counted", within=risks)
    expect(screen.main.locator("#losses")).to_be_in_viewport()


def a_loan_worth_a_look(screen: Screen) -> str:
    """The listing with the most left, and what its words mean."""
    screen.follow("Invest", within=screen.side)
    screen.main.get_by_text(screen.say("Filter and sort"), exact=True).click()
    order = screen.say("{what}: {order}", what=screen.say("Still open"), order="@")
    first, _sep, last = order.partition("@")
    screen.main.get_by_label(screen.say("Sorted by")).select_option(
        label=f"{first}{screen.say('highest first')}{last}"
    )
    with screen.page.expect_response(re.compile("sort=-left")):
        screen.button("Show").click()
    row = screen.main.locator("tbody th a").first
    title = row.inner_text()
    screen.open(title)
    with screen.leaving():
        screen.main.locator("a.gloss", has_text=screen.say("Expected loss")).click()
    expect(screen.main.locator("#expected-loss")).to_be_in_viewport()
    with screen.leaving():
        screen.page.go_back()
    return title


def joins(stranger: Member) -> None:
    """From the listing to a member whose papers are accepted."""
    screen = stranger.screen
    screen.follow("Join to invest")
    secret = {"Password": PASSWORD, "Password (again)": PASSWORD}
    screen.fill({"Email": stranger.email, **secret})
    screen.press("Join")
    stranger.complete_profile()
    screen.press("The practice officer accepts me now")
    screen.reads("The practice officer has accepted your papers.")


def is_ready(stranger: Member) -> None:
    """Each page says which is next: bank account, suitability, paying in."""
    screen = stranger.screen
    screen.follow("Name your bank account")
    iban = screen.main.locator("aside .code").inner_text()
    screen.fill({"IBAN": iban, "Account holder": stranger.who.legal_name})
    screen.press("Save")
    screen.follow("See whether lending suits you")
    stranger.take_the_tests()
    screen.follow("Pay in")
    screen.fill({"Amount": "500"})
    screen.press("The practice bank receives it now")
    screen.sees(screen.money(500_00))


def invests(screen: Screen, title: str) -> None:
    """Back to the loan, with a review before it counts."""
    screen.follow("Invest")
    screen.open(title)
    screen.fill({"Amount": "100"})
    screen.press("Review")
    screen.reads("Is this right?")
    screen.sees(screen.money(100_00))
    screen.press("Invest")
    screen.sees(screen.term("Receipt number"))
