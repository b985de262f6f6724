"""Single facts of members that other rooms ask for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tuppence.members.models import (
    BankAccount,
)


@dataclass(frozen=True, slots=True)
class PayoutAccount:
    """Where a member's money may go: the verified account."""

    bank_account_id: int
    member_id: int
    iban: str
    bic: str
    holder_name: str
    verified_at: datetime


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
