"""Differences at the bank: whose they are, how old, and what is to do about each."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.bank import operations
from tuppence.bank.break_notes import NoteOrder
from tuppence.bank.break_resolution import resolution_entries
from tuppence.bank.models import BankBreak, BreakKind
from tuppence.bank.queries import WayOut, ways_out
from tuppence.bank.reference import Order, order_reference
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.account_names import named
from tuppence.web.bookings import Booking, bookings_of
from tuppence.web.forms.staff_bank import BreakNoteForm
from tuppence.web.order_keys import insist, order_key, staff_id
from tuppence.web.reads.staff import breaks as reads
from tuppence.web.reads.staff.bank import set_aside
from tuppence.web.reads.staff.finance import broken_chains
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.tables.drawing import chip_html

OPEN, CLOSED = "open", "closed"


def state_of(row: BankBreak) -> str:
    """One of open, announced, covered, closed."""
    if row.closed_at is not None:
        return "closed"
    cover = getattr(row, "cover", None)
    if cover is None:
        return "open"
    return "covered" if cover.received_at else "announced"


def age_days(row: BankBreak) -> int:
    """Whole days from opening to closing, or to now."""
    return ((row.closed_at or timezone.now()) - row.opened_at).days


def breaks_table() -> tables.Table:
    """The list, with those who may own a break to choose from."""
    return tables.Table(
        "breaks",
        gettext_lazy("Breaks at the bank"),
        columns=(
            tables.count("id", gettext_lazy("Number"), "pk", in_page=False),
            tables.text(
                "kind",
                gettext_lazy("Break"),
                "kind",
                show=lambda row: named(row.kind, "break_kind"),
                url=lambda row: reverse("staff_break", args=[row.pk]),
                sub=lambda row: said(row.reason),
            ),
            tables.chip(
                "state",
                gettext_lazy("State"),
                state_of,
                states="break",
                show=lambda row: chip_html("break", state_of(row)),
            ),
            tables.text("owner", gettext_lazy("Owner"), "owner__email", sort=True),
            tables.day("opened", gettext_lazy("Opened"), "opened_at", sort=True),
            tables.count("age", gettext_lazy("Age in days"), age_days),
            tables.money(
                "amount",
                gettext_lazy("Amount"),
                "amount_minor",
                sort=True,
                total=True,
                currency="account__currency",
            ),
        ),
        filters=(
            tables.Choice(
                "state",
                gettext_lazy("State"),
                [(OPEN, gettext_lazy("open")), (CLOSED, gettext_lazy("closed"))],
                lambda code: Q(closed_at__isnull=code == OPEN),
                default=OPEN,
            ),
            tables.Choice(
                "owner",
                gettext_lazy("Owner"),
                [(str(number), email) for number, email in reads.owners()],
                "owner_id",
            ),
            tables.Choice(
                "kind",
                gettext_lazy("Kind"),
                [(kind.value, named(kind.value, "break_kind")) for kind in BreakKind],
                "kind",
            ),
        ),
        order="opened",
    )


def said(reason: str) -> str:
    """A reason that the platform gave, in the reader's language; a person's stays as it is."""
    return _(reason) if reason else ""


@requires(Permission.SEE_BANK)
@require_GET
def breaks(request: HttpRequest) -> HttpResponseBase:
    """Breaks by age, whosoever they are; and receipts that were set aside as doubled."""
    context = {"set_aside": set_aside(), "me": str(staff_id(request))}
    table = breaks_table().of(request, reads.breaks())
    return tables.table_page(request, "staff/breaks.html", table, context)


@requires(Permission.SEE_BANK)
@require_http_methods(["GET", "POST"])
def bank_break(request: HttpRequest, break_id: int) -> HttpResponse:
    """One break: amount, owner, age, notes, and the ways in which it ends with what each books."""
    row = break_of(break_id)
    form = BreakNoteForm(request.POST or None, owners=reads.owners())
    if request.method == "POST":
        insist(request, Permission.MANUAL_ENTRY)
        if form.is_valid() and noted(request, form, break_id):
            return redirect("staff_break", break_id)
    cover = getattr(row, "cover", None)
    context = {
        "row": row,
        "currency": row.account.currency,
        "cover": cover,
        "reference": order_reference(Order.COVER, cover.key) if cover else "",
        "reason": said(row.reason),
        "state": state_of(row),
        "age_days": age_days(row),
        "notes": reads.notes_of(break_id),
        "form": form,
        "ways": [(way, way_url(row, way), bookings_of_way(row, way)) for way in ways_out(row)],
        "chains": [c for c in broken_chains() if c.account == row.account.account]
        if row.kind == BreakKind.GAP
        else [],
    }
    return render(request, "staff/break.html", context)


def noted(request: HttpRequest, form: BreakNoteForm, break_id: int) -> bool:
    """Keep a note; a refused one stands on the form."""
    order = NoteOrder(
        key=order_key(request, "staff.break_note", form),
        break_id=break_id,
        by=staff_id(request),
        at=timezone.now(),
        text=form.cleaned_data["text"],
        owner_id=form.cleaned_data["owner"],
    )
    (outcome,) = operations.note_breaks([order])
    if not outcome.status.accepted:
        form.add_error(None, sentence_of(outcome.status))
        return False
    given = order.owner_id is not None
    messages.success(request, _("Kept; the break has a new owner.") if given else _("Kept."))
    return True


def way_url(row: BankBreak, way: WayOut) -> str:
    """The review of ending a break this way."""
    query: dict[str, Any] = {"how": way.how.value}
    query |= {"line": way.line_id} if way.line_id else {}
    query |= {"withdrawal": way.withdrawal_id} if way.withdrawal_id else {}
    return reverse("staff_resolve_break", args=[row.pk], query=query)


def bookings_of_way(row: BankBreak, way: WayOut) -> list[Booking]:
    """What ending a break this way books."""
    return bookings_of(
        resolution_entries(
            way.how,
            row.amount_minor,
            row.account.currency,
            break_id=row.pk,
            withdrawal_id=way.withdrawal_id,
        )
    )


def break_of(break_id: int) -> BankBreak:
    """The break, or a page that isn't there."""
    rows = BankBreak.objects.select_related("account", "owner", "closed_by", "cover")
    row = rows.filter(id=break_id).first()
    if row is None:
        raise Http404
    return row
