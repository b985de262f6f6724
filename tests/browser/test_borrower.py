"""A borrower's whole way in the browser: from the cost to another plan, much of it by keys.

What staff and lenders do between the borrower's steps is done by the operations of their pages,
which the tests of their own rooms walk.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.clock import Clock
from tests.browser.conftest import START, confirm_address
from tests.browser.people import PASSWORD, Member, Particulars
from tests.browser.screen import Screen
from tests.faults.story import Story
from tests.web.conftest import verify
from tuppence import platform
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ReviewOrder
from tuppence.lending.models import (
    Application,
    Contract,
    Instalment,
    Loan,
    Payment,
    PlanRequest,
    Signature,
)
from tuppence.market import operations as market
from tuppence.market.models import Listing
from tuppence.market.operations.paying_out import PayOutOrder, pay_out
from tuppence.market.operations.questions import ask_questions
from tuppence.market.orders import InvestOrder
from tuppence.market.questions import QuestionOrder
from tuppence.members import operations as members
from tuppence.members.bank_account import VerifyOrder
from tuppence.members.identity import DecideOrder
from tuppence.members.models import BankAccount, IdentityCheck, User
from tuppence.members.models import Member as MemberRow
from tuppence.members.payment_reference import payment_reference
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role
from tuppence.practice.client_bank import practice_iban

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LENT_MINOR = 1_200_00
BACKGROUND = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3)"
WHO = Particulars("Carla Baker", "1979-09-14", practice_iban(44), "Baker Ltd", "HRB 4711")


@dataclass
class Way:
    """The borrower at a window, and the platform around them."""

    member: Member
    story: Story
    clock: Clock
    officer: Callable[..., User]

    @property
    def screen(self) -> Screen:
        """The borrower's window."""
        return self.member.screen

    @property
    def member_id(self) -> int:
        """The borrower's number, once they have joined."""
        return MemberRow.objects.get(legal_name=WHO.legal_name).pk

    def next_day(self, days: int) -> None:
        """Another morning, on which the borrower signs in again."""
        self.story.next_day(days)
        self.clock.set(self.story.at + timedelta(hours=1))
        self.member.sign_in("/borrowing/")

    def by_keys(self, entries: dict[str, str], submit: str) -> None:
        """Reach fields by Tab, type into them, and send them with the button."""
        screen = self.screen
        for label, text in entries.items():
            screen.tab_to(screen.say(label), within="main")
            screen.page.keyboard.type(text)
        screen.tab_to(screen.say(submit), within="main")
        screen.hit("Enter")


@pytest.fixture
def way(screens: Callable[..., Screen], officer: Callable[..., User], clock: Clock) -> Way:
    """A lender with 2,000.00, something to borrow, and a company that has not joined yet."""
    story = Story().begin(lenders=1, deposit_minor=2_000_00)
    lending.create_product(
        code="oven",
        at=START,
        name="Oven loan",
        name_zh="烤箱借款",
        currency="EUR",
        amount_minor_min=500_00,
        amount_minor_max=50_000_00,
        instalments_min=3,
        instalments_max=60,
        annual_rate_min=Fraction(5, 100),
        annual_rate_max=Fraction(16, 100),
        investment_minor_min=25_00,
        investment_minor_step=25_00,
        origination_fee=Fraction(2, 100),
        late_fee_minor=15_00,
        grace_days=7,
    )
    clock.set(story.at + timedelta(hours=1))
    return Way(Member(screens("en"), "bakery@member.example", WHO), story, clock, officer)


def test_from_the_cost_to_another_plan(way: Way) -> None:
    joins_with_papers(way)
    knows_the_cost_and_applies(way)
    reads_the_offer_and_signs(way)
    answers_an_investor_while_it_fills(way)
    sees_what_comes_and_pays_a_part_by_both_choices(way)
    asks_what_ends_it_and_for_another_plan(way)


def joins_with_papers(way: Way) -> None:
    """An account, a profile, a passport; compliance and finance say yes."""
    way.member.join()
    way.member.complete_profile()
    way.member.show_papers()
    way.member.name_bank_account()
    compliance = way.officer("papers", Role.COMPLIANCE_OFFICER)
    check, at = IdentityCheck.objects.latest("id"), way.clock.now()
    members.decide_identity([DecideOrder(uuid4(), check.pk, True, at)], by=compliance.pk)
    account = BankAccount.objects.get(member_id=way.member_id)
    members.verify_bank_accounts([VerifyOrder(account.pk, at)], by=way.story.maker)


