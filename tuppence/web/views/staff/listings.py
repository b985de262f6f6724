"""Listings as staff see them: funding, investors, pay-out by two people."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.market.lifecycle import PayOutStatus, decide_pay_out
from tuppence.market.models import Listing
from tuppence.market.operations import withdraw_listings
from tuppence.market.operations.paying_out import request_pay_out
from tuppence.market.operations.questions import hide_questions
from tuppence.market.queries.questions import question, questions_of
from tuppence.market.questions import HiddenReason, HideOrder, Part
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.queries import may
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.questions import HideForm
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.order_keys import order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.question_words import question_refusal
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff import credit as reads
from tuppence.web.staff_outcomes import START_AGAIN, sentence_of
from tuppence.web.views.staff.act_pages import act_page

LISTINGS = tables.Table(
    "listings",
    gettext_lazy("Listings"),
    columns=(
        tables.count("id", gettext_lazy("Number"), "pk", in_page=False),
        tables.text(
            "title",
            gettext_lazy("Listing"),
            "application__title",
            url=lambda row: reverse("staff_listing", args=[row.pk]),
            sub=lambda row: f"{row.pk} · {row.borrower.legal_name}",
            sort=True,
        ),
        tables.chip("state", gettext_lazy("State"), "state", states="listing", sort=True),
        tables.count(
            "investments", gettext_lazy("Investments"), "investments", sort=True, total=True
        ),
        tables.money("funded", gettext_lazy("Funded"), "funded_minor", sort=True, total=True),
        tables.money("wanted", gettext_lazy("Wanted"), "target_minor", sort=True, total=True),
        tables.moment("closes", gettext_lazy("Closes"), "closes_at", sort=True),
    ),
    filters=(
        tables.states("state", gettext_lazy("State"), "listing"),
        tables.Range("wanted", gettext_lazy("Wanted"), "target_minor"),
        tables.Range("closes", gettext_lazy("Closes"), "closes_at", kind="day"),
    ),
)
SEES_LISTINGS = (Permission.MANAGE_LISTINGS, Permission.SEE_LOANS, Permission.PREPARE_PAYOUT)


@requires(*SEES_LISTINGS)
@require_GET
def listings(request: HttpRequest) -> HttpResponseBase:
    """Listings, the newest first; the address holds filters, order and place."""
    return tables.table_page(request, "staff/listings.html", LISTINGS.of(request, reads.listings()))


@requires(*SEES_LISTINGS)
@require_GET
def listing(request: HttpRequest, listing_id: int) -> HttpResponse:
    """One listing: how far it is funded, by whom, and what stands in the way of its pay-out."""
    row, now = listing_of(listing_id), timezone.now()
    status = decide_pay_out(reads.pay_out_state(row), at=now)
    context = {
        "row": row,
        "decision": row.application.decision,
        "left_minor": row.target_minor - row.funded_minor,
        "percent": row.funded_minor * 100 // row.target_minor,
        "investments": reads.investments(listing_id),
        "can_pay_out": status is PayOutStatus.PAID_OUT,
        "obstacle": "" if status in PAID else sentence_of(status),
        "asked_id": reads.pay_out_request(listing_id, at=now),
        "is_living": row.state in {"open", "full"},
        "questions": questions_of(
            listing_id, with_hidden_texts=may(request.user, Permission.MANAGE_LISTINGS)
        ),
    }
    return render(request, "staff/listing.html", context)


PAID = {PayOutStatus.PAID_OUT, PayOutStatus.EXISTS}


@requires(Permission.PREPARE_PAYOUT)
@require_http_methods(["GET", "POST"])
def propose_pay_out(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Propose that a full listing be paid out; another person agrees."""
    row, now = listing_of(listing_id), timezone.now()
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        status = decide_pay_out(reads.pay_out_state(row), at=now)
        if status is not PayOutStatus.PAID_OUT:
            form.add_error(None, sentence_of(status))
        else:
            try:
                key = order_key(request, "staff.pay_out", form)
                asked = request_pay_out(listing_id, by=staff_id(request), key=key, at=now)
            except ApprovalKeyReusedError:
                form.add_error(None, str(START_AGAIN))
            else:
                messages.success(request, _("Asked for. A second person has to agree."))
                return redirect("staff_approval", asked.pk)
    return act_page(
        request,
        form,
        title=_("Propose to pay out"),
        purpose=_("Once another person agrees, the lenders' money goes to the borrower at once."),
        warning=_("A loan that is paid out can't be taken back."),
        submit=_("Propose"),
        back_url=reverse("staff_listing", args=[listing_id]),
        lines=lines_of(row),
    )


@requires(Permission.MANAGE_LISTINGS)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Take a listing off the market and give everybody their money back."""
    row = listing_of(listing_id)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        gone = withdraw_listings([listing_id], at=timezone.now())
        if gone or row.state == "withdrawn":
            messages.success(request, _("Withdrawn. Every investor has the money back."))
            return redirect("staff_listing", listing_id)
        form.add_error(None, _("Only a listing that is open or full can be withdrawn."))
    return act_page(
        request,
        form,
        title=_("Withdraw the listing"),
        purpose=_("Every investment in it is given back at once."),
        warning=_("This can't be undone; the application would need a new listing."),
        submit=_("Withdraw"),
        back_url=reverse("staff_listing", args=[listing_id]),
        lines=lines_of(row),
    )


@requires(Permission.MANAGE_LISTINGS)
@require_http_methods(["GET", "POST"])
def hide_question(request: HttpRequest, listing_id: int, question_id: int) -> HttpResponse:
    """Hide a question or its answer from everybody, with a reason that stays."""
    asked = question(question_id)
    if asked is None or asked.listing_id != listing_id:
        raise Http404
    form = HideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        order = HideOrder(
            question_id, Part(typed["part"]), HiddenReason(typed["reason"]), timezone.now()
        )
        (outcome,) = hide_questions([order], by=staff_id(request))
        if outcome.status.accepted:
            messages.success(request, _("Hidden. The reason stands in its place."))
            return redirect("staff_listing", listing_id)
        form.add_error(None, question_refusal(outcome.status))
    return act_page(
        request,
        form,
        title=_("Hide a question or an answer"),
        purpose=_("Nobody reads it any more; the row stays, and the reason is shown instead."),
        submit=_("Hide"),
        back_url=reverse("staff_listing", args=[listing_id]),
        lines=[Line(asked.asker, asked.text), Line(_("Answer"), asked.answer or "–")],
    )


def listing_of(listing_id: int) -> Listing:
    """The listing, or a page that isn't there."""
    row = reads.listing(listing_id)
    if row is None:
        raise Http404
    return row


def lines_of(row: Listing) -> list[Line]:
    """What an act on a listing is about."""
    reader = current_reader()
    return [
        Line(_("Listing"), f"{row.pk} · {row.application.title}"),
        Line(_("Borrower"), row.borrower.legal_name),
        Line(_("Funded"), reader.money(row.funded_minor, row.currency)),
        Line(_("Investments"), reader.count(row.investments)),
    ]
