"""Repay a part early: the two choices side by side, then one of them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tuppence.ledger.ids import derive_id
from tuppence.lending.operations.payments import early_repay
from tuppence.lending.orders import EarlyRepayOrder
from tuppence.lending.servicing.facts import EarlyChoice
from tuppence.lending.servicing.prepayment_choices import PARTS, Coming, compare_prepayment
from tuppence.members.views import MemberRequest, member_page
from tuppence.web.forms.borrowing import PrepayForm
from tuppence.web.reads.loans import LoanPage
from tuppence.web.reads.purse import purse_of
from tuppence.web.views.loans import after_payment, borrowers_page_or_404
from tuppence.web.words import WORDS


@member_page
@require_http_methods(["GET", "POST"])
def prepay(request: MemberRequest, loan_id: int) -> HttpResponse:
    """Say how much; look at a shorter term beside lower instalments; choose one."""
    page = borrowers_page_or_404(request, loan_id)
    if page.quote is None:
        return redirect("loan", loan_id)
    form = PrepayForm(request.POST or None)
    available_minor = purse_of(request.member.id).available_minor
    context = {
        "page": page,
        "row": page.row,
        "form": form,
        "quote": page.quote,
        "available_minor": available_minor,
    }
    if request.method == "POST" and form.is_valid():
        amount_minor = form.cleaned_data["amount"]
        if amount_minor >= page.quote.amount_minor:
            return redirect("pay_off", loan_id)
        if amount_minor > available_minor:
            context["missing_minor"] = amount_minor - available_minor
        choice = request.POST.get("choice", "")
        if choice in PARTS and "missing_minor" not in context:
            return _pay(request, page, amount_minor, EarlyChoice(choice), form)
        today, after = compare_prepayment(page.state, amount_minor=amount_minor, on=page.on)
        context |= {
            "amount_minor": amount_minor,
            "today": today,
            "choices": [
                (each, WORDS["early_choice"][each], after[each], _saved(today, after[each]))
                for each in PARTS
            ],
        }
    return render(request, "pages/prepay.html", context)


def _saved(today: Coming, after: Coming) -> int:
    return today.interest_minor - after.interest_minor


def _pay(
    request: MemberRequest, page: LoanPage, amount_minor: int, choice: EarlyChoice, form: PrepayForm
) -> HttpResponse:
    order = EarlyRepayOrder(
        key=derive_id("web.prepay", page.row.id, form.cleaned_data["key"]),
        loan_id=page.row.id,
        on=page.on,
        choice=choice,
        at=timezone.now(),
        amount_minor=amount_minor,
    )
    (result,) = early_repay([order])
    return after_payment(request, page.row.id, result)
