"""Months with partners: all of one month, one with what is done to it, and its paper."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.growth.models import SettlementStep
from tuppence.growth.operations import settle
from tuppence.growth.queries.settlements import (
    MonthRow,
    days_of_month,
    files_of_month,
    month_row,
    month_rows,
)
from tuppence.growth.settlement import (
    ACTS,
    WITH_AMOUNT,
    WITH_TEXT,
    Act,
    SettleOrder,
    SettleStatus,
    month_after,
)
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.money.currency import format_plain
from tuppence.web import tables
from tuppence.web.documents.downloading import download
from tuppence.web.documents.settlement import settlement_paper
from tuppence.web.forms.fields import AmountField, OrderForm
from tuppence.web.months import month_before, month_of, slug, today_month
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Figure, Line
from tuppence.web.reader import current_reader
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.words import WORDS

SETTLEMENTS = tables.Table(
    "settlements",
    gettext_lazy("Settlements"),
    columns=(
        tables.text(
            "partner",
            gettext_lazy("Partner"),
            "partner",
            sort=True,
            url=lambda row: reverse("staff_settlement", args=[row.partner_id, slug(row.month)]),
        ),
        tables.chip("state", gettext_lazy("State"), "shown_state", states="settlement"),
        tables.money("claimed", gettext_lazy("Claimed"), "claimed_minor", total=True),
        tables.money("counted", gettext_lazy("Counted"), "counted_minor", total=True),
        tables.money("rejected", gettext_lazy("Rejected"), "rejected_minor", total=True),
        tables.money("agreed", gettext_lazy("Agreed"), "agreed_minor"),
        tables.text("invoice", gettext_lazy("Invoice"), "invoice_number"),
        tables.money("paid", gettext_lazy("Paid"), "paid_minor", total=True),
    ),
    filters=(tables.states("state", gettext_lazy("State"), "settlement", "shown_state"),),
    order="partner",
)


class SettleForm(OrderForm):
    """An amount, a sentence, both or neither, as the act asks."""

    amount = AmountField(label=gettext_lazy("Amount"))
    text = forms.CharField(max_length=200)

    def __init__(self, *args: object, act: Act, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django's own
        if act not in WITH_AMOUNT:
            del self.fields["amount"]
        if act not in WITH_TEXT:
            del self.fields["text"]
        else:
            self.fields["text"].label = TEXT_LABELS[act]


TEXT_LABELS = {
    Act.CLAIM: gettext_lazy("Reference of their statement"),
    Act.REJECT: gettext_lazy("Reason"),
    Act.REOPEN: gettext_lazy("Reason"),
    Act.INVOICE: gettext_lazy("Number of the invoice"),
}
PURPOSES = {
    Act.CLAIM: gettext_lazy(
        "What the partner's statement asks for. Said again, the rejections begin anew."
    ),
    Act.REJECT: gettext_lazy("What we do not owe, and why. The partner reads the reason."),
    Act.AGREE: gettext_lazy(
        "Claimed less rejected must be what the books hold. Above the threshold a second person"
        " agrees."
    ),
    Act.REOPEN: gettext_lazy("It is not agreed any more; claim and rejections can change."),
    Act.INVOICE: gettext_lazy("The partner's invoice has come, over what was agreed."),
}


@requires(Permission.SEE_GROWTH, Permission.SEE_BANK)
@require_GET
def settlements(request: HttpRequest) -> HttpResponseBase:
    """All partners of one month, last month unless another is asked for."""
    month = begun_month(request.GET.get("month", "")) or month_before(today_month())
    rows = month_rows(month, platform.currency())
    context = {
        "month": month,
        "before_url": f"?month={slug(month_before(month))}",
        "after_url": f"?month={slug(month_after(month))}" if month < today_month() else "",
    }
    table = SETTLEMENTS.of(request, rows)
    return tables.table_page(request, "staff/settlements.html", table, context)


@requires(Permission.SEE_GROWTH, Permission.SEE_BANK)
@require_GET
def settlement(request: HttpRequest, partner_id: int, settled_month: str) -> HttpResponse:
    """One month with one partner, on one page."""
    row = row_of(partner_id, settled_month)
    context = {
        "row": row,
        "slug": slug(row.month),
        "figures": figures(row),
        "files": files_of_month(partner_id, row.month),
        "steps": steps_of(row),
        "acts": [
            (act.value, WORDS["settlement_act"][act.value])
            for act, (before, _after) in ACTS.items()
            if row.state in before
        ],
        "last_day": month_after(row.month) - timedelta(days=1),
        "runs": month_after(row.month) > platform.business_day(timezone.now()),
    }
    return render(request, "staff/settlement.html", context)


def figures(row: MonthRow) -> list[Figure]:
    """The month in its figures, in the order of the work."""
    reader = current_reader()

    def figure(label: str, minor: int | None, basis: str, url: str = "") -> Figure:
        shown = "–" if minor is None else reader.money(minor, row.currency)
        return Figure(label, shown, basis, url)

    last = month_after(row.month) - timedelta(days=1)
    spend = (
        f"{reverse('staff_spend')}?partner={row.partner_id}"
        f"&day_from={row.month.isoformat()}&day_to={last.isoformat()}"
    )
    return [
        figure(_("Claimed"), row.claimed_minor, _("by the partner")),
        figure(_("Counted"), row.counted_minor, _("spend in our books"), spend),
        figure(_("Rejected"), row.rejected_minor, _("with reasons below")),
        figure(_("Agreed"), row.agreed_minor, _("claimed less rejected")),
        figure(_("Paid"), row.paid_minor, _("lines of our bank, oldest month first")),
    ]


@requires(Permission.BOOK_SPEND)
@require_http_methods(["GET", "POST"])
def settle_act(
    request: HttpRequest, partner_id: int, settled_month: str, settle_name: str
) -> HttpResponse:
    """Do one thing to a month with a partner."""
    row, act = row_of(partner_id, settled_month), act_of(settle_name)
    form = SettleForm(request.POST or None, act=act, initial=begun(row, act))
    if request.method == "POST" and form.is_valid():
        done = settle(
            SettleOrder(
                key=order_key(request, f"staff.settle.{act}.{partner_id}.{settled_month}", form),
                partner_id=partner_id,
                month=row.month,
                act=act,
                by=staff_id(request),
                at=timezone.now(),
                amount_minor=form.cleaned_data.get("amount", 0),
                text=form.cleaned_data.get("text", ""),
            )
        )
        if done.status is SettleStatus.WAITING_FOR_SECOND and done.approval_id:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", done.approval_id)
        if done.status.accepted:
            messages.success(request, _("Done."))
            return redirect("staff_settlement", partner_id, slug(row.month))
        form.add_error(None, sentence_of(done.status))
    reader = current_reader()
    left_minor = row.claimed_minor - row.rejected_minor
    return act_page(
        request,
        form,
        title=WORDS["settlement_act"][act.value],
        purpose=PURPOSES[act],
        submit=WORDS["settlement_act"][act.value],
        back_url=reverse("staff_settlement", args=[partner_id, slug(row.month)]),
        lines=[
            Line(_("Partner"), row.partner),
            Line(_("Month"), reader.month(row.month)),
            Line(_("Counted"), reader.money(row.counted_minor, row.currency)),
            Line(_("Claimed"), reader.money(row.claimed_minor, row.currency)),
            Line(_("Rejected"), reader.money(row.rejected_minor, row.currency)),
            Line(_("Claimed less rejected"), reader.money(left_minor, row.currency), is_sum=True),
        ],
    )


def begun(row: MonthRow, act: Act) -> dict[str, str]:
    """What the form begins with: the sum of the partner's own files, or what is to be rejected."""
    if act is Act.CLAIM:
        files = files_of_month(row.partner_id, row.month)
        if files:
            total = sum(each.total_minor for each in files)
            names = ", ".join(each.file_name for each in files)[:200]
            return {"amount": format_plain(total, row.currency), "text": names}
    if act is Act.REJECT and row.difference_minor > 0:
        return {"amount": format_plain(row.difference_minor, row.currency)}
    return {}


