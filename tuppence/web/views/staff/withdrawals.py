"""Money that leaves to members: approved by a second person, sent in a payment file."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuppence import platform
from tuppence.bank import operations, queries
from tuppence.bank.manual_entry import ManualEntryError
from tuppence.bank.models import Withdrawal
from tuppence.bank.queries import WithdrawalView
from tuppence.bank.withdrawal import State, StepOrder
from tuppence.members.operations import ApprovalKeyReusedError
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.fields import translated
from tuppence.web.forms.staff_withdrawals import APPROVE, WithdrawalForm
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.order_keys import insist, order_key, staff_id
from tuppence.web.parts import Line
from tuppence.web.payout_sign_words import told
from tuppence.web.reader import current_reader
from tuppence.web.reads.staff import queues
from tuppence.web.staff_outcomes import START_AGAIN, sentence_of
from tuppence.web.views.staff.act_pages import act_page

ON_A_PAGE = 50  # of each state
UNSENT = (State.ASKED, State.APPROVED)
WAITING = (*UNSENT, State.SENT)
SEES_WITHDRAWALS = (Permission.APPROVE_WITHDRAWAL, Permission.SEND_PAYMENTS, Permission.SEE_BANK)


@requires(*SEES_WITHDRAWALS)
@require_GET
def withdrawals(request: HttpRequest) -> HttpResponse:
    """What members wait for, by how far it is, the oldest first."""
    today = platform.business_day(timezone.now())
    found = {state: queries.withdrawals_in([state], on=today, limit=ON_A_PAGE) for state in WAITING}
    signs = queries.payout_signs([row.id for state in UNSENT for row in found[state]])
    groups = [
        (
            state,
            [(row, told(signs.get(row.id, ()), currency=row.currency)) for row in rows],
            queues.withdrawals(state).number,
        )
        for state, rows in found.items()
    ]
    context = {
        "groups": groups,
        "is_empty": not any(rows for _state, rows, _count in groups),
        "files": queries.payout_files(limit=10),
    }
    return render(request, "staff/withdrawals.html", context)


@requires(*SEES_WITHDRAWALS)
@require_http_methods(["GET", "POST"])
def withdrawal(request: HttpRequest, withdrawal_id: int) -> HttpResponse:
    """One withdrawal with its story; a second person's word where it waits for one."""
    row = Withdrawal.objects.filter(id=withdrawal_id).select_related("asked_by").first()
    if row is None:
        raise Http404
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST":
        insist(request, Permission.APPROVE_WITHDRAWAL)
    if request.method == "POST" and form.is_valid() and decided(request, form, withdrawal_id):
        return redirect("staff_withdrawal", withdrawal_id)
    view = view_of(row)
    signs = queries.payout_signs([row.pk]) if row.state in UNSENT else {}
    context = {
        "view": view,
        "row": row,
        "unsent": row.state in UNSENT,
        "signs": told(signs.get(row.pk, ()), currency=view.currency),
        "steps": row.steps.select_related("by").order_by("id"),
        "form": form,
        "waits": row.state == State.ASKED,
        "is_own": row.asked_by_id == request.user.pk,
    }
    return render(request, "staff/withdrawal.html", context)


def view_of(row: Withdrawal) -> WithdrawalView:
    """The withdrawal as queries show it."""
    today = platform.business_day(timezone.now())
    rows = queries.withdrawals_of(row.member_id, on=today, limit=1000)
    return next(found for found in rows if found.id == row.pk)


def decided(request: HttpRequest, form: WithdrawalForm, withdrawal_id: int) -> bool:
    """Approve or refuse; a refused order stands on the form."""
    key: UUID = order_key(request, "staff.withdrawal", form)
    at = timezone.now()
    order = StepOrder(key, withdrawal_id, staff_id(request), at, form.cleaned_data["reason"])
    approves = form.cleaned_data["word"] == APPROVE
    act = operations.approve_withdrawals if approves else operations.refuse_withdrawals
    (outcome,) = act([order])
    if not outcome.status.accepted:
        form.add_error(None, sentence_of(outcome.status))
        return False
    text = _("Approved. It goes out with the next payment file.")
    messages.success(request, text if approves else _("Refused. The money is the member's again."))
    return True


@requires(Permission.SEND_PAYMENTS)
@require_http_methods(["GET", "POST"])
def rejected(request: HttpRequest, withdrawal_id: int) -> HttpResponse:
    """Ask that a sent payout be given back, because the bank did not carry it out."""
    row = Withdrawal.objects.filter(id=withdrawal_id).select_related("account").first()
    if row is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = operations.request_payout_rejection(
                withdrawal_id,
                why=form.cleaned_data["why"],
                by=staff_id(request),
                at=timezone.now(),
                key=order_key(request, "staff.rejected", form),
            )
        except ManualEntryError as error:
            form.add_error(None, translated(error))
        except ApprovalKeyReusedError:
            form.add_error(None, str(START_AGAIN))
        else:
            messages.success(request, _("Asked for. A second person has to agree."))
            return redirect("staff_approval", asked.pk)
    return act_page(
        request,
        form,
        title=_("The bank rejected it"),
        purpose=_("The money becomes the member's again, once a second person agrees."),
        warning=_("If the bank carries it out after all, it is paid twice. Be sure."),
        submit=_("Ask for it"),
        back_url=reverse("staff_withdrawal", args=[withdrawal_id]),
        lines=[
            Line(_("Withdrawal"), str(row.pk)),
            Line(_("Amount"), current_reader().money(row.amount_minor, row.account.currency)),
        ],
    )
