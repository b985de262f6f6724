"""Keep uploaded papers: bytes outside the web root under a random name, a row that knows them."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.members.audit_trail import Audit
from tuppence.members.models import Document, Member
from tuppence.members.operations.audit import audit
from tuppence.members.paper import PaperKind, PaperStatus, examine


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an upload; the document's id where it was kept."""

    status: PaperStatus
    document_id: int | None = None


def store_document(
    member_id: int,
    content: bytes,
    *,
    typed_name: str,
    kind: PaperKind,
    by: int | None,
    at: datetime,
    check_id: int | None = None,
) -> Stored:
    """Keep one paper of a member, if it is an inert PDF, JPEG or PNG of at most 8 MB.

    The file is there before the row and gone again where the row can't be written.
    """
    if not Member.objects.filter(id=member_id).exists():
        return Stored(PaperStatus.MEMBER_NOT_FOUND)
    paper = examine(content, typed_name)
    if isinstance(paper, PaperStatus):
        return Stored(paper)
    stored_name = secrets.token_hex(32)
    write_private(place_of(stored_name), content)
    try:
        with transaction.atomic():
            document = Document.objects.create(
                member_id=member_id,
                identity_check_id=check_id,
                kind=kind.value,
                stored_name=stored_name,
                shown_name=paper.shown_name,
                content_type=paper.content_type,
                size_bytes=paper.size_bytes,
                sha256=paper.sha256,
                uploaded_by_id=by,
                uploaded_at=at,
            )
            properties = {"document_kind": kind.value}
            record([Event("member.document", at, member_id=member_id, properties=properties)])
    except BaseException:
        with suppress(FileNotFoundError):
            place_of(stored_name).unlink()
        raise
    return Stored(PaperStatus.STORED, document.pk)


def place_of(stored_name: str) -> Path:
    """Where the bytes of a document lie; the name is ours and never anybody's input."""
    assert len(stored_name) == 64 and set(stored_name) <= set("0123456789abcdef")
    return Path(settings.MEDIA_ROOT) / stored_name[:2] / stored_name


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only this account reads; never through a link, never over another."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def note_reading(document_id: int, *, by: int, at: datetime) -> None:
    """Write to the trail that a member of staff opened a paper."""
    audit(
        [
            Audit(
                at=at,
                user_id=by,
                action="document.read",
                outcome="served",
                subject_kind="document",
                subject_id=document_id,
            )
        ]
    )
