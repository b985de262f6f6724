"""Loans: by lateness, one with its whole story, and what may be entered about it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.lending import operations
from tuppence.lending.models import Loan
from tuppence.lending.orders import (
    ActStatus,
    PaymentOrder,
    PaymentStatus,
    RecoverOrder,
)
from tuppence.members.operations import ApprovalKeyReusedError, NotPermittedError
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.fields import OrderForm
from tuppence.web.forms.staff_loans import PaymentForm, RecoveryForm, WriteOffForm
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.purse import purse_of
from tuppence.web.reads.staff import loans as reads
from tuppence.web.reads.staff.books import group_lines
from tuppence.web.staff_outcomes import START_AGAIN, sentence_of
from tuppence.web.templatetags.money import day
from tuppence.web.views.staff.act_pages import act_page

# Money is entered by who sees the bank or answers for the loan; support looks only.
ENTERS_MONEY = (Permission.ASSIGN_RECEIPT, Permission.WRITE_OFF)


@requires(Permission.SEE_LOANS)
@require_GET
def loan(request: HttpRequest, loan_id: int) -> HttpResponse:
    """One loan: where it stands, its schedule, payments, replays, story and accounts."""
    now = timezone.now()
    whole = request.GET.get("all") == "1"
    page = reads.staff_loan(loan_id, on=platform.business_day(now), whole=whole)
    if page is None:
        raise Http404
    context = {
        "page": page,
        "loan": page.loan,
        "state": page.state,
        "currency": page.loan.currency,
        "purse": purse_of(page.loan.borrower_id),
        "today": platform.business_day(now),
    }
    return render(request, "staff/loan.html", context)


@requires(Permission.SEE_LOANS)
@require_GET
def payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """One payment: its parts, each lender's share, its transfers."""
    page = reads.staff_payment(payment_id)
    if page is None:
        raise Http404
    context = {
        "page": page,
        "payment": page.payment,
        "currency": page.payment.loan.currency,
        "lines": group_lines(payment_id, page.payment.loan_id),
    }
    return render(request, "staff/payment.html", context)


@requires(*ENTERS_MONEY)
@require_http_methods(["GET", "POST"])
def record_payment(request: HttpRequest, loan_id: int) -> HttpResponse:
    """Book a payment from the borrower's money here, also one that is entered late."""
    row, now = loan_of(loan_id), timezone.now()
    form = PaymentForm(request.POST or None, initial={"on": platform.business_day(now)})
    if request.method == "POST" and form.is_valid():
        order = PaymentOrder(
            key=order_key(request, "staff.payment", form),
            loan_id=loan_id,
            on=form.cleaned_data["on"],
            amount_minor=form.cleaned_data["amount"],
            at=now,
        )
        (result,) = operations.record_payments([order])
        if result.status.accepted:
            text = _("Booked. Earlier payments were counted again; see why below.")
            messages.success(request, text if result.replayed else _("Booked and shared out."))
            return redirect("staff_loan", loan_id)
        refuse(form, result.status)
    purse = purse_of(row.borrower_id)
    reader = current_reader()
    return page_of(
        request,
        form,
        row,
        title=_("Enter a payment"),
        purpose=_("It is taken from the borrower's money here and shared out to the lenders."),
        submit=_("Book it"),
        more=[
            Line(_("The borrower has here"), reader.money(purse.available_minor, purse.currency))
        ],
    )


