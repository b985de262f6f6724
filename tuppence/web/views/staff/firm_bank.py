"""The firm's own bank against the books: statements, and what each line is."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.bank.csv_map import CsvMapError
from tuppence.bank.statement import StatementError
from tuppence.growth.firm_bank import OF_PARTNERS, Use, UseOrder
from tuppence.growth.models import FirmLine, FirmLineUse
from tuppence.growth.operations import (
    FirmAccountError,
    FirmImport,
    NewFirmAccount,
    StatementStatus,
    import_firm_statement,
    open_firm_account,
    take_line_back,
    use_line,
)
from tuppence.growth.queries.firm_bank import (
    WaitingLine,
    firm_account,
    firm_bank_position,
    may_be,
    waiting_lines,
)
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.fields import translated
from tuppence.web.forms.staff_firm_bank import FirmAccountForm, FirmLineForm, FirmStatementForm
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.order_keys import insist, order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff.firm_lines import SuggestedUse, suggested_uses
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.views.staff.bank_lines import PROBLEMS_SHOWN, problems_of

WAITING_SHOWN = 50
DONE_SHOWN = 15


@requires(Permission.SEE_BANK)
@require_GET
def firm_bank(request: HttpRequest) -> HttpResponse:
    """What the firm's bank states against the books, and the lines that wait."""
    account = firm_account(platform.currency())
    waiting = waiting_lines(account, limit=WAITING_SHOWN) if account else []
    done = FirmLineUse.objects.filter(ended_at=None).select_related("line__account", "partner")
    context = {
        "account": account,
        "position": firm_bank_position(account) if account else None,
        "waiting": [(each.line, best_of(each)) for each in waiting],
        "done": done.order_by("-line__booked_on", "-line_id")[:DONE_SHOWN],
        "currency": platform.currency(),
    }
    return render(request, "staff/firm_bank.html", context)


def best_of(waiting: WaitingLine) -> str:
    """What a line most likely is, in words."""
    found = suggested_uses(waiting)
    return found[0].title if found else ""


@requires(Permission.MANUAL_ENTRY)
@require_http_methods(["GET", "POST"])
def open_account(request: HttpRequest) -> HttpResponse:
    """Take up the firm's account."""
    form = FirmAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        asked = NewFirmAccount(
            key=order_key(request, "staff.firm_account", form),
            holder_name=typed["holder_name"],
            account=typed["account"],
            bic=typed["bic"],
            statement_format=typed["statement_format"],
            csv_map=typed["csv_map"],
        )
        try:
            open_firm_account(asked, by=staff_id(request), at=timezone.now())
        except (FirmAccountError, CsvMapError) as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("Taken up. Import its first statement."))
            return redirect("staff_firm_bank")
    return act_page(
        request,
        form,
        title=_("The firm's bank account"),
        purpose=_("The firm's own money, apart from all client money. Partners are paid from it."),
        submit=_("Take it up"),
        back_url=reverse("staff_firm_bank"),
    )


@requires(Permission.IMPORT_STATEMENT)
@require_http_methods(["GET", "POST"])
def import_statement(request: HttpRequest) -> HttpResponse:
    """Take a statement of the firm's bank, whole or not at all."""
    form = FirmStatementForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read()
        try:
            done = import_firm_statement(data, by=staff_id(request), at=timezone.now())
        except StatementError as error:
            form.add_error("file", translated(error))
            problems = problems_of(error)
        else:
            messages.success(request, imported_text(done))
            return redirect("staff_firm_bank")
    context = {
        "form": form,
        "problems": problems,
        "shown_most": PROBLEMS_SHOWN,
        "back_url": reverse("staff_firm_bank"),
    }
    return render(request, "staff/import_statement.html", context)


def imported_text(done: FirmImport) -> str:
    """What a file brought, in a sentence."""
    if done.status is StatementStatus.EXISTS:
        return _("This very file was imported before; nothing was booked again.")
    new = ngettext("%(number)s new line", "%(number)s new lines", done.new_lines)
    matched = ngettext(
        "%(number)s is client money that was booked already",
        "%(number)s are client money that was booked already",
        done.matched,
    )
    return _("Imported: {new}; {known}.").format(
        new=new % {"number": done.new_lines}, known=matched % {"number": done.matched}
    )


@requires(Permission.SEE_BANK)
@require_http_methods(["GET", "POST"])
def firm_line(request: HttpRequest, firm_line_id: int) -> HttpResponse:
    """One line: what the bank told, what it is or may be; a person says it here."""
    row = line_of(firm_line_id)
    used = row.uses.filter(ended_at=None).select_related("partner", "by").first()
    form = FirmLineForm(request.POST or None, amount_minor=row.amount_minor)
    if request.method == "POST":
        insist(request, Permission.ASSIGN_RECEIPT)
    if request.method == "POST" and form.is_valid():
        use = Use(form.cleaned_data["use"])
        partner = form.cleaned_data["partner"]
        order = UseOrder(
            key=order_key(request, f"staff.firm_line.{firm_line_id}", form),
            line_id=firm_line_id,
            use=use,
            by=staff_id(request),
            at=timezone.now(),
            partner_id=int(partner) if partner and use in OF_PARTNERS else None,
            why=form.cleaned_data["why"],
        )
        status = use_line(order)
        if status.accepted:
            messages.success(request, _("Done."))
            return onwards(row)
        form.add_error(None, sentence_of(status))
    suggested: list[SuggestedUse] = []
    if used is None:
        (waiting,) = may_be([row], row.account.currency)
        suggested = suggested_uses(waiting)
    context = {
        "row": row,
        "currency": row.account.currency,
        "used": used,
        "earlier": row.uses.exclude(ended_at=None).select_related("partner", "ended_by"),
        "form": form,
        "suggested": suggested,
    }
    return render(request, "staff/firm_line.html", context)


def onwards(row: FirmLine) -> HttpResponse:
    """To the next line that waits; where none does, to the firm's bank."""
    waiting = waiting_lines(row.account, limit=1)
    if waiting:
        return redirect("staff_firm_line", waiting[0].line.pk)
    return redirect("staff_firm_bank")


@requires(Permission.ASSIGN_RECEIPT)
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, firm_line_id: int) -> HttpResponse:
    """A line is not what was said: its transfers are reversed and it waits again."""
    row = line_of(firm_line_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        status = take_line_back(
            firm_line_id, why=form.cleaned_data["why"], by=staff_id(request), at=timezone.now()
        )
        if status.accepted:
            messages.success(request, _("Taken back. The line waits again."))
            return redirect("staff_firm_line", firm_line_id)
        form.add_error(None, sentence_of(status))
    reader = current_reader()
    return act_page(
        request,
        form,
        title=_("Take it back"),
        purpose=_("The transfer is reversed by its mirror image; both stay in the books."),
        submit=_("Take it back"),
        back_url=reverse("staff_firm_line", args=[firm_line_id]),
        lines=[
            Line(_("Amount"), reader.money(row.amount_minor, row.account.currency)),
            Line(_("Booked"), reader.day(row.booked_on)),
            Line(_("Other side"), row.counterparty_name or "–"),
        ],
    )


def line_of(firm_line_id: int) -> FirmLine:
    """The line, or a page that isn't there."""
    row = FirmLine.objects.select_related("account").filter(id=firm_line_id).first()
    if row is None:
        raise Http404
    return row
