"""A loan: schedule, payments, pay what is due, pay off."""

from datetime import datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.ledger.ids import derive_id
from tuppence.lending.operations.payments import collect
from tuppence.lending.orders import CollectOrder, PaymentResult
from tuppence.members.views import MemberRequest, member_page
from tuppence.web import tables
from tuppence.web.documents.contract import contract_paper
from tuppence.web.documents.downloading import download
from tuppence.web.documents.loan_account import loan_account_paper
from tuppence.web.forms.borrowing import DayForm
from tuppence.web.outcomes import PAYMENT_REFUSALS
from tuppence.web.parts import Figure, Line
from tuppence.web.reader import current_reader
from tuppence.web.reads import loans as reads
from tuppence.web.reads.contracts import contract_of_loan
from tuppence.web.reads.holdings import own_part, own_transfers
from tuppence.web.reads.instalments import instalment_of, parts_of
from tuppence.web.reads.purse import purse_of
from tuppence.web.schedule_tables import payments_table, schedule_table
from tuppence.web.templatetags.money import percent
from tuppence.web.words import transfer_word


@member_page
@require_GET
def loan(request: MemberRequest, loan_id: int) -> HttpResponseBase:
    """The loan as its borrower or one of its lenders sees it."""
    page = page_or_404(request, loan_id)
    is_borrower = page.borrower_id == request.member.id
    currency = page.row.currency
    paid = payments_table(loan_id, currency).of(request, page.payments, prefix="paid_")
    if paid.wants_file:
        return paid.file()
    context = {
        "page": page,
        "row": page.row,
        "state": page.row.shown_state(page.on),
        "is_borrower": is_borrower,
        "figures": borrower_figures(page) if is_borrower else lender_figures(page),
        "payments": paid,
    }
    schedule = schedule_table(loan_id, currency).of(request, page.schedule)
    return tables.table_page(request, "pages/loan.html", schedule, context)


@member_page
@require_GET
def instalment(request: MemberRequest, loan_id: int, number: int) -> HttpResponse:
    """One instalment: what was planned and charged, and which payments paid what of it."""
    page = page_or_404(request, loan_id)
    found = instalment_of(page, number)
    if found is None:
        raise Http404
    context = {
        "page": page,
        "row": page.row,
        "found": found,
        "is_borrower": page.borrower_id == request.member.id,
        "title": current_reader().day(found.row.due_on),
    }
    return render(request, "pages/instalment.html", context)


def borrower_figures(page: reads.LoanPage) -> list[Figure]:
    """What is owed and what comes next."""
    reader, row = current_reader(), page.row
    due = reader.day(row.next_due_on) if row.next_due_on else _("nothing more is due")
    return [
        Figure(_("Next payment"), reader.money(page.next_amount_minor, row.currency), due),
        Figure(
            _("Due today"),
            reader.money(page.due_minor, row.currency),
            _("of it overdue: {amount}").format(
                amount=reader.money(page.overdue_minor, row.currency)
            ),
        ),
        Figure(
            _("Still owed"),
            reader.money(row.outstanding_minor, row.currency),
            _("principal, of {amount}").format(
                amount=reader.money(row.principal_minor, row.currency)
            ),
        ),
        Figure(_("Rate a year"), percent(row.annual_rate), _("on what is still owed")),
    ]


def lender_figures(page: reads.LoanPage) -> list[Figure]:
    """What the reader lent in it."""
    reader, row = current_reader(), page.row
    return [
        Figure(_("You lent"), reader.money(page.own_lent_minor, row.currency)),
        Figure(
            _("Still out"),
            reader.money(page.own_outstanding_minor, row.currency),
            _("your part of the principal"),
        ),
        Figure(_("Rate a year"), percent(row.annual_rate), _("on what is still lent")),
        Figure(
            _("Days past due"),
            reader.count(page.days_past_due),
            _("of the oldest open instalment"),
        ),
    ]


