"""Applications: the queue, the case on one page, the decision, contract and publication."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ContractOrder, ReviewOrder, ReviewStatus
from tuppence.lending.models import Application
from tuppence.market.lifecycle import PublishStatus
from tuppence.market.operations import PublishOrder, publish
from tuppence.members import queries as members
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_credit import APPROVE, DecisionForm, PublishForm
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.order_keys import insist, staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.applications import ApplicationRow, row_of
from tuppence.web.reads.staff import credit as reads
from tuppence.web.reads.staff import queues
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.views.staff.act_pages import act_page

REVIEW_FIELDS = {
    ReviewStatus.GRADE_UNKNOWN: "grade",
    ReviewStatus.RATE_OUT_OF_RANGE: "annual_rate",
    ReviewStatus.EXPECTED_LOSS_OUT_OF_RANGE: "expected_loss",
    ReviewStatus.REASONS_MISSING: "reasons",
}


@requires(Permission.SEE_APPLICATIONS)
@require_GET
def applications(request: HttpRequest) -> HttpResponse:
    """Who waits for a decision, by age and amount; what is approved and not published."""
    now = timezone.now()
    waiting = reads.waiting_applications()
    context = {
        "waiting": [(row, (now - row.submitted_at).days) for row in waiting],
        "waiting_count": queues.applications(),
        "approved": reads.approved_applications(),
        "approved_count": queues.approved_unlisted(),
        "decided": reads.decided_applications(),
    }
    return render(request, "staff/applications.html", context)


@requires(Permission.SEE_APPLICATIONS)
@require_http_methods(["GET", "POST"])
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """The case on one page: member, request, facts, what the rules say, papers, decision."""
    row = application_of(application_id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        insist(request, Permission.DECIDE_APPLICATION)
        if form.is_valid() and decided(request, form, application_id):
            return redirect("staff_application", application_id)
    return render(request, "staff/application.html", case_of(request, row, form))


def case_of(request: HttpRequest, row: Application, form: DecisionForm) -> dict[str, Any]:
    """Everything a decision looks at, as far as the reader's role may see it."""
    now = timezone.now()
    facts = reads.borrower_facts(row, at=now)
    viewer = members.permissions_of_user(request.user.pk)
    page = members.member_page(row.borrower_id, viewer)
    decision = getattr(row, "decision", None)
    rate = (
        decision.annual_rate if decision and decision.annual_rate else row.product.annual_rate_min
    )
    found = reads.findings_of(row, facts, rate, at=now)
    income, spending = row.income_minor_monthly, row.spending_minor_monthly
    left = income - spending if income is not None and spending is not None else None
    in_chinese = get_language() == "zh-hans"
    return {
        "row": row_of(row),
        "application": row,
        "decision": decision,
        "facts": facts,
        "page": page,
        "left_minor": left,
        "rate": rate,
        "findings": [
            (finding, finding.sentence_zh if in_chinese else finding.sentence_en)
            for finding in found
        ],
        "form": form,
        "age_days": (now - row.submitted_at).days,
    }


def decided(request: HttpRequest, form: DecisionForm, application_id: int) -> bool:
    """Decide; a refused order stands on the form, at its field where it has one."""
    cleaned = form.cleaned_data
    approves = cleaned["word"] == APPROVE
    order = ReviewOrder(
        application_id=application_id,
        approve=approves,
        reasons=cleaned["reasons"],
        at=timezone.now(),
        grade=cleaned["grade"] if approves else "",
        annual_rate=cleaned["annual_rate"] if approves else None,
        expected_loss=cleaned["expected_loss"] if approves else None,
    )
    (outcome,) = lending.decide_applications([order], by=staff_id(request))
    if not outcome.status.accepted:
        form.add_error(REVIEW_FIELDS.get(outcome.status), sentence_of(outcome.status))
        return False
    text = _("Approved. Write the contract next, so that the borrower can sign.")
    messages.success(request, text if approves else _("Refused. The borrower is told."))
    return True


@requires(Permission.MANAGE_LISTINGS)
@require_http_methods(["GET", "POST"])
def make_contract(request: HttpRequest, application_id: int) -> HttpResponse:
    """Write the contract, so that the borrower can read and sign it."""
    row = row_of(application_of(application_id))
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        (outcome,) = lending.make_contracts([ContractOrder(application_id, timezone.now())])
        if outcome.status.accepted:
            messages.success(request, _("The contract is written. The borrower can sign it now."))
            return redirect("staff_application", application_id)
        form.add_error(None, sentence_of(outcome.status))
    return act_page(
        request,
        form,
        title=_("Write the contract"),
        purpose=_("From the approved terms. Once written it is never changed."),
        submit=_("Write it"),
        back_url=reverse("staff_application", args=[application_id]),
        lines=lines_of(row),
    )


@requires(Permission.MANAGE_LISTINGS)
@require_http_methods(["GET", "POST"])
def publish_listing(request: HttpRequest, application_id: int) -> HttpResponse:
    """Open a listing for an approved application."""
    application = application_of(application_id)
    form = PublishForm(
        request.POST or None, initial={"window_days": application.product.window_days}
    )
    if request.method == "POST" and form.is_valid():
        order = PublishOrder(application_id, timezone.now(), form.cleaned_data["window_days"])
        (outcome,) = publish([order])
        if outcome.status in {PublishStatus.PUBLISHED, PublishStatus.EXISTS}:
            messages.success(request, _("The listing is open for investment."))
            return redirect("staff_listing", outcome.listing_id)
        text = sentence_of(outcome.status)
        form.add_error(None, f"{text} ({outcome.rule_id})" if outcome.rule_id else text)
    return act_page(
        request,
        form,
        title=_("Publish the listing"),
        purpose=_("Investors can put money in from this moment until the window ends."),
        submit=_("Publish"),
        back_url=reverse("staff_application", args=[application_id]),
        lines=lines_of(row_of(application)),
    )


def application_of(application_id: int) -> Application:
    """The application, or a page that isn't there."""
    row = reads.with_parts().filter(pk=application_id).first()
    if row is None:
        raise Http404
    return row


def lines_of(row: ApplicationRow) -> list[Line]:
    """What an act on an application is about."""
    reader = current_reader()
    lines = [
        Line(_("Application"), f"{row.id} · {row.title}"),
        Line(_("Amount"), reader.money(row.amount_minor, row.currency)),
        Line(_("Grade"), row.grade or "–"),
    ]
    if row.annual_rate is not None:
        rate = _("{percent} % a year").format(percent=reader.percent(row.annual_rate))
        lines.append(Line(_("Rate"), rate))
    return lines
