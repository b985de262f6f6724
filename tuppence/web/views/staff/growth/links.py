"""Tracked links: the list, one with its clicks and its QR code, made, paused, opened again."""

from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.db.models import BigIntegerField, Case, CharField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuppence import platform
from tuppence.growth.models import LinkDay, TrackedLink
from tuppence.growth.operations import make_link, pause_link
from tuppence.growth.queries.links import LinkResult, clicks_by_day, link_result
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.money.refusals import InputRefusedError
from tuppence.web import charts, tables
from tuppence.web.forms.fields import translated
from tuppence.web.forms.staff_links import LinkForm
from tuppence.web.growth_words import channel_in_words
from tuppence.web.order_keys import staff_id
from tuppence.web.parts import Figure, Line
from tuppence.web.reader import current_reader
from tuppence.web.views.following import utm_of
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.views.staff.growth.spend import campaign_options, channel_options

SHOWN_DAYS = 30
QR_KINDS = {"png": "image/png", "svg": "image/svg+xml"}


def link_rows() -> Any:
    """Links with their clicks and what the list shows of them."""

    def clicks(column: str) -> Any:
        days = LinkDay.objects.filter(link=OuterRef("pk")).values("link")
        counted = Subquery(days.annotate(n=Sum(column)).values("n"))
        return Coalesce(counted, 0, output_field=BigIntegerField())

    return TrackedLink.objects.select_related("channel", "campaign", "partner", "owner").annotate(
        clicks=clicks("clicks"),
        bot_clicks=clicks("bot_clicks"),
        state=Case(
            When(paused_at=None, then=Value("open")),
            default=Value("paused"),
            output_field=CharField(),
        ),
    )


def channel_words(row: TrackedLink) -> str:
    """The channel of a link in the reader's language."""
    return channel_in_words(row.channel.code, row.channel.name)


def link_table() -> tables.Table:
    """The list of links; its channels are those there are now."""
    return tables.Table(
        "links",
        gettext_lazy("Tracked links"),
        columns=(
            tables.text(
                "name",
                gettext_lazy("Link"),
                "name",
                sort=True,
                url=lambda row: reverse("staff_link", args=[row.pk]),
                sub=lambda row: f"/go/{row.code}",
            ),
            tables.code("code", gettext_lazy("Short code"), "code", in_page=False),
            tables.text(
                "channel",
                gettext_lazy("Channel"),
                "channel__name",
                show=channel_words,
                sub=lambda row: row.campaign.name if row.campaign else "",
                sort=True,
            ),
            tables.text("partner", gettext_lazy("Partner"), "partner__name", sort=True),
            tables.text("creative", gettext_lazy("Creative"), "creative"),
            tables.text("target", gettext_lazy("Leads to"), "target", in_page=False),
            tables.text("owner", gettext_lazy("Owner"), "owner__email", in_page=False),
            tables.day("made", gettext_lazy("Made"), "made_at", sort=True),
            tables.count("clicks", gettext_lazy("Clicks"), "clicks", sort=True, total=True),
            tables.count(
                "bot_clicks", gettext_lazy("By programs"), "bot_clicks", sort=True, total=True
            ),
            tables.chip("state", gettext_lazy("State"), "state", states="link"),
        ),
        filters=(
            tables.Search("q", gettext_lazy("Name or code"), ("name", "code")),
            tables.Choice("channel", gettext_lazy("Channel"), channel_options(), "channel_id"),
            tables.Choice("campaign", gettext_lazy("Campaign"), campaign_options(), "campaign_id"),
            tables.states("state", gettext_lazy("State"), "link", default="open"),
        ),
        order="-made",
    )


@requires(Permission.SEE_GROWTH)
@require_GET
def links(request: HttpRequest) -> HttpResponseBase:
    """All links, the latest first."""
    return tables.table_page(request, "staff/links.html", link_table().of(request, link_rows()))


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def new_link(request: HttpRequest) -> HttpResponse:
    """Make a link."""
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = make_link(form.link(), by=staff_id(request), at=timezone.now())
        except InputRefusedError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The link is open."))
            return redirect("staff_link", row.pk)
    return act_page(
        request,
        form,
        title=_("New tracked link"),
        purpose=_("A short address that says where it was followed. What it says never changes."),
        submit=_("Make it"),
        back_url=reverse("staff_links"),
    )


