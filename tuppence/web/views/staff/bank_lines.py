"""The bank against the books: statements, lines, and receipts whose owner nobody knew."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.bank import operations, queries
from tuppence.bank.allocation import AssignOrder
from tuppence.bank.house_payment import HousePaymentError
from tuppence.bank.matching import Meaning
from tuppence.bank.statement import StatementError
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.fields import translated
from tuppence.web.forms.staff_bank import AssignForm, StatementForm
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.order_keys import insist, order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff import bank as reads
from tuppence.web.reads.staff.suggestions import next_waiting
from tuppence.web.staff_outcomes import START_AGAIN, sentence_of
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.whole_numbers import older_url, whole_number
from tuppence.web.words import STATES, WORDS

ON_A_PAGE = 50
PROBLEMS_SHOWN = 50


@requires(Permission.SEE_BANK)
@require_GET
def bank(request: HttpRequest) -> HttpResponse:
    """What the bank states against what the books say, and what waits for a person."""
    now = timezone.now()
    context = {
        "positions": queries.client_money_positions(),
        "unmatched": queries.unmatched_lines(limit=ON_A_PAGE),
        "breaks": queries.open_breaks(at=now),
        "files": queries.statement_files(limit=10),
        "practice": settings.TUPPENCE_DEMO,
    }
    return render(request, "staff/bank.html", context)


@requires(Permission.SEE_BANK)
@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    """Lines by meaning, newest first."""
    meaning = request.GET.get("meaning", "")
    meaning = meaning if meaning in STATES["meaning"] else ""
    rows = reads.lines(
        meaning=meaning,
        before_id=whole_number(request.GET.get("before", "")),
        limit=ON_A_PAGE + 1,
    )
    context = {
        "rows": rows[:ON_A_PAGE],
        "meaning": meaning,
        "meanings": list(STATES["meaning"]),
        "older_url": older_url(rows[ON_A_PAGE - 1].id, {"meaning": meaning})
        if len(rows) > ON_A_PAGE
        else "",
    }
    return render(request, "staff/bank_lines.html", context)


@requires(Permission.IMPORT_STATEMENT)
@require_http_methods(["GET", "POST"])
def import_statement(request: HttpRequest) -> HttpResponse:
    """Take a statement file, whole or not at all; what is wrong with it stands on the page."""
    form = StatementForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        account = form.cleaned_data["account"]
        try:
            outcome = operations.import_statement(
                form.cleaned_data["file"].read(),
                form.cleaned_data["file_format"],
                at=timezone.now(),
                by=staff_id(request),
                account_id=int(account) if account else None,
            )
        except StatementError as error:
            form.add_error("file", translated(error))
            problems = problems_of(error)
        else:
            messages.success(request, imported_text(outcome))
            return redirect("staff_statement_file", outcome.file_id)
    context = {"form": form, "problems": problems, "shown_most": PROBLEMS_SHOWN}
    return render(request, "staff/import_statement.html", context)


def problems_of(error: StatementError) -> list[str]:
    """Where in the file it went wrong: rows with column and reason, or a line."""
    found = [
        _("row {row}, {column}: {reason}").format(
            row=problem.row, column=problem.column, reason=problem.reason
        )
        for problem in error.problems
    ]
    if error.line is not None:
        found.append(_("line {line} of the file").format(line=error.line))
    return found


def imported_text(outcome: operations.ImportOutcome) -> str:
    """What a file brought, in a sentence."""
    if outcome.status is operations.ImportStatus.EXISTS:
        return _("This very file was imported before; nothing was booked again.")
    new = ngettext("%(number)s new line", "%(number)s new lines", outcome.new_lines)
    known = ngettext(
        "%(number)s was known from another file",
        "%(number)s were known from other files",
        outcome.known_lines,
    )
    return _("Imported: {new}; {known}.").format(
        new=new % {"number": outcome.new_lines}, known=known % {"number": outcome.known_lines}
    )


@requires(Permission.SEE_BANK)
@require_GET
def statement_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """One imported file: its lines with what they mean."""
    file = reads.statement_file(file_id)
    if file is None:
        raise Http404
    rows = reads.lines(file_id=file_id, limit=80)
    return render(request, "staff/statement_file.html", {"file": file, "rows": rows})


@requires(Permission.SEE_BANK)
@require_http_methods(["GET", "POST"])
def bank_line(request: HttpRequest, line_id: int) -> HttpResponse:
    """One line: what the bank told, what it means; an unidentified receipt is assigned here."""
    page = reads.line_page(line_id)
    if page is None:
        raise Http404
    form = AssignForm(request.POST or None, initial={"member": request.GET.get("member", "")})
    if request.method == "POST":
        insist(request, Permission.ASSIGN_RECEIPT)
    if request.method == "POST" and form.is_valid():
        order = AssignOrder(
            key=order_key(request, "staff.assign", form),
            line_id=line_id,
            member_id=form.cleaned_data["member"],
            by=staff_id(request),
            at=timezone.now(),
            why=form.cleaned_data["why"],
        )
        (outcome,) = operations.assign_unallocated([order])
        if outcome.status.accepted:
            messages.success(request, _("Assigned. The member can use the money now."))
            return _onwards(line_id)
        form.add_error(None, sentence_of(outcome.status))
    context = {
        "page": page,
        "row": page.row,
        "form": form,
        "is_waiting": page.row.meaning in {Meaning.UNALLOCATED, Meaning.DOUBLED},
        "suggested": [
            (each, " · ".join(str(WORDS["clue"][clue]) for clue in each.clues))
            for each in page.suggestions
        ],
    }
    return render(request, "staff/bank_line.html", context)


def _onwards(line_id: int) -> HttpResponse:
    """To the next receipt that waits; where none does, to what else there is to do."""
    waiting = next_waiting(line_id)
    return redirect("staff_bank_line", waiting) if waiting else redirect("staff_finance")


@requires(Permission.MANUAL_ENTRY)
@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, line_id: int) -> HttpResponse:
    """Ask that an unidentified receipt go back to who sent it."""
    page = reads.line_page(line_id)
    if page is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = operations.request_receipt_back(
                line_id,
                why=form.cleaned_data["why"],
                by=staff_id(request),
                at=timezone.now(),
                key=order_key(request, "staff.send_back", form),
            )
        except HousePaymentError as error:
            form.add_error(None, translated(error))
        except ApprovalKeyReusedError:
            form.add_error(None, str(START_AGAIN))
        else:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
    amount = current_reader().money(page.row.amount_minor, page.row.currency)
    return act_page(
        request,
        form,
        title=_("Send the receipt back"),
        purpose=_("The whole amount goes back to the account it came from, once two people agree."),
        submit=_("Ask for it"),
        back_url=reverse("staff_bank_line", args=[line_id]),
        lines=[
            Line(_("Amount"), amount),
            Line(_("Payee"), page.row.counterparty_name or "–"),
            Line(_("Account number"), page.line.counterparty_account or "–"),
        ],
    )
