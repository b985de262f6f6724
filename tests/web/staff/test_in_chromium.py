"""Every page in a real Chromium: nothing for axe in both themes, nothing too wide, nothing moves.

No server runs: the browser's requests are answered by Django's test client, so the pages show what
the test has made, and everything is gone afterwards.
"""

import re
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from django.contrib.staticfiles import finders
from django.db import connections
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.browser.chromium import chromium_path
from tests.browser.screen import TOO_WIDE
from tests.web.page_checks import HTML_BYTES_MAX
from tests.web.staff.conftest import Scene, browser
from tests.web.staff.test_every_page import DOWNLOADS, NOT_BY_GET, address, staff_routes
from tuppence.lending.models import Loan
from tuppence.members.models import Member
from tuppence.members.roles import Role

pytestmark = pytest.mark.browser

SITE = "http://tuppence.test"
LOGIN, AT, TEMPLATE = "/accounts/login/", "x-answered-at", "x-template"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """only => axe.run(document, {resultTypes: ['violations'], ...only}).then(found =>
    found.violations.flatMap(rule => rule.nodes.slice(0, 3).map(
        node => `${rule.id}: ${node.target} ${node.html.slice(0, 120)}`)))"""
ONLY_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(each => { sum += each.value; }))
        .observe({type: 'layout-shift', buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""
HREFS = "() => [...document.querySelectorAll('a[href]')].map(each => each.getAttribute('href'))"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for all pages. Its loop runs in this thread, which Django must not mind."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        path = chromium_path()
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()
        connections.close_all()  # those that Django opened beside Playwright's loop


def window(chromium: Browser, client: Client) -> BrowserContext:
    """A browser whose requests the test client answers."""
    context = chromium.new_context(viewport=PHONE, color_scheme="light", bypass_csp=True)
    # Playwright answers in a context of its own, where Django would open another connection.
    here = copy_context()

    def answer(route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.path.startswith("/static/"):
            found = finders.find(parts.path.removeprefix("/static/"))
            route.fulfill(path=found) if found else route.fulfill(status=404)
            return
        got = here.copy().run(client.get, f"{parts.path}?{parts.query}", follow=True)
        body = b"".join(got.streaming_content) if got.streaming else got.content  # type: ignore[attr-defined]
        template = got.templates[0].name if got.templates else ""
        headers = {**got.headers, AT: got.request["PATH_INFO"], TEMPLATE: template}
        # Without a body Chromium takes a refusal for a failure of the network.
        route.fulfill(status=got.status_code, headers=headers, body=body or b"-")

    context.route(f"{SITE}/**", answer)
    return context


def faults_of(page: Page, path: str, *, looked_at: set[str], visitor: bool = False) -> list[str]:
    """What is wrong with a page as the browser draws it, on a phone by day and a desk by night.

    Axe looks at the first page of each template: acts differ in their fields only.
    """
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    response = page.goto(SITE + path)
    assert response is not None
    if response.status == NOT_BY_GET:
        return []
    assert response.status == 200, (path, response.status)
    if response.headers[AT] == LOGIN != path:
        assert visitor, f"{path} asks to sign in"
        return []
    faults = []
    if len(response.body()) > HTML_BYTES_MAX:
        faults.append(f"{len(response.body())} bytes of HTML")
    faults += page.evaluate(TOO_WIDE)
    if shifted := round(page.evaluate(SHIFTS), 3):
        faults.append(f"layout shift of {shifted}")
    if response.headers[TEMPLATE] in looked_at:
        return faults
    looked_at.add(response.headers[TEMPLATE])
    page.evaluate(AXE)
    faults += page.evaluate(RUN_AXE, {})
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    faults += page.evaluate(TOO_WIDE)
    return faults + [f"dark: {each}" for each in page.evaluate(RUN_AXE, ONLY_COLOURS)]


def walk(
    context: BrowserContext, start: str, *, seen: set[str], visitor: bool = False
) -> dict[str, list[str]]:
    """Follow links from page to page, each route once; the faults by address."""
    page, queue, faults, looked_at = context.new_page(), [start], {}, set[str]()
    while queue:
        path = queue.pop(0)
        try:
            route = resolve(urlsplit(path).path).route
        except Resolver404:
            continue
        if route in seen or not is_page(route):
            continue
        seen.add(route)
        if found := faults_of(page, path, looked_at=looked_at, visitor=visitor):
            faults[path] = found
        queue += [href for href in page.evaluate(HREFS) if href.startswith("/")]
    context.close()
    return faults


def is_page(route: str) -> bool:
    """Whether a route is a page of ours, and none of staff."""
    ours = not re.match("(staff|api|static|practice|admin|styleguide)", route)
    return (
        ours
        and route != "accounts/logout/"
        and not re.search(r"(\.(csv|pdf|html|json|txt)|download/|papers?/\S+)$", route)
    )


def test_pages_of_visitors_and_members(chromium: Browser, scene: Scene) -> None:
    faults = walk(window(chromium, Client()), "/", seen=set(), visitor=True)
    seen: set[str] = set()
    loan = Loan.objects.get(pk=scene.places["loan_id"])
    people = [
        loan.holdings.all()[0].member_id,
        loan.borrower_id,
        int(str(scene.places["member_id"])),
    ]
    for member_id in people:
        client = browser(Member.objects.select_related("user").get(pk=member_id).user)
        seen.discard("home/")  # each has links of their own there
        faults |= walk(window(chromium, client), "/home/", seen=seen)
    assert faults == {}
    assert len(seen) > 35, sorted(seen)


def test_pages_of_staff(chromium: Browser, scene: Scene, staff: Any) -> None:
    context = window(chromium, browser(staff("everybody", *Role)))
    page, faults, looked_at = context.new_page(), {}, set[str]()
    for path in ["/styleguide/", *paths_of_staff(scene)]:
        if found := faults_of(page, path, looked_at=looked_at):
            faults[path] = found
    context.close()
    assert faults == {}
    assert len(looked_at) > 40


def paths_of_staff(scene: Scene) -> list[str]:
    """One address of each staff page."""
    return [
        address(route, scene)
        for route in staff_routes()
        if route.path not in DOWNLOADS and not re.search(r"(\.\w+|download/)$", route.path)
    ]