@requires(Permission.SEE_GROWTH)
@require_GET
def link(request: HttpRequest, link_id: int) -> HttpResponse:
    """One link: its address and QR code, its clicks by day, and who came by it."""
    row = row_of(link_id)
    today = platform.business_day(timezone.now())
    days = clicks_by_day(link_id, until=today, days=SHOWN_DAYS)
    chart = charts.bars(
        _("Clicks by day"),
        places=[each.day for each in days],
        series=[
            charts.Series(_("people"), [each.clicks for each in days]),
            charts.Series(_("programs"), [each.bot_clicks for each in days]),
        ],
        unit=charts.Count(),
        stacked=True,
        place_title=_("Day"),
        place_form="day",
    )
    context = {
        "row": row,
        "address": short_address(row),
        "lines": lines_of(row),
        "figures": figures_of(row, link_result(link_id)),
        "chart": chart,
    }
    return render(request, "staff/link.html", context)


@requires(Permission.MANAGE_CAMPAIGNS)
@require_POST
def pause(request: HttpRequest, link_id: int) -> HttpResponse:
    """Let a link rest, or open it again; the same button undoes it."""
    row = row_of(link_id)
    paused = row.paused_at is None
    pause_link(link_id, paused=paused, by=staff_id(request), at=timezone.now())
    done = _("Paused: who follows it reads that it has ended.") if paused else _("Open again.")
    messages.success(request, done)
    return redirect("staff_link", link_id)


@requires(Permission.SEE_GROWTH)
@require_GET
def qr_code(request: HttpRequest, link_id: int, picture: str) -> HttpResponse:
    """The QR code of a link's address, for print: PNG, or SVG for any size."""
    row = row_of(link_id)
    if picture not in QR_KINDS:
        raise Http404
    drawn = BytesIO()
    # Level M: an eighth of the print may be torn or dirty.
    segno.make(short_address(row), error="m", micro=False).save(
        drawn, kind=picture, scale=12, border=4
    )
    response = HttpResponse(drawn.getvalue(), content_type=QR_KINDS[picture])
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{row.code}.{picture}"'
    return response


def row_of(link_id: int) -> Any:
    """The link, or a page that isn't there."""
    row = link_rows().filter(pk=link_id).first()
    if row is None:
        raise Http404
    return row


def short_address(row: TrackedLink) -> str:
    """The whole address as it is printed."""
    return f"{settings.TUPPENCE_SITE}{reverse('follow_link', args=[row.code])}"


def lines_of(row: TrackedLink) -> list[Line]:
    """What the link says, as terms; what it does not say is left out."""
    utm = utm_of(row)
    found = [
        Line(_("Leads to"), row.target),
        Line(_("Channel"), channel_words(row)),
        Line(_("Campaign"), row.campaign.name if row.campaign else ""),
        Line(_("Partner"), row.partner.name if row.partner else ""),
        Line(_("Creative"), row.creative),
        *(
            Line(f"utm_{name}", getattr(utm, name))
            for name in ("source", "medium", "campaign", "content", "term")
        ),
        Line(_("Owner"), row.owner.email),
        Line(_("Made"), current_reader().moment(row.made_at)),
    ]
    return [line for line in found if line.value]


def figures_of(row: Any, result: LinkResult) -> list[Figure]:
    """Clicks, visits, and members by first and by last touch."""
    reader = current_reader()
    return [
        Figure(_("Clicks by people"), reader.count(row.clicks), _("since it was made")),
        Figure(_("Clicks by programs"), reader.count(row.bot_clicks), _("counted apart")),
        Figure(_("Visits"), reader.count(result.visits), _("that began with it")),
        Figure(
            _("Members"),
            reader.count(result.members_first),
            _("whose first touch it was; last touch: %(number)s")
            % {"number": reader.count(result.members_last)},
        ),
    ]
