"""What members do, each by the pages they do it on."""

import re
from dataclasses import dataclass

from django.core import mail
from django.utils import timezone

from tests.browser.screen import Screen
from tuppence import platform
from tuppence.web.forms.suitability import in_language

PASSWORD = "a long enough one"
PAPER = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


class Person:
    """Somebody with an account in front of a window."""

    def __init__(self, screen: Screen, email: str) -> None:
        self.screen, self.email = screen, email

    def sign_in(self, path: str = "/home/") -> None:
        """Open a page that asks to sign in, and sign in."""
        screen = self.screen
        screen.go(path)
        screen.fill({"Email": self.email, "Password": PASSWORD})
        screen.press("Sign in")


@dataclass(frozen=True, slots=True)
class Particulars:
    """Who somebody is."""

    name: str
    born_on: str
    iban: str
    organisation: str = ""
    registration: str = ""

    @property
    def legal_name(self) -> str:
        """The name that contracts and bank accounts carry."""
        return self.organisation or self.name


class Member(Person):
    """Somebody who invests or borrows."""

    def __init__(self, screen: Screen, email: str, who: Particulars) -> None:
        super().__init__(screen, email)
        self.who = who
        self.reference = ""

    # --- Joining -------------------------------------------------------------------------------
    def join(self) -> None:
        """From the front page to an account whose e-mail address is confirmed."""
        screen = self.screen
        screen.go("/")
        screen.follow("Join", within=screen.side)
        screen.fill({"Email": self.email, "Password": PASSWORD, "Password (again)": PASSWORD})
        screen.press("Join")
        message = next(found for found in mail.outbox if found.to == [self.email])
        link = re.search(r"http://\S+", str(message.body))
        assert link is not None, message.body
        screen.go(link.group().removeprefix(screen.address))
        screen.press("Confirm")
        self.sign_in()

    def complete_profile(self) -> None:
        """As a person, or for an organisation."""
        screen, who = self.screen, self.who
        if who.organisation:
            screen.choose("a company or other organisation")
            screen.fill(
                {
                    "Name of the organisation": who.organisation,
                    "Registration number": who.registration,
                }
            )
        screen.fill({"Your full name": who.name, "Your date of birth": who.born_on})
        screen.press("Save and go on")
        screen.reads("Welcome. Next, show us who you are.")

    def show_papers(self) -> None:
        """Upload a passport and ask to be checked."""
        screen = self.screen
        screen.select("What it is", "Passport or identity card")
        screen.attach("File", "passport.pdf", PAPER, "application/pdf")
        screen.press("Upload")
        screen.sees("passport.pdf")
        screen.press("Check my papers")
        screen.reads("We check your papers now and write to you when it's done.")

    def name_bank_account(self) -> None:
        """The account that money goes out to."""
        screen = self.screen
        screen.go("/bank-account/")
        screen.fill({"IBAN": self.who.iban, "Account holder": self.who.legal_name})
        screen.press("Save")
        screen.reads("The account is named. We verify it, usually by your first deposit.")

    def read_pay_in(self) -> None:
        """Look up where to pay in and with which reference."""
        self.screen.go("/cash/")
        self.screen.follow("Pay in")
        self.reference = self.screen.term("Reference")

    # --- Investing -----------------------------------------------------------------------------
    def see_whether_it_suits(self) -> None:
        """Test, loss simulation, warning, by the address of their page."""
        self.screen.go("/suitability/")
        self.take_the_tests()

    def take_the_tests(self) -> None:
        """Test, loss simulation, warning, from their page."""
        screen = self.screen
        screen.follow("What you know")
        self._answer()
        screen.press("Hand in my answers")
        screen.follow("What you could bear to lose")
        screen.fill(
            {
                "Pay a year, after tax": "36000",
                "Savings you can get at": "20000",
                "Commitments a year": "24000",
            }
        )
        screen.press("Work it out")
        screen.follow("The warning")
        screen.choose("I have read this and know that I can lose all of the money I invest.")
        screen.press("Confirm")
        screen.reads("Noted. You can invest now.")

    def _answer(self) -> None:
        test = platform.rulebook(platform.business_day(timezone.now())).test
        assert test is not None
        for question in test.questions:
            best = max(question.options, key=lambda option: option.points)
            self.screen.choose_literally(in_language(best.text, self.screen.language))

    def review_investment(self, listing: str, amount: str) -> None:
        """Find a listing, say how much, and come to the review."""
        screen = self.screen
        screen.go("/home/")
        screen.follow("Invest", within=screen.side)
        screen.open(listing)
        screen.fill({"Amount": amount})
        screen.press("Review")
        screen.reads("Is this right?")

    def take_out(self, amount: str) -> None:
        """Ask for money back, with review."""
        screen = self.screen
        screen.go("/cash/")
        screen.follow("Take out")
        screen.fill({"Amount": amount})
        screen.press("Review")
        screen.press("Take out")

    # --- Borrowing -----------------------------------------------------------------------------
    def apply(self, product: str, amount: str, instalments: str, title: str) -> None:
        """See the cost, then apply."""
        screen = self.screen
        screen.go("/borrowing/")
        screen.follow("What can be borrowed")
        screen.sees(product)
        screen.follow("See the cost")
        screen.fill({"Amount": amount, "Instalments": instalments})
        screen.button("Show the cost").click()
        screen.follow("Go on with this amount")
        screen.press("Begin my application")
        if not self.who.organisation:
            screen.choose("For my own business or trade")
            screen.press("Keep and go on")
        for answers in (
            {
                "Title of your listing": title,
                "What the money is for": "A second oven lets the night shift end at four.",
            },
            {"Income a month, after tax": "9000", "Spending a month": "6000"},
            {"Borrowed on other platforms": "0"},
        ):
            screen.fill(answers)
            screen.press("Keep and go on")
        screen.follow("Go on without papers")
        screen.press("Send my application")

    def sign(self, title: str) -> None:
        """Read the contract and sign it."""
        screen = self.screen
        screen.go("/borrowing/")
        screen.open(title)
        screen.follow("Contract")
        screen.choose("I have read the contract and sign it.")
        screen.press("Sign")
        screen.reads("Signed. The listing can be paid out once it is full.")
