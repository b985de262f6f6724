"""The finance officer's day by keys alone: a missing, a doubled and an unidentified bank line."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.browser.client_bank import ClientBank
from tests.browser.clock import Clock
from tests.browser.conftest import START, confirm_address
from tests.browser.officers import Officer
from tests.browser.people import PASSWORD
from tests.browser.screen import Screen
from tests.web.conftest import verify
from tuppence import platform
from tuppence.bank.models import BankBreak, LineMatch
from tuppence.insight.queries import controls
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.models import DaySignOff
from tuppence.lending.operations import close_day
from tuppence.members import operations as members
from tuppence.members.models import User
from tuppence.members.payment_reference import payment_reference
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IBAN, OTHER_IBAN = "GB82WEST12345698765432", "NL91ABNA0417164300"
KEYS_MOST = 30  # five minutes are ten seconds a key


class Keys:
    """A pair of hands that never leave the keyboard; every press is counted."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.presses = screen, 0

    def go_by(self, key: str) -> None:
        """Press a key that leads to another page."""
        self.presses += 1
        self.screen.hit(key)

    def tab_to(self, name: str) -> None:
        """Go on by Tab."""
        self.presses += self.screen.tab_to(name)

    def take_file(self, content: bytes) -> None:
        """On the page of imports: to the file, choose it, to the button, press it."""
        self.presses += 1
        self.screen.page.keyboard.press("1")
        focused = self.screen.page.locator(":focus")
        assert focused.get_attribute("type") == "file"
        focused.set_input_files(
            {"name": "day.xml", "mimeType": "application/xml", "buffer": content}
        )
        self.tab_to("Import")
        self.go_by("Enter")


@pytest.fixture
def ann(officer: Callable[..., User]) -> int:
    """A member who pays in; her number."""
    user = User.objects.create_user("ann@member.example", PASSWORD)
    confirm_address(user)
    order = RegisterOrder(
        uuid4(), MemberKind.PERSON, "Ann Fletcher", "DE", START, user.pk, date(1985, 5, 5)
    )
    (registered,) = members.register_members([order])
    assert registered.member_id is not None
    verify(registered.member_id, user, officer("verifier", Role.COMPLIANCE_OFFICER), START)
    return registered.member_id


def two_days(bank: ClientBank, member_id: int) -> tuple[bytes, bytes]:
    """The statement that gets lost, and that of the day after with its two difficulties."""
    text = payment_reference(member_id)
    bank.receives(125_00, payer="Ann Fletcher", iban=IBAN, text=text)
    lost = bank.statement(START)
    bank.next_day(platform.business_day(START) + timedelta(days=1))
    for _ in range(2):
        bank.receives(240_00, payer="Ann Fletcher", iban=IBAN, text=text)
    bank.receives(75_00, payer="FLETCHER ANN", iban=OTHER_IBAN, text="savings, as agreed")
    return lost, bank.statement(START + timedelta(days=1))


def test_a_day_with_a_missing_a_doubled_and_an_unidentified_line_is_closed_by_few_keys(
    screens: Callable[..., Screen],
    officer: Callable[..., User],
    client_bank: ClientBank,
    clock: Clock,
    ann: int,
) -> None:
    lost, later = two_days(client_bank, ann)
    close_day(platform.business_day(START) - timedelta(days=1), at=START)
    clock.set(START + timedelta(days=2))
    screen = screens("en")
    fritz = officer("fritz", Role.FINANCE_OFFICER)
    Officer(screen, fritz.email).sign_in("/staff/finance/")

    keys = Keys(screen)
    keys.go_by("1")  # days without a statement
    keys.take_file(later)
    keys.go_by("0")
    screen.reads("Looks doubled", "Lines that are missing", "Receipts not identified")
    keys.go_by("1")  # lines that look doubled
    screen.reads("What it books")
    keys.go_by("1")  # set aside
    keys.go_by("1")  # receipts not identified
    screen.sees("Ann Fletcher")
    keys.go_by("1")  # hers, for her name
    keys.go_by("1")  # the break
    screen.reads("Import the missing statement")
    keys.go_by("1")
    keys.take_file(lost)
    keys.go_by("0")
    keys.go_by("1")  # the day
    screen.reads("Close and sign", "Control figures, now")
    keys.presses += 1
    screen.page.keyboard.press("1")
    keys.tab_to("Close the day and sign")
    keys.go_by("Enter")
    screen.reads("Figures as they were signed")
    assert keys.presses <= KEYS_MOST, keys.presses

    key = AccountKey(AccountKind.MEMBER_AVAILABLE, ann, "EUR")
    assert balances([key])[key] == 125_00 + 240_00 + 75_00
    assert LineMatch.objects.get(meaning="doubled", ends_at=None).matched_by == fritz
    assert not BankBreak.objects.filter(closed_at=None).exists()
    assert set(DaySignOff.objects.values_list("by__email", "day__day")) == {
        (fritz.email, platform.business_day(START) + timedelta(days=ahead)) for ahead in (0, 1)
    }
    (figures,) = DaySignOff.objects.latest("day").figures["currencies"]
    assert figures["agrees"] and figures["set_aside"] == {"count": 1, "minor": 240_00}
    assert [check for check in controls.collect() if not check.holds] == []
