"""“First 500 investors”: planned, agreed to, launched, found by a QR code, settled to the penny.

A growth operator plans with 5,000 and two channels, an offer and a reward for invitations; another
person agrees; a visitor comes by the code, joins, lends with the offer and brings a friend; a day's
spend is imported and the campaign ends. Then the trial balance, the campaign's page and the
member's statement say the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tests.browser.client_bank import ClientBank
from tests.browser.clock import Clock
from tests.browser.officers import Officer
from tests.browser.people import Member, Particulars
from tests.browser.screen import Screen
from tuppence import platform
from tuppence.bank.models import ClientBankAccount
from tuppence.bank.reference import Order, order_reference
from tuppence.cli.books import collect
from tuppence.growth.models import Campaign, Grant, ReferralReward, TrackedLink, Visit
from tuppence.growth.operations import pay_due, settle_offers
from tuppence.growth.queries.return_table import return_table
from tuppence.growth.return_on_spend import Credit
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.practice.client_bank import practice_iban

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CAMPAIGN, PRODUCT, TITLE = "First 500 investors", "Loan for small companies", "A second oven"
SPEND = """date,ad_id,campaign,spend,clicks
2026-03-02,a1,first,120.50,61
2026-03-02,a2,first,79.5,40
"""
CHOSEN = {"goal": "first_investors", "channel_1": "paid_search", "channel_2": "referral"}
TEXTS = {
    "audience": "Savers who compare rates",
    "need": "Savings that lose against prices",
    "hypothesis": "A small gift brings savers over the first step",
    "message": "Lend from 50, see every cent",
    "why_us": "Books that anybody can check",
    "rivals": "Overnight money at 2 per cent",
    "product": "Loans of 6 to 36 months",
    "price": "No fee for investing",
    "place": "Search, posters, and members who invite",
    "promotion": "10 for the first investment, 10 for who brings a friend",
    "risks": "People who come for the gift alone",
}


@dataclass
class Cast:
    """Everybody in the story, each at an own window."""

    grower: Officer
    maker: Officer
    checker: Officer
    compliance: Officer
    credit: Officer
    ann: Member
    ben: Member
    bakery: Member
    bank: ClientBank
    clock: Clock

    def next_day(self, day: int) -> None:
        """Another morning of March."""
        self.clock.set(datetime(2026, 3, day, 8, 0, tzinfo=UTC))
        self.bank.next_day(platform.business_day(self.clock.now()))


@pytest.fixture
def cast(
    screens: Callable[..., Screen],
    officer: Callable[..., User],
    client_bank: ClientBank,
    clock: Clock,
) -> Cast:
    """Five members of staff, a visitor with a phone, her friend, and a company that borrows."""

    def at_desk(name: str, role: Role) -> Officer:
        return Officer(screens("en"), officer(name, role).email)

    def member(email: str, who: Particulars, *, phone: bool = False) -> Member:
        return Member(screens("en", phone=phone, counted=True), f"{email}@member.example", who)

    return Cast(
        grower=at_desk("grower", Role.GROWTH_OPERATOR),
        maker=at_desk("maker", Role.FINANCE_OFFICER),
        checker=at_desk("checker", Role.FINANCE_OFFICER),
        compliance=at_desk("compliance", Role.COMPLIANCE_OFFICER),
        credit=at_desk("credit", Role.CREDIT_OFFICER),
        ann=member("ann", Particulars("Ann Fletcher", "1985-05-05", practice_iban(42)), phone=True),
        ben=member("ben", Particulars("Ben Cooper", "1990-02-28", practice_iban(43))),
        bakery=member(
            "bakery",
            Particulars("Carla Baker", "1979-09-14", practice_iban(44), "Baker Ltd", "HRB 4711"),
        ),
        bank=client_bank,
        clock=clock,
    )


def test_the_first_500_investors(cast: Cast) -> None:
    for who in (cast.grower, cast.maker, cast.checker, cast.compliance, cast.credit):
        who.arrive()
    the_firm_pays_its_float_in(cast)
    a_campaign_is_planned_agreed_to_and_launched(cast)
    a_company_asks_for_a_loan(cast)
    a_visitor_comes_by_the_code(cast)
    she_brings_a_friend(cast)
    both_lend_with_the_offer(cast)
    the_loan_is_paid_out_and_the_gifts_with_it(cast)
    a_days_spend_is_imported(cast)
    the_campaign_ends(cast)
    everything_agrees_to_the_penny(cast)
    assert [check for check in collect() if not check.holds] == []


def the_firm_pays_its_float_in(cast: Cast) -> None:
    """2,000.00 of the firm's own, by the reference on its page."""
    account = ClientBankAccount.objects.get()
    reference = order_reference(Order.FLOAT, account.key)
    screen = cast.maker.screen
    cast.maker.turn_to("Money for gifts")
    screen.sees(reference)
    cast.bank.receives(2_000_00, payer="Tuppence Ltd", iban=practice_iban(9), text=reference)
    cast.maker.import_statement(cast.bank.statement(cast.clock.now()))
    cast.maker.turn_to("Money for gifts")
    screen.sees(screen.money(2_000_00))


