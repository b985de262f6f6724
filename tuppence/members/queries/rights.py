"""Who may do what, and for whom: read from the database at the moment it is asked."""

from datetime import datetime
from typing import Any

from tuppence.members.models import Human, Member, Representation, User
from tuppence.members.roles import Permission, Role, permissions_of, roles_named


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
    """Every member that the person behind a user acts for or ever did, under whatever account.

    Nobody decides on one of these.
    """
    if user_id is None:
        return frozenset()
    # Two reads by key: joined into one with OR, no index helps, and each approval asks this.
    human_id = User.objects.filter(id=user_id).values_list("human_id", flat=True).first()
    same = User.objects.filter(human_id=human_id).values_list("id", flat=True) if human_id else []
    accounts = {user_id, *same}
    own = Member.objects.filter(user__in=accounts).values_list("id", flat=True)
    represented = Representation.objects.filter(user__in=accounts)
    return frozenset([*own, *represented.values_list("member_id", flat=True)])


def identity_key_of(user_id: int | None) -> str:
    """The key of the human behind a user; empty where nobody knows."""
    key = Human.objects.filter(users=user_id).values_list("identity_key", flat=True).first()
    return key or ""
