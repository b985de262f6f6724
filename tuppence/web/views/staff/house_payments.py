"""Payments of the house from client money: fees, tax, collectors, covers; agreed by two people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.bank import operations, queries
from tuppence.bank.house_payment import (
    SOURCES,
    HousePaymentError,
    HousePaymentOrder,
    HousePurpose,
)
from tuppence.bank.promo_float.queries import promo_float
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.account_names import named
from tuppence.web.forms.fields import translated
from tuppence.web.forms.staff_bank import HousePaymentForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff.bank import house_payments as made
from tuppence.web.staff_outcomes import START_AGAIN
from tuppence.web.views.staff.act_pages import act_page


@requires(Permission.SEE_BANK)
@require_GET
def house_payments(request: HttpRequest) -> HttpResponse:
    """What the house was paid, and what the books owe it now."""
    found = [(purpose, minor, rows_of(purpose)) for purpose, minor in owed()]
    context = {"rows": made(), "owed": found, "currency": platform.currency()}
    return render(request, "staff/house_payments.html", context)


def rows_of(purpose: HousePurpose) -> str:
    """The page of what a figure is made of."""
    if purpose is HousePurpose.FLOAT_BACK:
        return reverse("staff_promo_float")
    accounts = {"kind": SOURCES[purpose].value, "currency": platform.currency()}
    return f"{reverse('staff_accounts')}?{urlencode(accounts)}"


def owed() -> list[tuple[HousePurpose, int]]:
    """What the client book owes for each purpose, in minor units; of the float, what is free."""
    keys = {
        purpose: AccountKey(kind, 0, platform.currency())
        for purpose, kind in SOURCES.items()
        if purpose is not HousePurpose.RECEIPT_BACK
    }
    found = balances(keys.values())
    free_minor = promo_float(platform.currency()).free_minor
    return [
        (purpose, free_minor if purpose is HousePurpose.FLOAT_BACK else found[key])
        for purpose, key in keys.items()
    ]


@requires(Permission.MANUAL_ENTRY)
@require_http_methods(["GET", "POST"])
def ask_house_payment(request: HttpRequest) -> HttpResponse:
    """Ask for a payment of the house; another person agrees."""
    account = queries.account_in(platform.currency())
    if account is None:
        messages.error(request, _("There is no client bank account yet. Two people open it first."))
        return redirect("staff_bank")
    form = HousePaymentForm(
        request.POST or None, initial={"purpose": request.GET.get("purpose", "")}
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        order = HousePaymentOrder(
            key=order_key(request, "staff.house_payment", form),
            purpose=HousePurpose(cleaned["purpose"]),
            amount_minor=cleaned["amount"],
            payee_name=cleaned["payee_name"],
            payee_account=cleaned["payee_account"],
            payee_bic=cleaned["payee_bic"],
            by=staff_id(request),
            at=timezone.now(),
            why=cleaned["why"],
        )
        try:
            asked = operations.request_house_payment(order, account_id=account.pk)
        except HousePaymentError as error:
            form.add_error(None, translated(error))
        except ApprovalKeyReusedError:
            form.add_error(None, str(START_AGAIN))
        else:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
    reader = current_reader()
    return act_page(
        request,
        form,
        title=_("Payment of the house"),
        purpose=_("It goes out with the next payment file, once a second person agrees."),
        submit=_("Ask for it"),
        back_url=reverse("staff_house_payments"),
        lines=[
            Line(
                capfirst(named(purpose.value, "house_purpose")),
                reader.money(minor, account.currency),
            )
            for purpose, minor in owed()
        ],
    )
