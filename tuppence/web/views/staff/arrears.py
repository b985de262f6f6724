"""The arrears desk: whom to call next and why, one case after another."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.ledger.ids import derive_id
from tuppence.lending import operations
from tuppence.lending.arrears_desk import NextStep
from tuppence.lending.collection_records import (
    ContactChannel,
    ContactOrder,
    HandOverOrder,
    PromiseOrder,
    RecallOrder,
)
from tuppence.lending.models import HandOver
from tuppence.lending.plan_requests import PlanRequestState
from tuppence.lending.queries.plan_requests import open_plan_requests, plan_requests_of
from tuppence.members import queries as members
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_arrears import CallForm, HandOverForm, RecallForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.reads.purse import purse_of
from tuppence.web.reads.staff import arrears as reads
from tuppence.web.reads.staff import loans as loan_reads
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.loans import ENTERS_MONEY, loan_of, page_of
from tuppence.web.words import STATES

SHOWN = 100
DONE_TODAY = (NextStep.PROMISE_RUNS, NextStep.CONTACTED, NextStep.WITH_COLLECTOR, NextStep.IN_GRACE)


@requires(Permission.SEE_LOANS)
@require_GET
def arrears(request: HttpRequest) -> HttpResponse:
    """Late loans in the order in which to work through them; the address holds the bucket."""
    today = platform.business_day(timezone.now())
    bucket = _bucket(request)
    found = reads.cases(on=today, bucket=bucket)
    urgent = [case for case in found if case.step not in DONE_TODAY]
    context = {
        "cases": found[:SHOWN],
        "count": len(found),
        "next": urgent[0] if urgent else None,
        "urgent": len(urgent),
        "promised": [case for case in found if case.step is NextStep.PROMISED_TODAY],
        "requests": open_plan_requests(),
        "bucket": bucket,
        "buckets": [row for row in loan_reads.bucket_counts(on=today) if row[0] != "current"],
        "restructured": loan_reads.restructured(on=today),
        "given_up": reads.given_up(),
        "currency": platform.currency(),
        "today": today,
    }
    return render(request, "staff/arrears.html", context)


@requires(Permission.SERVICE_LOANS)
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, loan_id: int) -> HttpResponse:
    """One case: what is owed and why it is next, what was said, and the call to note."""
    row, now = loan_of(loan_id), timezone.now()
    today, bucket = platform.business_day(now), _bucket(request)
    found = reads.cases(on=today, bucket=bucket)
    places = [each.loan_id for each in found]
    place = places.index(loan_id) if loan_id in places else None
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _note(request, form, loan_id):
        messages.success(request, _("Noted."))
        later = [each for each in found if each.loan_id != loan_id and each.step not in DONE_TODAY]
        if later:
            return redirect(_url(later[0].loan_id, bucket))
        return redirect("staff_arrears")
    page = loan_reads.staff_loan(loan_id, on=today)
    assert page is not None
    around = (None, None) if place is None else (place - 1, place + 1)
    urls = [
        _url(places[at], bucket) if at is not None and 0 <= at < len(places) else ""
        for at in around
    ]
    context = {
        "form": form,
        "loan": row,
        "case": None if place is None else found[place],
        "place": 0 if place is None else place + 1,
        "count": len(found),
        "page": page,
        "state": page.state,
        "currency": row.currency,
        "purse": purse_of(row.borrower_id),
        "previous_url": urls[0],
        "next_url": urls[1],
        "today": today,
        "may_enter": any(members.may(request.user, each) for each in ENTERS_MONEY),
        "plan_requests": [
            each for each in plan_requests_of(loan_id) if each.state is PlanRequestState.OPEN
        ],
        "given": HandOver.objects.filter(loan_id=loan_id, recall=None).first(),
    }
    return render(request, "staff/arrears_case.html", context)


@requires(Permission.SERVICE_LOANS)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, loan_id: int) -> HttpResponse:
    """Give the loan to a collector, with the fee that was agreed."""
    row, form = loan_of(loan_id), HandOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        order = HandOverOrder(
            key=order_key(request, "staff.hand_over", form),
            loan_id=loan_id,
            collector=form.cleaned_data["collector"],
            fee_share=form.cleaned_data["fee_share"],
            at=timezone.now(),
            note=form.cleaned_data["note"],
            by=staff_id(request),
        )
        (outcome,) = operations.hand_over([order])
        if outcome.status.accepted:
            messages.success(request, _("Noted."))
            return redirect("staff_arrears_case", loan_id)
        form.add_error(None, sentence_of(outcome.status))
    return page_of(
        request,
        form,
        row,
        title=_("Hand over to a collector"),
        purpose=_("The desk leaves the borrower to the collector until you take the loan back."),
        submit=_("Hand it over"),
    )


@requires(Permission.SERVICE_LOANS)
@require_http_methods(["GET", "POST"])
def recall(request: HttpRequest, loan_id: int) -> HttpResponse:
    """Take the loan back from its collector."""
    row, form = loan_of(loan_id), RecallForm(request.POST or None)
    given = HandOver.objects.filter(loan_id=loan_id, recall=None).first()
    if request.method == "POST" and form.is_valid():
        key = order_key(request, "staff.recall", form)
        why = form.cleaned_data["why"]
        order = RecallOrder(key, loan_id, why, timezone.now(), staff_id(request))
        (outcome,) = operations.recall([order])
        if outcome.status.accepted:
            messages.success(request, _("Noted."))
            return redirect("staff_arrears_case", loan_id)
        form.add_error(None, sentence_of(outcome.status))
    return page_of(
        request,
        form,
        row,
        title=_("Take back from the collector"),
        purpose=_("The loan stands on the desk again from today."),
        submit=_("Take it back"),
        more=[Line(_("Collector"), given.collector)] if given else [],
    )


def _note(request: HttpRequest, form: CallForm, loan_id: int) -> bool:
    """Note the contact and what was promised, both or neither; refusals go to the form."""
    said, now, by = form.cleaned_data, timezone.now(), staff_id(request)
    key: UUID = order_key(request, "staff.call", form)
    channel = ContactChannel(said["channel"])
    with transaction.atomic():
        orders = [ContactOrder(key, loan_id, channel, said["note"], now, by)]
        (outcome,) = operations.log_contact(orders)
        if outcome.status.accepted and said["amount"]:
            promised = derive_id("promised", key)
            amount, day = said["amount"], said["by_day"]
            order = PromiseOrder(promised, loan_id, amount, day, now, said["note"], by)
            (outcome,) = operations.promise_to_pay([order])
        if not outcome.status.accepted:
            transaction.set_rollback(True)
    if outcome.status.value == "before_latest_fact":
        form.add_error("by_day", _("Choose today or a later day."))
    elif not outcome.status.accepted:
        form.add_error(None, sentence_of(outcome.status))
    return outcome.status.accepted


def _bucket(request: HttpRequest) -> str:
    bucket = request.GET.get("bucket", "")
    return bucket if bucket in STATES["bucket"] else ""


def _url(loan_id: int, bucket: str) -> str:
    url = reverse("staff_arrears_case", args=[loan_id])
    return f"{url}?bucket={bucket.replace('+', '%2B')}" if bucket else url
