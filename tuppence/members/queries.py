"""Reads: what operations decide on, and what pages show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from tuppence.members.identity import Finding, MarkKind
from tuppence.members.models import BankAccount, Member, Representation, User
from tuppence.members.registration import Known, MemberKind, Registered, RegisterOrder
from tuppence.members.roles import Permission, Role, permissions_of, roles_named
from tuppence.members.standing import UNKNOWN, InvestorColumns
from tuppence.postgres import bulk


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


@dataclass(frozen=True, slots=True)
class PayoutAccount:
    """Where a member's money may go: the verified account."""

    bank_account_id: int
    member_id: int
    iban: str
    bic: str
    holder_name: str
    verified_at: datetime


# --- People with rights ------------------------------------------------------------------------
def roles_of(user_id: int | None) -> frozenset[Role]:
    """The staff roles of an account now; none where it is not active."""
    if user_id is None:
        return frozenset()
    names = User.objects.filter(id=user_id, is_active=True).values_list("groups__name", flat=True)
    return roles_named(frozenset(name for name in names if name))


def permissions_of_user(user_id: int | None) -> frozenset[Permission]:
    """What an account may do as staff, read from the database at this moment."""
    return permissions_of(roles_of(user_id))


def may(user: Any, permission: Permission) -> bool:
    """Whether a signed-in user (or nobody) has a staff permission.

    Read once a request: the user object of a request keeps the answer, the next one asks again.
    """
    if not getattr(user, "is_authenticated", False):
        return False
    known = user.__dict__.get("staff_permissions")
    if known is None:
        known = user.__dict__["staff_permissions"] = permissions_of_user(user.pk)
    return permission in known


def acts_for(user_id: int | None, *, at: datetime) -> frozenset[int]:
    """The members that a user acts for at a moment: themselves, and those they represent."""
    if user_id is None:
        return frozenset()
    own = Member.objects.filter(user_id=user_id).values_list("id", flat=True)
    represented = (
        Representation.objects.filter(user_id=user_id, starts_at__lte=at)
        .exclude(ends_at__lte=at)
        .values_list("member_id", flat=True)
    )
    return frozenset([*own, *represented])


def ties_of(user_id: int | None) -> frozenset[int]:
    """Every member that a user acts for or ever did: nobody decides on one of these."""
    if user_id is None:
        return frozenset()
    own = Member.objects.filter(user_id=user_id).values_list("id", flat=True)
    represented = Representation.objects.filter(user_id=user_id).values_list("member_id", flat=True)
    return frozenset([*own, *represented])


# --- Loads for operations ----------------------------------------------------------------------
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


# --- The hot path ------------------------------------------------------------------------------
def investor_columns(member_ids: NDArray[np.int64]) -> InvestorColumns:
    """Where these members stand, in one query, aligned with the ids (which may repeat)."""
    wanted, place = np.unique(member_ids, return_inverse=True)
    # -infinity reads as the smallest bigint, and so does "never" in numpy (NaT).
    ids, *columns = bulk.fetch_columns(
        """
        SELECT array_send(array_agg(id)),
               array_send(array_agg(coalesce(verified_at, '-infinity'))),
               array_send(array_agg(coalesce(blocked_at, '-infinity'))),
               array_send(array_agg(coalesce(warning_acknowledged_at, '-infinity'))),
               array_send(array_agg(coalesce((test_passed_on - '1970-01-01'::date)::bigint,
                                             %(unknown)s))),
               array_send(array_agg(coalesce((simulated_on - '1970-01-01'::date)::bigint,
                                             %(unknown)s))),
               array_send(array_agg(sophisticated::int::bigint)),
               array_send(array_agg(coalesce(net_worth_minor, %(unknown)s)))
        FROM (SELECT * FROM members_member WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id) AS member
        """,
        {"ids": bulk.int_array_literal(wanted), "unknown": int(UNKNOWN)},
    )
    row_of = np.full(len(wanted), -1)
    row_of[np.searchsorted(wanted, ids)] = np.arange(len(ids))
    row = row_of[place]  # -1, the row of a member that isn't there, is appended last
    verified, blocked, warned, tested, simulated, sophisticated, worth = (
        np.append(column, nobody)[row]
        for column, nobody in zip(columns, [UNKNOWN] * 5 + [0, UNKNOWN], strict=True)
    )
    return InvestorColumns(
        member_ids=member_ids,
        found=row >= 0,
        verified_at=bulk.moments(verified),
        blocked_at=bulk.moments(blocked),
        test_passed_on=tested.view("datetime64[D]"),
        simulated_on=simulated.view("datetime64[D]"),
        warning_acknowledged_at=bulk.moments(warned),
        sophisticated=sophisticated.astype(np.bool_),
        net_worth_minor=worth,
    )


def payout_accounts(member_ids: Iterable[int]) -> dict[int, PayoutAccount]:
    """The verified bank account of each member that has one."""
    rows = BankAccount.objects.filter(
        member_id__in=sorted(set(member_ids)), verified_at__isnull=False, retired_at=None
    )
    return {
        row.member_id: PayoutAccount(
            bank_account_id=row.pk,
            member_id=row.member_id,
            iban=row.iban,
            bic=row.bic,
            holder_name=row.holder_name,
            verified_at=row.verified_at,
        )
        for row in rows
        if row.verified_at is not None
    }


def members_by_reference(references: Iterable[str]) -> dict[str, int]:
    """The member of each payment reference that belongs to one."""
    wanted = sorted(set(references))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT payment_reference, id FROM members_member WHERE payment_reference = ANY(%s)",
            [wanted],
        )
        return dict(cursor.fetchall())


def declared_minor(
    member_ids: Sequence[int], kind: str, currency: str, *, at: datetime
) -> dict[int, int]:
    """What each member last declared by a moment (such as debt elsewhere), in minor units."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (member_id) member_id, amount_minor FROM members_declaration"
            " WHERE member_id = ANY(%s) AND kind = %s AND currency = %s AND declared_at <= %s"
            " ORDER BY member_id, declared_at DESC, id DESC",
            [list(member_ids), kind, currency, at],
        )
        return dict(cursor.fetchall())


def consents_of(member_id: int, *, at: datetime) -> dict[str, bool]:
    """Whether each purpose that a member was ever asked about is agreed to at a moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (purpose) purpose, given FROM members_consent"
            " WHERE member_id = %s AND at <= %s ORDER BY purpose, at DESC, id DESC",
            [member_id, at],
        )
        return dict(cursor.fetchall())
