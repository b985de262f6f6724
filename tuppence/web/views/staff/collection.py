"""Contacts with borrowers and their promises."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuppence import platform
from tuppence.lending import operations
from tuppence.lending.collection_records import ContactChannel, ContactOrder, PromiseOrder
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_loans import ContactForm, PromiseForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.loans import loan_of, page_of


@requires(Permission.SERVICE_LOANS)
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, loan_id: int) -> HttpResponse:
    """Note that somebody spoke or wrote to the borrower."""
    row, form = loan_of(loan_id), ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        order = ContactOrder(
            key=order_key(request, "staff.contact", form),
            loan_id=loan_id,
            channel=ContactChannel(form.cleaned_data["channel"]),
            note=form.cleaned_data["note"],
            at=timezone.now(),
            by=staff_id(request),
        )
        (outcome,) = operations.log_contact([order])
        if outcome.status.accepted:
            messages.success(request, _("Noted."))
            return redirect("staff_loan", loan_id)
        form.add_error("note", sentence_of(outcome.status))
    return page_of(
        request,
        form,
        row,
        title=_("Note a contact"),
        purpose=_("Colleagues read it in the story of the loan."),
        submit=_("Keep it"),
    )


@requires(Permission.SERVICE_LOANS)
@require_http_methods(["GET", "POST"])
def promise(request: HttpRequest, loan_id: int) -> HttpResponse:
    """Note what the borrower promised; payments will show whether it was kept."""
    row, now = loan_of(loan_id), timezone.now()
    form = PromiseForm(request.POST or None, initial={"by_day": platform.business_day(now)})
    if request.method == "POST" and form.is_valid():
        order = PromiseOrder(
            key=order_key(request, "staff.promise", form),
            loan_id=loan_id,
            amount_minor=form.cleaned_data["amount"],
            by_day=form.cleaned_data["by_day"],
            at=now,
            note=form.cleaned_data["note"],
            by=staff_id(request),
        )
        (outcome,) = operations.promise_to_pay([order])
        if outcome.status.accepted:
            messages.success(request, _("Noted. Payments will show whether it is kept."))
            return redirect("staff_loan", loan_id)
        is_day = outcome.status.value == "before_latest_fact"
        text = _("Choose today or a later day.") if is_day else sentence_of(outcome.status)
        form.add_error("by_day" if is_day else None, text)
    return page_of(
        request,
        form,
        row,
        title=_("Note a promise"),
        purpose=_("It does not change what is due, nor the days past due."),
        submit=_("Keep it"),
    )
