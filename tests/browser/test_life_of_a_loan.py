"""The whole life of a loan by clicks: from strangers to interest taken out, in both languages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from tests.browser.client_bank import ClientBank
from tests.browser.clock import Clock
from tests.browser.officers import Officer
from tests.browser.people import Member, Particulars
from tests.browser.screen import Screen
from tuppence import platform
from tuppence.cli.books import collect
from tuppence.market.models import Investment
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.practice.client_bank import practice_iban

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PRODUCT = "Loan for small companies"
NAMES = {
    "en": ("Ann Fletcher", "Ben Cooper", "Carla Baker", "Baker and Daughters Ltd", "A second oven"),
    "zh-hans": ("林晓雨", "陈国强", "周淑芬", "淑芬面包有限公司", "第二台烤箱"),
}


@dataclass
class Cast:
    """Everybody in the story, each at an own window."""

    ann: Member
    ben: Member
    bakery: Member
    compliance: Officer
    credit: Officer
    maker: Officer
    checker: Officer
    bank: ClientBank
    clock: Clock
    title: str

    def next_day(self, year: int, month: int, day: int) -> None:
        """Another morning: yesterday's sessions are over, so staff arrive anew."""
        self.clock.set(datetime(year, month, day, 8, 0, tzinfo=UTC))
        self.bank.next_day(platform.business_day(self.clock.now()))


@pytest.fixture(params=["en", "zh-hans"])
def cast(
    request: pytest.FixtureRequest,
    screens: Callable[..., Screen],
    officer: Callable[..., User],
    client_bank: ClientBank,
    clock: Clock,
) -> Cast:
    """Two investors, one of them at a phone; a company that borrows; four members of staff."""
    language = request.param
    ann, ben, carla, bakery, title = NAMES[language]

    def at_desk(name: str, role: Role) -> Officer:
        return Officer(screens(language), officer(name, role).email)

    def member(email: str, who: Particulars, *, phone: bool = False) -> Member:
        return Member(screens(language, phone=phone), f"{email}@member.example", who)

    return Cast(
        ann=member("ann", Particulars(ann, "1985-05-05", practice_iban(42))),
        ben=member("ben", Particulars(ben, "1990-02-28", practice_iban(43)), phone=True),
        bakery=member(
            "bakery", Particulars(carla, "1979-09-14", practice_iban(44), bakery, "HRB 4711")
        ),
        compliance=at_desk("compliance", Role.COMPLIANCE_OFFICER),
        credit=at_desk("credit", Role.CREDIT_OFFICER),
        maker=at_desk("maker", Role.FINANCE_OFFICER),
        checker=at_desk("checker", Role.FINANCE_OFFICER),
        bank=client_bank,
        clock=clock,
        title=title,
    )


def test_the_whole_life_of_a_loan(cast: Cast) -> None:
    strangers_become_members(cast)
    money_comes_in(cast)
    a_company_asks_for_a_loan(cast)
    investors_fill_the_listing(cast)
    two_people_pay_it_out(cast)
    the_bank_pays_and_the_day_is_closed(cast)
    the_borrower_pays_back(cast)
    an_investor_takes_money_out(cast)
    the_books_agree(cast)
    wrong = [check for check in collect() if not check.holds]
    assert wrong == []


def strangers_become_members(cast: Cast) -> None:
    """Three people join; compliance sees their papers, finance their bank accounts."""
    cast.compliance.arrive()
    cast.maker.arrive()
    for member in (cast.ann, cast.ben, cast.bakery):
        member.join()
        member.complete_profile()
        member.show_papers()
        member.name_bank_account()
        member.read_pay_in()
        cast.compliance.approve_identity(member.who.legal_name)
        cast.maker.verify_bank_account(member.who.legal_name)
    for investor in (cast.ann, cast.ben):
        investor.see_whether_it_suits()


def money_comes_in(cast: Cast) -> None:
    """Both investors pay in; finance imports the bank's file."""
    for investor, amount_minor in ((cast.ann, 1_000_00), (cast.ben, 900_00)):
        cast.bank.receives(
            amount_minor,
            payer=investor.who.legal_name,
            iban=investor.who.iban,
            text=investor.reference,
        )
    cast.maker.import_statement(cast.bank.statement(cast.clock.now()))
    cast.ann.screen.go("/cash/")
    cast.ann.screen.sees(cast.ann.screen.money(1_000_00))


