"""The identity queue, and a case on one page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.members import operations, queries
from tuppence.members.identity import DecideOrder, DecideStatus, Reason
from tuppence.members.models import IdentityCheck
from tuppence.members.refusals import refusal
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_members import APPROVE, IdentityForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.reads.staff import queues

ON_A_PAGE = 80
DECIDED = {DecideStatus.APPROVED, DecideStatus.REFUSED, DecideStatus.EXISTS}


@requires(Permission.REVIEW_IDENTITY)
@require_GET
def identity_queue(request: HttpRequest) -> HttpResponse:
    """Members who wait to be verified, the oldest first."""
    context = {
        "checks": queries.identity_queue(limit=ON_A_PAGE),
        "waiting": queues.identity_checks().number,
    }
    return render(request, "staff/identity_queue.html", context)


@requires(Permission.REVIEW_IDENTITY)
@require_http_methods(["GET", "POST"])
def identity_case(request: HttpRequest, check_id: int) -> HttpResponse:
    """One check: what the member says, the papers, the marks, and the decision."""
    row = IdentityCheck.objects.filter(id=check_id).first()
    if row is None:
        raise Http404
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        order = DecideOrder(
            key=order_key(request, "staff.identity", form),
            check_id=check_id,
            approve=form.cleaned_data["word"] == APPROVE,
            at=timezone.now(),
            reasons=tuple(map(Reason, form.cleaned_data["reasons"])),
            remark=form.cleaned_data["remark"],
        )
        if order.approve:
            order = DecideOrder(order.key, check_id, True, order.at, remark=order.remark)
        (outcome,) = operations.decide_identity([order], by=staff_id(request))
        if outcome.status in DECIDED:
            messages.success(request, _("Decided. The member is told."))
            return redirect("staff_identity")
        form.add_error(None, _(refusal(outcome.status) or outcome.status.value))
    page = queries.member_page(row.member_id, queries.permissions_of_user(request.user.pk))
    assert page is not None
    check = next(found for found in page.checks if found.id == check_id)
    context = {"page": page, "check": check, "form": form, "state": state_of(check.approved)}
    return render(request, "staff/identity_case.html", context)


def state_of(approved: bool | None) -> str:
    """One of waiting, approved, refused."""
    if approved is None:
        return "waiting"
    return "approved" if approved else "refused"
