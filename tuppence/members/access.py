"""Who may open a route: each one declares it, and a route that declares nothing fails a test."""

from dataclasses import dataclass
from enum import StrEnum

from tuppence.members.roles import Permission, Role, permissions_of


class Audience(StrEnum):
    """Whom a route is for."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"  # any account, with or without a member behind it
    MEMBER = "member"  # an account that acts for a member
    STAFF = "staff"  # an account with one of the permissions
    TOKEN = "token"  # a bearer token of the API, checked by the API itself  # noqa: S105


@dataclass(frozen=True, slots=True)
class Access:
    """What a route declares. Staff need one of the permissions, not all."""

    audience: Audience
    permissions: frozenset[Permission] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """A route as the router knows it; `access` is None where nothing is declared."""

    path: str
    name: str
    module: str
    access: Access | None


def allows(
    access: Access, *, signed_in: bool, has_member: bool, roles: frozenset[Role] = frozenset()
) -> bool:
    """Whether a visitor of this kind may open a route; tokens are the API's own affair."""
    match access.audience:
        case Audience.PUBLIC:
            return True
        case Audience.SIGNED_IN:
            return signed_in
        case Audience.MEMBER:
            return signed_in and has_member
        case Audience.STAFF:
            return signed_in and bool(access.permissions & permissions_of(roles))
        case Audience.TOKEN:
            return False


def undeclared(routes: list[Route], *, of_module: str = "tuppence.") -> list[str]:
    """The paths of our own routes that declare nothing."""
    return [
        route.path
        for route in routes
        if route.access is None and route.module.startswith(of_module)
    ]
