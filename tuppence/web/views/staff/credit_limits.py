"""What each officer approves alone: the limits as they stand, and another one by two people."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.lending.operations import LimitRefusedError, request_credit_limit
from tuppence.lending.queries.credit_limits import limit_history, officer_limits
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_credit import CreditLimitForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.staff_outcomes import START_AGAIN, sentence_of
from tuppence.web.views.staff.act_pages import act_page


@requires(Permission.SEE_APPLICATIONS, Permission.MANAGE_ROLES)
@require_GET
def credit_limits(request: HttpRequest) -> HttpResponse:
    """Each officer's limit, and how it came to be."""
    currency = platform.currency()
    context: dict[str, Any] = {
        "officers": officer_limits(currency),
        "history": limit_history(),
        "currency": currency,
        "today": platform.business_day(timezone.now()),
    }
    return render(request, "staff/credit_limits.html", context)


@requires(Permission.MANAGE_ROLES)
@require_http_methods(["GET", "POST"])
def set_credit_limit(request: HttpRequest) -> HttpResponse:
    """Ask for another limit; a second person agrees."""
    officers = officer_limits(platform.currency())
    form = CreditLimitForm(
        request.POST or None, officers=[(each.officer_id, each.email) for each in officers]
    )
    if request.method == "POST" and form.is_valid():
        asked = _asked(request, form)
        if asked is not None:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked)
    return act_page(
        request,
        form,
        title=_("Set a limit"),
        purpose=_("Above it, a second officer has to agree to an approval. Refusing has no limit."),
        submit=_("Ask for the limit"),
        back_url=reverse("staff_credit_limits"),
    )


def _asked(request: HttpRequest, form: CreditLimitForm) -> int | None:
    cleaned = form.cleaned_data
    try:
        asked = request_credit_limit(
            int(cleaned["officer"]) if cleaned["officer"] else None,
            cleaned["amount"],
            currency=platform.currency(),
            why=cleaned["why"],
            by=staff_id(request),
            at=timezone.now(),
            key=order_key(request, "staff.credit_limit", form),
        )
    except LimitRefusedError as error:
        form.add_error(None, sentence_of(error.status))
    except ApprovalKeyReusedError:
        form.add_error(None, str(START_AGAIN))
    else:
        return asked.pk
    return None