@member_page
@require_GET
def contract_pdf(request: MemberRequest, loan_id: int) -> HttpResponse:
    """The contract as a PDF, for the loan's borrower and its lenders."""
    file = contract_of_loan(loan_id)
    reading = request.member.id
    if file is None or reading not in {file.borrower.member_id, *file.lender_ids}:
        raise Http404
    return download(contract_paper(file, reading), f"contract-{file.application_id}.pdf")


@member_page
@require_GET
def account_pdf(request: MemberRequest, loan_id: int) -> HttpResponse:
    """The loan's account of today as a PDF, for its borrower."""
    page = borrowers_page_or_404(request, loan_id)
    at = datetime.combine(page.on, time(), platform.zone())
    paper = loan_account_paper(page, request.member.legal_name, at=at)
    return download(paper, f"loan-{loan_id}-{page.on.isoformat()}.pdf")


@member_page
@require_http_methods(["GET", "POST"])
def pay_due(request: MemberRequest, loan_id: int) -> HttpResponse:
    """Pay what is due today from cash, as far as it goes."""
    page = borrowers_page_or_404(request, loan_id)
    form = DayForm(request.POST or None, initial={"on": page.on})
    if request.method == "POST" and form.is_valid() and form.cleaned_data["on"] == page.on:
        key = derive_id("web.pay_due", loan_id, form.cleaned_data["key"], page.on.isoformat())
        (result,) = collect([CollectOrder(key, loan_id, page.on, timezone.now())])
        return after_payment(request, loan_id, result)
    reader, currency = current_reader(), page.row.currency
    purse = purse_of(request.member.id)
    pays_minor = min(page.due_minor, purse.available_minor)
    context = {
        "page": page,
        "row": page.row,
        "form": form,
        "can_pay": pays_minor > 0,
        "missing_minor": max(page.due_minor - purse.available_minor, 0),
        "lines": [
            Line(_("Due today"), reader.money(page.due_minor, currency)),
            Line(_("Your cash"), reader.money(purse.available_minor, currency)),
            Line(_("Our fee for paying"), reader.money(0, currency)),
            Line(_("You pay now"), reader.money(pays_minor, currency), is_sum=True),
        ],
    }
    return render(request, "pages/pay_due.html", context)


def after_payment(request: MemberRequest, loan_id: int, result: PaymentResult) -> HttpResponse:
    """The receipt of what was booked, or why nothing was."""
    if result.status.accepted:
        return redirect("payment", loan_id, result.key)
    messages.error(request, str(PAYMENT_REFUSALS[result.status]))
    return redirect("loan", loan_id)


@member_page
@require_GET
def payment(request: MemberRequest, loan_id: int, payment_id: UUID) -> HttpResponse:
    """One payment: where it went, the receipt, what comes next."""
    page = page_or_404(request, loan_id)
    row = reads.payment_of(loan_id, payment_id)
    if row is None:
        raise Http404
    member_id = request.member.id
    context = {
        "page": page,
        "row": page.row,
        "payment": row,
        "is_borrower": page.borrower_id == member_id,
        "parts": parts_of(page, payment_id),
        "own": own_part(member_id, payment_id),
        "transfers": [
            (each, transfer_word(each.kind, comes_in=each.change_minor > 0))
            for each in own_transfers(member_id, loan_id, payment_id)
        ],
    }
    return render(request, "pages/payment.html", context)


def page_or_404(request: MemberRequest, loan_id: int) -> reads.LoanPage:
    """A loan that the member borrowed or lent in, or no such page."""
    today = platform.business_day(timezone.now())
    page = reads.loan_page(request.member.id, loan_id, on=today)
    if page is None:
        raise Http404
    return page


def borrowers_page_or_404(request: MemberRequest, loan_id: int) -> reads.LoanPage:
    """A loan that the member borrowed, or no such page."""
    page = page_or_404(request, loan_id)
    if page.borrower_id != request.member.id:
        raise Http404
    return page
