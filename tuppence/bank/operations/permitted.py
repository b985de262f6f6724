"""Staff permissions, asked where an operation begins."""

from tuppence.members.operations import NotPermittedError
from tuppence.members.queries import permissions_of_user
from tuppence.members.roles import Permission


def require(by: int | None, permission: Permission) -> None:
    """Raise `NotPermittedError` unless the user may do this; None is the platform's own command."""
    if by is not None and permission not in permissions_of_user(by):
        raise NotPermittedError("Ask a finance officer: your role does not include this.")
