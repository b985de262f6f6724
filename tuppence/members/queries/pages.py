"""Members as pages show them: each viewer is given what that viewer may see."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from tuppence.members.identity import STAFF_QUEUE
from tuppence.members.models import (
    BankAccount,
    ComplianceNote,
    Document,
    Member,
    Representation,
)
from tuppence.members.naming import name_key
from tuppence.members.queries.states import open_marks
from tuppence.members.roles import Permission


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in a list."""

    id: int
    kind: str
    pseudonym: str
    legal_name: str
    country: str
    email: str  # empty for a member that nobody signs in for
    payment_reference: str
    joined_at: datetime
    verified_at: datetime | None
    blocked_at: datetime | None


@dataclass(frozen=True, slots=True)
class BankAccountRow:
    """A bank account of a member."""

    id: int
    iban: str
    bic: str
    holder_name: str
    added_at: datetime
    verified_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A paper of a member."""

    id: int
    member_id: int
    kind: str
    shown_name: str
    stored_name: str
    content_type: str
    size_bytes: int
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note by compliance."""

    text: str
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class RepresentativeRow:
    """Somebody who acts for an organisation; no name where none was said."""

    user_id: int
    email: str
    legal_name: str
    born_on: date | None
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckRow:
    """An identity check, waiting or decided."""

    id: int
    member_id: int
    legal_name: str
    kind: str
    country: str
    born_on: date | None
    registration_number: str
    provider: str
    submitted_at: datetime
    approved: bool | None  # None while it waits
    reasons: tuple[str, ...]
    documents: int


@dataclass(frozen=True, slots=True)
class MemberPage:
    """All that one viewer may see of a member; None where the viewer may not see it."""

    member: MemberRow
    born_on: date | None
    registration_number: str
    checks: tuple[CheckRow, ...]
    representatives: tuple[RepresentativeRow, ...]
    bank_accounts: tuple[BankAccountRow, ...] | None
    documents: tuple[DocumentRow, ...] | None
    notes: tuple[NoteRow, ...] | None
    marks: tuple[tuple[str, str], ...] | None


MEMBER_ROW = (
    "SELECT m.id, m.kind, m.pseudonym, m.legal_name, m.country, coalesce(u.email, ''),"
    " m.payment_reference, m.joined_at, m.verified_at, m.blocked_at"
    " FROM members_member m LEFT JOIN members_user u ON u.id = m.user_id"
)
# Each way to be found has its own index; one condition with OR would read every member.
FOUND = """
    WHERE m.id IN (
        SELECT %s::bigint
        UNION ALL SELECT id FROM members_member WHERE payment_reference = %s
        UNION ALL SELECT owner.id FROM members_member owner
            JOIN members_user signer ON signer.id = owner.user_id WHERE signer.email = %s
        UNION ALL (SELECT owner.id FROM members_member owner
            JOIN members_user signer ON signer.id = owner.user_id
            WHERE %s AND signer.email LIKE %s ORDER BY signer.email LIMIT %s)
        UNION ALL SELECT id FROM members_member WHERE pseudonym = %s
        UNION ALL (SELECT id FROM members_member WHERE name_key LIKE %s ORDER BY name_key LIMIT %s)
    ) ORDER BY m.id LIMIT %s
"""
EVERYTHING = frozenset(Permission)  # what members may see of themselves, but for notes and marks


def member_page(member_id: int, viewer: frozenset[Permission]) -> MemberPage | None:
    """A member as staff with these permissions see it; None where there is no such member."""
    rows = _member_rows(" WHERE m.id = %s", [member_id])
    if not rows:
        return None
    member = Member.objects.get(id=member_id)
    sees_notes = Permission.SEE_COMPLIANCE_NOTES in viewer
    return MemberPage(
        member=rows[0],
        born_on=member.born_on,
        registration_number=member.registration_number,
        checks=tuple(identity_checks(member_id=member_id)),
        representatives=representatives(member_id),
        bank_accounts=bank_accounts(member_id) if Permission.SEE_BANK_DETAILS in viewer else None,
        documents=documents(member_id) if Permission.SEE_DOCUMENTS in viewer else None,
        notes=notes(member_id) if sees_notes else None,
        marks=tuple(sorted(open_marks([member_id]).get(member_id, ()))) if sees_notes else None,
    )


