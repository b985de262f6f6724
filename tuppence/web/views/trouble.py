"""A borrower in trouble: what to do, asking for another plan, and the answer."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuppence.ledger.ids import derive_id
from tuppence.lending.operations import ask_for_plan, withdraw_plan_requests
from tuppence.lending.plan_requests import (
    PlanRequestOrder,
    PlanRequestState,
    PlanRequestStatus,
    PlanWithdrawOrder,
    TroubleReason,
)
from tuppence.lending.queries.plan_requests import plan_requests_of
from tuppence.members.views import MemberRequest, member_page
from tuppence.web.forms.trouble import PlanRequestForm
from tuppence.web.outcomes import PLAN_REQUEST_FIELDS, PLAN_REQUEST_REFUSALS
from tuppence.web.reads.loans import LoanPage
from tuppence.web.views.loans import borrowers_page_or_404


@member_page
@require_http_methods(["GET", "POST"])
def trouble(request: MemberRequest, loan_id: int) -> HttpResponse:
    """Plain help, the requests so far with their answers, and a new one."""
    page = borrowers_page_or_404(request, loan_id)
    form = PlanRequestForm(
        request.POST or None, currency=page.row.currency, initial={"starts_on": page.on}
    )
    if request.method == "POST" and form.is_valid():
        (outcome,) = ask_for_plan([order_of(request, page, form)])
        if outcome.status.accepted:
            messages.success(request, _("Your request is with us. The answer will stand here."))
            return redirect("trouble", loan_id)
        field = PLAN_REQUEST_FIELDS.get(outcome.status)
        form.add_error(field, str(PLAN_REQUEST_REFUSALS[outcome.status]))
    requests = plan_requests_of(loan_id)
    is_waiting = any(row.state is PlanRequestState.OPEN for row in requests)
    context = {
        "page": page,
        "row": page.row,
        "form": form,
        "requests": requests,
        "can_ask": page.row.state == "active" and not is_waiting,
    }
    return render(request, "pages/trouble.html", context)


def order_of(request: MemberRequest, page: LoanPage, form: PlanRequestForm) -> PlanRequestOrder:
    """What was typed, as an order."""
    cleaned = form.cleaned_data
    return PlanRequestOrder(
        key=derive_id("web.trouble", request.member.id, page.row.id, cleaned["key"]),
        loan_id=page.row.id,
        member_id=request.member.id,
        reason=TroubleReason(cleaned["reason"]),
        story=cleaned["story"],
        can_pay_minor=cleaned["can_pay"],
        starts_on=cleaned["starts_on"],
        at=timezone.now(),
        today=page.on,
        by=request.user.pk,
    )


@member_page
@require_POST
def withdraw_plan_request(request: MemberRequest, loan_id: int, request_id: int) -> HttpResponse:
    """Take a request back; twice is once."""
    borrowers_page_or_404(request, loan_id)
    if request_id not in {row.id for row in plan_requests_of(loan_id)}:
        raise Http404
    order = PlanWithdrawOrder(request_id, request.member.id, timezone.now())
    (outcome,) = withdraw_plan_requests([order])
    if outcome.status is PlanRequestStatus.NOT_FOUND:
        raise Http404
    if outcome.status.accepted:
        messages.success(request, _("Your request is taken back."))
    else:
        messages.error(request, str(PLAN_REQUEST_REFUSALS[outcome.status]))
    return redirect("trouble", loan_id)
