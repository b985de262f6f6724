"""The investor's portfolio: what I have, what it does, what is idle, what is late."""

from datetime import date

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.market.models import InvestmentState
from tuppence.members.views import MemberRequest, member_page
from tuppence.web.parts import Figure
from tuppence.web.reader import current_reader
from tuppence.web.reads import investments as reads
from tuppence.web.reads.purse import Purse, purse_of


@member_page
@require_GET
def portfolio(request: MemberRequest) -> HttpResponse:
    """Worth, cash, promised money, holdings, months to come, and what is late."""
    now = timezone.now()
    today = platform.business_day(now)
    member_id = request.member.id
    purse = purse_of(member_id)
    holdings = reads.holdings_of(member_id)
    investments = reads.investments_of(member_id)
    context = {
        "figures": portfolio_figures(purse, holdings, today),
        "holdings": [(row, row.shown_state(today)) for row in holdings],
        "placed": [row for row in investments if row.state == InvestmentState.PLACED],
        "ended": [row for row in investments if row.state != InvestmentState.PLACED],
        "months": reads.coming_months(member_id, since=today),
        "purse": purse,
        "currency": settings.TUPPENCE_CURRENCY,
    }
    return render(request, "pages/portfolio.html", context)


def portfolio_figures(purse: Purse, holdings: list[reads.HoldingRow], today: date) -> list[Figure]:
    """What the member's money with us is, part by part."""
    reader = current_reader()
    outstanding = sum(row.outstanding_minor for row in holdings)
    late = sum(row.outstanding_minor for row in holdings if row.shown_state(today) == "late")
    lost = sum(row.written_off_minor for row in holdings)

    def money(amount_minor: int) -> str:
        return reader.money(amount_minor, purse.currency)

    return [
        Figure(
            _("Together"),
            money(outstanding + purse.together_minor),
            _("lent, promised and cash; before losses still to come"),
        ),
        Figure(_("Lent out"), money(outstanding), _("principal still to come back")),
        Figure(_("Overdue of it"), money(late), _("in loans with an instalment past its day")),
        Figure(_("Written off"), money(lost), _("lost so far; what is recovered is paid on")),
        Figure(_("Idle"), money(purse.available_minor), _("cash that earns nothing")),
    ]