@requires(Permission.SEE_GROWTH, Permission.SEE_BANK)
@require_GET
def settlement_pdf(request: HttpRequest, partner_id: int, settled_month: str) -> HttpResponse:
    """The month on paper, for the partner."""
    row = row_of(partner_id, settled_month)
    today = platform.business_day(timezone.now())
    paper = settlement_paper(
        row,
        steps_of(row),
        days_of_month(partner_id, row.month, row.currency),
        on=today,
        at=datetime.combine(today, time(0), platform.zone()),
    )
    return download(paper, f"settlement-{partner_id}-{slug(row.month)}.pdf")


def steps_of(row: MonthRow) -> list[SettlementStep]:
    """What was done to the month, in order."""
    steps = SettlementStep.objects.filter(
        settlement__partner_id=row.partner_id,
        settlement__month=row.month,
        settlement__currency=row.currency,
    )
    return list(steps.select_related("by", "second").order_by("id"))


def row_of(partner_id: int, settled_month: str) -> MonthRow:
    """The month with the partner, or a page that isn't there."""
    month = begun_month(settled_month)
    row = month_row(partner_id, month, platform.currency()) if month else None
    if row is None:
        raise Http404
    return row


def act_of(name: str) -> Act:
    """The act of an address."""
    if name not in set(Act):
        raise Http404
    return Act(name)


def begun_month(text: str) -> date | None:
    """The month of an address, if it has begun."""
    month = month_of(text)
    return month if month and month <= today_month() else None
