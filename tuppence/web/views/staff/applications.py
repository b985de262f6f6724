"""Applications: the queue, the case on one page, the decision, contract and publication."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ContractOrder, ReviewOrder, ReviewStatus
from tuppence.lending.models import Application
from tuppence.lending.queries.credit_limits import limit_of_officer
from tuppence.lending.queries.information import information_of_application
from tuppence.lending.queries.proposals import open_proposals
from tuppence.lending.waiting import Wait
from tuppence.market.lifecycle import PublishStatus
from tuppence.market.operations import PublishOrder, publish
from tuppence.members import queries as members
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web import tables
from tuppence.web.forms.staff_credit import APPROVE, DecisionForm, PublishForm
from tuppence.web.forms.staff_words import ConfirmForm
from tuppence.web.order_keys import insist, order_key, staff_id
from tuppence.web.parts import Figure, Line
from tuppence.web.reader import current_reader
from tuppence.web.reads.applications import ApplicationRow, row_of
from tuppence.web.reads.staff import application_queue as queue_reads
from tuppence.web.reads.staff import credit as reads
from tuppence.web.reads.staff import credit_case as case_reads
from tuppence.web.staff_outcomes import START_AGAIN, sentence_of
from tuppence.web.templatetags.money import term
from tuppence.web.views.staff.act_pages import act_page
from tuppence.web.words import STATES

REVIEW_FIELDS = {
    ReviewStatus.GRADE_UNKNOWN: "grade",
    ReviewStatus.RATE_OUT_OF_RANGE: "annual_rate",
    ReviewStatus.EXPECTED_LOSS_OUT_OF_RANGE: "expected_loss",
    ReviewStatus.REASONS_MISSING: "reasons",
}


APPLICATIONS = tables.Table(
    "applications",
    gettext_lazy("Applications"),
    columns=(
        tables.count("id", gettext_lazy("Number"), "id", in_page=False),
        tables.text(
            "title",
            gettext_lazy("Application"),
            "title",
            sort=True,
            url=lambda row: reverse("staff_application", args=[row.id]),
            sub=lambda row: f"{row.id} · {row.product}",
        ),
        tables.text("borrower", gettext_lazy("Borrower"), "borrower", sort="borrower__name_key"),
        tables.chip("waits", gettext_lazy("Next step"), "state", states="application_wait"),
        tables.day(
            "submitted",
            gettext_lazy("Sent"),
            "submitted_at",
            sort=True,
            sub=lambda row: days_ago(row.age_days),
        ),
        tables.day(
            "since",
            gettext_lazy("Waits since"),
            "since",
            sort=True,
            sub=lambda row: days_ago(row.waits_days),
        ),
        tables.text(
            "term",
            gettext_lazy("Term"),
            lambda row: term(row.length, row.unit),
            in_file=False,
        ),
        tables.count("instalments", gettext_lazy("Instalments"), "instalments", in_page=False),
        tables.money("amount", gettext_lazy("Amount"), "amount_minor", sort=True, total=True),
    ),
    filters=(
        tables.Choice(
            "waits",
            gettext_lazy("Next step"),
            [(wait.value, STATES["application_wait"][wait.value][1]) for wait in Wait],
            lambda code: queue_reads.waiting_for(code, at=timezone.now()),
            default=Wait.OFFICER.value,
        ),
        tables.Search("q", gettext_lazy("Title or borrower"), ("title", "borrower__name_key")),
        tables.Range("amount", gettext_lazy("Amount"), "amount_minor"),
        tables.Range("submitted", gettext_lazy("Sent"), "submitted_at", kind="day"),
    ),
    order="submitted",
)


def days_ago(days: int) -> str:
    """An age in words."""
    if days < 1:
        return _("today")
    number = current_reader().count(days)
    return ngettext("{number} day ago", "{number} days ago", days).format(number=number)


@requires(Permission.SEE_APPLICATIONS)
@require_GET
def applications(request: HttpRequest) -> HttpResponseBase:
    """What waits for whom, the oldest first; the address holds step, filters and order."""
    now = timezone.now()
    table = APPLICATIONS.of(
        request, queue_reads.queue(), adapt=lambda rows: queue_reads.queue_rows(rows, at=now)
    )
    if table.wants_file:
        return table.file()
    totals = queue_reads.wait_totals(at=now)
    reader, currency = current_reader(), platform.currency()
    figures = [
        Figure(
            STATES["application_wait"][each.wait.value][1],
            reader.count(each.count),
            reader.money(each.amount_minor, currency),
            f"{request.path}?waits={each.wait.value}",
        )
        for each in totals
    ]
    return tables.table_page(request, "staff/applications.html", table, {"figures": figures})


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
    today = platform.business_day(now)
    facts = reads.borrower_facts(row, at=now)
    viewer = members.permissions_of_user(request.user.pk)
    decision = getattr(row, "decision", None)
    agreed = decision.annual_rate if decision else None
    rate = agreed or row.product.annual_rate_min
    found = reads.findings_of(row, facts, rate, at=now)
    here = case_reads.record_of(row.borrower_id, on=today)
    dear = agreed or row.product.annual_rate_max
    instalments = case_reads.instalments_of(row, dear, start=today)
    limit = limit_of_officer(staff_id(request), row.currency)
    in_chinese = get_language() == "zh-hans"
    return {
        "row": row_of(row),
        "application": row,
        "decision": decision,
        "facts": facts,
        "others": [(each, row_of(each).state) for each in facts.other_applications],
        "here": here,
        "rate": rate,
        "dear": dear,
        "instalments": instalments,
        "month": case_reads.affordability_of(row, here, instalments),
        "papers": case_reads.papers_of(row.pk, row.borrower_id, viewer),
        "marks": case_reads.marks_of(row.borrower_id, viewer),
        "limit_minor": limit,
        "is_above_limit": limit is not None and row.amount_minor > limit,
        "asked": information_of_application(row.pk),
        "proposal_id": open_proposals(at=now).get(row.pk),
        "findings": [
            (finding, finding.sentence_zh if in_chinese else finding.sentence_en)
            for finding in found
        ],
        "form": form,
        "age_days": queue_reads.days_between(row.submitted_at, now),
        "today": today,
    }


def decided(request: HttpRequest, form: DecisionForm, application_id: int) -> bool:
    """Decide, or above one's limit ask a second officer; a refused order stands on the form."""
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
        grounds=form.grounds,
    )
    (outcome,) = lending.decide_applications([order], by=staff_id(request))
    if outcome.status is ReviewStatus.ABOVE_LIMIT:
        return proposed(request, form, order)
    if not outcome.status.accepted:
        form.add_error(REVIEW_FIELDS.get(outcome.status), sentence_of(outcome.status))
        return False
    text = _("Approved. Write the contract next, so that the borrower can sign.")
    messages.success(request, text if approves else _("Refused. The borrower is told."))
    return True


def proposed(request: HttpRequest, form: DecisionForm, order: ReviewOrder) -> bool:
    """Ask a second officer for their word; sent twice, it is one request."""
    key = order_key(request, "staff.decision", form)
    try:
        asked = lending.propose_decision(order, by=staff_id(request), key=key)
    except ApprovalKeyReusedError:
        form.add_error(None, str(START_AGAIN))
        return False
    if asked.request_id is None:
        form.add_error(REVIEW_FIELDS.get(asked.status), sentence_of(asked.status))
        return False
    messages.success(
        request, _("Above your limit: a second officer is asked. Until then nothing is decided.")
    )
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
