"""The credit officer's day in a browser: ask, decide, work late loans; nothing happens twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.clock import Clock
from tests.browser.conftest import START, confirm_address
from tests.browser.officers import Officer
from tests.browser.people import PAPER, PASSWORD, Member, Particulars
from tests.browser.screen import Screen
from tests.faults.story import Story
from tests.web.conftest import verify
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ApplyOrder
from tuppence.lending.models import (
    ApplicationDecision,
    Contact,
    InformationAnswer,
    InformationRequest,
    Loan,
    PlanChange,
    Promise,
)
from tuppence.lending.operations.products import create_product
from tuppence.members import operations as members
from tuppence.members.models import ApprovalRequest, User
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role
from tuppence.money.rates import parse_percent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Window = Callable[..., Screen]
TITLE = "A second oven"


@dataclass
class Desk:
    """Two credit officers, an applicant at a phone, and their application."""

    carla: Officer
    otto: Officer
    ben: Member
    application_id: int

    @property
    def path(self) -> str:
        """The case."""
        return f"/staff/applications/{self.application_id}/"


@pytest.fixture
def desk(screens: Window, officer: Callable[..., User], clock: Clock) -> Desk:
    """An application that waits for a decision."""
    user = User.objects.create_user("ben@member.example", PASSWORD)
    confirm_address(user)
    who = Particulars("Ben Cooper", "1985-05-05", "")
    born_on = date.fromisoformat(who.born_on)
    order = RegisterOrder(uuid4(), MemberKind.PERSON, who.name, "DE", START, user.pk, born_on)
    (registered,) = members.register_members([order])
    assert registered.member_id is not None
    verify(registered.member_id, user, officer("verifier", Role.COMPLIANCE_OFFICER), START)
    product = create_product(
        code="business",
        at=START,
        name="Loan for small companies",
        currency="EUR",
        amount_minor_min=500_00,
        amount_minor_max=50_000_00,
        instalments_min=3,
        instalments_max=60,
        annual_rate_min=parse_percent("4"),
        annual_rate_max=parse_percent("16"),
        investment_minor_min=25_00,
        investment_minor_step=25_00,
    )
    asked = ApplyOrder(
        uuid4(),
        registered.member_id,
        product.pk,
        5_000_00,
        12,
        TITLE,
        "A second oven lets the night shift end at four.",
        START,
        income_minor_monthly=4_000_00,
        spending_minor_monthly=2_500_00,
        elsewhere_minor=0,
        business_purpose=True,
    )
    (applied,) = lending.apply([asked])
    assert applied.application_id is not None, applied
    carla, otto = (
        Officer(screens("en"), officer(name, Role.CREDIT_OFFICER).email)
        for name in ("carla", "otto")
    )
    ben = Member(screens("en", phone=True), user.email, who)
    return Desk(carla, otto, ben, applied.application_id)


def test_more_is_asked_for_once_answered_at_a_phone_and_comes_back(desk: Desk) -> None:
    officer, phone = desk.carla.screen, desk.ben.screen
    desk.carla.arrive()
    desk.carla.turn_to("Applications")
    officer.open(TITLE)
    officer.follow("Ask the applicant for more")
    say_what_is_missing(officer)
    press_twice(officer, "Ask for it", "Asked of the applicant")
    with officer.leaving():
        officer.page.go_back()
    say_what_is_missing(officer)  # the page that was left, filled in again
    officer.press("Ask for it")
    assert InformationRequest.objects.count() == 1
    desk.carla.turn_to("Applications")
    officer.reads("Nobody waits")

    desk.ben.sign_in()
    phone.sees(phone.say("We need something for “{title}”", title=TITLE))
    phone.follow("Answer")
    phone.sees("Your statement shows less than you wrote.")
    phone.fill({"Your answer": "A customer left in May."})
    phone.press("Send the answer")
    phone.reads("Kept. Something is still missing.")
    phone.attach("File", "statement.pdf", PAPER, "application/pdf")
    phone.press("Upload")
    phone.reads("Everything is here. A credit officer goes on with your application.")
    assert InformationAnswer.objects.count() == 2

    desk.carla.turn_to("Applications")
    officer.reads("answers came, an officer decides")
    officer.open(TITLE)
    officer.sees("A customer left in May.", "statement.pdf")


def say_what_is_missing(screen: Screen) -> None:
    """Fill in a paper and an explanation, and why."""
    screen.fill({"Why you ask": "Your statement shows less than you wrote."})
    screen.main.locator("#id_kind_1").select_option("bank_statement")
    screen.main.locator("#id_words_1").fill("The last three months.")
    screen.main.locator("#id_kind_2").select_option("explanation")
    screen.main.locator("#id_words_2").fill("Why did the income fall?")


def test_the_keyboard_alone_decides(desk: Desk) -> None:
    screen = desk.carla.screen
    screen.go(desk.path)
    screen.tab_to(screen.say("Email"))
    screen.page.keyboard.type(desk.carla.email)
    screen.tab_to("Password")
    screen.page.keyboard.type(PASSWORD)
    screen.hit("Enter")
    screen.tab_to("Approve")
    screen.page.keyboard.press("Space")
    screen.tab_to("Grade (where you approve)")
    screen.page.keyboard.type("B")
    screen.tab_to("Rate a year (where you approve)")
    screen.page.keyboard.type("9")
    screen.tab_to("Expected loss a year (where you approve)")
    screen.page.keyboard.type("1.5")
    screen.tab_to("Income is steady")
    screen.page.keyboard.press("Space")
    screen.tab_to("Reasons, in your own words")
    screen.page.keyboard.type("Steady trade.")
    screen.tab_to("Decide")
    screen.hit("Enter")
    screen.reads("Approved. Write the contract next, so that the borrower can sign.")
    decision = ApplicationDecision.objects.get()
    assert (decision.grade, decision.grounds) == ("B", ["steady_income"])


def test_a_decision_stands_once_whatever_is_clicked_and_whoever_else_decides(desk: Desk) -> None:
    first, second = desk.carla.screen, desk.otto.screen
    for officer in (desk.carla, desk.otto):
        officer.arrive()
        officer.screen.go(desk.path)
    other_tab = Screen(first.page.context.new_page(), "en", first.address)
    other_tab.go(desk.path)
    for screen in (first, other_tab):
        refuse(screen)
    press_twice(first, "Decide", "Decided by")
    first.sees("Too much other debt")
    other_tab.press("Decide")  # the same words from another tab: nothing new
    other_tab.sees("Too much other debt")
    second.choose("Approve")
    second.select("Grade", "A")
    second.fill(
        {
            "Rate a year": "5",
            "Expected loss a year": "1",
            "Reasons, in your own words": "Sound.",
        }
    )
    second.press("Decide")
    second.reads("Somebody has decided this meanwhile.")
    with first.leaving():
        first.page.go_back()
    expect(first.main.get_by_role("heading", level=1)).to_have_text(TITLE)
    decision = ApplicationDecision.objects.get()
    assert not decision.approved and decision.grounds == ["debt_too_high"]
    assert other_tab.faults == []


def press_twice(screen: Screen, button: str, then: str) -> None:
    """Click twice at once, and wait for what the page says once both are answered."""
    screen.button(button).dblclick()
    screen.reads(then)
    screen.page.wait_for_load_state("networkidle")
    screen.look()


def refuse(screen: Screen) -> None:
    """Fill the form in with a refusal."""
    screen.choose("Refuse")
    screen.choose("Too much other debt")
    screen.fill({"Reasons, in your own words": "Three loans elsewhere."})


def test_a_late_loan_is_worked_by_keys_to_another_plan(
    screens: Window, officer: Callable[..., User], clock: Clock
) -> None:
    story = Story().begin().publish().fund().pay_out()
    due_on = Loan.objects.get(pk=story.loan).next_due_on
    assert due_on is not None
    clock.set(datetime.combine(due_on + timedelta(days=10), time(9), tzinfo=UTC))
    carla = Officer(screens("en"), officer("carla", Role.CREDIT_OFFICER).email)
    fritz = Officer(screens("en"), officer("fritz", Role.FINANCE_OFFICER).email)
    screen = carla.screen
    carla.arrive()
    carla.turn_to("Arrears desk")
    screen.tab_to("Start with the next case")
    screen.hit("Enter")
    screen.tab_to("How")
    screen.page.keyboard.type("tel")
    screen.tab_to("What was said")
    screen.page.keyboard.type("A customer pays late.")
    screen.tab_to("Amount promised, if any (may stay empty)")
    screen.page.keyboard.type("20")
    screen.tab_to("Promised by (may stay empty)")
    promised_by = due_on + timedelta(days=14)
    screen.page.keyboard.type(f"{promised_by:%m%d%Y}")
    screen.tab_to("Keep it and go on")
    screen.hit("Enter")
    screen.reads("Noted.")
    promise = Promise.objects.get()
    assert (promise.amount_minor, promise.by_day) == (20_00, promised_by)
    assert Contact.objects.count() == 1

    screen.go(f"/staff/arrears/{story.loan}/")
    screen.follow("Agree another plan")
    screen.fill(
        {
            "Instalments from the next due date on": "18",
            "What was agreed with the borrower, and why": "Smaller instalments can be kept.",
        }
    )
    screen.press("See what it changes")
    press_twice(screen, "Ask for it", "You asked for this. Another person has to agree.")
    assert ApprovalRequest.objects.filter(kind="lending.plan_change").count() == 1
    fritz.arrive()
    fritz.approve_request("Change a loan's plan")
    assert PlanChange.objects.get().cause == "rescheduled"
    screen.go(f"/staff/arrears/{story.loan}/")
    screen.sees("10", screen.say("Restructured"))  # days past due are not set back
