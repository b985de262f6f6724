"""Spend: the list, one row with its transfer, a row by hand, a row taken back."""

from typing import Any

from django.contrib import messages
from django.db.models import Case, CharField, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.growth.models import Campaign, Channel, Partner, SpendRow
from tuppence.growth.operations import add_partner, book_spend, reverse_spend
from tuppence.growth.spend import SpendOrder
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_growth import SpendForm
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.growth_words import channel_in_words
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page


def spend_rows() -> Any:
    """Rows of spend with what the list shows of them."""
    state = Case(
        When(reversed_at=None, then=Value("stands")),
        default=Value("reversed"),
        output_field=CharField(),
    )
    return SpendRow.objects.select_related(
        "activity__channel", "activity__campaign", "partner"
    ).annotate(state=state)


def channel_options() -> list[tuple[str, str]]:
    """Channels to filter by."""
    return [(str(row.pk), channel_words(row)) for row in Channel.objects.order_by("name")]


def channel_words(row: Channel) -> str:
    """A channel's name in the reader's language."""
    return channel_in_words(row.code, row.name)


def campaign_options() -> list[tuple[str, str]]:
    """Campaigns to filter by."""
    rows = Campaign.objects.exclude(launched_at=None).order_by("-starts_on", "-id")
    return [(str(row.pk), row.name) for row in rows]


def partner_options() -> list[tuple[str, str]]:
    """Partners to filter by."""
    rows = Partner.objects.order_by("name").values_list("id", "name")
    return [(str(number), name) for number, name in rows]


def spend_table() -> tables.Table:
    """The list of spend; its channels are those there are now."""
    return tables.Table(
        "spend",
        gettext_lazy("Spend"),
        columns=(
            tables.count("id", gettext_lazy("Number"), "pk", in_page=False),
            tables.day(
                "day",
                gettext_lazy("Day"),
                "day",
                sort=True,
                url=lambda row: reverse("staff_spend_row", args=[row.pk]),
            ),
            tables.text(
                "channel",
                gettext_lazy("Channel"),
                "activity__channel__name",
                show=lambda row: channel_words(row.activity.channel),
                sub=lambda row: row.activity.campaign.name if row.activity.campaign else "",
                sort=True,
            ),
            tables.text("partner", gettext_lazy("Partner"), "partner__name", sort=True),
            tables.text("campaign", gettext_lazy("Campaign"), campaign_name, in_page=False),
            tables.text(
                "partner_campaign",
                gettext_lazy("Partner's campaign"),
                "partner_campaign",
                in_page=False,
            ),
            tables.text(
                "reference",
                gettext_lazy("Reference"),
                "reference",
                show=lambda row: row.reference or row.creative or row.partner_campaign,
                sub=lambda row: row.audience,
            ),
            tables.text("creative", gettext_lazy("Creative"), "creative", in_page=False),
            tables.text("audience", gettext_lazy("Audience"), "audience", in_page=False),
            tables.count("showings", gettext_lazy("Showings"), "showings", sort=True, total=True),
            tables.count("clicks", gettext_lazy("Clicks"), "clicks", sort=True, total=True),
            tables.money("amount", gettext_lazy("Amount"), "amount_minor", sort=True, total=True),
            tables.chip("state", gettext_lazy("State"), "state", states="spend"),
        ),
        filters=(
            tables.Choice(
                "channel", gettext_lazy("Channel"), channel_options(), "activity__channel_id"
            ),
            tables.Choice(
                "campaign", gettext_lazy("Campaign"), campaign_options(), "activity__campaign_id"
            ),
            tables.Choice("partner", gettext_lazy("Partner"), partner_options(), "partner_id"),
            tables.states("state", gettext_lazy("State"), "spend", default="stands"),
            tables.Range("day", gettext_lazy("Day"), "day", kind="day"),
            tables.Range("amount", gettext_lazy("Amount"), "amount_minor"),
        ),
        order="-day",
    )


