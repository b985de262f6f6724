"""Become a member: a row, two accounts in the money book, a payment reference, an event."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection, transaction

from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.operations import open_accounts
from tuppence.ledger.transfers import AccountKey
from tuppence.members import queries
from tuppence.members.naming import clean_name, name_key, pseudonym
from tuppence.members.payment_reference import payment_reference
from tuppence.members.registration import (
    MemberKind,
    RegisterOrder,
    RegisterStatus,
    Registration,
    decide_registrations,
)
from tuppence.postgres import bulk

COLUMNS = (
    "id",
    "key",
    "kind",
    "user_id",
    "pseudonym",
    "legal_name",
    "name_key",
    "country",
    "born_on",
    "registration_number",
    "payment_reference",
    "joined_at",
    "sophisticated",
)
ACCOUNT_KINDS = (AccountKind.MEMBER_AVAILABLE, AccountKind.MEMBER_RESERVED)


@transaction.atomic
def register_members(orders: Sequence[RegisterOrder]) -> list[Registration]:
    """Register a batch; one outcome an order, in order. A repeated key gets its first member.

    One batch after another: registrations wait for each other, so that a key or a user used twice
    at once is seen.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('members.register'))")
    known = queries.known_for_registration(orders)
    statuses = decide_registrations(orders, known)
    fresh = [
        order
        for order, status in zip(orders, statuses, strict=True)
        if status is RegisterStatus.REGISTERED
    ]
    ids = dict(zip((order.key for order in fresh), new_member_ids(len(fresh)), strict=True))
    write(fresh, [ids[order.key] for order in fresh])
    ids |= {key: member.member_id for key, member in known.existing.items()}
    return [outcome(o, s, ids.get(o.key)) for o, s in zip(orders, statuses, strict=True)]


def outcome(order: RegisterOrder, status: RegisterStatus, member_id: int | None) -> Registration:
    """What the caller is told; a refused order has no member."""
    if member_id is None or status not in {RegisterStatus.REGISTERED, RegisterStatus.EXISTS}:
        return Registration(order.key, status)
    return Registration(order.key, status, member_id, payment_reference(member_id))


def new_member_ids(count: int) -> list[int]:
    """Fresh member numbers: the reference and the pseudonym of a row follow from its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('members_member', 'id'))"
            " FROM generate_series(1, %s)",
            [count],
        )
        return [row[0] for row in cursor]


def write(orders: Sequence[RegisterOrder], member_ids: Sequence[int]) -> None:
    """Rows, representations, ledger accounts and events of new members."""
    if not orders:
        return
    rows = [row_of(o, i) for o, i in zip(orders, member_ids, strict=True)]
    bulk.copy_rows("members_member", COLUMNS, rows)
    bulk.copy_rows(
        "members_representation",
        ("user_id", "member_id", "legal_name", "born_on", "starts_at"),
        [
            (
                *(order.user_id, member_id, representative_name(order)),
                *(order.representative_born_on, order.at),
            )
            for order, member_id in zip(orders, member_ids, strict=True)
            if order.kind is MemberKind.ORGANISATION and order.user_id is not None
        ],
    )
    currency = settings.TUPPENCE_CURRENCY
    keys = [AccountKey(kind, owner, currency) for owner in member_ids for kind in ACCOUNT_KINDS]
    open_accounts(keys, at=orders[0].at)
    record(
        [
            Event(
                "member.registered",
                order.at,
                member_id=member_id,
                subject_kind="member",
                subject_id=member_id,
                properties={"kind": order.kind.value},
            )
            for order, member_id in zip(orders, member_ids, strict=True)
        ]
    )


def representative_name(order: RegisterOrder) -> str:
    """The clean name of who represents an organisation, or nothing where none was said."""
    return clean_name(order.representative_name) if order.representative_name else ""


def row_of(order: RegisterOrder, member_id: int) -> tuple[object, ...]:
    """One row, in the order of `COLUMNS`."""
    legal_name = clean_name(order.legal_name)
    is_person = order.kind is MemberKind.PERSON
    return (
        member_id,
        order.key,
        order.kind.value,
        order.user_id if is_person else None,
        pseudonym(member_id),
        legal_name,
        name_key(legal_name),
        order.country,
        order.born_on,
        order.registration_number,
        payment_reference(member_id),
        order.at,
        False,
    )
