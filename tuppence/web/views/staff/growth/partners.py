"""Partners: what each is owed and has beforehand, by month and line by line."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.growth.models import Partner
from tuppence.growth.operations import set_off_prepaid
from tuppence.growth.queries.firm_bank import partner_balance
from tuppence.growth.queries.partners import partner_months, partner_payments, partner_rows
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Figure, Line
from tuppence.web.reader import current_reader
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page

PAYMENTS_SHOWN = 20

PARTNERS = tables.Table(
    "partners",
    gettext_lazy("Partners"),
    columns=(
        tables.text(
            "name",
            gettext_lazy("Partner"),
            "name",
            sort=True,
            url=lambda row: reverse("staff_partner", args=[row.id]),
        ),
        tables.money("owed", gettext_lazy("Owed"), "owed_minor", sort=True, total=True),
        tables.money(
            "prepaid", gettext_lazy("Paid beforehand"), "prepaid_minor", sort=True, total=True
        ),
        tables.money("month", gettext_lazy("This month"), "month_minor", sort=True, total=True),
        tables.day("paid", gettext_lazy("Last paid"), "last_paid_on", sort=True),
    ),
    order="-owed",
)


@requires(Permission.SEE_GROWTH, Permission.SEE_BANK)
@require_GET
def partners(request: HttpRequest) -> HttpResponseBase:
    """Who sells traffic to the platform, and how the accounts with each stand."""
    currency = platform.currency()
    rows = partner_rows(currency, today=platform.business_day(timezone.now()))
    return tables.table_page(request, "staff/partners.html", PARTNERS.of(request, rows))


@requires(Permission.SEE_GROWTH, Permission.SEE_BANK)
@require_GET
def partner(request: HttpRequest, partner_id: int) -> HttpResponse:
    """One partner: owed, prepaid, what each month brought and consumed, and payments."""
    row = partner_of(partner_id)
    currency = platform.currency()
    balance = partner_balance(partner_id, currency)
    reader = current_reader()
    context = {
        "row": row,
        "currency": currency,
        "balance": balance,
        "figures": [
            Figure(
                _("Owed"),
                reader.money(balance.owed_minor, currency),
                _("payables in the firm's book, now"),
            ),
            Figure(
                _("Paid beforehand"),
                reader.money(balance.prepaid_minor, currency),
                _("waits with the partner, now"),
            ),
        ],
        "months": partner_months(partner_id, currency),
        "payments": partner_payments(partner_id, limit=PAYMENTS_SHOWN),
    }
    return render(request, "staff/partner.html", context)


@requires(Permission.ASSIGN_RECEIPT)
@require_http_methods(["GET", "POST"])
def set_off(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Take what was paid beforehand for what is owed."""
    row = partner_of(partner_id)
    currency, reader = platform.currency(), current_reader()
    balance = partner_balance(partner_id, currency)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = order_key(request, "staff.set_off", form)
        status = set_off_prepaid(partner_id, by=staff_id(request), at=timezone.now(), key=key)
        if status.accepted:
            messages.success(request, _("Set off."))
            return redirect("staff_partner", partner_id)
        form.add_error(None, sentence_of(status))
    least = max(min(balance.owed_minor, balance.prepaid_minor), 0)
    return act_page(
        request,
        form,
        title=_("Set off what was paid beforehand"),
        purpose=_("What waits with the partner is taken for what is owed. No money moves."),
        submit=_("Set it off"),
        back_url=reverse("staff_partner", args=[partner_id]),
        lines=[
            Line(_("Partner"), row.name),
            Line(_("Owed"), reader.money(balance.owed_minor, currency)),
            Line(_("Paid beforehand"), reader.money(balance.prepaid_minor, currency)),
            Line(_("Set off"), reader.money(least, currency), is_sum=True),
        ],
    )


def partner_of(partner_id: int) -> Partner:
    """The partner, or a page that isn't there."""
    row = Partner.objects.filter(id=partner_id).first()
    if row is None:
        raise Http404
    return row
