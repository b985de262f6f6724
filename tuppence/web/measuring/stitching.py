"""Whose browser it turns out to be: told at sign-in and at registration, where it agreed."""

import logging
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils import timezone

from tuppence.growth.operations import stitch
from tuppence.growth.stitching import Cause, StitchOrder
from tuppence.growth.visiting import Visitor
from tuppence.members.models import User
from tuppence.members.views import members_of
from tuppence.web.measuring.choice import Choice, choice_of
from tuppence.web.measuring.visitor_cookie import CHANGED, visitor_of

logger = logging.getLogger(__name__)


def note_signed_in(sender: object, request: HttpRequest, user: User, **_: Any) -> None:
    """A sign-in tells whose browser it is; a fault here keeps nobody out."""
    try:
        with transaction.atomic():
            members = members_of(user.pk, at=timezone.now())
            if members:
                note_member(request, members[0].id, Cause.SIGN_IN, by=user.pk)
    except DatabaseError:
        logger.exception("A browser could not be linked to its member")


def note_member(request: HttpRequest, member_id: int, cause: Cause, *, by: int | None) -> None:
    """Link this browser's visits to a member, where the browser agreed to be known.

    A browser that is another member's keeps its past there and goes on under a new number.
    """
    now = timezone.now()
    visitor = visitor_of(request, at=now)
    if visitor is None or choice_of(request, at=now) is not Choice.YES:
        return
    (status,) = stitch([StitchOrder(visitor.id, member_id, cause, now, by)])
    if status.stands:
        return
    fresh = Visitor(uuid4(), since=now, visit=0, seen_at=now)
    stitch([StitchOrder(fresh.id, member_id, cause, now, by)])
    setattr(request, CHANGED, fresh)
