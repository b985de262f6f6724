"""What staff do, each by the pages they do it on."""

import re
from datetime import date

from tests.browser.people import Person


class Officer(Person):
    """Somebody of the staff at their desk."""

    def arrive(self) -> None:
        """Come to the desk in the morning."""
        self.sign_in("/staff/")
        self.screen.reads("What waits for you.")

    def turn_to(self, link: str) -> None:
        """Choose a page of the side navigation, however much waits there."""
        screen = self.screen
        name = re.compile(rf"^{re.escape(screen.say(link))}( |$)")
        with screen.leaving():
            screen.side.get_by_role("link", name=name).first.click()

    # --- People --------------------------------------------------------------------------------
    def approve_identity(self, name: str) -> None:
        """Look at a case and say that it is who they say."""
        screen = self.screen
        self.turn_to("Identity checks")
        screen.open(name)
        screen.sees("passport.pdf")
        screen.choose("It is who they say")
        screen.press("Decide")
        screen.reads("Decided. The member is told.")

    def verify_bank_account(self, name: str) -> None:
        """Take a member's first account as their own."""
        screen = self.screen
        self.turn_to("Bank accounts")
        screen.open(name)
        screen.press("It is the member's own")
        screen.reads("Verified. Money can go out to this account.")

    # --- Lending -------------------------------------------------------------------------------
    def offer_product(self, name: str) -> None:
        """Put a loan on the shelf."""
        screen = self.screen
        self.turn_to("Products")
        screen.follow("New product")
        screen.fill(
            {
                "Code, which never changes": "business",
                "Name": name,
                "Smallest amount": "500",
                "Largest amount": "50000",
                "Fewest instalments": "3",
                "Most instalments": "60",
                "Lowest rate a year": "4",
                "Highest rate a year": "16",
                "Origination fee, of the principal": "2",
                "Servicing fee, of the lenders' interest": "10",
                "Smallest investment": "25",
                "Step of investments": "25",
            }
        )
        screen.press("Offer it")
        screen.reads("The product is on offer now.")

    def decide(self, title: str, *, grade: str, rate: str, loss: str) -> None:
        """Approve an application and write its contract."""
        screen = self.screen
        self.turn_to("Applications")
        screen.open(title)
        screen.choose("Approve")
        screen.select("Grade", grade)
        screen.fill({"Rate a year": rate, "Expected loss a year": loss})
        screen.fill({"Reasons, in your own words": "Sound."})
        screen.press("Decide")
        screen.follow("Write the contract")
        screen.press("Write it")
        screen.reads("The contract is written. The borrower can sign it now.")

    def publish(self, title: str) -> None:
        """Open the listing of an approved application."""
        screen = self.screen
        screen.go("/staff/applications/?waits=publication")
        screen.open(title)
        screen.follow("Publish the listing")
        screen.press("Publish")
        screen.reads("The listing is open for investment.")

    # --- Money ---------------------------------------------------------------------------------
    def import_statement(self, content: bytes) -> None:
        """Take the bank's file; then bank and books agree."""
        screen = self.screen
        self.turn_to("Bank lines")
        screen.follow("Import a statement")
        screen.attach("Statement", "statement.xml", content, "application/xml")
        screen.press("Import")
        self.turn_to("Bank lines")
        assert screen.term("Difference") == screen.money(0)

    def propose_pay_out(self, title: str) -> None:
        """Ask that a full listing be paid out; alone it can't be agreed to."""
        screen = self.screen
        self.turn_to("Desk")
        screen.follow("Full listings")
        screen.open(title)
        screen.follow("Propose to pay out")
        screen.press("Propose")
        screen.reads("You asked for this. Another person has to agree.")
        assert screen.button("Say so").count() == 0

    def approve_request(self, kind: str) -> None:
        """Agree to what another person asked for."""
        screen = self.screen
        self.turn_to("Approvals")
        screen.follow(kind)
        screen.choose("Approve: it is carried out at once")
        screen.press("Say so")
        screen.reads("Approved and carried out.")

    def approve_withdrawal(self, name: str) -> None:
        """Agree to money that leaves."""
        screen = self.screen
        self.turn_to("Withdrawals")
        screen.open(name)
        screen.choose("Approve: it goes out with the next payment file")
        screen.press("Say so")
        screen.reads("Approved. It goes out with the next payment file.")

    def make_payment_file(self) -> bytes:
        """Make the file of all that is approved, and download it."""
        screen = self.screen
        self.turn_to("Withdrawals")
        screen.follow("Make the payment file")
        screen.press("Make the file")
        with screen.page.expect_download() as download:
            screen.main.get_by_role("link", name=screen.say("Download"), exact=True).click()
        return download.value.path().read_bytes()

    def close_day(self, day: date) -> None:
        """Close the days up to this one, and sign them."""
        screen = self.screen
        self.turn_to("Day close")
        screen.fill({"Close up to and including": day.isoformat()})
        screen.press("Close the day and sign")
        screen.sees(screen.day(day))
        screen.reads("Figures as they were signed")

    def check_books(self) -> None:
        """Each book is in balance by itself."""
        screen = self.screen
        self.turn_to("Books")
        differences = screen.main.locator("p.small > span.ok").all_inner_texts()
        assert len(differences) >= 3
        assert screen.main.locator("p.small > span.down").count() == 0
