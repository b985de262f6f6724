"""A member's e-mail address or password changed: the behaviour book tells, for who approves."""

from typing import Any

from django.utils import timezone

from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.members.models import Member, User


def email_changed(sender: object, user: User, **_: Any) -> None:
    """Another address signs in and gets the letters from now on."""
    _tell("member.email_changed", user)


def password_changed(sender: object, user: User, **_: Any) -> None:
    """Another password opens the account from now on."""
    _tell("member.password_changed", user)


def _tell(verb: str, user: User) -> None:
    member_id = Member.objects.filter(user_id=user.pk).values_list("id", flat=True).first()
    if member_id is not None:
        record([Event(verb, timezone.now(), member_id=member_id)])
