"""Members as operations see them, and what they decide on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tuppence.members.identity import Finding, MarkKind
from tuppence.members.registration import Known, MemberKind, Registered, RegisterOrder


@dataclass(frozen=True, slots=True)
class MemberState:
    """A member as operations see it."""

    id: int
    kind: MemberKind
    user_id: int | None
    legal_name: str
    born_on: date | None
    country: str
    verified_at: datetime | None
    blocked_at: datetime | None
    joined_at: datetime

    @property
    def is_person(self) -> bool:
        return self.kind is MemberKind.PERSON


def lock_members(member_ids: Iterable[int]) -> dict[int, MemberState]:
    """These members, locked in id order until the transaction ends."""
    return _member_states(member_ids, lock=True)


def members(member_ids: Iterable[int]) -> dict[int, MemberState]:
    """These members, as far as they exist."""
    return _member_states(member_ids, lock=False)


def _member_states(member_ids: Iterable[int], *, lock: bool) -> dict[int, MemberState]:
    query = (
        "SELECT id, kind, user_id, legal_name, born_on, country, verified_at, blocked_at,"
        " joined_at FROM members_member WHERE id = ANY(%s) ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(query + (" FOR NO KEY UPDATE" if lock else ""), [sorted(set(member_ids))])
        return {row[0]: MemberState(row[0], MemberKind(row[1]), *row[2:]) for row in cursor}


def known_for_registration(orders: Sequence[RegisterOrder]) -> Known:
    """Members that these keys made before, and the accounts that these orders name."""
    user_ids = sorted({order.user_id for order in orders if order.user_id is not None})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, id, kind, legal_name, country, born_on, registration_number,"
            " payment_reference FROM members_member WHERE key = ANY(%s)",
            [[order.key for order in orders]],
        )
        existing = {row[0]: Registered(row[1], MemberKind(row[2]), *row[3:]) for row in cursor}
        cursor.execute(
            "SELECT u.id, m.id IS NOT NULL FROM members_user u"
            " LEFT JOIN members_member m ON m.user_id = u.id WHERE u.id = ANY(%s)",
            [user_ids],
        )
        found = cursor.fetchall()
    return Known(
        existing=existing,
        user_ids=frozenset(user_id for user_id, _ in found),
        users_with_member=frozenset(user_id for user_id, has_member in found if has_member),
    )


def keys_used(
    table: str, columns: Sequence[str], keys: Sequence[UUID]
) -> dict[UUID, tuple[Any, ...]]:
    """The rows of one of the room's tables that these order keys made before."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, {', '.join(columns)} FROM {table} WHERE key = ANY(%s)",  # noqa: S608 - names are ours
            [list(keys)],
        )
        return {row[0]: row[1:] for row in cursor}


def open_marks(member_ids: Sequence[int]) -> dict[int, frozenset[tuple[MarkKind, Finding]]]:
    """The compliance marks that stand on these members."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member_id, kind, finding FROM members_mark"
            " WHERE ends_at IS NULL AND member_id = ANY(%s)",
            [list(member_ids)],
        )
        rows = cursor.fetchall()
    found: dict[int, frozenset[tuple[MarkKind, Finding]]] = {}
    for member_id, kind, finding in rows:
        mark = (MarkKind(kind), Finding(finding))
        found[member_id] = found.get(member_id, frozenset()) | {mark}
    return found
