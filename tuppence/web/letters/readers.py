"""Whom a letter can reach: members for whom somebody signs in."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from tuppence.members.models import Member, Representation


def members_with_readers(member_ids: Iterable[int]) -> set[int]:
    """Those of these members for whom somebody signs in."""
    acting = Representation.objects.filter(member_id=OuterRef("pk"), ends_at=None)
    found = Member.objects.filter(id__in=list(member_ids))
    return set(found.filter(Q(user__isnull=False) | Exists(acting)).values_list("id", flat=True))
