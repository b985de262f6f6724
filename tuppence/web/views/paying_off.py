"""Ending a loan: its price on a chosen day, how that comes about, and paying it."""

from datetime import datetime, time

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.ledger.ids import derive_id
from tuppence.lending.operations.payments import early_repay
from tuppence.lending.orders import EarlyRepayOrder
from tuppence.lending.servicing.facts import EarlyChoice
from tuppence.lending.servicing.payoff_basis import payoff_basis
from tuppence.members.views import MemberRequest, member_page
from tuppence.web.documents.downloading import download
from tuppence.web.documents.payoff import payoff_paper, ways
from tuppence.web.forms.borrowing import DayForm, PayoffDayForm
from tuppence.web.payoffs_in_words import (
    ahead_sentence,
    how_lines,
    payoff_lines,
    validity_sentence,
)
from tuppence.web.reader import current_reader
from tuppence.web.reads.loans import LoanPage
from tuppence.web.reads.payouts import own_reference, pay_in_account
from tuppence.web.reads.purse import purse_of
from tuppence.web.views.loans import after_payment, borrowers_page_or_404


@member_page
@require_http_methods(["GET", "POST"])
def pay_off(request: MemberRequest, loan_id: int) -> HttpResponse:
    """What ends the loan on a day, how it is computed, how to pay it; today, pay it."""
    page = borrowers_page_or_404(request, loan_id)
    form = DayForm(request.POST or None, initial={"on": page.on})
    if request.method == "POST" and form.is_valid() and form.cleaned_data["on"] == page.on:
        key = derive_id("web.pay_off", loan_id, form.cleaned_data["key"], page.on.isoformat())
        order = EarlyRepayOrder(key, loan_id, page.on, EarlyChoice.SETTLE, timezone.now())
        (result,) = early_repay([order])
        return after_payment(request, loan_id, result)
    if page.quote is None:
        return redirect("loan", loan_id)
    return quote_page(request, page, form)


def quote_page(request: MemberRequest, page: LoanPage, form: DayForm) -> HttpResponse:
    """The price on the day that was asked for, today unless another was."""
    days, currency = day_form(request, page), page.row.currency
    on = days.cleaned_data["on"] if days.is_valid() else page.on
    basis = payoff_basis(page.state, on)
    available_minor = purse_of(request.member.id).available_minor
    context = {
        "page": page,
        "row": page.row,
        "form": form,
        "days": days,
        "on": on,
        "on_words": current_reader().day(on),
        "is_today": on == page.on,
        "basis": basis,
        "available_minor": available_minor,
        "account": pay_in_account(),
        "reference": own_reference(request.member.id),
    }
    if basis is not None:
        context |= {
            "lines": payoff_lines(basis, currency),
            "how": how_lines(basis, currency),
            "ahead": ahead_sentence(basis, currency),
            "validity": validity_sentence(basis, currency),
            "missing_minor": max(basis.quote.amount_minor - available_minor, 0),
        }
    return render(request, "pages/pay_off.html", context)


def day_form(request: MemberRequest, page: LoanPage) -> PayoffDayForm:
    """The day asked for in the address; today where none is."""
    asked = request.GET.get("on") or page.on.isoformat()
    latest = max(page.state.plan.dues[-1], page.on)
    return PayoffDayForm({"on": asked}, earliest=page.on, latest=latest)


@member_page
@require_GET
def payoff_pdf(request: MemberRequest, loan_id: int) -> HttpResponse:
    """The quote of a day as a PDF."""
    page = borrowers_page_or_404(request, loan_id)
    days = day_form(request, page)
    basis = payoff_basis(page.state, days.cleaned_data["on"]) if days.is_valid() else None
    if basis is None:
        raise Http404
    at = datetime.combine(page.on, time(), platform.zone())
    reference = own_reference(request.member.id)
    paper = payoff_paper(
        page, basis, ways(pay_in_account(), reference), name=request.member.legal_name, at=at
    )
    return download(paper, f"payoff-{loan_id}-{basis.quote.on.isoformat()}.pdf")
