"""Which pages a member of staff may open: asked of the pages themselves, never written twice."""

from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

from tuppence.members.access import Access, Audience
from tuppence.members.roles import Permission
from tuppence.members.views import declared_access


def may_open(route: str, permissions: frozenset[Permission]) -> bool:
    """Whether a reader with these permissions may open the page of a route; False without one."""
    access = accesses().get(route)
    if access is None:
        return False
    if access.audience is Audience.STAFF:
        return bool(access.permissions & permissions)
    return access.audience in {Audience.PUBLIC, Audience.SIGNED_IN}


@cache
def accesses() -> dict[str, Access]:
    """What the view of each named route declares."""
    return dict(_declared(get_resolver().url_patterns))


def _declared(patterns: "list[URLPattern | URLResolver]") -> "list[tuple[str, Access]]":
    found: list[tuple[str, Access]] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += _declared(pattern.url_patterns)
        elif pattern.name and (access := declared_access(pattern.callback)):
            found.append((pattern.name, access))
    return found
