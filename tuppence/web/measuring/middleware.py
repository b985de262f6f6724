"""One hit for every page that is shown to somebody who is no member of staff at work."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language

from tuppence.growth.agents import bot_of, device_of
from tuppence.growth.arriving import (
    LINK_PARAMETER,
    UNSEEN,
    Arrival,
    click_id_of,
    decide_source,
    read_utm,
    referrer_host,
)
from tuppence.growth.operations import record_hits
from tuppence.growth.queries.channels import channel_ids
from tuppence.growth.queries.links import link_facts
from tuppence.growth.signals import ShownPage
from tuppence.growth.visiting import PAGE_LENGTH_MAX, Beginning, Hit, Visitor, goes_on
from tuppence.members.access import Audience
from tuppence.members.views import STAFF_SINCE_KEY, declared_access
from tuppence.web.measuring.beacon import seal_page
from tuppence.web.measuring.choice import Choice, choice_of
from tuppence.web.measuring.origin import seal_origin
from tuppence.web.measuring.visitor_cookie import CHANGED, keep_visitor, visitor_of

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponseBase]
VISIT_BITS = 62  # a bigint that is never negative
MEASURED = "measured"


@dataclass(slots=True)
class Measured:
    """What is known of a request before its page is made."""

    at: datetime
    bot: str
    choice: Choice
    arrival: Arrival
    inside: bool  # it came from another page of ours
    visitor: Visitor | None = None  # with the visit that this page is in
    visit: int | None = None
    begins: bool = False
    unseen: bool = False  # its beginning was before the browser agreed

    @property
    def asks(self) -> bool:
        """Whether the page asks its reader to agree."""
        return self.choice is Choice.ASK

    @property
    def origin(self) -> str:
        """The visit that began on this page, for the answer to the question on it."""
        return seal_origin(self.visit, self.arrival.fingerprint) if self.visit else ""


def measuring_middleware(get_response: GetResponse) -> GetResponse:
    """Decide whose visit a page is in before it is made, and keep the hit once it was shown."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        measured = measure(request, at=timezone.now()) if is_navigation(request) else None
        setattr(request, MEASURED, measured)
        response = get_response(request)
        if measured is not None and shows_a_page(request, response):
            _keep(request, response, measured)
        changed = getattr(request, CHANGED, None)
        if changed is not None:
            keep_visitor(response, changed, at=timezone.now())
        return response

    return middleware


def is_navigation(request: HttpRequest) -> bool:
    """Whether a person's browser asks for a page to show it: no part, no prefetch, no program."""
    headers = request.headers
    if request.method != "GET" or "HX-Request" in headers:
        return False
    if "prefetch" in headers.get("Sec-Purpose", headers.get("Purpose", "")):
        return False
    return headers.get("Sec-Fetch-Dest", "document") == "document"


def shows_a_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether the answer is a page, and not one of staff."""
    if response.status_code != 200 or request.resolver_match is None:
        return False
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return False
    access = declared_access(request.resolver_match.func)
    if access is not None and access.audience is Audience.STAFF:
        return False
    # Staff who look at public pages between two tasks are no visitors.
    return not (hasattr(request, "session") and request.session.get(STAFF_SINCE_KEY))


def measure(request: HttpRequest, *, at: datetime) -> Measured:
    """What the request says of itself; its link is looked up only where it names one."""
    own = request.META.get("HTTP_HOST", "")
    inside = request.headers.get("Sec-Fetch-Site") == "same-origin"
    referrer = request.headers.get("Referer", "")
    host = "" if inside else referrer_host(referrer, own)
    code = request.GET.get(LINK_PARAMETER, "")
    parameters = {name: request.GET.get(name, "") for name in request.GET}
    arrival = Arrival(
        link=link_facts(code) if code and "\x00" not in code else None,
        utm=read_utm(parameters),
        click_id=click_id_of(parameters),
        referrer_host=host,
    )
    inside = inside or (bool(referrer) and not host)
    bot = bot_of(request.headers.get("User-Agent", ""))
    found = Measured(at, bot, Choice.NO if bot else choice_of(request, at=at), arrival, inside)
    if found.choice is Choice.YES:
        _place(found, visitor_of(request, at=at))
    elif not bot and (arrival.tagged or not inside):
        found.visit, found.begins = new_visit(), True
    return found


def _place(found: Measured, visitor: Visitor | None) -> None:
    """Say which visit a page of a browser that may be known is in."""
    if visitor is not None and goes_on(visitor, found.arrival, at=found.at):
        found.visitor, found.visit = replace(visitor, seen_at=found.at), visitor.visit
        return
    number, since = (visitor.id, visitor.since) if visitor else (uuid4(), found.at)
    found.visitor = Visitor(number, since, new_visit(), found.at, found.arrival.fingerprint)
    found.visit, found.begins = found.visitor.visit, True
    found.unseen = found.inside and not (visitor and visitor.visit)


def new_visit() -> int:
    """A number for a visit that begins: nobody can guess the next one."""
    return secrets.randbits(VISIT_BITS) or 1


def token_of(request: HttpRequest) -> str:
    """What a page tells its signals with; nothing where its reader is nobody known."""
    measured: Measured | None = getattr(request, MEASURED, None)
    if measured is None or measured.visitor is None or request.resolver_match is None:
        return ""
    visitor = measured.visitor
    return seal_page(ShownPage(uuid4(), visitor.id, visitor.visit, measured.at, page_of(request)))


def page_of(request: HttpRequest) -> str:
    """The pattern of the page, in which no number tells of whom or what it is."""
    assert request.resolver_match is not None
    return f"/{request.resolver_match.route}"[:PAGE_LENGTH_MAX]


def _keep(request: HttpRequest, response: HttpResponseBase, measured: Measured) -> None:
    """Write the hit; a fault here keeps no page from anybody."""
    try:
        record_hits([hit_of(request, measured)])
    except DatabaseError:
        logger.exception("A page could not be measured")
        return
    if measured.visitor is not None:
        keep_visitor(response, measured.visitor, at=measured.at)


def hit_of(request: HttpRequest, measured: Measured) -> Hit:
    """The page as it is kept."""
    page, beginning = page_of(request), None
    if measured.begins:
        unseen = measured.unseen and not measured.arrival.tagged
        channels = frozenset[str]() if unseen else frozenset(channel_ids())
        source = UNSEEN if unseen else decide_source(measured.arrival, channels)
        beginning = Beginning(measured.arrival, source, page)
    agent = request.headers.get("User-Agent", "")
    return Hit(
        at=measured.at,
        page=page,
        device="" if measured.bot else device_of(agent),
        language=get_language() or "",
        visitor_id=measured.visitor.id if measured.visitor else None,
        visit=measured.visit,
        beginning=beginning,
        bot=measured.bot,
    )
