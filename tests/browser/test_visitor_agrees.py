"""A visitor in a real browser: asked calmly, known only after a yes, and what the page tells."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connection
from playwright.sync_api import Browser, Page

from tuppence.growth.models import Visit
from tuppence.web.measuring import beacon
from tuppence.wsgi import application

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Chromium without a window calls itself HeadlessChrome, which is counted as a program.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The app as servers run it: Django's own live server would leave out the routes before it."""
    server = ThreadedWSGIServer(("localhost", 0), WSGIRequestHandler)
    server.set_app(StaticFilesHandler(application))
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()
    beacon.stop()


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A visitor's window; a breach of the policy of scripts fails the test."""
    context = chromium.new_context(user_agent=AGENT, base_url=site)
    window = context.new_page()
    breaches: list[str] = []
    window.on("console", lambda said: breaches.append(said.text) if said.type == "error" else None)
    yield window
    context.close()
    assert [each for each in breaches if "favicon" not in each] == []


def told(verb: str) -> list[tuple[Any, ...]]:
    """Events of a verb: page and visit."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT properties ->> 'page', subject_id FROM events_event WHERE verb = %s",
                [verb],
            )
            if rows := cursor.fetchall():
                return list(rows)
        time.sleep(0.1)
    return []


def answer(page: Page, word: str) -> None:
    """Press one of the two buttons of the question."""
    with page.expect_navigation():  # with its scripts, which then hear what is typed
        page.locator("section.ask").get_by_role("button", name=word, exact=True).click()


def test_a_yes_makes_known_and_pages_tell_how_they_were_read(page: Page) -> None:
    page.goto("/calculators/")
    yes, no = (
        page.locator("section.ask").get_by_role("button", name=word, exact=True).bounding_box()
        for word in ("Yes", "No")
    )
    assert yes and no and yes["height"] == no["height"] >= 44
    answer(page, "Yes")
    assert page.locator("section.ask").count() == 0
    page.locator("[data-measure=calculator] input[name=principal]").fill("2000")
    visit = Visit.objects.get()
    assert visit.visitor_id is not None
    assert told("calculator.used") == [("/calculators/", visit.pk)]
    page.goto("/safety/")
    assert ("/calculators/", visit.pk) in told("page.read")


def test_a_no_is_kept_and_nothing_is_told(page: Page) -> None:
    page.goto("/safety/")
    answer(page, "No")
    assert page.locator("section.ask").count() == 0
    page.goto("/glossary/")
    assert page.locator("meta[name=visit]").count() == 0
    assert "visitor" not in {cookie["name"] for cookie in page.context.cookies()}
    assert Visit.objects.filter(visitor_id=None).exists()
