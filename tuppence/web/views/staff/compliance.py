"""What compliance puts on a member: marks, blocks, notes."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuppence.members import operations, queries
from tuppence.members.compliance import ActStatus, MarkOrder
from tuppence.members.identity import Finding, MarkKind
from tuppence.members.queries import MemberState
from tuppence.members.refusals import refusal
from tuppence.members.roles import Permission
from tuppence.members.views import requires
from tuppence.web.forms.fields import OrderForm
from tuppence.web.forms.staff_members import MarkForm, NoteForm
from tuppence.web.forms.staff_words import ReasonForm
from tuppence.web.order_keys import staff_id
from tuppence.web.parts import Line
from tuppence.web.undo import with_undo
from tuppence.web.views.staff.act_pages import act_page


@requires(Permission.SET_MARKS)
@require_http_methods(["GET", "POST"])
def set_mark(request: HttpRequest, member_id: int) -> HttpResponse:
    """Put a finding on a member in place of the one that stands."""
    member, form = member_of(member_id), MarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        order = MarkOrder(
            member_id,
            MarkKind(form.cleaned_data["kind"]),
            Finding(form.cleaned_data["finding"]),
            timezone.now(),
            form.cleaned_data["remark"],
        )
        before = dict(queries.open_marks([member_id]).get(member_id, ())).get(order.kind)
        undo = {
            "kind": order.kind.value,
            "finding": (before or Finding.CLEAR).value,
            "remark": _("Taken back at once."),
        }
        status = operations.set_mark(order, by=staff_id(request))
        if done(request, form, status, undo=(reverse("staff_mark", args=[member_id]), undo)):
            return redirect("staff_member", member_id)
    return page(
        request,
        form,
        member,
        title=_("Set a mark"),
        purpose=_("A possible or confirmed finding holds verification up until it is cleared."),
        submit=_("Set the mark"),
    )


@requires(Permission.BLOCK_MEMBERS)
@require_http_methods(["GET", "POST"])
def block(request: HttpRequest, member_id: int) -> HttpResponse:
    """Stop a member from acting."""
    member, form = member_of(member_id), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        status = operations.block_member(
            member_id, by=staff_id(request), at=timezone.now(), reason=form.cleaned_data["why"]
        )
        lift = reverse("staff_lift_block", args=[member_id])
        if done(request, form, status, undo=(lift, {"why": _("Taken back at once.")})):
            return redirect("staff_member", member_id)
    return page(
        request,
        form,
        member,
        title=_("Block this member"),
        purpose=_("The member can no longer invest, borrow or take money out until it is lifted."),
        submit=_("Block"),
    )


@requires(Permission.BLOCK_MEMBERS)
@require_http_methods(["GET", "POST"])
def lift_block(request: HttpRequest, member_id: int) -> HttpResponse:
    """Let a member act again."""
    member, form = member_of(member_id), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        status = operations.lift_block(
            member_id, by=staff_id(request), at=timezone.now(), reason=form.cleaned_data["why"]
        )
        if done(request, form, status):
            return redirect("staff_member", member_id)
    return page(request, form, member, title=_("Lift the block"), submit=_("Lift the block"))


@requires(Permission.WRITE_COMPLIANCE_NOTES)
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, member_id: int) -> HttpResponse:
    """Note something for compliance to read."""
    member, form = member_of(member_id), NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        status = operations.write_note(
            member_id, by=staff_id(request), at=timezone.now(), text=form.cleaned_data["text"]
        )
        if done(request, form, status):
            return redirect("staff_member", member_id)
    return page(request, form, member, title=_("Write a note"), submit=_("Keep the note"))


def member_of(member_id: int) -> MemberState:
    """The member, or a page that isn't there."""
    found = queries.members([member_id]).get(member_id)
    if found is None:
        raise Http404
    return found


def done(
    request: HttpRequest,
    form: OrderForm,
    status: ActStatus,
    *,
    undo: tuple[str, dict[str, str]] | None = None,
) -> bool:
    """Say that it is done, or put the refusal on the form; what is so already counts as done.

    `undo` is where the opposite is posted, and with what.
    """
    if status is ActStatus.DONE and undo is not None:
        url, fields = undo
        with_undo(request, _("Done."), url, {"key": str(uuid4()), **fields})
        return True
    if status in {ActStatus.DONE, ActStatus.NOTHING_TO_DO}:
        is_new = status is ActStatus.DONE
        messages.success(request, _("Done.") if is_new else _("This is so already."))
        return True
    form.add_error(None, _(refusal(status) or status.value))
    return False


def page(
    request: HttpRequest,
    form: OrderForm,
    member: MemberState,
    *,
    title: str,
    submit: str,
    purpose: str = "",
) -> HttpResponse:
    """The form with the member it is about."""
    return act_page(
        request,
        form,
        title=title,
        purpose=purpose,
        submit=submit,
        back_url=reverse("staff_member", args=[member.id]),
        lines=[Line(_("Member"), f"{member.legal_name} · {member.id}")],
    )
