"""What an applicant is asked for: why, until when, and an answer to each thing."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuppence.lending.information_requests import (
    AnswerItemOrder,
    InformationState,
    InformationStatus,
    ItemKind,
)
from tuppence.lending.operations import answer_items
from tuppence.lending.queries.information import (
    InformationRow,
    ItemRow,
    information_of_application,
)
from tuppence.members import operations as members
from tuppence.members.paper import PaperKind, PaperStatus
from tuppence.members.views import MemberRequest, member_page
from tuppence.web import refusals
from tuppence.web.forms.information import ExplainForm, SendPaperForm
from tuppence.web.outcomes import INFORMATION_REFUSALS
from tuppence.web.views.borrowing import application_or_404


@dataclass(frozen=True, slots=True)
class Asked:
    """An item with the form that answers it, where it still can be."""

    item: ItemRow
    form: Form | None


@member_page
@require_GET
def missing(request: MemberRequest, application_id: int) -> HttpResponse:
    """Everything that was asked for on an application, the newest first."""
    return _page(request, application_id)


@member_page
@require_POST
def answer(request: MemberRequest, application_id: int, item_id: int) -> HttpResponse:
    """Answer one thing; the last one sends the application back to us."""
    application_or_404(request, application_id)
    rows = information_of_application(application_id)
    item = next((each for row in rows for each in row.items if each.id == item_id), None)
    if item is None:
        raise Http404
    form = _form_of(item, request)
    if not form.is_valid():
        return _page(request, application_id, {item_id: form})
    status = _keep(request, form, item)
    if status.accepted:
        done = status is InformationStatus.COMPLETE
        text = _("Everything is here. A credit officer goes on with your application.")
        messages.success(request, text if done else _("Kept. Something is still missing."))
        return redirect("information", application_id)
    return _page(request, application_id, {item_id: form})


def _keep(request: MemberRequest, form: Form, item: ItemRow) -> InformationStatus:
    """Store the paper and the answer, both or neither; refusals go to the form."""
    cleaned, now, user_id = form.cleaned_data, timezone.now(), request.user.pk
    with transaction.atomic():
        document_id = None
        if item.kind == ItemKind.PAPER.value and item.answered_at is None:
            stored = members.store_document(
                request.member.id,
                cleaned["file"].read(),
                typed_name=cleaned["file"].name,
                kind=PaperKind(item.paper),
                by=user_id,
                at=now,
            )
            if stored.status is not PaperStatus.STORED:
                refusals.refuse(form, stored.status)
                return InformationStatus.PAPER_MISSING
            document_id = stored.document_id
        order = AnswerItemOrder(
            item.id, request.member.id, now, cleaned["words"] or "", document_id, user_id
        )
        (outcome,) = answer_items([order])
        if not outcome.status.accepted:
            transaction.set_rollback(True)
    if outcome.status is InformationStatus.NOT_FOUND:
        raise Http404
    if not outcome.status.accepted:
        form.add_error(None, str(INFORMATION_REFUSALS[outcome.status]))
    return outcome.status


def _form_of(item: ItemRow, request: MemberRequest | None = None) -> Form:
    kind = SendPaperForm if item.kind == ItemKind.PAPER.value else ExplainForm
    auto_id = f"id_{item.id}_%s"
    if request is None:
        return kind(auto_id=auto_id)
    return kind(request.POST, request.FILES, auto_id=auto_id)


def _page(
    request: MemberRequest, application_id: int, bound: dict[int, Form] | None = None
) -> HttpResponse:
    row = application_or_404(request, application_id)
    can_answer = row.approved is None and row.withdrawn_at is None
    context: dict[str, Any] = {
        "row": row,
        "requests": [
            (asked, _asked(asked, bound or {}, can_answer=can_answer))
            for asked in information_of_application(application_id)
        ],
        "wrong": next(iter((bound or {}).values()), None),
    }
    return render(request, "pages/information.html", context)


def _asked(row: InformationRow, bound: dict[int, Form], *, can_answer: bool) -> list[Asked]:
    is_open = can_answer and row.state is InformationState.OPEN
    return [
        Asked(
            item,
            bound.get(item.id, _form_of(item)) if is_open and item.answered_at is None else None,
        )
        for item in row.items
    ]
