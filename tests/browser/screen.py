"""A reader in front of a browser: clicks and types by the words on the page, and sees faults."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, expect

from tuppence import platform
from tuppence.web.formats import Reader

PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}
CHROMIUM_LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
WRITTEN_LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}

# Before any script of a page runs: what the content policy stops is written to the console.
TELL_VIOLATIONS = """document.addEventListener('securitypolicyviolation', e =>
    console.error(`content policy: ${e.violatedDirective} stopped ${e.blockedURI}`))"""

# What every page has to be, as the browser built it.
STRUCTURE = """() => {
    const faults = [], count = what => document.querySelectorAll(what).length;
    for (const [what, most] of [['h1', 1], ['main', 1], ['header', 9], ['nav', 9]])
        if (count(what) < 1 || count(what) > most) faults.push(`${count(what)} <${what}>`);
    if (!document.title.trim()) faults.push('no title');
    for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
        if (!field.labels.length && !field.ariaLabel) faults.push(`no label: ${field.name}`);
    const ids = [...document.querySelectorAll('[id]')].map(each => each.id);
    for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at)))
        faults.push(`id ${id} twice`);
    return {faults, lang: document.documentElement.lang};
}"""

# What sticks out to the right of the window, outside of what scrolls by itself.
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const own = each => { for (let up = each; up; up = up.parentElement)
        if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return true;
        return false; };
    const out = [...document.querySelectorAll('body *')].filter(
        each => each.getBoundingClientRect().right > width + 1 && !own(each));
    return [`${document.documentElement.scrollWidth} px wide`, ...out.slice(-4).map(
        each => `${each.tagName}.${each.className}: ${each.textContent.trim().slice(0, 40)}`)];
}"""


# Where the keys are.
FOCUSED = """within => {
    const at = document.activeElement, style = getComputedStyle(at);
    const name = (at.labels?.[0] ?? at).textContent.trim();
    return {name, within: !!at.closest(within),
        outlined: style.outlineStyle !== 'none' && style.outlineWidth !== '0px'};
}"""
TABS_MOST = 60
UNSERVED = "/t"
"""Pages tell how they were read there; servers put it before Django, the live server does not."""


