"""People that the tests of this room meet."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tuppence.ledger.ids import derive_id
from tuppence.members import operations
from tuppence.members.identity import DecideOrder, SubmitOrder
from tuppence.members.models import User
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    """The moment at which things happen in these tests."""
    return AT


@pytest.fixture
def staff(db: None) -> Callable[..., User]:
    """Make a member of staff: `staff("ann", Role.FINANCE_OFFICER)`; one name is one human."""

    def make(name: str, *roles: Role, person: str | None = None) -> User:
        return operations.create_staff(
            f"{name}@staff.example",
            legal_name=f"{person or name} Officer",
            born_on=date(1980, 5, 17),
            roles=roles,
            at=AT,
        )

    return make


@pytest.fixture
def order() -> Callable[..., RegisterOrder]:
    """An order to register a person; any field may be said."""

    def make(name: str = "Ann Fletcher", **fields: object) -> RegisterOrder:
        values: dict[str, object] = {
            "key": derive_id("test.register", name),
            "kind": MemberKind.PERSON,
            "legal_name": name,
            "country": "DE",
            "at": AT,
            "born_on": date(1990, 2, 28),
        }
        return RegisterOrder(**(values | fields))  # type: ignore[arg-type]

    return make


@pytest.fixture
def member(db: None, order: Callable[..., RegisterOrder]) -> Callable[..., int]:
    """Register a member and say its number; any field of the order may be said."""

    def make(name: str = "Ann Fletcher", **fields: object) -> int:
        (outcome,) = operations.register_members([order(name, **fields)])
        assert outcome.member_id is not None
        return outcome.member_id

    return make


@pytest.fixture
def verified(member: Callable[..., int], staff: Callable[..., User]) -> Callable[..., int]:
    """Register a member and pass it through the identity queue."""

    def make(name: str = "Ann Fletcher", **fields: object) -> int:
        member_id = member(name, **fields)
        (asked,) = operations.submit_identity([SubmitOrder(key("submit", name), member_id, AT)])
        assert asked.check_id is not None
        officer = staff("verifier", Role.COMPLIANCE_OFFICER)
        yes = DecideOrder(key("decide", name), asked.check_id, True, AT)
        operations.decide_identity([yes], by=officer.pk)
        return member_id

    return make


def key(*parts: str | int) -> UUID:
    """The key of an order of these tests."""
    return derive_id("test", *parts)
