"""Read drafts of applications and the papers that go with them."""

from datetime import datetime

from django.db.models import Q

from tuppence.lending.application_draft import KEPT_FOR, Draft, DraftAnswers
from tuppence.lending.models import ApplicationDraft, ApplicationPaper
from tuppence.members.queries import DocumentRow


def draft_of(member_id: int, draft_id: int, *, at: datetime) -> Draft | None:
    """A member's own draft, open or sent; None where it is somebody else's or too old."""
    row = ApplicationDraft.objects.filter(id=draft_id, member_id=member_id).first()
    draft = _draft(row) if row else None
    return draft if draft and (draft.application_id or draft.is_open(at)) else None


def open_drafts(member_id: int, *, at: datetime) -> list[Draft]:
    """A member's drafts that can be gone on with, the latest first."""
    rows = ApplicationDraft.objects.filter(
        member_id=member_id, application=None, saved_at__gt=at - KEPT_FOR
    )
    return [_draft(row) for row in rows.order_by("-saved_at")]


def lock_drafts(condition: Q) -> dict[int, Draft]:
    """The drafts of a condition, locked in id order."""
    rows = ApplicationDraft.objects.select_for_update(of=("self",)).filter(condition).order_by("id")
    return {row.pk: _draft(row) for row in rows}


def papers_of_draft(draft_id: int) -> list[DocumentRow]:
    """The papers of a draft, newest first."""
    return _papers(Q(draft_id=draft_id))


def papers_of_application(application_id: int) -> list[DocumentRow]:
    """The papers of an application, newest first."""
    return _papers(Q(application_id=application_id))


def _papers(condition: Q) -> list[DocumentRow]:
    rows = ApplicationPaper.objects.filter(condition).select_related("document").order_by("-id")
    return [
        DocumentRow(
            id=row.document.pk,
            member_id=row.document.member_id,
            kind=row.document.kind,
            shown_name=row.document.shown_name,
            stored_name=row.document.stored_name,
            content_type=row.document.content_type,
            size_bytes=row.document.size_bytes,
            uploaded_at=row.document.uploaded_at,
        )
        for row in rows
    ]


def _draft(row: ApplicationDraft) -> Draft:
    return Draft(
        id=row.pk,
        key=row.key,
        member_id=row.member_id,
        product_id=row.product_id,
        answers=DraftAnswers(
            amount_minor=row.amount_minor,
            instalments=row.instalments,
            business_purpose=row.business_purpose,
            title=row.title,
            purpose=row.purpose,
            income_minor_monthly=row.income_minor_monthly,
            spending_minor_monthly=row.spending_minor_monthly,
            elsewhere_minor=row.elsewhere_minor,
        ),
        version=row.version,
        saved_at=row.saved_at,
        application_id=row.application_id,
    )
