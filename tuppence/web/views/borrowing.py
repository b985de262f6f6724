"""Borrowing: what can be borrowed, the cost, the application, the contract."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuppence import platform
from tuppence.ledger.ids import derive_id
from tuppence.lending.application_rules import (
    ContractOrder,
    LeavingReason,
    SignOrder,
    WithdrawOrder,
)
from tuppence.lending.operations.contracts import make_contracts, sign
from tuppence.lending.queries.drafts import open_drafts
from tuppence.lending.queries.information import information_missing_of
from tuppence.market.operations import take_back_applications
from tuppence.market.queries.questions import waiting_questions
from tuppence.members.views import MemberRequest, member_page, public
from tuppence.web.costs import CostQuote, quote_cost
from tuppence.web.documents.contract import contract_paper
from tuppence.web.documents.downloading import download
from tuppence.web.forms.borrowing import CostForm, LeaveForm, SignForm
from tuppence.web.outcomes import REVIEW_REFUSALS
from tuppence.web.reads import applications as reads
from tuppence.web.reads.contracts import contract_of_application
from tuppence.web.reads.drafts import products_of
from tuppence.web.reads.loans import loans_of
from tuppence.web.reads.products import ProductRow, product_by_code, products_on_offer
from tuppence.web.reads.standing import standing_of


@public
@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """What can be borrowed, at what cost."""
    return render(request, "pages/products.html", {"products": products_on_offer()})


@public
@require_GET
def cost(request: HttpRequest, code: str) -> HttpResponse:
    """How much and how long; and at once what that costs, at the lowest and the highest rate."""
    product = product_or_404(code)
    form = CostForm(request.GET or None, product=product)
    context: dict[str, Any] = {"product": product, "form": form}
    if request.GET and form.is_valid():
        context["quotes"] = quotes_of(product, form)
        context["next"] = request.GET.urlencode()
    return render(request, "pages/borrow_cost.html", context)


def quotes_of(product: ProductRow, form: CostForm) -> list[CostQuote]:
    """The cost at both ends of the product's rates."""
    start = platform.business_day(timezone.now())
    rates = sorted({product.annual_rate_min, product.annual_rate_max})
    amount_minor, instalments = form.cleaned_data["amount"], form.cleaned_data["instalments"]
    return [quote_cost(product, amount_minor, instalments, rate, start=start) for rate in rates]


@member_page
@require_GET
def borrowing(request: MemberRequest) -> HttpResponse:
    """My loans, my applications, and what can be borrowed."""
    now = timezone.now()
    today = platform.business_day(now)
    drafts = open_drafts(request.member.id, at=now)
    products = products_of(drafts)
    context = {
        "drafts": [(row, products[row.product_id]) for row in drafts if row.product_id in products],
        "loans": [(row, row.shown_state(today)) for row in loans_of(request.member.id)],
        "applications": reads.applications_of(request.member.id),
        "asked": sorted(waiting_questions(request.member.id).items()),
    }
    return render(request, "pages/borrowing.html", context)


@member_page
@require_GET
def application(request: MemberRequest, application_id: int) -> HttpResponse:
    """One application: how far it is, what is missing, what comes next."""
    row = application_or_404(request, application_id)
    asked = information_missing_of(request.member.id)
    context = {
        "row": row,
        "standing": standing_of(request.member.id),
        "missing": [each for each in asked if each.application_id == application_id],
    }
    return render(request, "pages/application.html", context)


@member_page
@require_http_methods(["GET", "POST"])
def withdraw_application(request: MemberRequest, application_id: int) -> HttpResponse:
    """Take an application back or decline its offer, and its listing where it has one."""
    row = application_or_404(request, application_id)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        order = WithdrawOrder(
            application_id,
            timezone.now(),
            reason=LeavingReason(reason) if reason else None,
            note=form.cleaned_data["note"].strip(),
        )
        return after_leaving(request, order)
    if not row.can_be_withdrawn:
        return redirect("application", application_id)
    return render(request, "pages/leave.html", {"row": row, "form": form})


def after_leaving(request: MemberRequest, order: WithdrawOrder) -> HttpResponse:
    """Back on the application: what became of it."""
    (outcome,) = take_back_applications([order])
    if outcome.status.accepted:
        messages.success(request, _("Your application is taken back."))
    else:
        messages.error(request, str(REVIEW_REFUSALS[outcome.status]))
    return redirect("application", order.application_id)


@member_page
@require_http_methods(["GET", "POST"])
def contract(request: MemberRequest, application_id: int) -> HttpResponse:
    """Read the contract, and sign exactly what was read."""
    row = application_or_404(request, application_id)
    if request.method == "POST" and not row.contract_sha256:
        (made,) = make_contracts([ContractOrder(application_id, timezone.now())])
        if not made.status.accepted:
            messages.error(request, str(REVIEW_REFUSALS[made.status]))
            return redirect("application", application_id)
        return redirect("contract", application_id)
    if not row.contract_sha256:
        return redirect("application", application_id)
    form = SignForm(initial={"sha256": row.contract_sha256})
    return render(request, "pages/contract.html", {"row": row, "form": form})


@member_page
@require_GET
def contract_pdf(request: MemberRequest, application_id: int) -> HttpResponse:
    """The contract as a PDF, for the borrower, before and after the pay-out."""
    file = contract_of_application(application_id)
    if file is None or file.borrower.member_id != request.member.id:
        raise Http404
    return download(contract_paper(file, request.member.id), f"contract-{application_id}.pdf")


@member_page
@require_POST
def sign_contract(request: MemberRequest, application_id: int) -> HttpResponse:
    """Sign; twice is once."""
    row = application_or_404(request, application_id)
    form = SignForm(request.POST)
    if form.is_valid():
        order = SignOrder(
            key=derive_id("web.sign", request.member.id, application_id, form.cleaned_data["key"]),
            application_id=application_id,
            member_id=request.member.id,
            sha256=form.cleaned_data["sha256"],
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR") or None,
        )
        (outcome,) = sign([order])
        if outcome.status.accepted:
            messages.success(request, _("Signed. The listing can be paid out once it is full."))
            return redirect("application", application_id)
        form.add_error(None, str(REVIEW_REFUSALS[outcome.status]))
    return render(request, "pages/contract.html", {"row": row, "form": form})


def product_or_404(code: str) -> ProductRow:
    """A product on offer, or no such page."""
    product = product_by_code(code)
    if product is None:
        raise Http404
    return product


def application_or_404(request: MemberRequest, application_id: int) -> reads.ApplicationRow:
    """An application of the member's own, or no such page."""
    row = reads.application_of(request.member.id, application_id)
    if row is None:
        raise Http404
    return row
