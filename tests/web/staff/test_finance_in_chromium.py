"""An entry by hand in a real Chromium, clicked as people do: double click, back, refresh, two tabs.

No server runs: Django's test client answers the browser's requests and leads on where told.
"""

import json
from collections.abc import Iterator
from contextvars import copy_context
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from tests.web.staff.conftest import Desk, browser
from tests.web.staff.test_in_chromium import DESK, SITE, chromium
from tuppence.ledger.models import Transfer
from tuppence.members.models import ApprovalRequest

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
FORM = "application/x-www-form-urlencoded"


def tab(chromium: Browser, client: Client) -> Page:
    """A tab of somebody's browser; each answer waits until the one before it was given."""
    context = chromium.new_context(viewport=DESK, bypass_csp=True)
    here = copy_context()

    def answer(route: Route) -> None:
        request, parts = route.request, urlsplit(route.request.url)
        if parts.path.startswith("/static/"):
            found = finders.find(parts.path.removeprefix("/static/"))
            route.fulfill(path=found) if found else route.fulfill(status=404)
            return
        path = f"{parts.path}?{parts.query}"
        if request.method == "POST":
            got = here.copy().run(client.post, path, request.post_data or "", content_type=FORM)
        else:
            got = here.copy().run(client.get, path)
        if got.status_code == 302:
            # Playwright asks the network for where a redirect leads; a page that leads there is
            # asked of us.
            moved = f"<script>location.replace({json.dumps(got['Location'])})</script>"
            route.fulfill(status=200, content_type="text/html", body=moved)
            return
        headers = {name: str(value) for name, value in got.headers.items()}
        route.fulfill(status=got.status_code, headers=headers, body=got.content or b"-")

    context.route(f"{SITE}/**", answer)
    return context.new_page()


@pytest.fixture
def ann(chromium: Browser, desk: Desk) -> Iterator[Page]:
    """The first officer's tab."""
    page = tab(chromium, browser(desk.ann))
    yield page
    page.context.close()


@pytest.fixture
def bob(chromium: Browser, desk: Desk) -> Iterator[Page]:
    """The second officer's tab."""
    page = tab(chromium, browser(desk.bob))
    yield page
    page.context.close()


def review(page: Page, why: str) -> None:
    """Write an entry and go on to its review."""
    page.goto(f"{SITE}/staff/books/entry/")
    page.fill("[name=why]", why)
    page.select_option("[name=debit_1]", "firm_bank")
    page.select_option("[name=credit_1]", "firm_capital")
    page.fill("[name=amount_1]", "1000")
    page.get_by_role("button", name="Review what it does").click()
    page.get_by_role("heading", name="Review the entry").wait_for()


def test_an_entry_by_hand_is_asked_for_and_booked_once(ann: Page, bob: Page) -> None:
    review(ann, "Capital paid in by the founders.")
    assert "+€1,000.00" in ann.inner_text("main")
    ann.get_by_role("button", name="Ask for the entry").dblclick()
    ann.wait_for_url("**/staff/approvals/*/")
    assert ApprovalRequest.objects.count() == 1
    ann.reload()
    ann.go_back()
    ann.get_by_role("heading", name="Review the entry").wait_for()
    ann.get_by_role("button", name="Ask for the entry").click()
    ann.wait_for_url("**/staff/approvals/*/")
    asked = ApprovalRequest.objects.get()

    other = ann.context.new_page()
    review(other, "Capital paid in by the founders.")
    assert "asked for already and waits" in other.inner_text("main")
    assert ApprovalRequest.objects.count() == 1 and not Transfer.objects.exists()

    bob.goto(f"{SITE}/staff/approvals/{asked.pk}/")
    assert "+€1,000.00" in bob.inner_text("main")
    bob.get_by_label("Approve").check()
    bob.get_by_role("button", name="Say so").dblclick()
    bob.get_by_text("What it booked").wait_for()
    bob.reload()
    bob.get_by_text("What it booked").wait_for()
    assert Transfer.objects.get().amount_minor == 1_000_00
