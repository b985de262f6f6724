"""Differences at the bank: covered by the firm, ended by two people."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.bank import operations, queries
from tuppence.bank.break_resolution import Resolution
from tuppence.bank.models import BankBreak
from tuppence.bank.operations import CoverOrder, CoverStatus
from tuppence.bank.reference import Order, order_reference
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.account_names import named
from tuppence.web.forms.staff_bank import ResolveForm
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.staff_outcomes import START_AGAIN, sentence_of
from tuppence.web.views.staff.act_pages import act_page


@requires(Permission.SEE_BANK)
@require_GET
def breaks(request: HttpRequest) -> HttpResponse:
    """Open breaks, oldest first, and those closed lately."""
    closed = BankBreak.objects.filter(closed_at__isnull=False).select_related("account")
    context = {
        "breaks": queries.open_breaks(at=timezone.now()),
        "closed": closed.order_by("-closed_at")[:20],
    }
    return render(request, "staff/breaks.html", context)


@requires(Permission.SEE_BANK)
@require_GET
def bank_break(request: HttpRequest, break_id: int) -> HttpResponse:
    """One break: amount, owner, age, cover, and the ways in which it ends."""
    row = break_of(break_id)
    cover = getattr(row, "cover", None)
    context = {
        "row": row,
        "currency": row.account.currency,
        "cover": cover,
        "reference": order_reference(Order.COVER, cover.key) if cover else "",
        "state": state_of(row),
        "age_days": (timezone.now() - row.opened_at).days,
    }
    return render(request, "staff/break.html", context)


@requires(Permission.MANUAL_ENTRY)
@require_http_methods(["GET", "POST"])
def announce_cover(request: HttpRequest, break_id: int) -> HttpResponse:
    """Say that the firm's own money is on its way."""
    row, form = break_of(break_id), ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = order_key(request, "staff.cover", form)
        order = CoverOrder(key, break_id, staff_id(request), timezone.now())
        (outcome,) = operations.announce_covers([order])
        if outcome.status in {CoverStatus.ANNOUNCED, CoverStatus.EXISTS}:
            text = _("Announced. The firm's transfer must carry the reference {reference}.")
            messages.success(request, text.format(reference=outcome.reference))
            return redirect("staff_break", break_id)
        form.add_error(None, sentence_of(outcome.status))
    return act_page(
        request,
        form,
        title=_("Announce a cover"),
        purpose=_("The firm sends own money to the client account; the bank line books it."),
        submit=_("Announce"),
        back_url=reverse("staff_break", args=[break_id]),
        lines=lines_of(row),
    )


@requires(Permission.MANUAL_ENTRY)
@require_http_methods(["GET", "POST"])
def resolve_break(request: HttpRequest, break_id: int) -> HttpResponse:
    """Ask that a break be ended; another person agrees."""
    row, form = break_of(break_id), ResolveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            asked = operations.request_break_resolution(
                break_id,
                Resolution(cleaned["how"]),
                why=cleaned["why"],
                by=staff_id(request),
                at=timezone.now(),
                key=order_key(request, "staff.break", form),
                line_id=cleaned["line"] or 0,
                withdrawal_id=cleaned["withdrawal"] or 0,
            )
        except ApprovalKeyReusedError:
            form.add_error(None, str(START_AGAIN))
        else:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
    return act_page(
        request,
        form,
        title=_("End the break"),
        purpose=_("A second person has to agree; then it is booked at once."),
        submit=_("Ask for it"),
        back_url=reverse("staff_break", args=[break_id]),
        lines=lines_of(row),
    )


def break_of(break_id: int) -> BankBreak:
    """The break, or a page that isn't there."""
    rows = BankBreak.objects.select_related("account", "owner", "closed_by", "cover")
    row = rows.filter(id=break_id).first()
    if row is None:
        raise Http404
    return row


def lines_of(row: BankBreak) -> list[Line]:
    """What an act on a break is about."""
    return [
        Line(_("Break"), f"{row.pk} · {named(row.kind, 'break_kind')}"),
        Line(_("Amount"), current_reader().money(row.amount_minor, row.account.currency)),
    ]


def state_of(row: BankBreak) -> str:
    """One of open, announced, covered, closed."""
    if row.closed_at is not None:
        return "closed"
    cover = getattr(row, "cover", None)
    if cover is None:
        return "open"
    return "covered" if cover.received_at else "announced"
