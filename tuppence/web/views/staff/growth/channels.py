"""What money buys, channel by channel, and the books beside it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.growth.models import Channel
from tuppence.growth.operations import add_channel, close_channel
from tuppence.growth.queries.budgets import open_alerts
from tuppence.growth.queries.campaigns import float_free_minor
from tuppence.growth.queries.overview import campaign_cards, channel_costs
from tuppence.members.queries import may
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.money.refusals import InputRefusedError
from tuppence.web.forms.fields import translated
from tuppence.web.forms.staff_growth import ChannelForm
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.growth_words import channel_in_words
from tuppence.web.order_keys import staff_id
from tuppence.web.parts import Figure, Line
from tuppence.web.reader import current_reader
from tuppence.web.views.staff.act_pages import act_page

ALERTS_SHOWN = 20
LIVING = {"submitted", "approved", "scheduled", "running", "paused", "ended"}


@requires(Permission.SEE_GROWTH)
@require_GET
def growth(request: HttpRequest) -> HttpResponse:
    """Every channel with what it cost, the sum against the trial balance, campaigns that live."""
    currency, today = platform.currency(), platform.business_day(timezone.now())
    found = channel_costs(currency, today=today)
    reader = current_reader()
    spend_url = reverse("staff_spend")
    books_url = reverse("staff_accounts") + "?kind=marketing_expense"
    figures = [
        Figure(
            _("Spent this month"),
            reader.money(found.month_minor, currency),
            _("days from the first of the month"),
            spend_url,
        ),
        Figure(
            _("Spent in all"), reader.money(found.total_minor, currency), _("all rows"), spend_url
        ),
        Figure(
            _("The books less the channels"),
            reader.money(found.difference_minor, currency),
            _("marketing expense in the trial balance: 0.00 means that they agree"),
            books_url if may(request.user, Permission.SEE_BOOKS) else "",
        ),
        Figure(
            _("Free to give away"),
            reader.money(float_free_minor(currency), currency),
            _("the firm's money in the client bank that no campaign has claimed"),
            reverse("staff_promo_float"),
        ),
    ]
    context = {
        "found": found,
        "figures": figures,
        "currency": currency,
        "alerts": open_alerts(limit=ALERTS_SHOWN),
        "campaigns": [card for card in campaign_cards() if card.state in LIVING],
    }
    return render(request, "staff/growth.html", context)


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def new_channel(request: HttpRequest) -> HttpResponse:
    """Open a channel."""
    form = ChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_channel(form.channel(), by=staff_id(request), at=timezone.now())
        except InputRefusedError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The channel is open."))
            return redirect("staff_growth")
    return act_page(
        request,
        form,
        title=_("New channel"),
        purpose=_("Where people come from. A channel that costs no money is one too."),
        submit=_("Open it"),
        back_url=reverse("staff_growth"),
    )


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Close a channel to further spend."""
    row = Channel.objects.filter(id=channel_id).first()
    if row is None:
        raise Http404
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        close_channel(channel_id, by=staff_id(request), at=timezone.now())
        messages.success(request, _("The channel is closed. What it cost stays in the books."))
        return redirect("staff_growth")
    return act_page(
        request,
        form,
        title=_("Close the channel"),
        purpose=_("No spend can be booked to it any more. What it cost stays in the books."),
        submit=_("Close it"),
        back_url=reverse("staff_growth"),
        lines=[Line(_("Channel"), f"{channel_in_words(row.code, row.name)} · {row.code}")],
    )
