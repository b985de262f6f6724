"""What every page knows: the name of the platform, the theme, and where one may go from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject

from tuppence.members import queries as members
from tuppence.practice.logins import demo_logins
from tuppence.web.measuring.middleware import MEASURED, token_of
from tuppence.web.navigation import MEMBER_LINKS, STAFF_GROUPS, VISITOR_LINKS, Link
from tuppence.web.openings import may_open
from tuppence.web.reads.staff import queues

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link as the layout draws it."""

    url: str
    text: str | Promise
    here: bool
    waiting: int = 0  # how much waits for the reader there


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """The layout's context; nothing in it costs a query unless a template asks for it."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    return {
        "platform_name": settings.TUPPENCE_NAME,
        "platform_currency": settings.TUPPENCE_CURRENCY,
        "is_demo": settings.TUPPENCE_DEMO,
        "demo_logins": demo_logins().logins if settings.TUPPENCE_DEMO else (),
        "measured": getattr(request, MEASURED, None),
        "page_token": SimpleLazyObject(lambda: token_of(request)),
        "theme": theme if theme in THEMES else "",
        "main_links": items(MEMBER_LINKS if signed_in else VISITOR_LINKS, request.path),
        "staff_groups": SimpleLazyObject(lambda: staff_groups(request)),
        "is_staff": SimpleLazyObject(lambda: is_staff(request)),
    }


def items(links: tuple[Link, ...], path: str) -> list[NavItem]:
    """Those links whose pages exist, with the one that the reader is below marked."""
    found = [NavItem(url, link.text, False) for link in links if (url := link_url(link))]
    below = [item.url for item in found if path.startswith(item.url) and item.url != "/"]
    here = max(below, key=len, default=None)
    return [NavItem(item.url, item.text, item.url in (here, path)) for item in found]


def link_url(link: Link) -> str:
    """The address of a link, or nothing where its page isn't installed."""
    try:
        return reverse(link.route)
    except NoReverseMatch:
        return ""


def is_staff(request: HttpRequest) -> bool:
    """Whether the reader has any staff role."""
    user = request.user
    if not user.is_authenticated:
        return False
    return bool(members.permissions_of_user(user.pk))


def staff_groups(request: HttpRequest) -> list[tuple[str | Promise, list[NavItem]]]:
    """The side navigation: only what this member of staff may open, and how much waits there."""
    assert request.user.pk is not None
    permissions = members.permissions_of_user(request.user.pk)
    open_to_reader = [
        (title, tuple(link for link in links if may_open(link.route, permissions)))
        for title, links in STAFF_GROUPS
    ]
    routes = [link.route for _, links in open_to_reader for link in links]
    waiting = queues.waiting_by_route(routes, request.user.pk, at=timezone.now())
    # The desk's address begins every other one: only the longest is where the reader is.
    urls = [url for _, links in open_to_reader for link in links if (url := link_url(link))]
    below = [url for url in urls if request.path.startswith(url)]
    here = max(below, key=len, default="")
    if here == link_url(STAFF_GROUPS[0][1][0]) != request.path:
        here = ""
    return [
        (title, [item_of(link, here, waiting) for link in links])
        for title, links in open_to_reader
        if links
    ]


def item_of(link: Link, here: str, waiting: Mapping[str, int]) -> NavItem:
    """A link of the side navigation as the layout draws it."""
    url = link_url(link)
    return NavItem(url, link.text, url == here, waiting.get(link.route, 0))
