"""Who may become a member, and what stands in the way."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tuppence.members.naming import PersonNameError, clean_name

ADULT_YEARS = 18
OLDEST_BIRTH = date(1900, 1, 1)
COUNTRY = re.compile(r"[A-Z]{2}")
REGISTRATION_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./\-]{0,38}[0-9A-Za-z]")


class MemberKind(StrEnum):
    """What a member is in law."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class RegisterOrder:
    """Somebody becomes a member.

    `user_id` is the account of the person, or of who represents the organisation; none for a
    member that nobody signs in for (an imported book).
    """

    key: UUID
    kind: MemberKind
    legal_name: str
    country: str  # ISO 3166-1, two letters
    at: datetime
    user_id: int | None = None
    born_on: date | None = None
    registration_number: str = ""
    representative_name: str = ""  # of an organisation: who stands behind `user_id`
    representative_born_on: date | None = None


class RegisterStatus(StrEnum):
    """What became of a registration; the first failed check is named."""

    REGISTERED = "registered"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NAME_NOT_ALLOWED = "name_not_allowed"
    COUNTRY_UNKNOWN = "country_unknown"
    BIRTH_DATE_IMPOSSIBLE = "birth_date_impossible"
    TOO_YOUNG = "too_young"
    REGISTRATION_NUMBER_MISSING = "registration_number_missing"
    REGISTRATION_NUMBER_NOT_ALLOWED = "registration_number_not_allowed"
    REPRESENTATIVE_NOT_ALLOWED = "representative_not_allowed"
    USER_NOT_FOUND = "user_not_found"
    USER_HAS_MEMBER = "user_has_member"


@dataclass(frozen=True, slots=True)
class Registered:
    """A member that stands already, as far as a repeated order is compared with it."""

    member_id: int
    kind: MemberKind
    legal_name: str
    country: str
    born_on: date | None
    registration_number: str
    payment_reference: str


@dataclass(frozen=True, slots=True)
class Registration:
    """What became of one order."""

    key: UUID
    status: RegisterStatus
    member_id: int | None = None
    payment_reference: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the decision has to know of the rows there are."""

    existing: Mapping[UUID, Registered] = field(default_factory=dict)
    user_ids: frozenset[int] = frozenset()
    users_with_member: frozenset[int] = frozenset()


def decide_registrations(orders: Sequence[RegisterOrder], known: Known) -> list[RegisterStatus]:
    """One status an order, in order; an earlier order of the batch counts for a later one."""
    statuses: list[RegisterStatus] = []
    taken = set(known.users_with_member)
    fresh: dict[UUID, RegisterOrder] = {}
    for order in orders:
        if order.key in fresh:
            status = repeated(same=fresh[order.key] == order)
        else:
            status = decide_registration(order, known, taken)
        if status is RegisterStatus.REGISTERED:
            fresh[order.key] = order
            if order.kind is MemberKind.PERSON and order.user_id is not None:
                taken.add(order.user_id)
        statuses.append(status)
    return statuses


def decide_registration(order: RegisterOrder, known: Known, taken: set[int]) -> RegisterStatus:
    """Whether one order makes a member; the repeated key comes first, then the cheap checks."""
    if order.key in known.existing:
        return repeated(same=is_same(order, known.existing[order.key]))
    refusal = refused_fields(order)
    if refusal is not None:
        return refusal
    if order.user_id is not None and order.user_id not in known.user_ids:
        return RegisterStatus.USER_NOT_FOUND
    if order.kind is MemberKind.PERSON and order.user_id in taken:
        return RegisterStatus.USER_HAS_MEMBER
    return RegisterStatus.REGISTERED


def repeated(*, same: bool) -> RegisterStatus:
    """The answer to a key that was used before."""
    return RegisterStatus.EXISTS if same else RegisterStatus.EXISTS_WITH_DIFFERENT_FIELDS


def is_same(order: RegisterOrder, member: Registered) -> bool:
    """Whether a repeated order says what the first one said."""
    return is_name(order.legal_name) and (
        order.kind,
        clean_name(order.legal_name),
        order.country,
        order.born_on,
        order.registration_number,
    ) == (
        member.kind,
        member.legal_name,
        member.country,
        member.born_on,
        member.registration_number,
    )


def refused_fields(order: RegisterOrder) -> RegisterStatus | None:
    """The first field that cannot stand, if any."""
    if not is_name(order.legal_name):
        return RegisterStatus.NAME_NOT_ALLOWED
    if not COUNTRY.fullmatch(order.country):
        return RegisterStatus.COUNTRY_UNKNOWN
    if order.kind is MemberKind.PERSON:
        return refused_birth(order.born_on, on=order.at.date())
    if not order.registration_number:
        return RegisterStatus.REGISTRATION_NUMBER_MISSING
    if not REGISTRATION_NUMBER.fullmatch(order.registration_number):
        return RegisterStatus.REGISTRATION_NUMBER_NOT_ALLOWED
    if order.representative_name and not is_name(order.representative_name):
        return RegisterStatus.REPRESENTATIVE_NOT_ALLOWED
    return refused_birth(order.representative_born_on, on=order.at.date())


def refused_birth(born_on: date | None, *, on: date) -> RegisterStatus | None:
    """Members are of age. A missing date is asked for before the identity check."""
    if born_on is None:
        return None
    if not OLDEST_BIRTH <= born_on <= on:
        return RegisterStatus.BIRTH_DATE_IMPOSSIBLE
    return None if is_adult(born_on, on=on) else RegisterStatus.TOO_YOUNG


def is_adult(born_on: date, *, on: date) -> bool:
    """Whether somebody has had the 18th birthday; who was born on 29 February has it on 1 March.

    >>> is_adult(date(2008, 2, 29), on=date(2026, 2, 28))
    False
    """
    return (on.year - born_on.year, (on.month, on.day)) >= (
        ADULT_YEARS,
        (born_on.month, born_on.day),
    ) or on.year - born_on.year > ADULT_YEARS


def is_name(text: str) -> bool:
    """Whether a text can be a legal name."""
    try:
        clean_name(text)
    except PersonNameError:
        return False
    return True
