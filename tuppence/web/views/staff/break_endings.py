"""How a break at the bank ends: covered by the firm, and closed by the word of two people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuppence.bank import operations
from tuppence.bank.break_resolution import Resolution
from tuppence.bank.models import BankBreak
from tuppence.bank.operations import CoverOrder, CoverStatus
from tuppence.bank.queries import WayOut
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.account_names import named, subject_name, subject_url
from tuppence.web.forms.staff_bank import ResolveForm, WayOutForm
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.staff_outcomes import START_AGAIN, sentence_of
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.views.staff.breaks import bookings_of_way, break_of


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
    """Choose how a break ends, see what that books, and ask for it; another person agrees."""
    row = break_of(break_id)
    given = request.POST if request.method == "POST" else request.GET
    chosen = WayOutForm(given if "how" in given else None)
    way = way_of(chosen) if chosen.is_valid() else None
    obstacle = obstacle_of(row, way) if way else ""
    if obstacle:
        chosen.add_error(None, obstacle)
    elif way is not None:
        return review(request, row, way)
    return act_page(
        request,
        chosen,
        title=_("End the break"),
        purpose=_("Choose how it ends. What it books is shown before you ask a second person."),
        submit=_("See what it books"),
        back_url=reverse("staff_break", args=[break_id]),
        lines=lines_of(row),
        method="get",
    )


def way_of(form: WayOutForm) -> WayOut:
    """The way that a valid form names."""
    cleaned = form.cleaned_data
    how = Resolution(cleaned["how"])
    return WayOut(
        how,
        line_id=cleaned["line"] or 0 if how is Resolution.RECEIPT else 0,
        withdrawal_id=cleaned["withdrawal"] or 0 if how is Resolution.PAYOUT else 0,
    )


def obstacle_of(row: BankBreak, way: WayOut) -> str:
    """Why a break can't end this way, in the reader's language; empty where it can."""
    found = operations.resolution_obstacle(
        row.pk, way.how, line_id=way.line_id, withdrawal_id=way.withdrawal_id
    )
    return _(found) if found else ""


def review(request: HttpRequest, row: BankBreak, way: WayOut) -> HttpResponse:
    """What ending the break this way books; with a reason, a second person is asked."""
    initial = {
        "how": way.how.value,
        "line": way.line_id or "",
        "withdrawal": way.withdrawal_id or "",
    }
    form = ResolveForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            asked = operations.request_break_resolution(
                row.pk,
                way.how,
                why=form.cleaned_data["why"],
                by=staff_id(request),
                at=timezone.now(),
                key=order_key(request, "staff.break", form),
                line_id=way.line_id,
                withdrawal_id=way.withdrawal_id,
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
        back_url=reverse("staff_break", args=[row.pk]),
        lines=[*lines_of(row), *way_lines(way)],
        bookings=bookings_of_way(row, way),
        shows_bookings=True,
    )


def way_lines(way: WayOut) -> list[Line]:
    """How it ends, and what that rests on."""
    found = [Line(_("How it ends"), named(way.how.value, "resolution"))]
    for kind, number in (("bank_line", way.line_id), ("withdrawal", way.withdrawal_id)):
        if number:
            url, name = subject_url(kind, number), subject_name(kind, number)
            link = format_html('<a href="{}">{}</a>', url, name)
            found.append(Line(_("Rests on"), link))
    return found


def lines_of(row: BankBreak) -> list[Line]:
    """What an act on a break is about."""
    return [
        Line(_("Break"), f"{row.pk} · {named(row.kind, 'break_kind')}"),
        Line(_("Amount"), current_reader().money(row.amount_minor, row.account.currency)),
    ]
