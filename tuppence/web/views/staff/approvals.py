"""What waits for a second person, and that person's word."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tuppence.members import operations, queries
from tuppence.members.approvals import Status
from tuppence.members.operations import kinds_decided_with
from tuppence.members.queries import ApprovalRow
from tuppence.members.refusals import refusal
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.approvals_in_words import lines_of
from tuppence.web.forms.staff_approvals import APPROVE, ApprovalForm
from tuppence.web.order_keys import staff_id
from tuppence.web.reads.staff.effects import (
    EffectRow,
    asked_entries,
    effect_rows,
    entry_of_request,
)

SHOWN = 50
SAID = {
    Status.APPROVED: gettext_lazy("Approved and carried out."),
    Status.REFUSED: gettext_lazy("Refused. Who asked sees your reason."),
}


@requires(Permission.SEE_APPROVALS)
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """Requests that the reader may decide on, and those that the reader made."""
    kinds = kinds_decided_with(queries.permissions_of_user(request.user.pk))
    waiting = queries.approvals_waiting(at=timezone.now(), limit=500)
    to_decide = [row for row in waiting if row.kind in kinds and row.made_by_id != request.user.pk]
    made = [row for row in waiting if row.made_by_id == request.user.pk]
    context = {
        "to_decide": to_decide[:SHOWN],
        "to_decide_count": len(to_decide),
        "made": made[:SHOWN],
        "made_count": len(made),
    }
    return render(request, "staff/approvals.html", context)


@requires(Permission.SEE_APPROVALS)
@require_http_methods(["GET", "POST"])
def approval(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request: what, by whom, since when; and yes or no where the reader may say it."""
    row = queries.approval(request_id)
    if row is None or not may_read(request, row):
        raise Http404
    form = ApprovalForm(request.POST or None, initial={"payload_hash": row.payload_hash})
    if request.method == "POST" and form.is_valid():
        outcome = operations.decide_approval(
            row.id,
            by=staff_id(request),
            approve=form.cleaned_data["word"] == APPROVE,
            payload_hash=form.cleaned_data["payload_hash"],
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
        said = said_before(request, row.id, form) or outcome.status
        if said in SAID:
            messages.success(request, SAID[said])
            return redirect("staff_approval", row.id)
        form.add_error(None, _(refusal(outcome.status) or outcome.status.value))
        if outcome.detail:
            form.add_error(None, _(outcome.detail))
    state = state_of(row)
    waits = state == "waiting"
    effects = effect_rows(asked_entries(row), asked_at=row.made_at) if waits else []
    context = {
        "row": row,
        "state": state,
        "lines": lines_of(row.kind, row.payload),
        "effects": effects,
        "changed": what_changed(effects),
        "entry_id": None if waits else entry_of_request(row.id),
        "now": timezone.now(),
        "form": form,
        "is_own": row.made_by_id == request.user.pk,
        "may_decide": may_decide(request, row),
    }
    return render(request, "staff/approval.html", context)


def said_before(request: HttpRequest, request_id: int, form: ApprovalForm) -> Status | None:
    """The word that stands, where it is this very one of this very person: sent twice, or again."""
    row = queries.approval(request_id)
    approves = form.cleaned_data["word"] == APPROVE
    if row is None or row.decided_by != request.user.email or row.approved is not approves:  # type: ignore[union-attr]
        return None
    return Status.APPROVED if approves else Status.REFUSED


def what_changed(effects: Sequence[EffectRow]) -> str:
    """What the second person has to know that the first did not; nothing where nothing moved."""
    if any(row.effect.is_below_floor for row in effects):
        return _("An account would fall below zero by now: the entry can't be booked as it is.")
    if any(row.has_moved for row in effects):
        return _("Balances have moved since this was asked for; both figures stand below.")
    return ""


def may_read(request: HttpRequest, row: ApprovalRow) -> bool:
    """Who asked and who may decide see what is asked; payloads hold what others may not see."""
    sees_all = queries.may(request.user, Permission.SEE_AUDIT)
    return sees_all or row.made_by_id == request.user.pk or has_permission(request, row)


def may_decide(request: HttpRequest, row: ApprovalRow) -> bool:
    """Whether the form is offered; the operation checks again, with the persons behind."""
    return state_of(row) == "waiting" and has_permission(request, row)


def has_permission(request: HttpRequest, row: ApprovalRow) -> bool:
    """Whether this kind of request is the reader's to decide."""
    return row.kind in kinds_decided_with(queries.permissions_of_user(request.user.pk))


def state_of(row: ApprovalRow) -> str:
    """One of waiting, approved, refused, expired."""
    if row.approved is None:
        return "waiting" if timezone.now() < row.expires_at else "expired"
    return "approved" if row.approved else "refused"