def knows_the_cost_and_applies(way: Way) -> None:
    """The second page tells the whole cost, by keys; then a question a page, sent once."""
    screen = way.screen
    screen.go("/borrow/")
    screen.follow("See the cost")
    screen.fill({"Amount": "1200", "Instalments": "6"})
    screen.button("Show the cost").click()
    screen.reads("What it would cost", "Annual percentage rate", "Cost in total")
    screen.follow("Go on with this amount")
    screen.press("Begin my application")
    way.by_keys(
        {
            "Title of your listing": "A second oven",
            "What the money is for": "A second oven lets the night shift end at four.",
        },
        "Keep and go on",
    )
    way.by_keys({"Income a month, after tax": "9000", "Spending a month": "6000"}, "Keep and go on")
    way.by_keys({"Borrowed on other platforms": "0"}, "Keep and go on")
    screen.follow("Go on without papers")
    screen.press("Send my application")
    screen.reads("A credit officer looks at it; we write to you.")


def reads_the_offer_and_signs(way: Way) -> None:
    """Asked beside offered, the whole schedule, the PDF; then a signature that says all."""
    screen, at = way.screen, way.clock.now()
    application = Application.objects.get()
    review = ReviewOrder(
        application.pk, True, "Sound.", at, "B", Fraction(9, 100), Fraction(15, 1000)
    )
    lending.decide_applications([review], by=way.officer("credit", Role.CREDIT_OFFICER).pk)
    screen.go("/borrowing/")
    screen.open("A second oven")
    screen.follow("Look at the offer")
    screen.reads("What you asked for, and what we offer", "as you asked", "The whole schedule")
    screen.sees("7.00 percentage points below the highest")
    expect(screen.main.get_by_role("table").last.locator("tbody tr")).to_have_count(6)
    screen.press("Read the contract")
    with screen.page.expect_download() as download:
        screen.main.get_by_role("link", name=screen.say("Contract as a PDF"), exact=True).click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    screen.choose("I have read the contract and sign it.")
    screen.press("Sign")
    screen.reads("Signed. The listing can be paid out once it is full.")
    signed = Signature.objects.get()
    assert (signed.sha256, signed.address) == (Contract.objects.get().sha256, "127.0.0.1")
    screen.follow("Contract")
    assert screen.term("Fingerprint of what was signed (SHA-256)") == signed.sha256
    assert screen.term("From the address") == "127.0.0.1"


def answers_an_investor_while_it_fills(way: Way) -> None:
    """A question of an investor is answered for everybody; the listing fills and is paid out."""
    screen, at = way.screen, way.clock.now()
    application, lender = Application.objects.get(), way.story.lenders[0]
    market.publish([market.PublishOrder(application.pk, at)])
    listing = Listing.objects.get()
    ask_questions([QuestionOrder(uuid4(), listing.pk, lender, "How old is the first oven?", at)])
    (placed,) = market.invest([InvestOrder(uuid4(), lender, listing.pk, LENT_MINOR, at, True)])
    assert placed.status.accepted, placed
    screen.go("/borrowing/")
    screen.open(f"1 question about listing {listing.pk} waits for your answer")
    with screen.leaving():
        screen.main.locator("#questions").get_by_role("link").first.click()
    way.by_keys({"Your answer": "Nine years; it stays as the second one."}, "Answer")
    screen.sees("Nine years; it stays as the second one.")
    screen.go(f"/applications/{application.pk}/")
    screen.sees(f"{screen.money(LENT_MINOR)} of {screen.money(LENT_MINOR)} promised.")
    way.story.next_day(5)
    (paid,) = pay_out([PayOutOrder(listing.pk, way.story.at)])
    assert paid.loan_id is not None, paid


def sees_what_comes_and_pays_a_part_by_both_choices(way: Way) -> None:
    """The next payment with the ways to pay; two parts repaid early, each by another choice."""
    way.next_day(1)
    screen, loan = way.screen, Loan.objects.get()
    first = Instalment.objects.get(loan_id=loan.pk, number=1)
    screen.follow("Your payments")
    screen.sees(screen.day(first.due_on), payment_reference(way.member_id))
    for amount, choice in (("200", "Lower instalments"), ("100", "A shorter term")):
        screen.go(f"/loans/{loan.pk}/prepay/")
        screen.fill({"Amount": amount})
        screen.press("Compare")
        screen.reads("Instalments left", "Interest less than as it is")
        screen.press(choice)
        screen.sees(f"{screen.money(int(amount) * 100)} paid")
    assert list(Payment.objects.order_by("sequence").values_list("choice", flat=True)) == [
        "lower_instalments",
        "shorter_term",
    ]
    screen.follow("Back to the loan")
    screen.main.get_by_role("link", name=screen.day(first.due_on), exact=True).first.click()
    screen.reads("What paid it")


