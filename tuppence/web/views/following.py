"""A tracked link is followed: counted, and led on; out of our pages only past a warning."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuppence.growth.agents import bot_of
from tuppence.growth.arriving import Utm
from tuppence.growth.links import is_own, landing_address
from tuppence.growth.models import TrackedLink
from tuppence.growth.operations import follow_links
from tuppence.growth.queries.links import open_link
from tuppence.members.views import public
from tuppence.web.measuring.middleware import is_navigation

GONE = 410


@public
@require_GET
def follow(request: HttpRequest, code: str) -> HttpResponseBase:
    """Lead on to where the link points; a paused or unknown one says so calmly."""
    row = open_link(code.lower())
    if row is None:
        return render(request, "pages/link_ended.html", status=GONE)
    if is_navigation(request):
        bot = bool(bot_of(request.headers.get("User-Agent", "")))
        follow_links({row.pk: 1}, bot=bot, at=timezone.now())
    address = landing_address(row.target, row.code, utm_of(row))
    if is_own(row.target):
        return redirect(address)
    return leaving(request, address)


def utm_of(row: TrackedLink) -> Utm:
    """The tags that a link sets."""
    return Utm(row.utm_source, row.utm_medium, row.utm_campaign, row.utm_content, row.utm_term)


def leaving(request: HttpRequest, address: str) -> HttpResponse:
    """The page that says where one goes when one leaves our pages."""
    return render(request, "pages/leaving.html", {"address": address})
