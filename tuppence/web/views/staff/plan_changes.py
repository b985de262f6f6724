"""Another rate, a pause, another plan, a waiver: looked at first, then asked of a second person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tuppence import platform
from tuppence.lending import operations
from tuppence.lending.allocation import Component
from tuppence.lending.models import Loan
from tuppence.lending.orders import (
    ActStatus,
    ChangeRateOrder,
    PauseInterestOrder,
    RescheduleOrder,
    WaiveOrder,
)
from tuppence.lending.plan_orders import PlanOrder, to_payload
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_plans import (
    OtherPlanForm,
    PauseForm,
    PlanForm,
    RateForm,
    WaiverForm,
)
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff.plan_changes import Preview, preview_of
from tuppence.web.staff_outcomes import START_AGAIN, sentence_of
from tuppence.web.views.staff.loans import loan_of

Words = str | Promise
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of change: its words, its form, and the order that its values make."""

    title: Words
    purpose: Words
    form: type[PlanForm]
    order: Callable[[UUID, int, Values, datetime], PlanOrder]


def _rate(key: UUID, loan_id: int, values: Values, at: datetime) -> PlanOrder:
    day, rate = values["first_day"], values["annual_rate"]
    return ChangeRateOrder(key, loan_id, day, rate, values["why"], at)


def _pause(key: UUID, loan_id: int, values: Values, at: datetime) -> PlanOrder:
    first, last = values["first_day"], values["last_day"]
    return PauseInterestOrder(key, loan_id, first, last, values["why"], at)


def _plan(key: UUID, loan_id: int, values: Values, at: datetime) -> PlanOrder:
    count, grace = values["instalments"], values["grace_principal"]
    return RescheduleOrder(key, loan_id, count, grace, values["annual_rate"], values["why"], at)


def _waiver(key: UUID, loan_id: int, values: Values, at: datetime) -> PlanOrder:
    component = Component(values["component"])
    return WaiveOrder(key, loan_id, values["on"], component, values["amount"], values["why"], at)


ACTS: Mapping[str, Act] = {
    "rate": Act(
        _("Change the rate"),
        _("Interest accrues at another rate from a day on; the coming instalments follow."),
        RateForm,
        _rate,
    ),
    "pause": Act(
        _("Pause the interest"),
        _("No interest accrues on these days; the coming instalments follow."),
        PauseForm,
        _pause,
    ),
    "plan": Act(
        _("Agree another plan"),
        _(
            "What is not yet due is repaid in other instalments. What is overdue stays due, and"
            " days past due keep counting from its oldest date until it is paid."
        ),
        OtherPlanForm,
        _plan,
    ),
    "waiver": Act(
        _("Waive what is due"),
        _("The lenders or the firm give up a fee or interest that is due and unpaid."),
        WaiverForm,
        _waiver,
    ),
}
FIELDS = {
    "rate_out_of_range": "annual_rate",
    "rate_above_cap": "annual_rate",
    "days_out_of_order": "last_day",
    "plan_out_of_range": "instalments",
    "period_paid": "first_day",
    "before_loan": "first_day",
    "exceeds_open": "amount",
    "amount_out_of_bounds": "amount",
    "not_waivable": "component",
    "in_future": "on",
    "reason_missing": "why",
}


@requires(Permission.SERVICE_LOANS)
@require_http_methods(["GET", "POST"])
def change_plan(request: HttpRequest, loan_id: int, act: str) -> HttpResponse:
    """Enter a change, see the old rows beside the new ones, then ask a second person."""
    row, now, chosen = loan_of(loan_id), timezone.now(), ACTS[act]
    form = chosen.form(request.POST or None, initial=_initial(row, now))
    preview: Preview | None = None
    if request.method == "POST" and form.is_valid():
        key = order_key(request, f"staff.plan.{act}", form)
        order = chosen.order(key, loan_id, form.cleaned_data, now)
        found = preview_of(order)
        if isinstance(found, ActStatus):
            _refuse(form, found)
        elif form.cleaned_data["reviewed"] != _seen(order, row):
            preview = found
            form.show_reviewed(_seen(order, row))
        else:
            answer = _ask(request, form, order)
            if answer is not None:
                return answer
    return _page(request, row, chosen, form, preview)


def _initial(row: Loan, now: datetime) -> dict[str, object]:
    today = platform.business_day(now)
    rate = current_reader().percent(row.annual_rate)
    return {"first_day": today, "on": today, "annual_rate": rate}


def _seen(order: PlanOrder, row: Loan) -> str:
    """What was looked at: the values, and how many facts the loan had then."""
    values = to_payload(order) | {"facts": row.facts}
    return "|".join(f"{name}={values[name]}" for name in sorted(values))


def _refuse(form: PlanForm, status: ActStatus) -> None:
    field = FIELDS.get(status.value, "")
    form.add_error(field if field in form.fields else None, sentence_of(status))


def _ask(request: HttpRequest, form: PlanForm, order: PlanOrder) -> HttpResponse | None:
    try:
        asked = operations.request_plan_change(order, by=staff_id(request))
    except ApprovalKeyReusedError:
        form.add_error(None, str(START_AGAIN))
        return None
    messages.success(request, _now("Asked for. A second person has to agree."))
    return redirect("staff_approval", asked.pk)


def _page(
    request: HttpRequest, row: Loan, act: Act, form: PlanForm, preview: Preview | None
) -> HttpResponse:
    reader = current_reader()
    lines = [
        Line(_now("Loan"), f"{row.pk} · {row.borrower.legal_name}"),
        Line(_now("Outstanding"), reader.money(row.outstanding_minor, row.currency)),
    ]
    context = {
        "form": form,
        "title": act.title,
        "purpose": act.purpose,
        "lines": lines,
        "preview": preview,
        "currency": row.currency,
        "back_url": reverse("staff_loan", args=[row.pk]),
        "submit": _now("Ask for it") if preview else _now("See what it changes"),
    }
    return render(request, "staff/plan_change.html", context)