def own_page(member_id: int) -> MemberPage | None:
    """A member as they see themselves: their papers and accounts, not what compliance noted."""
    return member_page(member_id, EVERYTHING - {Permission.SEE_COMPLIANCE_NOTES})


def search_members(text: str, *, limit: int = 50) -> list[MemberRow]:
    """Members by number, payment reference, e-mail, pseudonym or the beginning of a name."""
    wanted = "".join(letter for letter in text if letter.isprintable()).strip()[:200]
    if not wanted:
        return _member_rows(" ORDER BY m.id DESC LIMIT %s", [limit])
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else None
    beginning = like_beginning(name_key(wanted))
    return _member_rows(
        FOUND,
        [
            number,
            "".join(wanted.split()).upper(),
            wanted.casefold(),
            "@" in wanted,  # else half the letters of an alphabet would find everybody
            like_beginning(wanted.casefold()),
            limit,
            wanted.casefold(),
            beginning,
            limit,
            limit,
        ],
    )


def like_beginning(text: str) -> str:
    """A pattern of LIKE for what begins with a text."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _member_rows(condition: str, params: Sequence[str | int | bool | None]) -> list[MemberRow]:
    with connection.cursor() as cursor:
        cursor.execute(MEMBER_ROW + condition, params)
        return [MemberRow(*row) for row in cursor]


def identity_queue(*, limit: int = 100) -> list[CheckRow]:
    """Checks of the staff queue that wait, oldest first."""
    return identity_checks(waiting_at=STAFF_QUEUE, limit=limit)


def identity_checks(
    *, member_id: int | None = None, waiting_at: str | None = None, limit: int = 100
) -> list[CheckRow]:
    """Identity checks, oldest first: of one member, those that wait at a provider, or all."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.id, m.id, m.legal_name, m.kind, m.country, m.born_on, m.registration_number,
                   c.provider, c.submitted_at, d.approved, coalesce(d.reasons, '[]')::text,
                   (SELECT count(*) FROM members_document p WHERE p.member_id = m.id)
            FROM members_identitycheck c
            JOIN members_member m ON m.id = c.member_id
            LEFT JOIN members_identitydecision d ON d.identity_check_id = c.id
            WHERE (%(member)s::bigint IS NULL OR m.id = %(member)s)
              AND (%(provider)s::text IS NULL
                   OR (c.provider = %(provider)s AND d.identity_check_id IS NULL))
            ORDER BY c.submitted_at, c.id LIMIT %(limit)s
            """,
            {"member": member_id, "provider": waiting_at, "limit": limit},
        )
        return [CheckRow(*(*row[:10], tuple(json.loads(row[10])), row[11])) for row in cursor]


def representatives(member_id: int) -> tuple[RepresentativeRow, ...]:
    """Who acts or acted for an organisation, oldest first."""
    rows = Representation.objects.filter(member_id=member_id).order_by("id")
    fields = ("user_id", "user__email", "legal_name", "born_on", "starts_at", "ends_at")
    return tuple(RepresentativeRow(*row) for row in rows.values_list(*fields))


def bank_accounts(member_id: int) -> tuple[BankAccountRow, ...]:
    """The bank accounts of a member, newest first."""
    rows = BankAccount.objects.filter(member_id=member_id).order_by("-id")
    fields = ("id", "iban", "bic", "holder_name", "added_at", "verified_at", "retired_at")
    return tuple(BankAccountRow(*row) for row in rows.values_list(*fields))


DOCUMENT_FIELDS = (
    *("id", "member_id", "kind", "shown_name", "stored_name", "content_type", "size_bytes"),
    "uploaded_at",
)


def documents(member_id: int) -> tuple[DocumentRow, ...]:
    """The papers of a member, newest first."""
    rows = Document.objects.filter(member_id=member_id).order_by("-id")
    return tuple(DocumentRow(*row) for row in rows.values_list(*DOCUMENT_FIELDS))


def document(document_id: int) -> DocumentRow | None:
    """One paper."""
    row = Document.objects.filter(id=document_id).values_list(*DOCUMENT_FIELDS).first()
    return DocumentRow(*row) if row else None


def notes(member_id: int) -> tuple[NoteRow, ...]:
    """What compliance noted of a member, newest first."""
    rows = ComplianceNote.objects.filter(member_id=member_id).order_by("-id")
    return tuple(
        NoteRow(*row) for row in rows.values_list("text", "written_by__email", "written_at")
    )
