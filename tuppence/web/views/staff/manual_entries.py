"""Entries by hand and reversals: asked by one person, booked by the word of another."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuppence.bank import operations
from tuppence.bank.manual_entry import ManualEntryError
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.account_names import account_name, named
from tuppence.web.forms.fields import translated
from tuppence.web.forms.staff_books import HandEntryForm
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff.books import transfer_page
from tuppence.web.staff_outcomes import START_AGAIN
from tuppence.web.views.staff.act_pages import act_page


@requires(Permission.MANUAL_ENTRY)
@require_http_methods(["GET", "POST"])
def manual_entry(request: HttpRequest) -> HttpResponse:
    """Ask for an entry by hand."""
    form = HandEntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = operations.request_manual_entry(
                form.entries(),
                why=form.cleaned_data["why"],
                by=staff_id(request),
                at=timezone.now(),
                key=order_key(request, "staff.manual_entry", form),
            )
        except ManualEntryError as error:
            form.add_error(None, translated(error))
        except ApprovalKeyReusedError:
            form.add_error(None, str(START_AGAIN))
        else:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
    return act_page(
        request,
        form,
        title=_("Entry by hand"),
        purpose=_(
            "Nothing is booked until a second person agrees. Accounts that count bank lines,"
            " orders or loans can't be moved by hand."
        ),
        submit=_("Ask for the entry"),
        back_url=reverse("staff_books"),
    )


@requires(Permission.MANUAL_ENTRY)
@require_http_methods(["GET", "POST"])
def reversal(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Ask that one transfer be taken back by its mirror image."""
    page = transfer_page(transfer_id)
    if page is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = operations.request_reversal(
                [transfer_id, *(line.transfer.id for line in page.group)],
                why=form.cleaned_data["why"],
                by=staff_id(request),
                at=timezone.now(),
                key=order_key(request, "staff.reversal", form),
            )
        except ManualEntryError as error:
            form.add_error(None, translated(error))
        except ApprovalKeyReusedError:
            form.add_error(None, str(START_AGAIN))
        else:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
    reader = current_reader()
    lines = [
        Line(
            f"{named(line.transfer.kind, 'transfer_kind')}: "
            f"{account_name(line.debit)} → {account_name(line.credit)}",
            reader.money(line.transfer.amount_minor, line.currency),
        )
        for line in (page.line, *page.group)
    ]
    return act_page(
        request,
        form,
        title=_("Take it back"),
        purpose=_(
            "Transfers are never changed: their mirror image is booked, once two people agree."
            " What stood or fell together is taken back together."
        ),
        submit=_("Ask for it"),
        back_url=reverse("staff_transfer", args=[transfer_id]),
        lines=lines,
    )
