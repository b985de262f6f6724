"""Letters in a browser: read by their member, shown to staff in a frame; papers come as files."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.clock import Clock
from tests.browser.conftest import confirm_address
from tests.browser.people import PASSWORD, Member, Particulars, Person
from tests.browser.screen import Screen
from tests.web.conftest import deposit
from tuppence.letters.kinds import LetterKind
from tuppence.members import operations as members
from tuppence.members.models import User
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role
from tuppence.web.letters.drafts import Draft
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.writing import write_now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Window = Callable[..., Screen]


@pytest.fixture
def ann(screens: Window, clock: Clock) -> Member:
    """A member with 500.00 and a letter that says so."""
    clock.set(datetime(2026, 3, 4, 9, tzinfo=UTC))
    user = User.objects.create_user("ann@member.example", PASSWORD)
    confirm_address(user)
    who = Particulars("Ann Fletcher", "1985-05-05", "")
    now = timezone.now()
    order = RegisterOrder(
        uuid4(), MemberKind.PERSON, who.name, "DE", now, user.pk, date.fromisoformat(who.born_on)
    )
    (registered,) = members.register_members([order])
    assert registered.member_id is not None
    deposit(registered.member_id, 500_00, now)
    facts = Facts(currency="EUR", amount_minor=500_00)
    write_now(Draft(LetterKind.DEPOSIT_ARRIVED, registered.member_id, now, facts), at=now)
    return Member(screens("en"), user.email, who)


def test_a_member_reads_a_letter_and_downloads_a_statement(ann: Member) -> None:
    screen = ann.screen
    ann.sign_in("/account/letters/")
    screen.follow("€500.00 arrived")
    expect(screen.main).to_contain_text("Hello Ann Fletcher,")
    screen.follow("See my money")
    expect(screen.main).to_contain_text("€500.00")
    screen.go("/statements/2026-03/")
    with screen.page.expect_download() as waiting:
        screen.main.locator('a[href$="/statements/2026-03.pdf"]').first.click()
    with waiting.value.path().open("rb") as paper:
        assert paper.read(5) == b"%PDF-"


def test_staff_see_a_letter_as_it_looks_in_both_languages(
    ann: Member, screens: Window, officer: Callable[..., User]
) -> None:
    support = Person(screens("en"), officer("sue", Role.SUPPORT).email)
    support.sign_in("/staff/letters/")
    screen = support.screen
    expect(screen.main).to_contain_text("Ann Fletcher")
    screen.go("/staff/letters/kinds/deposit_arrived/?data=real")
    english, chinese = (screen.page.frame_locator("iframe").nth(at) for at in (0, 1))
    expect(english.get_by_role("heading")).to_have_text("€500.00 arrived")
    expect(english.locator("h1")).to_have_css("font-size", "26px")
    expect(chinese.get_by_role("heading")).to_have_text("充值 €500.00 已到账")
