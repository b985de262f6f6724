"""An investor in front of the browser: two windows, twice and back; and by keys to the penny."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Insider
from tests.browser.screen import Screen
from tuppence.bank.models import Withdrawal
from tuppence.lending import operations as lending
from tuppence.market.models import Investment
from tuppence.web.reads.purse import purse_of

WITHDRAWAL = re.compile(r"/cash/out/\d+/$")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def other_window(screen: Screen) -> Screen:
    """A second tab of the same browser, signed in alike."""
    return Screen(screen.page.context.new_page(), screen.language, screen.address)


def review_investment(screen: Screen, amount: str) -> None:
    """Come to the review of an investment in the story's listing."""
    screen.go("/listings/")
    screen.open("An oven")
    screen.fill({"Amount": amount})
    screen.press("Review")
    screen.reads("Is this right?")


def review_withdrawal(screen: Screen, amount: str) -> None:
    """Come to the review of a withdrawal, from the page of one's money."""
    screen.go("/cash/")
    screen.follow("Take out")
    screen.fill({"Amount": amount})
    screen.press("Review")
    screen.reads("Is this right?")


def test_two_windows_twice_and_back_invest_what_there_is_once(insider: Insider) -> None:
    insider.member.sign_in()
    one = insider.member.screen
    two = other_window(one)
    review_investment(one, "200")
    review_investment(two, "400")
    one.press("Invest")
    receipt = one.term("Receipt number")
    two.press("Invest")
    two.reads("You have less than that. Pay in, or invest less.")
    expect(two.field("Amount")).to_have_value("400")
    with one.leaving():
        one.page.go_back()
    one.reads("Is this right?")
    one.press("Invest")
    assert one.term("Receipt number") == receipt
    with one.leaving():
        one.page.reload()
    assert [row.amount_minor for row in Investment.objects.all()] == [200_00]
    assert purse_of(insider.member_id).available_minor == 300_00


def test_two_windows_twice_and_back_take_out_what_there_is_once(insider: Insider) -> None:
    insider.member.sign_in()
    one = insider.member.screen
    two = other_window(one)
    review_withdrawal(one, "200")
    review_withdrawal(two, "400")
    with one.leaving():
        one.button("Take out").dblclick()
    one.page.wait_for_url(WITHDRAWAL)
    receipt = one.term("Receipt number")
    two.press("Take out")
    two.reads("You have less than that. Enter a smaller amount.")
    expect(two.field("Amount")).to_have_value("400")
    with one.leaving():
        one.page.go_back()
    one.reads("Is this right?")
    one.press("Take out")
    assert one.term("Receipt number") == receipt
    assert [row.amount_minor for row in Withdrawal.objects.all()] == [200_00]
    assert purse_of(insider.member_id).available_minor == 300_00


def test_a_form_left_open_past_the_session_asks_to_sign_in_and_moves_nothing(
    insider: Insider,
) -> None:
    insider.member.sign_in()
    one = insider.member.screen
    review_investment(one, "200")
    one.page.context.clear_cookies(name="sessionid")
    with one.leaving():
        one.button("Invest").click()
    expect(one.field("Password")).to_be_visible()
    assert not Investment.objects.exists()
    assert purse_of(insider.member_id).available_minor == 500_00


def test_by_keys_from_the_portfolio_to_the_transfer_and_money_out(insider: Insider) -> None:
    lend_and_be_paid(insider)
    insider.member.sign_in()
    screen = insider.member.screen
    screen.tab_to("Portfolio")
    screen.hit("Enter")
    screen.tab_to("An oven", within="main")
    screen.hit("Enter")
    screen.tab_to("Payment", within="main")
    screen.hit("Enter")
    screen.reads("Your part of it")
    came = screen.term("Came to you")
    screen.tab_to("Money came back", within="main")
    screen.hit("Enter")
    assert screen.term("Amount") == came
    screen.tab_to("Money")
    screen.hit("Enter")
    screen.tab_to("Take out", within="main")
    screen.hit("Enter")
    screen.tab_to("Amount", within="main")
    screen.page.keyboard.type("120")
    screen.hit("Enter")
    screen.reads("Is this right?")
    screen.tab_to("Take out", within="main")
    screen.hit("Enter")
    screen.sees(screen.money(120_00))
    assert [row.amount_minor for row in Withdrawal.objects.all()] == [120_00]


def lend_and_be_paid(insider: Insider) -> None:
    """The member lends 400 of 900 in the story's loan, and its first instalment is paid."""
    story = insider.story
    story.lenders.insert(0, insider.member_id)
    story.fund((400_00, 500_00)).pay_out()
    story.next_day(31)
    story.receive({story.borrower: 100_00})
    (collected,) = lending.collect(story.collect_orders())
    assert collected.status.accepted, collected
    insider.at_the_hour()
