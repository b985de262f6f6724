"""Becoming a member: the decision as a table, and what a batch leaves in the database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.queries import account_ids
from tuppence.ledger.transfers import AccountKey
from tuppence.members import operations, queries
from tuppence.members.models import Member, Representation, User
from tuppence.members.payment_reference import payment_reference
from tuppence.members.registration import (
    Known,
    MemberKind,
    Registered,
    RegisterOrder,
    RegisterStatus,
    decide_registrations,
    is_adult,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORDER = RegisterOrder(
    key=UUID(int=1),
    kind=MemberKind.PERSON,
    legal_name="Ann Fletcher",
    country="DE",
    at=AT,
    user_id=7,
    born_on=date(1990, 2, 28),
)
FIRM = replace(
    ORDER,
    kind=MemberKind.ORGANISATION,
    legal_name="Mill & Sons",
    born_on=None,
    registration_number="HRB 12345",
)
KNOWN = Known(user_ids=frozenset({7, 8}), users_with_member=frozenset({8}))


@pytest.mark.parametrize(
    ("order", "status"),
    [
        (ORDER, RegisterStatus.REGISTERED),
        (replace(ORDER, born_on=None), RegisterStatus.REGISTERED),  # asked for later
        (replace(ORDER, user_id=None), RegisterStatus.REGISTERED),  # an imported member
        (FIRM, RegisterStatus.REGISTERED),
        (replace(FIRM, user_id=8), RegisterStatus.REGISTERED),  # who is a member may represent
        (replace(ORDER, legal_name="", country="de"), RegisterStatus.NAME_NOT_ALLOWED),
        (replace(ORDER, legal_name="Ann\x00"), RegisterStatus.NAME_NOT_ALLOWED),
        (replace(ORDER, legal_name="\u202enilrebO"), RegisterStatus.NAME_NOT_ALLOWED),
        (replace(ORDER, country="de"), RegisterStatus.COUNTRY_UNKNOWN),
        (replace(ORDER, country="ＤＥ"), RegisterStatus.COUNTRY_UNKNOWN),
        (replace(ORDER, born_on=date(2030, 1, 1)), RegisterStatus.BIRTH_DATE_IMPOSSIBLE),
        (replace(ORDER, born_on=date(1850, 1, 1)), RegisterStatus.BIRTH_DATE_IMPOSSIBLE),
        (replace(ORDER, born_on=date(2008, 3, 3)), RegisterStatus.TOO_YOUNG),  # 18 tomorrow
        (replace(ORDER, born_on=date(2008, 3, 2)), RegisterStatus.REGISTERED),  # 18 today
        (replace(FIRM, registration_number=""), RegisterStatus.REGISTRATION_NUMBER_MISSING),
        (
            replace(FIRM, registration_number="x\x00"),
            RegisterStatus.REGISTRATION_NUMBER_NOT_ALLOWED,
        ),
        (
            replace(FIRM, representative_name="\x00"),
            RegisterStatus.REPRESENTATIVE_NOT_ALLOWED,
        ),
        (replace(FIRM, representative_born_on=date(2015, 1, 1)), RegisterStatus.TOO_YOUNG),
        (replace(ORDER, user_id=9), RegisterStatus.USER_NOT_FOUND),
        (replace(ORDER, user_id=8), RegisterStatus.USER_HAS_MEMBER),
    ],
)
def test_first_failed_check_is_named(order: RegisterOrder, status: RegisterStatus) -> None:
    assert decide_registrations([order], KNOWN) == [status]


def test_a_repeated_key_comes_before_every_other_check() -> None:
    first = Registered(5, MemberKind.PERSON, "Ann Fletcher", "DE", date(1990, 2, 28), "", "")
    known = replace(KNOWN, existing={ORDER.key: first}, users_with_member=frozenset({7}))
    changed = replace(ORDER, country="AT")
    assert decide_registrations([ORDER, changed], known) == [
        RegisterStatus.EXISTS,
        RegisterStatus.EXISTS_WITH_DIFFERENT_FIELDS,
    ]


def test_a_batch_sees_its_own_earlier_orders() -> None:
    again = replace(ORDER, key=UUID(int=2))
    assert decide_registrations([ORDER, ORDER, again], KNOWN) == [
        RegisterStatus.REGISTERED,
        RegisterStatus.EXISTS,
        RegisterStatus.USER_HAS_MEMBER,
    ]


@pytest.mark.parametrize(
    ("born_on", "on", "adult"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        (date(2007, 12, 31), date(2026, 1, 1), True),
        (date(2008, 12, 31), date(2026, 1, 1), False),
    ],
)
def test_of_age_on_the_birthday(born_on: date, on: date, adult: bool) -> None:
    assert is_adult(born_on, on=on) is adult


@pytest.mark.django_db
def test_a_member_has_two_accounts_a_reference_and_an_event(
    order: Callable[..., RegisterOrder],
) -> None:
    (outcome,) = operations.register_members([order()])
    assert outcome.member_id is not None
    member = Member.objects.get(id=outcome.member_id)
    keys = [
        AccountKey(kind, member.pk, "EUR")
        for kind in (AccountKind.MEMBER_AVAILABLE, AccountKind.MEMBER_RESERVED)
    ]
    assert set(account_ids(keys)) == set(keys)
    assert member.payment_reference == outcome.payment_reference == payment_reference(member.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT verb, at, properties FROM events_event")
        (verb, when, _properties), *others = cursor.fetchall()
    assert (verb, when, others) == ("member.registered", AT, [])


@pytest.mark.django_db
def test_a_repeated_batch_gives_the_same_members(order: Callable[..., RegisterOrder]) -> None:
    orders = [order("Ann Fletcher"), order("Bo Miller"), order("Bad\x00")]
    first = operations.register_members(orders)
    again = operations.register_members(orders)
    assert [o.member_id for o in first] == [o.member_id for o in again]
    assert [o.status for o in again] == [
        RegisterStatus.EXISTS,
        RegisterStatus.EXISTS,
        RegisterStatus.NAME_NOT_ALLOWED,
    ]
    assert Member.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 300])
def test_registering_costs_the_same_queries_at_any_size(
    size: int, order: Callable[..., RegisterOrder], django_assert_max_num_queries: Callable
) -> None:
    operations.register_members([order("first")])
    orders = [order(key=derive_id("test", number)) for number in range(size)]
    with django_assert_max_num_queries(12):
        operations.register_members(orders)
    assert Member.objects.count() == size + 1
    assert Member.objects.values("pseudonym").distinct().count() == size + 1


@pytest.mark.django_db
def test_a_user_acts_for_the_organisation_it_registered(
    order: Callable[..., RegisterOrder],
) -> None:
    user = User.objects.create_user("Ann@Example.com")
    person, firm = operations.register_members(
        [
            order(user_id=user.pk),
            order(
                "Mill & Sons",
                kind=MemberKind.ORGANISATION,
                registration_number="HRB 1",
                born_on=None,
                user_id=user.pk,
            ),
        ]
    )
    assert queries.acts_for(user.pk, at=AT) == {person.member_id, firm.member_id}
    Representation.objects.update(ends_at=AT)
    assert queries.acts_for(user.pk, at=AT) == {person.member_id}
    assert queries.ties_of(user.pk) == {person.member_id, firm.member_id}


@pytest.mark.django_db(transaction=True)
def test_one_order_sent_eight_times_at_once_makes_one_member(
    order: Callable[..., RegisterOrder],
) -> None:
    user = User.objects.create_user("ann@example.com")
    barrier = Barrier(8)

    def register(number: int) -> RegisterStatus:
        try:
            barrier.wait()
            key = ORDER.key if number % 2 else UUID(int=100 + number)
            return operations.register_members([order(key=key, user_id=user.pk)])[0].status
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(register, range(8)))
    assert statuses.count(RegisterStatus.REGISTERED) == 1
    assert set(statuses) <= {
        RegisterStatus.REGISTERED,
        RegisterStatus.EXISTS,
        RegisterStatus.USER_HAS_MEMBER,
    }
    assert Member.objects.count() == 1
    (member_id,) = Member.objects.values_list("id", flat=True)
    keys = [AccountKey(AccountKind.MEMBER_AVAILABLE, member_id, "EUR")]
    assert len(account_ids(keys)) == 1