def campaign_name(row: SpendRow) -> str:
    """The campaign that a row is of, if it is of one."""
    return row.activity.campaign.name if row.activity.campaign else ""


@requires(Permission.SEE_GROWTH)
@require_GET
def spend(request: HttpRequest) -> HttpResponseBase:
    """Spend by day, the latest first."""
    table = spend_table().of(request, spend_rows())
    return tables.table_page(request, "staff/spend.html", table)


@requires(Permission.SEE_GROWTH)
@require_GET
def spend_row(request: HttpRequest, spend_id: int) -> HttpResponse:
    """One row: what it says, where it came from, and its transfer."""
    row = row_of(spend_id)
    return render(request, "staff/spend_row.html", {"row": row, "lines": lines_of(row)})


@requires(Permission.BOOK_SPEND)
@require_http_methods(["GET", "POST"])
def new_spend(request: HttpRequest) -> HttpResponse:
    """Book one day of one activity."""
    today = timezone.localdate()
    form = SpendForm(request.POST or None, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        by, now = staff_id(request), timezone.now()
        partner_id = partner_of(form.cleaned_data, by=by)
        key = order_key(request, "staff.spend", form)
        (outcome,) = book_spend([SpendOrder(key, form.line(partner_id), by, now)])
        if outcome.status.accepted and outcome.row_id is not None:
            messages.success(request, _("Booked."))
            return redirect("staff_spend_row", outcome.row_id)
        form.add_error(None, sentence_of(outcome.status))
    return act_page(
        request,
        form,
        title=_("Book spend"),
        purpose=_("One day of one channel: an expense in the firm's book, owed to the partner."),
        submit=_("Book it"),
        back_url=reverse("staff_spend"),
    )


def partner_of(typed: dict[str, Any], *, by: int) -> int | None:
    """The partner that was chosen or named anew."""
    if typed["new_partner"]:
        return add_partner(typed["new_partner"], by=by, at=timezone.now()).pk
    return int(typed["partner"]) if typed["partner"] else None


@requires(Permission.BOOK_SPEND)
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, spend_id: int) -> HttpResponse:
    """Take a row back by a reversal."""
    row = row_of(spend_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        gone = reverse_spend(
            [spend_id], by=staff_id(request), at=timezone.now(), why=form.cleaned_data["why"]
        )
        if gone:
            messages.success(request, _("Taken back. Book it again with the right amount."))
        return redirect("staff_spend_row", spend_id)
    return act_page(
        request,
        form,
        title=_("Take the row back"),
        purpose=_("The transfer is reversed by its mirror image; both stay in the books."),
        submit=_("Take it back"),
        back_url=reverse("staff_spend_row", args=[spend_id]),
        lines=lines_of(row)[:5],
    )


def row_of(spend_id: int) -> SpendRow:
    """The row, or a page that isn't there."""
    row: SpendRow | None = spend_rows().filter(id=spend_id).first()
    if row is None:
        raise Http404
    return row


def lines_of(row: SpendRow) -> list[Line]:
    """What a row says, as terms; what it does not say is left out."""
    reader = current_reader()
    found = [
        Line(_("Amount"), reader.money(row.amount_minor, row.currency)),
        Line(_("Day"), reader.day(row.day)),
        Line(_("Channel"), channel_words(row.activity.channel)),
        Line(_("Campaign"), campaign_name(row) or _("none: the channel's standing work")),
        Line(_("Partner"), row.partner.name if row.partner else ""),
        Line(_("Reference"), row.reference),
        Line(_("Partner's campaign"), row.partner_campaign),
        Line(_("Creative"), row.creative),
        Line(_("Audience"), row.audience),
    ]
    counts = (
        (_("Showings"), row.showings),
        (_("Clicks"), row.clicks),
        (_("Results by the partner's count"), row.results),
    )
    found += [Line(label, reader.count(number)) for label, number in counts if number is not None]
    return [line for line in found if line.value]