def a_campaign_is_planned_agreed_to_and_launched(cast: Cast) -> None:
    """The plan with its offers, a second person, and two links."""
    screen = cast.grower.screen
    cast.grower.turn_to("Campaigns")
    screen.follow("Plan a campaign")
    typed = TEXTS | {
        "name": CAMPAIGN,
        "goal_number": "500",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-31",
        "spend_1": "3000",
        "gives_1": "0",
        "expected_1": "300",
        "spend_2": "0",
        "gives_2": "2000",
        "expected_2": "200",
    }
    for name, text in typed.items():
        screen.main.locator(f"[name={name}]").fill(text)
    for name, value in CHOSEN.items():
        screen.main.locator(f"[name={name}]").select_option(value)
    screen.press("Keep the plan")
    address = screen.page.url.removeprefix(screen.address)
    least = {"Amount": "10", "From which amount on": "100"}
    an_offer(screen, "Gift for the first investment", least)
    screen.go(address)
    an_offer(
        screen,
        "Reward for an invitation",
        least | {"For one member": "5"},
        {"When the friend has": "invested", "Whose reward": "who invites"},
    )
    screen.follow("Submit the plan")
    screen.press("Submit the plan")
    screen.reads("Asked for. A second person has to agree.")
    cast.checker.approve_request("Agree to a campaign")
    screen.go(address)
    screen.follow("Launch")
    screen.press("Launch")
    screen.reads("Done.")
    for name, channel in (("Posters in town", "Offline"), ("Search", "Paid search")):
        a_link(cast.grower, name, channel)


def an_offer(
    screen: Screen, kind: str, entries: dict[str, str], choices: dict[str, str] | None = None
) -> None:
    """Put an offer of a kind into the plan."""
    screen.main.get_by_text(screen.say("Add an offer"), exact=True).click()
    screen.follow(kind)
    screen.fill({"Title in English": kind, "How many at most": "50", **entries})
    for label, option in (choices or {}).items():
        screen.select(label, option)
    screen.press("Put it in the plan")
    screen.reads("The plan is changed.")


def a_link(grower: Officer, name: str, channel: str) -> None:
    """Make a tracked link of the campaign, with its QR code."""
    screen = grower.screen
    grower.turn_to("Tracked links")
    screen.follow("New link")
    screen.fill({"Name": name, "Leads to": "/"})
    screen.select("Channel", channel)
    screen.main.locator("[name=campaign]").select_option(label=CAMPAIGN)
    screen.press("Make it")
    assert screen.main.locator("img.qr").is_visible()


def a_company_asks_for_a_loan(cast: Cast) -> None:
    """A listing for the new investors."""
    cast.credit.offer_product(PRODUCT)
    a_member_joins(cast, cast.bakery)
    cast.bakery.apply(PRODUCT, "1200", "6", TITLE)
    cast.credit.decide(TITLE, grade="B", rate="9", loss="1.5")
    cast.bakery.sign(TITLE)
    cast.credit.publish(TITLE)


def a_member_joins(cast: Cast, member: Member) -> None:
    """From the front page to somebody verified."""
    member.join()
    a_member_is_verified(cast, member)


def a_member_is_verified(cast: Cast, member: Member) -> None:
    member.complete_profile()
    member.show_papers()
    member.name_bank_account()
    member.read_pay_in()
    cast.compliance.approve_identity(member.who.legal_name)
    cast.maker.verify_bank_account(member.who.legal_name)


def a_visitor_comes_by_the_code(cast: Cast) -> None:
    """She scans the poster, agrees to be counted, and becomes a member with an offer."""
    link, screen = TrackedLink.objects.get(name="Posters in town"), cast.ann.screen
    screen.go(f"/go/{link.code}")
    with screen.leaving():
        screen.page.locator("section.ask button[value=yes]").click()
    a_member_joins(cast, cast.ann)
    settle_offers(at=cast.clock.now())
    screen.go("/gifts/")
    screen.reads("Gift for the first investment")
    touch = Visit.objects.exclude(visitor_id=None).earliest("at")
    assert (touch.link_id, touch.campaign_id) == (link.pk, Campaign.objects.get().pk)