def asks_what_ends_it_and_for_another_plan(way: Way) -> None:
    """The price of ending it on a later day, on paper; then help and another plan."""
    screen, loan = way.screen, Loan.objects.get()
    later = platform.business_day(way.clock.now()) + timedelta(days=40)
    screen.go(f"/loans/{loan.pk}/pay-off/")
    today = screen.main.locator(".terms .sum dd").first.inner_text()
    screen.fill({"On which day": later.isoformat()})
    screen.button("Show the amount").click()
    screen.sees(f"To end the loan on {screen.day(later)}")
    assert screen.main.locator(".terms .sum dd").first.inner_text() != today
    with screen.page.expect_download() as download:
        screen.main.get_by_role("link", name=screen.say("This quote as a PDF")).click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    screen.go(f"/loans/{loan.pk}/")
    screen.follow("If you can't pay")
    screen.choose("I earn less")
    screen.fill(
        {
            "In your own words": "The mill is late with flour.",
            "What you can pay on each due date": "50",
        }
    )
    screen.press("Ask for another plan")
    screen.reads("Your request is with us. The answer will stand here.")
    assert PlanRequest.objects.get().can_pay_minor == 50_00


def test_the_main_pages_in_chinese_at_a_phone_in_the_dark(
    screens: Callable[..., Screen], officer: Callable[..., User], clock: Clock
) -> None:
    story = Story().begin(lenders=1, deposit_minor=2_000_00)
    user = User.objects.create_user("bakery@member.example", PASSWORD)
    confirm_address(user)
    order = RegisterOrder(
        uuid4(),
        MemberKind.ORGANISATION,
        WHO.legal_name,
        "DE",
        story.at,
        user.pk,
        date.fromisoformat(WHO.born_on),
        registration_number=WHO.registration,
    )
    (registered,) = members.register_members([order])
    assert registered.member_id is not None, registered
    story.borrower = registered.member_id
    verify(story.borrower, user, officer("verifier", Role.COMPLIANCE_OFFICER), story.at)
    story.publish().fund([900_00]).pay_out()
    story.next_day(40)
    clock.set(story.at + timedelta(hours=1))
    screen = screens("zh-hans", phone=True)
    screen.page.emulate_media(color_scheme="dark")
    Member(screen, user.email, WHO).sign_in("/borrowing/")
    for path in (
        f"/applications/{story.application}/",
        f"/applications/{story.application}/offer/",
        f"/applications/{story.application}/contract/",
        "/borrowing/payments/",
        f"/loans/{story.loan}/",
        f"/loans/{story.loan}/instalments/1/",
        f"/loans/{story.loan}/pay/",
        f"/loans/{story.loan}/prepay/",
        f"/loans/{story.loan}/pay-off/",
        f"/loans/{story.loan}/trouble/",
        "/borrow/oven/?amount=500&instalments=6",
    ):
        screen.go(path)  # looks for what is wider than the phone
        red, green, blue = map(int, screen.page.evaluate(BACKGROUND))
        assert max(red, green, blue) < 80, path


def test_the_cost_stands_on_the_second_page_without_a_script(way: Way, chromium: Browser) -> None:
    screen = way.screen
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{screen.address}/borrow/")
    page.get_by_role("main").get_by_role("link", name="See the cost").click()
    page.get_by_label("Amount").fill("1200")
    page.get_by_label("Instalments").fill("6")
    page.get_by_role("button", name="Show the cost").click()
    table = page.get_by_role("main").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_contain_text(
        ["Rate a year", "Instalment", "Interest in total", "Fee", "Cost in total", "Annual"]
    )
    expect(table.locator("tbody tr")).to_have_count(2)
    context.close()


def test_the_cost_changes_in_place_where_scripts_run(way: Way) -> None:
    screen = way.screen
    screen.go("/borrow/oven/")
    screen.fill({"Amount": "1200", "Instalments": "6"})
    screen.button("Show the cost").click()
    fee = screen.main.get_by_role("table").locator("tbody tr").first.locator("td").nth(2)
    expect(fee).to_have_text("24.00")
    screen.page.evaluate("window.stayed = true")
    screen.fill({"Amount": "2400"})
    screen.page.keyboard.press("Tab")  # leaving the field is enough
    expect(fee).to_have_text("48.00")
    assert screen.page.evaluate("window.stayed") is True
    assert "amount=2400" in screen.page.url