class Screen:
    """One person's browser window in one language; every page they come to is looked at."""

    def __init__(self, page: Page, language: str, address: str) -> None:
        self.page, self.language, self.address = page, language, address
        self.faults: list[str] = []
        self.seen: set[str] = set()
        self.refusals: set[int] = set()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        page.on("response", self._judge)
        page.on("requestfailed", self._miss)
        page.add_init_script(TELL_VIOLATIONS)

    # --- Words ---------------------------------------------------------------------------------
    def say(self, text: str, **params: object) -> str:
        """A sentence of the pages in the reader's language."""
        with translation.override(self.language):
            return gettext(text).format(**params) if params else gettext(text)

    def say_in(self, context: str, text: str) -> str:
        """The same, for words that stand for a thing of one kind."""
        with translation.override(self.language):
            return pgettext(context, text)

    def money(self, amount_minor: int) -> str:
        """An amount as the pages write it."""
        return Reader(self.language, platform.zone()).money(amount_minor, platform.currency())

    def day(self, on: date) -> str:
        """A day as the pages write it."""
        return Reader(self.language, platform.zone()).day(on)

    # --- Going about ---------------------------------------------------------------------------
    @property
    def main(self) -> Locator:
        """What is between header and footer."""
        return self.page.get_by_role("main")

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.address + path)
        self.look()

    def press(self, text: str, *, within: Locator | None = None) -> None:
        """Press a button that leads to another page."""
        with self.leaving():
            self.button(text, within=within).click()

    def button(self, text: str, *, within: Locator | None = None) -> Locator:
        """A button by its word."""
        return (within or self.main).get_by_role("button", name=self.say(text), exact=True)

    def follow(self, text: str, *, within: Locator | None = None) -> None:
        """Follow a link of the interface by its words."""
        self.open(self.say(text), within=within)

    def open(self, text: str, *, within: Locator | None = None) -> None:
        """Follow a link by what it literally says, for names and titles."""
        with self.leaving():
            (within or self.main).get_by_role("link", name=text, exact=True).first.click()

    @property
    def side(self) -> Locator:
        """The header with the links that are on every page."""
        return self.page.get_by_role("banner")

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Wait until the next page stands, and look at it."""
        with self.page.expect_navigation():
            yield
        self.look()

    # --- By keys -------------------------------------------------------------------------------
    def tab_to(self, name: str, *, within: str = "body") -> int:
        """Press Tab until the keys are at what has this name; returns how often.

        Where the keys are has to be seen: every stop on the way has an outline of its own.
        """
        for count in range(1, TABS_MOST):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(FOCUSED, within)
            assert stop["outlined"], f"the keys can't be seen at {stop['name']}"
            if stop["name"] == name and stop["within"]:
                return count
        raise AssertionError(f"{name} can't be reached by Tab")

    def hit(self, key: str) -> None:
        """Press a key that leads to another page."""
        with self.leaving():
            self.page.keyboard.press(key)

    # --- Filling in ----------------------------------------------------------------------------
    def field(self, label: str) -> Locator:
        """A field by its label, with or without a small remark behind it in brackets."""
        text = self.say(label)
        alone = self.main.get_by_label(text, exact=True)
        remarked = re.compile(rf"^\s*{re.escape(text)}\s*[(（].*[)）]\s*$")
        return alone if alone.count() else self.main.get_by_label(remarked)

    def fill(self, entries: Mapping[str, str]) -> None:
        """Type into fields: label to text."""
        for label, text in entries.items():
            self.field(label).fill(text)

    def select(self, label: str, option: str) -> None:
        """Choose from a list by the words of the option."""
        self.field(label).select_option(label=self.say(option))

    def choose(self, option: str) -> None:
        """Choose one of several round buttons, or tick a box."""
        self.choose_literally(self.say(option))

    def choose_literally(self, option: str) -> None:
        """The same, by what it literally says."""
        box = self.main.get_by_role("checkbox", name=option, exact=True)
        self.main.get_by_role("radio", name=option, exact=True).or_(box).check()

    def attach(self, label: str, name: str, content: bytes, kind: str) -> None:
        """Choose a file of one's own."""
        payload: Any = {"name": name, "mimeType": kind, "buffer": content}
        self.field(label).set_input_files(payload)

    # --- Seeing --------------------------------------------------------------------------------
    def sees(self, *texts: str) -> None:
        """The page says this, literally."""
        for text in texts:
            expect(self.main).to_contain_text(text)

    def reads(self, *texts: str) -> None:
        """The page says this sentence of the interface."""
        self.sees(*map(self.say, texts))

    def term(self, label: str) -> str:
        """What stands beside a term of a list."""
        label = self.say(label)
        row = self.main.locator("dl.terms > div").filter(
            has=self.page.locator("dt", has_text=re.compile(rf"^\s*{re.escape(label)}\s*$"))
        )
        return row.locator("dd").first.inner_text().strip()

    def number_in_address(self) -> int:
        """The last number of the address, which names what the page is about."""
        return int(re.findall(r"/(\d+)/", self.page.url)[-1])

    # --- Faults --------------------------------------------------------------------------------
    def look(self) -> None:
        """Check the page that stands now; what is wrong is kept for the end."""
        found = self.page.evaluate(STRUCTURE)
        for fault in found["faults"]:
            self._note(fault)
        if found["lang"] != WRITTEN_LANGUAGES[self.language]:
            self._note(f"its language is {found['lang']}")
        shape = re.sub(r"\d+|[0-9a-f-]{36}", "0", self.page.url.partition("?")[0])
        if shape not in self.seen:
            self.seen.add(shape)
            self._look_narrow()

    def _look_narrow(self) -> None:
        usual = self.page.viewport_size
        self.page.set_viewport_size(PHONE)
        for fault in self.page.evaluate(TOO_WIDE):
            self._note(f"on a phone: {fault}")
        if usual:
            self.page.set_viewport_size(usual)

    @contextmanager
    def refused(self, status: int) -> Iterator[None]:
        """Inside, an answer with this status is what is wanted."""
        self.refusals.add(status)
        yield
        self.page.wait_for_load_state()
        self.refusals.discard(status)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if any(f"status of {status}" in message.text for status in self.refusals):
            return
        if message.location.get("url") == self.address + UNSERVED:
            return
        self._note(f"console {message.type}: {message.text}")

    def _judge(self, response: Response) -> None:
        if response.url == self.address + UNSERVED:
            return
        if response.status >= 400 and response.status not in self.refusals:
            self._note(f"answer {response.status} for {response.url}")

    def _miss(self, request: Request) -> None:
        # A request that the reader's next click made needless is no fault.
        if request.failure != "net::ERR_ABORTED":
            self._note(f"not loaded: {request.url} ({request.failure})")

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.page.url.removeprefix(self.address)}: {fault}")


def all_faults(screens: Sequence[Screen]) -> list[str]:
    """What was wrong anywhere, each thing once, in the order it was met."""
    return list(dict.fromkeys(fault for screen in screens for fault in screen.faults))
