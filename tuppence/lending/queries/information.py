"""Read what applicants are asked for: of an application, of a member, and those that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet

from tuppence.lending.information_requests import (
    AskedApplication,
    Closing,
    InformationState,
    ItemKind,
    RequestCase,
)
from tuppence.lending.models import Application, InformationItem, InformationRequest
from tuppence.members.models import Document
from tuppence.members.queries import DocumentRow


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One thing that is asked for, with its answer where there is one."""

    id: int
    kind: str
    paper: str
    words: str
    answer: str
    document: DocumentRow | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class InformationRow:
    """A request with its items."""

    id: int
    application_id: int
    title: str  # of the application
    why: str
    due_on: date
    asked_at: datetime
    asked_by: str
    state: InformationState
    closed_at: datetime | None
    items: tuple[ItemRow, ...]

    @property
    def missing(self) -> int:
        """How many items have no answer yet."""
        return sum(item.answered_at is None for item in self.items)


def information_of_application(application_id: int) -> list[InformationRow]:
    """What was asked on an application, the newest first."""
    rows = _with_parts().filter(application_id=application_id)
    return [_row(row) for row in rows.order_by("-id")]


def information_missing_of(member_id: int) -> list[InformationRow]:
    """What a member is asked for and has not answered, the oldest first."""
    rows = _with_parts().filter(
        closing=None,
        application__borrower_id=member_id,
        application__decision=None,
        application__withdrawal=None,
    )
    return [_row(row) for row in rows.order_by("id")]


def open_requests_on(outer: str = "pk") -> QuerySet[InformationRequest]:
    """For a subquery: the open requests on the application of the outer query."""
    return InformationRequest.objects.filter(application=OuterRef(outer), closing=None)


def requests_on(outer: str = "pk") -> QuerySet[InformationRequest]:
    """For a subquery: the requests on the application of the outer query, the newest first."""
    return InformationRequest.objects.filter(application=OuterRef(outer)).order_by("-id")


def requests_by_key(keys: Sequence[UUID]) -> dict[UUID, InformationRow]:
    """Those of these requests that were made."""
    rows = InformationRequest.objects.filter(key__in=list(keys)).values_list("key", "id")
    key_of = {number: key for key, number in rows}
    return {key_of[row.pk]: _row(row) for row in _with_parts().filter(id__in=key_of)}


def lock_asked_applications(application_ids: Sequence[int]) -> dict[int, AskedApplication]:
    """These applications with their open request, locked in id order."""
    rows = list(
        Application.objects.select_for_update(of=("self",))
        .select_related("decision", "withdrawal")
        .filter(id__in=set(application_ids))
        .order_by("id")
    )
    waiting = InformationRequest.objects.filter(
        application_id__in=[row.pk for row in rows], closing=None
    )
    open_of = dict(waiting.values_list("application_id", "id"))
    return {row.pk: _asked(row, open_of.get(row.pk)) for row in rows}


def lock_request_cases(request_ids: Sequence[int]) -> dict[int, RequestCase]:
    """These requests with what was answered; their applications are locked, in id order."""
    wanted = InformationRequest.objects.filter(id__in=set(request_ids))
    found = lock_asked_applications(list(wanted.values_list("application_id", flat=True)))
    rows = wanted.select_related("closing").prefetch_related("items__answer")
    return {row.pk: _case(row, found[row.application_id]) for row in rows}


def requests_of_items(item_ids: Sequence[int]) -> dict[int, int]:
    """The request of each item."""
    rows = InformationItem.objects.filter(id__in=set(item_ids))
    return dict(rows.values_list("id", "request_id"))


def _with_parts() -> QuerySet[InformationRequest]:
    items = InformationItem.objects.select_related("answer__document").order_by("number")
    return InformationRequest.objects.select_related(
        "application", "closing", "asked_by"
    ).prefetch_related(Prefetch("items", queryset=items))


def _row(row: InformationRequest) -> InformationRow:
    closing = getattr(row, "closing", None)
    return InformationRow(
        id=row.pk,
        application_id=row.application_id,
        title=row.application.title,
        why=row.why,
        due_on=row.due_on,
        asked_at=row.asked_at,
        asked_by=row.asked_by.email,
        state=InformationState(closing.how) if closing else InformationState.OPEN,
        closed_at=closing.at if closing else None,
        items=tuple(_item(item) for item in row.items.all()),
    )


def _item(row: InformationItem) -> ItemRow:
    answer = getattr(row, "answer", None)
    return ItemRow(
        id=row.pk,
        kind=row.kind,
        paper=row.paper,
        words=row.words,
        answer=answer.words if answer else "",
        document=_document(answer.document) if answer and answer.document else None,
        answered_at=answer.at if answer else None,
    )


def _document(row: Document) -> DocumentRow:
    return DocumentRow(
        id=row.pk,
        member_id=row.member_id,
        kind=row.kind,
        shown_name=row.shown_name,
        stored_name=row.stored_name,
        content_type=row.content_type,
        size_bytes=row.size_bytes,
        uploaded_at=row.uploaded_at,
    )


def _asked(row: Application, open_request: int | None) -> AskedApplication:
    return AskedApplication(
        id=row.pk,
        borrower_id=row.borrower_id,
        decided=getattr(row, "decision", None) is not None,
        withdrawn=getattr(row, "withdrawal", None) is not None,
        open_request=open_request,
    )


def _case(row: InformationRequest, application: AskedApplication) -> RequestCase:
    closing = getattr(row, "closing", None)
    items = list(row.items.all())
    answers = {item.pk: getattr(item, "answer", None) for item in items}
    return RequestCase(
        id=row.pk,
        application=application,
        kinds={item.pk: ItemKind(item.kind) for item in items},
        answers={
            number: (answer.words, answer.document_id)
            for number, answer in answers.items()
            if answer
        },
        closing=Closing(closing.how) if closing else None,
    )
