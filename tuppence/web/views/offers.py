"""An offer: looked at whole, its contract read and signed, or declined."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuppence import platform
from tuppence.ledger.ids import derive_id
from tuppence.lending.application_rules import (
    ContractOrder,
    LeavingReason,
    SignOrder,
    WithdrawOrder,
)
from tuppence.lending.operations.contracts import make_contracts, sign
from tuppence.market.operations import take_back_applications
from tuppence.members.views import MemberRequest, member_page
from tuppence.web import tables
from tuppence.web.documents.contract import contract_paper
from tuppence.web.documents.downloading import download
from tuppence.web.forms.borrowing import LeaveForm, SignForm
from tuppence.web.offers_in_words import besides, offer_figures, offer_lines, offer_sentence
from tuppence.web.outcomes import REVIEW_REFUSALS
from tuppence.web.parts import Line, Text
from tuppence.web.reader import current_reader
from tuppence.web.reads.applications import ApplicationRow
from tuppence.web.reads.contracts import contract_of_application
from tuppence.web.reads.offers import Offer, offer_on
from tuppence.web.schedule_tables import plan_table
from tuppence.web.views.borrowing import application_or_404


@member_page
@require_GET
def offer(request: MemberRequest, application_id: int) -> HttpResponseBase:
    """What was asked against what is offered, the whole cost, and the whole schedule."""
    row = application_or_404(request, application_id)
    found = offer_of(row)
    if found is None:
        return redirect("application", application_id)
    reader = current_reader()
    caption = _("Amounts in {currency}, as if paid out on {day} and paid on time").format(
        currency=found.currency, day=reader.day(found.starts_on)
    )
    context = {
        "row": row,
        "offer": found,
        "figures": offer_figures(found),
        "sentence": offer_sentence(found),
        "compared": offer_lines(found),
        "besides": besides(found),
        "is_open": row.state == "approved" and not row.signed_at,
    }
    has_fee = found.held_minor < found.offered.fee_minor
    table = plan_table(row.id, caption, has_fee=has_fee).of(request, found.plan)
    return tables.table_page(request, "pages/offer.html", table, context)


def offer_of(row: ApplicationRow) -> Offer | None:
    """The offer of an application as its plan would run from today; None before there is one."""
    return offer_on(row.id, on=platform.business_day(timezone.now()))


@member_page
@require_http_methods(["GET", "POST"])
def withdraw_application(request: MemberRequest, application_id: int) -> HttpResponse:
    """Take an application back or decline its offer, and its listing where it has one."""
    row = application_or_404(request, application_id)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        order = WithdrawOrder(
            application_id,
            timezone.now(),
            reason=LeavingReason(reason) if reason else None,
            note=form.cleaned_data["note"].strip(),
        )
        return after_leaving(request, row, order)
    if not row.can_be_withdrawn:
        return redirect("application", application_id)
    context = {"row": row, "form": form, "lines": leaving_lines(row)}
    return render(request, "pages/leave.html", context)


def leaving_lines(row: ApplicationRow) -> list[Line]:
    """What ends, and what it costs: nothing."""
    reader, currency = current_reader(), row.currency
    found = offer_of(row) if row.state == "approved" else None
    first = Line(_("What you asked for"), reader.money(row.amount_minor, currency))
    if found is not None:
        first = Line(_("What ends"), offer_sentence(found))
    back: Text = _("nobody has promised anything yet")
    if row.funded_minor:
        back = _("{amount} promised by investors goes back to them at once").format(
            amount=reader.money(row.funded_minor, currency)
        )
    return [
        first,
        Line(_("Investors"), back),
        Line(_("What it costs you"), reader.money(0, currency), is_sum=True),
    ]


def after_leaving(
    request: MemberRequest, row: ApplicationRow, order: WithdrawOrder
) -> HttpResponse:
    """Back on the application: what became of it."""
    (outcome,) = take_back_applications([order])
    if not outcome.status.accepted:
        messages.error(request, str(REVIEW_REFUSALS[outcome.status]))
    elif row.state == "approved":
        messages.success(request, _("You declined the offer. You owe nothing for it."))
    else:
        messages.success(request, _("Your application is taken back."))
    return redirect("application", order.application_id)


@member_page
@require_http_methods(["GET", "POST"])
def contract(request: MemberRequest, application_id: int) -> HttpResponse:
    """Read the contract, and sign exactly what was read."""
    row = application_or_404(request, application_id)
    if request.method == "POST" and not row.contract_sha256:
        (made,) = make_contracts([ContractOrder(application_id, timezone.now())])
        if not made.status.accepted:
            messages.error(request, str(REVIEW_REFUSALS[made.status]))
            return redirect("application", application_id)
        return redirect("contract", application_id)
    if not row.contract_sha256:
        return redirect("application", application_id)
    return contract_page(request, row, SignForm(initial={"sha256": row.contract_sha256}))


def contract_page(request: HttpRequest, row: ApplicationRow, form: SignForm) -> HttpResponse:
    """The contract with what it comes to, and the place to sign."""
    found = offer_of(row)
    context = {"row": row, "form": form, "sentence": offer_sentence(found) if found else ""}
    return render(request, "pages/contract.html", context)


@member_page
@require_GET
def contract_pdf(request: MemberRequest, application_id: int) -> HttpResponse:
    """The contract as a PDF, for the borrower, before and after the pay-out."""
    file = contract_of_application(application_id)
    if file is None or file.borrower.member_id != request.member.id:
        raise Http404
    return download(contract_paper(file, request.member.id), f"contract-{application_id}.pdf")


@member_page
@require_POST
def sign_contract(request: MemberRequest, application_id: int) -> HttpResponse:
    """Sign; twice is once."""
    row = application_or_404(request, application_id)
    form = SignForm(request.POST)
    if form.is_valid():
        order = SignOrder(
            key=derive_id("web.sign", request.member.id, application_id, form.cleaned_data["key"]),
            application_id=application_id,
            member_id=request.member.id,
            sha256=form.cleaned_data["sha256"],
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR") or None,
        )
        (outcome,) = sign([order])
        if outcome.status.accepted:
            messages.success(request, _("Signed. The listing can be paid out once it is full."))
            return redirect("application", application_id)
        form.add_error(None, str(REVIEW_REFUSALS[outcome.status]))
    return contract_page(request, row, form)
