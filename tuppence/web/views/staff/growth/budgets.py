"""Budgets of channels by month, how they are used, and alerts that nobody has seen yet."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuppence import platform
from tuppence.growth.budgets import BudgetOrder
from tuppence.growth.models import Channel
from tuppence.growth.operations import record_alerts, see_alerts, set_budgets
from tuppence.growth.queries.budgets import channel_months, open_alerts
from tuppence.growth.settlement import month_after
from tuppence.ledger.ids import derive_id
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.money.currency import format_plain
from tuppence.web.forms.fields import AmountField, OrderForm
from tuppence.web.growth_words import channel_in_words
from tuppence.web.months import month_before, month_of, slug
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page

ALERTS_SHOWN = 50


class BudgetForm(OrderForm):
    """What a channel may cost in a month."""

    amount = AmountField(
        label=gettext_lazy("Budget of the month"),
        help_text=gettext_lazy("0 where the channel is to have none."),
        allow_zero=True,
    )


@requires(Permission.SEE_GROWTH)
@require_GET
def budgets(request: HttpRequest) -> HttpResponse:
    """A month by channel: budget, spent, left, pace and where it leads."""
    now = timezone.now()
    today = platform.business_day(now)
    month = month_of(request.GET.get("month", "")) or today.replace(day=1)
    currency = platform.currency()
    rows = channel_months(currency, month=month, today=today)
    context = {
        "month": month,
        "slug": slug(month),
        "rows": rows,
        "currency": currency,
        "budget_minor": sum(row.budget_minor for row in rows),
        "spent_minor": sum(row.spent_minor for row in rows),
        "can_set": month >= today.replace(day=1),
        "before_url": f"?month={slug(month_before(month))}",
        "after_url": f"?month={slug(month_after(month))}",
        "alerts": open_alerts(limit=ALERTS_SHOWN),
    }
    return render(request, "staff/budgets.html", context)


@requires(Permission.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def set_budget(request: HttpRequest, channel_id: int, settled_month: str) -> HttpResponse:
    """Set what one channel may cost in one month."""
    channel = Channel.objects.filter(id=channel_id).first()
    month = month_of(settled_month)
    if channel is None or month is None:
        raise Http404
    now, currency, reader = timezone.now(), platform.currency(), current_reader()
    stands = standing(channel_id, month)
    initial = {"amount": format_plain(stands[0], currency) if stands[0] else ""}
    form = BudgetForm(request.POST or None, initial=initial)
    back_url = f"{reverse('staff_budgets')}?month={slug(month)}"
    if request.method == "POST" and form.is_valid():
        order = BudgetOrder(
            key=derive_id(order_key(request, "staff.budget", form), channel_id, slug(month)),
            channel_id=channel_id,
            month=month,
            amount_minor=form.cleaned_data["amount"],
            by=staff_id(request),
            at=now,
        )
        (status,) = set_budgets([order])
        if status.accepted:
            record_alerts(at=now)
            messages.success(request, _("The budget is set."))
            return redirect(back_url)
        form.add_error(None, sentence_of(status))
    return act_page(
        request,
        form,
        title=_("Budget of a channel"),
        purpose=_("It is told of at 50, 80 and 100 per cent. Spend to partners is never refused."),
        submit=_("Set it"),
        back_url=back_url,
        lines=[
            Line(_("Channel"), channel_in_words(channel.code, channel.name)),
            Line(_("Month"), reader.month(month)),
            Line(_("Budget so far"), reader.money(stands[0], currency)),
            Line(_("Spent"), reader.money(stands[1], currency)),
        ],
    )


def standing(channel_id: int, month: date) -> tuple[int, int]:
    """The budget of a channel's month and what is spent of it."""
    today = platform.business_day(timezone.now())
    for row in channel_months(platform.currency(), month=month, today=today):
        if row.channel_id == channel_id:
            return row.budget_minor, row.spent_minor
    return 0, 0


@requires(Permission.SEE_GROWTH)
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """The alerts of the list are seen; they stay in the table."""
    ids = [int(each) for each in request.POST.getlist("alert") if each.isdecimal()]
    see_alerts([each for each in ids if each < 2**31], by=staff_id(request), at=timezone.now())
    messages.success(request, _("Put away. The alerts stay on record."))
    return redirect("staff_growth")
