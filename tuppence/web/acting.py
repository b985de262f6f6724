"""For whom a reader of a public page acts, if for anybody."""

from django.http import HttpRequest
from django.utils import timezone

from tuppence.members.queries import MemberState
from tuppence.members.views import ACTING_KEY, members_of


def acting_member(request: HttpRequest) -> MemberState | None:
    """The member that the signed-in user acts for, as member pages choose it."""
    if not request.user.is_authenticated or request.user.pk is None:
        return None
    members = members_of(request.user.pk, at=timezone.now())
    chosen = request.session.get(ACTING_KEY)
    return next((member for member in members if member.id == chosen), next(iter(members), None))
