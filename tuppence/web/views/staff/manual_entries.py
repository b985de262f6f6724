"""Entries by hand and reversals: reviewed, asked by one person, booked by the word of another."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuppence.bank import operations
from tuppence.bank.manual_entry import BelowFloorError, Effect, ManualEntryError
from tuppence.bank.operations.manual_entries import mirrors_of
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
from tuppence.web.reads.staff.effects import EffectRow, effect_rows, same_waiting
from tuppence.web.staff_outcomes import START_AGAIN
from tuppence.web.views.staff.act_pages import act_page

WHOLE_EVENT = 1_000  # what may be taken back by hand has at most some twenty transfers
ASK, CHANGE = "ask", "change"


@requires(Permission.MANUAL_ENTRY)
@require_http_methods(["GET", "POST"])
def manual_entry(request: HttpRequest) -> HttpResponse:
    """Write an entry by hand, review what it does to each balance, and ask for it."""
    form = HandEntryForm(request.POST or None)
    step = request.POST.get("step", "")
    if request.method == "POST" and step != CHANGE and form.is_valid():
        if step == ASK:
            asked = ask_entry(request, form)
            if asked is not None:
                return redirect("staff_approval", asked)
        else:
            rows = effect_rows(form.entries())
            for row in below_floor(rows):
                form.add_error(None, too_little(row.effect))
            if form.is_valid():
                return review_page(request, form, rows)
    return act_page(
        request,
        form,
        title=_("Entry by hand"),
        purpose=_(
            "Nothing is booked until a second person agrees. Accounts that count bank lines,"
            " orders or loans can't be moved by hand."
        ),
        submit=_("Review what it does"),
        back_url=reverse("staff_books"),
    )


def ask_entry(request: HttpRequest, form: HandEntryForm) -> int | None:
    """Ask for what the form says; the number of the request, or none with errors in the form."""
    try:
        asked = operations.request_manual_entry(
            form.entries(),
            why=form.cleaned_data["why"],
            by=staff_id(request),
            at=timezone.now(),
            key=order_key(request, "staff.manual_entry", form),
        )
    except BelowFloorError as error:
        form.add_error(None, too_little(error.effect))
    except ManualEntryError as error:
        form.add_error(None, translated(error))
    except ApprovalKeyReusedError:
        form.add_error(None, str(START_AGAIN))
    else:
        messages.success(request, _("Asked for. A second person has to agree."))
        return asked.pk
    return None


def below_floor(rows: Sequence[EffectRow]) -> list[EffectRow]:
    """The accounts that would fall below zero and may not."""
    return [row for row in rows if row.effect.is_below_floor]


def too_little(effect: Effect) -> str:
    """Why an account forbids the entry, and what would be possible."""
    reader, currency = current_reader(), effect.account.currency
    return _(
        "{account} has {has}; this entry takes {takes} from it. Enter at most {has}, or choose"
        " another account."
    ).format(
        account=account_name(effect.account),
        has=reader.money(max(effect.before_minor, 0), currency),
        takes=reader.money(effect.before_minor - effect.after_minor, currency),
    )


def review_page(
    request: HttpRequest, form: HandEntryForm, rows: Sequence[EffectRow]
) -> HttpResponse:
    """Each line, and each account's balance before and after; the form goes along hidden."""
    reader, now = current_reader(), timezone.now()
    context = {
        "form": form,
        "twin_id": same_waiting(form.entries(), at=now),
        "why": form.cleaned_data["why"],
        "effects": rows,
        "now": now,
        "lines": [
            Line(
                f"{account_name(entry.debit)} → {account_name(entry.credit)}",
                reader.money(entry.amount_minor, entry.debit.currency),
            )
            for entry in form.entries()
        ],
    }
    return render(request, "staff/entry_review.html", context)


@requires(Permission.MANUAL_ENTRY)
@require_http_methods(["GET", "POST"])
def reversal(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Ask that one transfer be taken back by its mirror image, with all of its event."""
    page = transfer_page(transfer_id, event_limit=WHOLE_EVENT)
    if page is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    ids = [line.transfer.id for line in page.lines]
    if request.method == "POST" and form.is_valid():
        asked = ask_reversal(request, form, ids)
        if asked is not None:
            return redirect("staff_approval", asked)
    reader = current_reader()
    lines = [
        Line(
            f"{named(line.transfer.kind, 'transfer_kind')}: "
            f"{account_name(line.debit)} → {account_name(line.credit)}",
            reader.money(line.transfer.amount_minor, line.currency),
        )
        for line in page.lines
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
        effects=effect_rows(mirrors_of(ids)),
        now=timezone.now(),
    )


def ask_reversal(request: HttpRequest, form: ReasonForm, ids: Sequence[UUID]) -> int | None:
    """Ask that these be taken back; the number of the request, or none with errors in the form."""
    try:
        asked = operations.request_reversal(
            ids,
            why=form.cleaned_data["why"],
            by=staff_id(request),
            at=timezone.now(),
            key=order_key(request, "staff.reversal", form),
        )
    except BelowFloorError as error:
        form.add_error(None, too_little(error.effect))
    except ManualEntryError as error:
        form.add_error(None, translated(error))
    except ApprovalKeyReusedError:
        form.add_error(None, str(START_AGAIN))
    else:
        messages.success(request, _("Asked for. A second person has to agree."))
        return asked.pk
    return None
