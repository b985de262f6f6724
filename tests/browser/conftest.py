"""A real Chromium before a running server, with people who sign in as everybody does."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import chromium_path
from tests.browser.client_bank import CLIENT_IBAN, ClientBank
from tests.browser.clock import Clock
from tests.browser.people import PASSWORD, Member, Particulars
from tests.browser.screen import CHROMIUM_LANGUAGES, DESK, PHONE, Screen, all_faults
from tests.faults.story import Story
from tests.web.conftest import deposit, verify
from tuppence import platform
from tuppence.bank import operations as bank
from tuppence.members import operations as members
from tuppence.members.models import User
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role

FAILED = pytest.StashKey[bool]()
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, 10 o'clock in Berlin
PATIENCE_MS = 8_000
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this folder."""
    path = chromium_path()
    # Playwright's loop runs in this thread, where Django then takes every query for a mistake.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, Any]:
    """Let the fixtures know whether the test itself failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The story begins on a Monday morning."""
    return Clock(monkeypatch, START)


@pytest.fixture
def screens(
    request: pytest.FixtureRequest,
    chromium: Browser,
    live_server: Any,
    settings: Any,
    tmp_path: Path,
    clock: Clock,
) -> Iterator[Callable[..., Screen]]:
    """Open a window: `screens("en")`, or `screens("zh-hans", phone=True)`; with `counted=True` its
    visits are those of a person.

    At the end no page may have shown a fault; of a failed test the windows are kept as pictures
    in its temporary folder. Passwords are hashed fast: nothing here rests on their slowness, and
    everybody signs in again each day.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "documents"
    cache.clear()  # the counts of sign-ins
    opened: list[Screen] = []

    def open_window(language: str, *, phone: bool = False, counted: bool = False) -> Screen:
        # Chromium without a window calls itself HeadlessChrome, which is counted as a program.
        context = chromium.new_context(
            user_agent=PERSON if counted else None,
            locale=CHROMIUM_LANGUAGES[language],
            viewport=PHONE if phone else DESK,
            is_mobile=phone,
            has_touch=phone,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        opened.append(Screen(context.new_page(), language, live_server.url))
        return opened[-1]

    yield open_window
    for number, screen in enumerate(opened):
        if request.node.stash.get(FAILED, False):
            screen.page.screenshot(path=tmp_path / f"window-{number}.png", full_page=True)
        screen.page.context.close()
    faults = all_faults(opened)
    assert not faults, "\n".join(["Faults on the pages:", *faults])


@pytest.fixture
def officer(screens: object) -> Callable[..., User]:
    """Make a member of staff, as the command line does: `officer("ann", Role.FINANCE_OFFICER)`."""

    def make(name: str, role: Role) -> User:
        user = members.create_staff(
            f"{name}@staff.example",
            legal_name=f"{name.title()} Officer",
            born_on=date(1980, 5, 17),
            roles=[role],
            at=START,
            password=PASSWORD,
        )
        confirm_address(user)
        return user

    return make


def confirm_address(user: User) -> None:
    """The e-mail address counts as confirmed, as after the link in the first message."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


@pytest.fixture
def client_bank(officer: Callable[..., User]) -> ClientBank:
    """The client bank account, taken up at set-up, and the bank behind it."""
    account = bank.ClientAccount(
        key=uuid4(),
        holder_name="Clients of Tuppence",
        account=CLIENT_IBAN,
        currency="EUR",
        responsible_id=officer("responsible", Role.FINANCE_OFFICER).pk,
        payout_cut_off=time(15, 0),
    )
    bank.open_client_account(account, at=START)
    return ClientBank(platform.business_day(START))


@dataclass
class Insider:
    """A member who may invest, in front of a window, and the platform around them."""

    member: Member
    member_id: int
    story: Story
    clock: Clock

    def at_the_hour(self) -> None:
        """What happens on the pages happens an hour after the story's latest moment."""
        self.clock.set(self.story.at + timedelta(hours=1))


@pytest.fixture
def insider(screens: Callable[..., Screen], officer: Callable[..., User], clock: Clock) -> Insider:
    """Somebody verified, with 500.00 and a bank account, who may invest in the story's listing."""
    story = Story().begin(lenders=1).publish()
    user = User.objects.create_user("ann@member.example", PASSWORD)
    confirm_address(user)
    who = Particulars("Ann Fletcher", "1985-05-05", "")
    born_on = date.fromisoformat(who.born_on)
    order = RegisterOrder(uuid4(), MemberKind.PERSON, who.name, "DE", story.at, user.pk, born_on)
    (registered,) = members.register_members([order])
    assert registered.member_id is not None
    story.names[registered.member_id] = who.name
    verify(registered.member_id, user, officer("verifier", Role.COMPLIANCE_OFFICER), story.at)
    story.give_account(registered.member_id)
    deposit(registered.member_id, 500_00, story.at)
    made = Insider(Member(screens("en"), user.email, who), registered.member_id, story, clock)
    made.at_the_hour()
    return made
