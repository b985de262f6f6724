"""Products: what can be borrowed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.lending.models import Product
from tuppence.lending.operations import ProductRefusedError, create_product, retire_product
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_credit import ProductForm
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.parts import Line
from tuppence.web.reads.products import product_name
from tuppence.web.views.staff.act_pages import act_page

SEES_PRODUCTS = (Permission.MANAGE_PRODUCTS, Permission.SEE_APPLICATIONS, Permission.SEE_BOOKS)


@requires(*SEES_PRODUCTS)
@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """Products on the shelf and those taken off."""
    rows = Product.objects.order_by("retired_at", "id")
    context = {"rows": [(row, product_name(row)) for row in rows]}
    return render(request, "staff/products.html", context)


@requires(*SEES_PRODUCTS)
@require_GET
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """One product with every term."""
    row = product_of(product_id)
    return render(request, "staff/product.html", {"row": row, "name": product_name(row)})


@requires(Permission.MANAGE_PRODUCTS)
@require_http_methods(["GET", "POST"])
def new_product(request: HttpRequest) -> HttpResponse:
    """Put a product on the shelf."""
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_product(
                code=form.cleaned_data["code"],
                at=timezone.now(),
                **form.fields_of_product(platform.currency()),
            )
        except ProductRefusedError as error:
            form.add_error(None, _(str(error)))
        else:
            messages.success(request, _("The product is on offer now."))
            return redirect("staff_product", made.pk)
    return act_page(
        request,
        form,
        title=_("New product"),
        purpose=_("Terms of a product never change: what has to change is a new product."),
        submit=_("Offer it"),
        back_url=reverse("staff_products"),
    )


@requires(Permission.MANAGE_PRODUCTS)
@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, product_id: int) -> HttpResponse:
    """Take a product off the shelf."""
    row = product_of(product_id)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        retire_product(product_id, at=timezone.now())
        messages.success(request, _("Nobody can apply for it any more. Loans go on as agreed."))
        return redirect("staff_product", product_id)
    return act_page(
        request,
        form,
        title=_("Take it off the shelf"),
        purpose=_("Nobody can apply for it any more; applications and loans go on as agreed."),
        submit=_("Take it off"),
        back_url=reverse("staff_product", args=[product_id]),
        lines=[Line(_("Product"), f"{product_name(row)} · {row.code}")],
    )


def product_of(product_id: int) -> Product:
    """The product, or a page that isn't there."""
    row = Product.objects.filter(id=product_id).first()
    if row is None:
        raise Http404
    return row
