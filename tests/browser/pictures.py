"""`make screens`: a picture of every page, for each person, in both languages and both themes.

    make screens                                    everything, into screens/
    make screens ARGS="--persona investor --language en --theme dark --width 390"
    make screens ARGS="--address http://localhost:8000"   of a demo that runs already

Without an address a practice market is made for it and left in its own folder for the next time.
Each person's pages are found by following links from their first page, each route once.
"""

import argparse
import html
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import django
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chromium import chromium_path
from tuppence.practice.logins import PASSWORD, demo_logins

LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
THEMES = ("light", "dark")
WIDTHS = (1280, 390)
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "screens"
PORT = 8197
START_SECONDS_MAX = 300
HREFS = "() => [...document.querySelectorAll('a[href]')].map(each => each.getAttribute('href'))"
NO_PAGE = re.compile(r"(^api/|^static/|^accounts/logout|\.\w+$|download/$)")


@dataclass(frozen=True, slots=True)
class Look:
    """How the pages are looked at."""

    language: str
    theme: str
    width: int

    @property
    def name(self) -> str:
        """A part of a picture's name."""
        return f"{self.language}-{self.theme}-{self.width}"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: whose page, which one, how looked at, and where it is kept."""

    persona: str
    path: str
    title: str
    look: Look
    file: str


def take(address: str, folder: Path, personas: list[str], looks: list[Look]) -> list[Shot]:
    """Take every picture, and write the page that shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    shots: list[Shot] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=["--no-sandbox"], executable_path=chromium_path())
        for persona in personas:
            paths = _paths_of(browser, address, persona)
            print(f"{persona}: {len(paths)} pages", flush=True)
            for look in looks:
                shots += _pictures(browser, address, folder, persona, paths, look)
                (folder / "index.html").write_text(_index(shots), encoding="utf-8")
        browser.close()
    return shots


def _pictures(
    browser: Browser, address: str, folder: Path, persona: str, paths: list[str], look: Look
) -> list[Shot]:
    context = _window(browser, address, persona, look)
    page, shots = context.new_page(), []
    for number, path in enumerate(paths):
        page.goto(address + path)
        file = f"{_slug(persona)}-{number:02}-{_slug(path)}-{look.name}.png"
        page.screenshot(path=folder / file, full_page=True)
        shots.append(Shot(persona, path, page.title(), look, file))
    context.close()
    return shots


def _window(browser: Browser, address: str, persona: str, look: Look) -> BrowserContext:
    """A browser in which this person is signed in; `visitor` is nobody."""
    context = browser.new_context(
        viewport={"width": look.width, "height": 900},
        locale=LANGUAGES[look.language],
        color_scheme="dark" if look.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    if persona != "visitor":
        page = context.new_page()
        page.goto(f"{address}/accounts/login/")
        page.fill("input[name=login]", demo_logins().of(persona).email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button.go, main form button[type=submit]")
        page.wait_for_load_state()
        page.close()
    return context


def _paths_of(browser: Browser, address: str, persona: str) -> list[str]:
    """One address of each page that this person comes to by links."""
    context = _window(browser, address, persona, Look("en", "light", 1280))
    page = context.new_page()
    queue, seen, found = _starts(persona), set[str](), []
    while queue:
        path = queue.pop(0)
        route = _route_of(path)
        if not route or route in seen:
            continue
        seen.add(route)
        if _is_page(page, address + path):
            found.append(path)
            queue += [href for href in page.evaluate(HREFS) if href.startswith("/")]
    context.close()
    return found


def _starts(persona: str) -> list[str]:
    if persona == "visitor":
        return ["/", "/accounts/login/", "/accounts/signup/", "/no-such-page/"]
    return ["/home/"] if persona in {"investor", "borrower"} else ["/staff/", "/styleguide/"]


def _route_of(path: str) -> str:
    """The pattern of an address, the same for all of its numbers; nothing where it is no page."""
    place = urlsplit(path).path
    try:
        route = str(resolve(place).route)
    except Resolver404:
        return place if place == "/no-such-page/" else ""
    return "" if NO_PAGE.search(route) else route or "/"


def _is_page(page: Page, url: str) -> bool:
    answer = page.goto(url)
    kind = answer.headers.get("content-type", "") if answer else ""
    return kind.startswith("text/html")


def _index(shots: list[Shot]) -> str:
    """A grid of all pictures: a row a page, a column a look."""
    looks = list(dict.fromkeys(shot.look for shot in shots))
    rows: dict[tuple[str, str], dict[Look, Shot]] = {}
    for shot in shots:
        rows.setdefault((shot.persona, shot.path), {})[shot.look] = shot
    head = "".join(f"<th>{look.name}</th>" for look in looks)
    body = "".join(
        f"<tr><th>{html.escape(persona)}<br><code>{html.escape(path)}</code></th>"
        + "".join(_cell(found.get(look)) for look in looks)
        + "</tr>"
        for (persona, path), found in rows.items()
    )
    style = (
        "body{font:14px system-ui;margin:1rem}th{text-align:left;vertical-align:top;padding:.5rem}"
        "td{vertical-align:top;padding:.5rem}img{width:15rem;max-height:22rem;object-fit:cover;"
        "object-position:top;border:1px solid #ccc}thead th{position:sticky;top:0;background:#fff}"
    )
    return (
        f"<!doctype html><meta charset=utf-8><title>Screens</title><style>{style}</style>"
        f"<h1>{len(shots)} pictures of {len(rows)} pages</h1>"
        f"<table><thead><tr><th>Page</th>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(shot: Shot | None) -> str:
    if shot is None:
        return "<td></td>"
    title = html.escape(shot.title, quote=True)
    return f'<td><a href="{shot.file}"><img loading=lazy src="{shot.file}" alt="{title}"></a></td>'


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "front"


@contextmanager
def _demo() -> Iterator[str]:
    """A demo of its own on a port of its own, ended at the end."""
    command = [sys.executable, "-m", "tuppence.cli.main", "demo", "--port", str(PORT)]
    process = subprocess.Popen(command, cwd=ROOT)
    address = f"http://localhost:{PORT}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit("The demo did not start; its words stand above.")
        try:
            urlopen(address, timeout=5).close()
        except (URLError, OSError):
            time.sleep(1)
        else:
            return
    sys.exit(f"The demo did not answer within {START_SECONDS_MAX} seconds.")


def main() -> None:
    """Read the choices, take the pictures, say how many."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuppence.settings")
    django.setup()
    personas = ["visitor", *dict.fromkeys(login.persona for login in demo_logins().logins)]
    parser = argparse.ArgumentParser(prog="make screens", description=__doc__)
    parser.add_argument("--address", help="a demo that runs already")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--persona", action="append", choices=personas)
    parser.add_argument("--language", action="append", choices=list(LANGUAGES))
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--width", action="append", type=int, choices=WIDTHS)
    given = parser.parse_args()
    looks = [
        Look(*chosen)
        for chosen in product(
            given.language or LANGUAGES, given.theme or THEMES, given.width or WIDTHS
        )
    ]
    chosen = given.persona or personas
    if given.address:
        shots = take(given.address.rstrip("/"), given.folder, chosen, looks)
    else:
        with _demo() as address:
            shots = take(address, given.folder, chosen, looks)
    print(f"{len(shots)} pictures in {given.folder}; open {given.folder / 'index.html'}")


if __name__ == "__main__":
    main()