def a_company_asks_for_a_loan(cast: Cast) -> None:
    """Product, application, decision, contract, signature, listing."""
    cast.credit.arrive()
    cast.credit.offer_product(PRODUCT)
    cast.bakery.apply(PRODUCT, "1200", "6", cast.title)
    cast.credit.decide(cast.title, grade="B", rate="9", loss="1.5")
    cast.bakery.sign(cast.title)
    cast.credit.publish(cast.title)


def investors_fill_the_listing(cast: Cast) -> None:
    """One goes back and confirms again, one clicks twice; each has one effect."""
    ann, ben = cast.ann.screen, cast.ben.screen
    cast.ben.review_investment(cast.title, "400")
    ben.press("Invest")
    receipt = ben.term("Receipt number")
    with ben.leaving():
        ben.page.go_back()
    ben.reads("Is this right?")
    ben.press("Invest")
    assert ben.term("Receipt number") == receipt

    cast.ann.review_investment(cast.title, "800")
    ann.sees(ann.money(800_00))
    with ann.leaving():
        ann.button("Invest").dblclick()
    ann.page.wait_for_url("**/investments/**")
    ann.go("/cash/")
    ann.sees(ann.money(200_00))
    placed = Investment.objects.order_by("amount_minor").values_list("amount_minor", flat=True)
    assert list(placed) == [400_00, 800_00]


def two_people_pay_it_out(cast: Cast) -> None:
    """After the days to reflect one proposes and another agrees; the file goes to the bank."""
    cast.next_day(2026, 3, 9)
    cast.maker.arrive()
    cast.checker.arrive()
    cast.maker.propose_pay_out(cast.title)
    cast.checker.approve_request("Pay a loan out")
    content = cast.maker.make_payment_file()
    cast.next_day(2026, 3, 10)
    assert cast.bank.carries_out(content) == [1_200_00]


def the_bank_pays_and_the_day_is_closed(cast: Cast) -> None:
    """The statement tells that it was paid; the borrower sees the schedule."""
    cast.maker.arrive()
    cast.maker.import_statement(cast.bank.statement(cast.clock.now()))
    cast.maker.close_day(date(2026, 3, 9))
    cast.bakery.sign_in("/borrowing/")
    screen = cast.bakery.screen
    screen.open(cast.title)
    rows = screen.main.get_by_role("table").first.locator("tbody tr")
    assert rows.count() == 6


def the_borrower_pays_back(cast: Cast) -> None:
    """The first instalment comes by bank and is taken on its day."""
    cast.next_day(2026, 4, 9)
    bakery = cast.bakery
    cast.bank.receives(
        300_00, payer=bakery.who.legal_name, iban=bakery.who.iban, text=bakery.reference
    )
    cast.maker.arrive()
    cast.maker.import_statement(cast.bank.statement(cast.clock.now()))
    bakery.sign_in("/borrowing/")
    bakery.screen.open(cast.title)
    bakery.screen.follow("Pay what is due")
    bakery.screen.press("Pay")
    assert bakery.screen.term("Interest") == bakery.screen.money(9_00)
    assert bakery.screen.term("Paid") == bakery.screen.money(229_28)


def an_investor_takes_money_out(cast: Cast) -> None:
    """The portfolio has grown by the interest less our fee; some of it leaves by two people's word.

    Two thirds of the first instalment: 130.85 of principal, 6.00 of interest, 0.60 of it our fee.
    """
    ann = cast.ann.screen
    cast.ann.sign_in("/portfolio/")
    ann.sees(cast.title, ann.money(1_005_40))
    ann.go("/cash/")
    ann.sees("136.25", ann.money(336_25))
    cast.ann.take_out("250")
    cast.checker.arrive()
    cast.checker.approve_withdrawal(cast.ann.who.legal_name)
    content = cast.maker.make_payment_file()
    cast.next_day(2026, 4, 10)
    assert cast.bank.carries_out(content) == [250_00]
    cast.maker.arrive()
    cast.maker.import_statement(cast.bank.statement(cast.clock.now()))
    cast.ann.sign_in("/cash/")
    ann.sees(ann.money(86_25), ann.say_in("withdrawal", "paid"))


def the_books_agree(cast: Cast) -> None:
    """Finance closes the days and reads the four books."""
    cast.maker.close_day(date(2026, 4, 9))
    cast.maker.check_books()
