"""Borrowing: what can be borrowed, at what cost, and how far an application is."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuppence import platform
from tuppence.lending.queries.drafts import open_drafts
from tuppence.lending.queries.information import information_missing_of
from tuppence.market.queries.questions import waiting_questions
from tuppence.members.views import MemberRequest, member_page, public
from tuppence.web.costs import CostQuote, quote_cost
from tuppence.web.forms.borrowing import CostForm
from tuppence.web.reads import applications as reads
from tuppence.web.reads.drafts import products_of
from tuppence.web.reads.loans import loans_of
from tuppence.web.reads.products import ProductRow, product_by_code, products_on_offer
from tuppence.web.reads.standing import standing_of
from tuppence.web.totals import total_of


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
        quotes = quotes_of(product, form)
        context |= {"quotes": quotes, "total": total_of(quotes[-1].rows)}
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
    loans = loans_of(request.member.id)
    context = {
        "drafts": [(row, products[row.product_id]) for row in drafts if row.product_id in products],
        "loans": [(row, row.shown_state(today)) for row in loans],
        "owes": any(row.state == "active" for row in loans),
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