def she_brings_a_friend(cast: Cast) -> None:
    """Ann's own link leads to her words; Ben joins by it."""
    screen = cast.ann.screen
    screen.follow("Your invitation, and who came by it")
    screen.fill({"Your words": "I lend a little to people near us. Look at the open books first."})
    screen.press("Keep them")
    address = screen.main.locator("a.link").first.inner_text()
    ben = cast.ben.screen
    ben.go(address.removeprefix(ben.address))
    ben.sees("I lend a little to people near us.")
    a_member_joins(cast, cast.ben)
    settle_offers(at=cast.clock.now())
    screen.go("/invite/")
    screen.sees("verified")


def both_lend_with_the_offer(cast: Cast) -> None:
    """They pay in, pass the tests, and take the offer along."""
    for member, amount in ((cast.ann, 1_000_00), (cast.ben, 900_00)):
        who = member.who
        cast.bank.receives(amount, payer=who.legal_name, iban=who.iban, text=member.reference)
    cast.maker.import_statement(cast.bank.statement(cast.clock.now()))
    for member, amount in ((cast.ann, "800"), (cast.ben, "400")):
        member.see_whether_it_suits()
        member.review_investment(TITLE, amount)
        assert member.screen.main.locator("[name=offers]").is_checked()
        member.screen.press("Invest")
        member.screen.reads("Gift for the first investment")


def the_loan_is_paid_out_and_the_gifts_with_it(cast: Cast) -> None:
    """Nothing is earned before; then both gifts and the reward for Ann."""
    settle_offers(at=cast.clock.now())
    assert set(Grant.objects.values_list("state", flat=True)) <= {"taken", "granted"}
    cast.next_day(9)
    cast.maker.arrive()
    cast.checker.arrive()
    cast.maker.propose_pay_out(TITLE)
    cast.checker.approve_request("Pay a loan out")
    settle_offers(at=cast.clock.now())
    pay_due(at=cast.clock.now())
    reward = ReferralReward.objects.get()
    assert (reward.state, reward.doubts) == ("granted", [])


def a_days_spend_is_imported(cast: Cast) -> None:
    """The search engine's file, booked to the campaign."""
    screen = cast.grower.screen
    cast.grower.arrive()
    cast.grower.turn_to("Spend")
    screen.follow("Import a file")
    screen.fill({"Or a new partner": "Searchwell"})
    screen.select("Channel", "Paid search")
    screen.attach("File", "spend.csv", SPEND.encode(), "text/csv")
    with screen.leaving():
        screen.main.locator("form button.go").first.click()
    screen.main.locator("[name=campaign]").select_option(label=CAMPAIGN)
    screen.press("Read the file")
    screen.sees(screen.money(200_00))
    screen.press("The sum is right: book the file")
    screen.sees(screen.money(200_00))


def the_campaign_ends(cast: Cast) -> None:
    """What is left of its budget is released."""
    screen = cast.grower.screen
    cast.grower.turn_to("Campaigns")
    screen.open(CAMPAIGN)
    screen.follow("End")
    screen.press("End")
    screen.reads("Done.")


def everything_agrees_to_the_penny(cast: Cast) -> None:
    """Trial balance, campaign page, return on spend and Ann's lines say the same."""
    row = Campaign.objects.get()
    screen = cast.grower.screen
    assert screen.term("Spent, out of the books") == screen.money(200_00)
    assert screen.term("Given") == screen.money(30_00)
    assert account(AccountKind.INCENTIVE_EXPENSE, row.pk) == 30_00
    assert account(AccountKind.PROMO_FLOAT) == account(AccountKind.FIRM_PROMO_FLOAT) == 1_970_00
    screen.follow("What it brought for what it cost")
    screen.sees(screen.money(200_00), screen.money(30_00))
    for dimension in ("channel", "campaign", "partner", "creative"):
        found = return_table(dimension, "EUR", platform.zone().key)
        assert (found.books.spend_minor, found.books.incentives_minor) == (200_00, 30_00)
        assert [found.difference_minor(rule) for rule in Credit] == [(0, 0, 0)] * 3
    ann = cast.ann
    ann.sign_in("/gifts/")
    ann.screen.sees(ann.screen.money(20_00))  # her own gift and the one for Ben
    ann.screen.go("/cash/")
    gifts = ann.screen.main.get_by_text(ann.screen.say("Gift from the platform"))
    assert gifts.count() >= 2
    ann.screen.sees(ann.screen.money(220_00))  # 1,000.00 less 800.00 lent, and 20.00 given


def account(kind: AccountKind, owner: int = 0) -> int:
    key = AccountKey(kind, owner, "EUR")
    return balances([key])[key]
