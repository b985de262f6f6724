"""Lists cost as many queries whatever they hold."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.conftest import Person
from tests.web.staff.conftest import ask, browser, newcomer
from tuppence.lending.models import Application
from tuppence.members.models import User
from tuppence.members.roles import Role

LISTS = (
    *("/staff/applications/", "/staff/listings/", "/staff/loans/", "/staff/members/"),
    *("/staff/identity/", "/staff/bank-accounts/", "/staff/withdrawals/", "/staff/audit/"),
    *("/staff/books/accounts/?kind=member_available", "/staff/people/"),
)


def queries_of(client: Client) -> dict[str, int]:
    """How many queries each list takes."""
    found = {}
    for path in LISTS:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(path).status_code == 200
        found[path] = len(captured)
    return found


@pytest.mark.django_db
def test_lists_cost_the_same_at_any_size(
    staff: Callable[..., User],
    member: Callable[..., Person],
    approved: Callable[..., tuple[Application, Person]],
    listing: Callable[..., int],
    loan: Callable[..., object],
    desk: object,
) -> None:
    everybody = browser(staff("everybody", *Role))

    def grow(tag: str) -> None:
        newcomer(f"{tag.capitalize()} Newcomer")
        ask(member(f"{tag}lena", 500_00), 20_00)
        approved(f"{tag}bob")
        listing(f"{tag}bill")
        loan(f"{tag}berta")

    grow("one")
    everybody.get("/staff/")
    before = queries_of(everybody)
    grow("two")
    grow("three")
    assert queries_of(everybody) == before
