"""An application step by step: begin, keep answers, add papers, send exactly once, throw away."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q

from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.lending.application_draft import (
    KEPT_FOR,
    DiscardDraftOrder,
    Draft,
    DraftAnswers,
    DraftOutcome,
    DraftStatus,
    SaveDraftOrder,
    StartDraftOrder,
    SubmitDraftOrder,
    apply_order,
    decide_save,
    decide_submit,
)
from tuppence.lending.application_rules import Applied, ApplyStatus
from tuppence.lending.models import ApplicationDraft, ApplicationPaper
from tuppence.lending.operations.applications import apply
from tuppence.lending.queries.drafts import lock_drafts
from tuppence.members.queries import members


@transaction.atomic
def start_drafts(orders: Sequence[StartDraftOrder]) -> list[DraftOutcome]:
    """Begin drafts, or go on with the open one of the product; one outcome an order, in order.

    One that is too old gives way to a new one.
    """
    return [_start(order) for order in orders]


@transaction.atomic
def save_drafts(orders: Sequence[SaveDraftOrder]) -> list[DraftOutcome]:
    """Keep answers; one outcome an order, in order."""
    drafts = lock_drafts(Q(id__in={order.draft_id for order in orders}))
    outcomes = []
    for order in orders:
        draft = drafts.get(order.draft_id)
        status = decide_save(draft, member_id=order.member_id, at=order.at)
        if draft is not None and status is DraftStatus.SAVED:
            _write_answers(draft, order.changes, order.at)
        saved = draft.id if draft and status is DraftStatus.SAVED else None
        outcomes.append(DraftOutcome(status, saved))
    return outcomes


@transaction.atomic
def submit_drafts(orders: Sequence[SubmitDraftOrder]) -> list[DraftOutcome]:
    """Send drafts: each becomes its application once, and is closed in the same transaction."""
    drafts = lock_drafts(Q(id__in={order.draft_id for order in orders}))
    known = members([draft.member_id for draft in drafts.values()])
    outcomes = []
    for order in orders:
        draft = drafts.get(order.draft_id)
        is_person = draft is not None and known[draft.member_id].is_person
        status = decide_submit(draft, order, is_person=is_person)
        if draft is not None and status is DraftStatus.SUBMITTED:
            outcomes.append(_submit(draft, order.at))
            if outcomes[-1].status is DraftStatus.SUBMITTED:
                drafts |= lock_drafts(Q(id=draft.id))
        elif draft is not None and status is DraftStatus.EXISTS:
            first = Applied(draft.key, ApplyStatus.EXISTS, draft.application_id)
            outcomes.append(DraftOutcome(status, draft.id, first))
        else:
            outcomes.append(DraftOutcome(status))
    return outcomes


@transaction.atomic
def discard_drafts(orders: Sequence[DiscardDraftOrder]) -> list[DraftOutcome]:
    """Throw open drafts away with everything in them; one outcome an order, in order."""
    drafts = lock_drafts(Q(id__in={order.draft_id for order in orders}))
    outcomes, gone = [], []
    for order in orders:
        draft = drafts.get(order.draft_id)
        status = decide_save(draft, member_id=order.member_id, at=order.at)
        if draft is not None and status is DraftStatus.SAVED:
            gone.append(draft.id)
            status = DraftStatus.DISCARDED
        outcomes.append(DraftOutcome(status))
    ApplicationDraft.objects.filter(id__in=gone).delete()
    return outcomes


@transaction.atomic
def forget_old_drafts(*, at: datetime) -> int:
    """Delete drafts that nobody went on with; how many. Their answers are nobody's any more."""
    old = ApplicationDraft.objects.filter(application=None, saved_at__lte=at - KEPT_FOR)
    count = old.count()
    old.delete()
    return count


def forget_drafts_of_day(_day: date, at: datetime) -> dict[str, int]:
    """The step of the day's close: drafts that are too old go."""
    return {"forgotten": forget_old_drafts(at=at)}


@transaction.atomic
def add_application_paper(
    document_id: int,
    *,
    at: datetime,
    by: int | None,
    draft_id: int | None = None,
    application_id: int | None = None,
) -> None:
    """Put a stored paper of the borrower with a draft or an application; twice is once."""
    ApplicationPaper.objects.get_or_create(
        document_id=document_id,
        defaults={
            "draft_id": draft_id,
            "application_id": application_id,
            "added_by_id": by,
            "added_at": at,
        },
    )


@transaction.atomic
def remove_draft_paper(draft_id: int, document_id: int) -> None:
    """Take a paper off a draft; the paper itself stays with its member."""
    ApplicationPaper.objects.filter(
        draft_id=draft_id, document_id=document_id, application=None
    ).delete()


def _start(order: StartDraftOrder) -> DraftOutcome:
    mine = Q(member_id=order.member_id, product_id=order.product_id, application=None)
    ApplicationDraft.objects.filter(mine, saved_at__lte=order.at - KEPT_FOR).delete()
    row, made = ApplicationDraft.objects.get_or_create(
        member_id=order.member_id,
        product_id=order.product_id,
        application=None,
        defaults={
            "key": uuid4(),
            "amount_minor": order.amount_minor,
            "instalments": order.instalments,
            "started_at": order.at,
            "saved_at": order.at,
        },
    )
    if made:
        events.record(
            [
                Event(
                    "application.started",
                    order.at,
                    member_id=order.member_id,
                    subject_kind="application_draft",
                    subject_id=row.pk,
                    amount_minor=order.amount_minor,
                )
            ]
        )
    else:
        changes = DraftAnswers(order.amount_minor, order.instalments)
        _write_answers(lock_drafts(Q(id=row.pk))[row.pk], changes, order.at)
    return DraftOutcome(DraftStatus.SAVED, row.pk)


def _write_answers(draft: Draft, changes: DraftAnswers, at: datetime) -> None:
    answers = draft.answers.with_changes(changes)
    version = F("version") + (0 if answers == draft.answers else 1)
    ApplicationDraft.objects.filter(id=draft.id).update(
        **asdict(answers), version=version, saved_at=max(at, draft.saved_at)
    )


def _submit(draft: Draft, at: datetime) -> DraftOutcome:
    (applied,) = apply([apply_order(draft, at)])
    if not applied.status.accepted:
        return DraftOutcome(DraftStatus.REFUSED, draft.id, applied, applied.findings)
    ApplicationDraft.objects.filter(id=draft.id).update(application_id=applied.application_id)
    ApplicationPaper.objects.filter(draft_id=draft.id).update(application_id=applied.application_id)
    return DraftOutcome(DraftStatus.SUBMITTED, draft.id, applied)
