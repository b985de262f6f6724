"""Staff accounts and their roles; bank accounts that wait to be verified."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from tuppence.members.models import BankAccount, User
from tuppence.members.naming import is_text
from tuppence.members.roles import Role, roles_named


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An account with staff roles."""

    id: int
    email: str
    roles: tuple[Role, ...]
    person_known: bool
    last_login: datetime | None


def staff_accounts() -> list[StaffRow]:
    """Every account that has a staff role, by e-mail."""
    rows = User.objects.annotate(roles=Count("groups")).filter(roles__gt=0).order_by("email")
    return [row_of(user) for user in rows.prefetch_related("groups")]


def account(user_id: int) -> StaffRow | None:
    """One account, whatever its roles."""
    user = User.objects.prefetch_related("groups").filter(id=user_id).first()
    return row_of(user) if user else None


def account_by_email(email: str) -> int | None:
    """The account of an e-mail."""
    if not is_text(email):
        return None
    return User.objects.filter(email=email.strip().lower()).values_list("id", flat=True).first()


def row_of(user: User) -> StaffRow:
    """An account as a row."""
    roles = roles_named(frozenset(group.name for group in user.groups.all()))
    return StaffRow(
        user.pk, user.email, tuple(sorted(roles)), user.human_id is not None, user.last_login
    )


@dataclass(frozen=True, slots=True)
class WaitingAccount:
    """A bank account that was named and not verified yet."""

    id: int
    member_id: int
    legal_name: str
    holder_name: str
    iban: str
    added_at: datetime
    has_verified: bool  # another one is in use: a change, which needs two people


def waiting_bank_accounts(*, limit: int = 80) -> list[WaitingAccount]:
    """Accounts to verify, oldest first."""
    rows = (
        BankAccount.objects.filter(verified_at=None, retired_at=None)
        .select_related("member")
        .order_by("added_at", "id")[:limit]
    )
    used = set(
        BankAccount.objects.filter(
            member_id__in=[row.member_id for row in rows],
            verified_at__isnull=False,
            retired_at=None,
        ).values_list("member_id", flat=True)
    )
    return [
        WaitingAccount(
            row.pk,
            row.member_id,
            row.member.legal_name,
            row.holder_name,
            row.iban,
            row.added_at,
            row.member_id in used,
        )
        for row in rows
    ]