@requires(*ENTERS_MONEY)
@require_http_methods(["GET", "POST"])
def reverse_payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Ask that a payment be taken back, because the bank did; another person agrees."""
    found = reads.staff_payment(payment_id)
    if found is None:
        raise Http404
    row = found.payment.loan
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = operations.request_payment_reversal(
                payment_id,
                why=form.cleaned_data["why"],
                by=staff_id(request),
                at=timezone.now(),
                key=order_key(request, "staff.reverse_payment", form),
            )
        except ApprovalKeyReusedError:
            form.add_error(None, str(START_AGAIN))
        except NotPermittedError as error:
            form.add_error(None, _(str(error)))
        else:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
    reader = current_reader()
    return page_of(
        request,
        form,
        row,
        title=_("Take the payment back"),
        purpose=_("Lenders give back what they got; what one has spent, the firm advances."),
        submit=_("Ask for it"),
        more=[
            Line(_("Payment"), reader.money(found.payment.amount_minor, row.currency)),
            Line(_("Value date"), day(found.payment.on)),
        ],
    )


@requires(*ENTERS_MONEY)
@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest, loan_id: int) -> HttpResponse:
    """Share out what was recovered on a loan that was given up."""
    row, now = loan_of(loan_id), timezone.now()
    form = RecoveryForm(request.POST or None, initial={"on": platform.business_day(now)})
    if request.method == "POST" and form.is_valid():
        order = RecoverOrder(
            key=order_key(request, "staff.recover", form),
            loan_id=loan_id,
            on=form.cleaned_data["on"],
            amount_minor=form.cleaned_data["amount"],
            cost_minor=form.cleaned_data["cost"],
            at=now,
        )
        (result,) = operations.recover([order])
        if result.status.accepted:
            messages.success(request, _("Booked and shared out to the lenders."))
            return redirect("staff_loan", loan_id)
        refuse(form, result.status)
    reader = current_reader()
    return page_of(
        request,
        form,
        row,
        title=_("Enter a recovery"),
        purpose=_("It is taken from the borrower's money here; the rest of the cost is theirs."),
        submit=_("Book it"),
        more=[Line(_("Claim left"), reader.money(row.claim_minor, row.currency))],
    )


@requires(Permission.WRITE_OFF)
@require_http_methods(["GET", "POST"])
def write_off(request: HttpRequest, loan_id: int) -> HttpResponse:
    """Ask that a loan be given up; another person agrees."""
    row, now = loan_of(loan_id), timezone.now()
    form = WriteOffForm(request.POST or None, initial={"on": platform.business_day(now)})
    if request.method == "POST" and form.is_valid():
        try:
            asked = operations.request_write_off(
                loan_id,
                on=form.cleaned_data["on"],
                why=form.cleaned_data["why"],
                by=staff_id(request),
                at=now,
                key=order_key(request, "staff.write_off", form),
            )
        except ApprovalKeyReusedError:
            form.add_error(None, str(START_AGAIN))
        else:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
    return page_of(
        request,
        form,
        row,
        title=_("Write the loan off"),
        purpose=_("The lenders' claim leaves their accounts and is remembered as a claim in law."),
        warning=_("A written-off loan does not come back; only recoveries do."),
        submit=_("Ask for it"),
    )


def loan_of(loan_id: int) -> Loan:
    """The loan, or a page that isn't there."""
    row = Loan.objects.select_related("borrower").filter(id=loan_id).first()
    if row is None:
        raise Http404
    return row


FIELDS = {
    "amount_out_of_bounds": "amount",
    "exceeds_available": "amount",
    "cost_exceeds_amount": "cost",
    "before_loan": "on",
    "in_future": "on",
    "before_latest_fact": "on",
    "reason_missing": "why",
}


def refuse(form: OrderForm, status: PaymentStatus | ActStatus) -> None:
    """Put the sentence at the field it is about, where the form has it."""
    field = FIELDS.get(status.value, "")
    form.add_error(field if field in form.fields else None, sentence_of(status))


def page_of(
    request: HttpRequest,
    form: OrderForm,
    row: Loan,
    *,
    title: str,
    purpose: str,
    submit: str,
    warning: str = "",
    more: list[Line] | None = None,
) -> HttpResponse:
    """The form with the loan it is about."""
    reader = current_reader()
    lines = [
        Line(_("Loan"), f"{row.pk} · {row.borrower.legal_name}"),
        Line(_("Outstanding"), reader.money(row.outstanding_minor, row.currency)),
        *(more or []),
    ]
    return act_page(
        request,
        form,
        title=title,
        purpose=purpose,
        warning=warning,
        submit=submit,
        back_url=reverse("staff_loan", args=[row.pk]),
        lines=lines,
    )
