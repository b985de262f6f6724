"""Borrowing: what can be borrowed, and the borrower's own applications and loans."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tuppence.members.views import public
from tuppence.web.reads.products import products_on_offer


@public
@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """What can be borrowed, at what cost."""
    return render(request, "pages/products.html", {"products": products_on_offer()})
