"""People that the tests of this room meet."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tuppence.ledger.ids import derive_id
from tuppence.members import operations
from tuppence.members.models import User
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def key(*parts: str | int) -> UUID:
    """The key of an order of these tests."""
    return derive_id("test.compliance", *parts)


@pytest.fixture
def staff(db: None) -> Callable[..., int]:
    """Make a member of staff; one name is one human."""

    def make(name: str, *roles: Role) -> int:
        return operations.create_staff(
            f"{name}@staff.example",
            legal_name=f"{name} Officer",
            born_on=date(1980, 5, 17),
            roles=roles,
            at=AT,
        ).pk

    return make


@pytest.fixture
def member(db: None) -> Callable[..., tuple[int, int]]:
    """Register a member; the member's and the account's number."""

    def make(name: str = "Ann Fletcher", user_id: int | None = None) -> tuple[int, int]:
        email = f"{name.split()[0].lower()}@member.example"
        user = user_id or User.objects.create_user(email).pk
        order = RegisterOrder(
            key("register", name), MemberKind.PERSON, name, "DE", AT, user, date(1980, 5, 17)
        )
        (outcome,) = operations.register_members([order])
        assert outcome.member_id is not None
        return outcome.member_id, user

    return make
