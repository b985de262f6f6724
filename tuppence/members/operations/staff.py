"""Staff accounts and their roles: given by two people, taken away by one."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction

from tuppence.members import queries
from tuppence.members.approvals import JSON
from tuppence.members.audit_trail import Audit
from tuppence.members.email_address import normalise_email
from tuppence.members.models import ApprovalRequest, Human, User
from tuppence.members.naming import clean_name, identity_key
from tuppence.members.operations.approvals import (
    ApprovedRequest,
    CannotApplyError,
    approval_handler,
    request_approval,
)
from tuppence.members.operations.audit import audit
from tuppence.members.roles import Permission, Role

ROLES_KIND = "members.roles"


class NotPermittedError(Exception):
    """The user may not do this."""


@transaction.atomic
def create_staff(
    email: str,
    *,
    legal_name: str,
    born_on: date,
    roles: Iterable[Role],
    at: datetime,
    password: str | None = None,
) -> User:
    """Make a staff account from the command line, as the first ones have to be made.

    An account that exists keeps its password and gets the roles beside those it has. Raises
    `EmailError` or `PersonNameError` for what can't be used. The person is known by name and
    birth date, so that two accounts of one person never make two pairs of eyes.
    """
    user = User.objects.filter(email=normalise_email(email)).first()
    if user is None:
        user = User.objects.create_user(email, password)
    identify(user, legal_name=legal_name, born_on=born_on, at=at)
    add_roles(user, roles, by=None, at=at, why="made on the command line")
    return user


def identify(user: User, *, legal_name: str, born_on: date, at: datetime) -> None:
    """Tie an account to the person it belongs to; once tied it stays."""
    if user.human_id is not None:
        return
    key = identity_key(clean_name(legal_name), born_on)
    human, _ = Human.objects.get_or_create(identity_key=key, defaults={"known_since": at})
    user.human = human
    user.save(update_fields=["human"])


def request_roles(
    user_id: int, roles: Iterable[Role], *, by: int, at: datetime, key: UUID
) -> ApprovalRequest:
    """Ask that an account be given roles; another person with the permission approves.

    `NotPermittedError` where `by` may not manage roles, or asks for themselves.
    """
    if Permission.MANAGE_ROLES not in queries.permissions_of_user(by) or user_id == by:
        raise NotPermittedError("Ask an administrator: nobody gives roles to themselves.")
    names: list[JSON] = [*sorted(role.value for role in roles)]
    payload: dict[str, JSON] = {"user_id": user_id, "roles": names}
    return request_approval(ROLES_KIND, payload, made_by=by, at=at, key=key)


@approval_handler(ROLES_KIND, permission=Permission.APPROVE_ROLES)
def give_requested_roles(approved: ApprovedRequest) -> None:
    """Give the approved roles, to an account whose person is known and is not the approver."""
    user_id, names = approved.payload["user_id"], approved.payload["roles"]
    assert isinstance(user_id, int) and isinstance(names, list)
    user = User.objects.filter(id=user_id).first()
    if user is None or user.human_id is None:
        raise CannotApplyError("The account has to be tied to a verified person first.")
    people = User.objects.filter(id__in=[approved.made_by, approved.decided_by])
    if user.human_id in people.values_list("human_id", flat=True):
        raise CannotApplyError("Nobody gives roles to themselves, under whatever account.")
    add_roles(
        user,
        [Role(str(name)) for name in names],
        by=approved.decided_by,
        at=approved.at,
        why=f"approval request {approved.id}",
    )


@transaction.atomic
def remove_roles(
    user_id: int, roles: Iterable[Role], *, by: int | None, at: datetime, why: str
) -> None:
    """Take roles away at once; a decision of that account that is under way goes first or fails.

    `NotPermittedError` where `by` may not manage roles; None is the command line.
    """
    if by is not None and Permission.MANAGE_ROLES not in queries.permissions_of_user(by):
        raise NotPermittedError("Ask an administrator to change roles.")
    user = User.objects.select_for_update(no_key=True).get(id=user_id)
    before = queries.roles_of(user_id)
    user.groups.remove(*Group.objects.filter(name__in=[role.value for role in roles]))
    write_role_change(user, before, by=by, at=at, why=why)


def add_roles(user: User, roles: Iterable[Role], *, by: int | None, at: datetime, why: str) -> None:
    """Put an account into the groups of these roles and write it to the trail."""
    before = queries.roles_of(user.pk)
    user.groups.add(*[Group.objects.get_or_create(name=role.value)[0] for role in roles])
    write_role_change(user, before, by=by, at=at, why=why)


def write_role_change(
    user: User, before: frozenset[Role], *, by: int | None, at: datetime, why: str
) -> None:
    """One entry a change."""
    after = queries.roles_of(user.pk)
    audit(
        [
            Audit(
                at=at,
                user_id=by,
                action="staff.roles",
                outcome="changed" if after != before else "unchanged",
                subject_kind="user",
                subject_id=user.pk,
                before={"roles": [*sorted(before)]},
                after={"roles": [*sorted(after)]},
                why=why,
            )
        ]
    )
