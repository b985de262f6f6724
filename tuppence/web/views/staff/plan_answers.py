"""Answer a borrower's request for another plan, in words that the borrower reads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuppence.lending import operations
from tuppence.lending.plan_requests import PlanAnswerOrder
from tuppence.lending.queries.plan_requests import PlanRequestRow, plan_requests_of
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.staff_arrears import PlanAnswerForm
from tuppence.web.order_keys import staff_id
from tuppence.web.parts import Line
from tuppence.web.reader import current_reader
from tuppence.web.staff_outcomes import sentence_of
from tuppence.web.templatetags.money import day
from tuppence.web.views.staff.loans import loan_of, page_of


@requires(Permission.SERVICE_LOANS)
@require_http_methods(["GET", "POST"])
def answer_plan(request: HttpRequest, loan_id: int) -> HttpResponse:
    """Say yes or no; yes leads on to the page where the other plan is agreed."""
    row, form = loan_of(loan_id), PlanAnswerForm(request.POST or None)
    asked = next((each for each in plan_requests_of(loan_id) if each.state.value == "open"), None)
    if request.method == "POST" and form.is_valid():
        if asked is None:
            form.add_error(None, _("No request of the borrower waits for an answer."))
        elif _answered(request, form, asked):
            messages.success(request, _("Answered. The borrower reads it with the loan."))
            agreed = form.cleaned_data["answer"] == "yes"
            return redirect("staff_loan_plan" if agreed else "staff_arrears_case", loan_id)
    return page_of(
        request,
        form,
        row,
        title=_("Answer the borrower's request"),
        purpose=_("Saying yes changes nothing yet: the other plan is agreed on the next page."),
        submit=_("Answer"),
        warning="" if asked else _("No request of the borrower waits for an answer."),
        more=_lines(asked) if asked else [],
    )


def _answered(request: HttpRequest, form: PlanAnswerForm, asked: PlanRequestRow) -> bool:
    agreed, words = form.cleaned_data["answer"] == "yes", form.cleaned_data["why"]
    order = PlanAnswerOrder(request_id=asked.id, agreed=agreed, words=words, at=timezone.now())
    (outcome,) = operations.answer_plan_requests([order], by=staff_id(request))
    if not outcome.status.accepted:
        form.add_error(None, sentence_of(outcome.status))
    return outcome.status.accepted


def _lines(asked: PlanRequestRow) -> list[Line]:
    reader = current_reader()
    return [
        Line(_("The borrower writes"), asked.story),
        Line(_("Can pay on each due date"), reader.money(asked.can_pay_minor, asked.currency)),
        Line(_("From"), day(asked.starts_on)),
    ]
