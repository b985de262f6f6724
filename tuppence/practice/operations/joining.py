"""Let inhabitants become members: register, be verified, name an account, take the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings

from tuppence import platform
from tuppence.ledger.ids import derive_id
from tuppence.members.bank_account import AddOrder, VerifyOrder
from tuppence.members.identity import DecideOrder, Reason, SubmitOrder
from tuppence.members.models import User
from tuppence.members.operations import (
    add_bank_accounts,
    decide_identity,
    record_suitability,
    register_members,
    submit_identity,
    verify_bank_accounts,
)
from tuppence.members.registration import RegisterOrder
from tuppence.members.suitability import SuitabilityKind, SuitabilityOrder, net_worth_minor
from tuppence.practice.operations.opening import Office
from tuppence.practice.people import Inhabitant, Part

REFUSED_EVERY = 3  # of those who only look, so many are still waiting for each one refused


@dataclass(frozen=True, slots=True)
class Joined:
    """An inhabitant as a member."""

    member_id: int
    user_id: int
    payment_reference: str


def join(people: Sequence[Inhabitant], office: Office, *, at: datetime) -> dict[int, Joined]:
    """Make these people members and verify them, each step as one batch; by their numbers.

    Those who only look stay in the identity queue, or are refused there.
    """
    if not people:
        return {}
    members = _register(people, office, at=at)
    _verify(people, members, office, at=at + timedelta(hours=2))
    settled = [person for person in people if person.part is not Part.LOOKS]
    _name_accounts(settled, members, office, at=at + timedelta(hours=3))
    lenders = [person for person in settled if person.part is Part.LENDS]
    _take_tests(lenders, members, at=at + timedelta(hours=4))
    return members


def key_of(what: str, person: Inhabitant) -> UUID:
    """The key of an inhabitant's order."""
    return derive_id("practice", what, person.number)


def _register(people: Sequence[Inhabitant], office: Office, *, at: datetime) -> dict[int, Joined]:
    users = User.objects.bulk_create(
        User(email=person.email, password=office.password_hash) for person in people
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    outcomes = register_members(
        [
            RegisterOrder(
                key=key_of("register", person),
                kind=person.kind,
                legal_name=person.legal_name,
                country=person.country,
                at=at,
                user_id=user.pk,
                born_on=person.born_on,
                registration_number=person.registration_number,
                representative_name=person.representative_name,
                representative_born_on=person.representative_born_on,
            )
            for person, user in zip(people, users, strict=True)
        ]
    )
    members = {}
    for person, user, outcome in zip(people, users, outcomes, strict=True):
        assert outcome.member_id is not None, f"{person.legal_name}: {outcome.status}"
        members[person.number] = Joined(outcome.member_id, user.pk, outcome.payment_reference)
    return members


def _verify(
    people: Sequence[Inhabitant], members: Mapping[int, Joined], office: Office, *, at: datetime
) -> None:
    asked = submit_identity(
        [
            SubmitOrder(
                key_of("identity", person),
                members[person.number].member_id,
                at,
                by=members[person.number].user_id,
            )
            for person in people
        ]
    )
    decisions = []
    for person, submission in zip(people, asked, strict=True):
        assert submission.check_id is not None, submission.status
        if person.part is Part.LOOKS and person.number % REFUSED_EVERY:
            continue  # still in the queue
        approve = person.part is not Part.LOOKS
        reasons = () if approve else (Reason.DOCUMENT_UNREADABLE,)
        decisions.append(
            DecideOrder(
                key_of("verdict", person),
                submission.check_id,
                approve,
                at + timedelta(minutes=30),
                reasons=reasons,
            )
        )
    decide_identity(decisions, by=office.compliance)


def _name_accounts(
    people: Sequence[Inhabitant], members: Mapping[int, Joined], office: Office, *, at: datetime
) -> None:
    named = add_bank_accounts(
        [
            AddOrder(
                key=key_of("account", person),
                member_id=members[person.number].member_id,
                iban=person.iban,
                holder_name=person.legal_name,
                at=at,
                by=members[person.number].user_id,
            )
            for person in people
        ]
    )
    orders = []
    for addition in named:
        assert addition.bank_account_id is not None, addition.status
        orders.append(VerifyOrder(addition.bank_account_id, at + timedelta(minutes=20)))
    verify_bank_accounts(orders, by=office.finance)


def _take_tests(
    people: Sequence[Inhabitant], members: Mapping[int, Joined], *, at: datetime
) -> None:
    book = platform.rulebook(platform.business_day(at))
    most = book.test.points_max if book.test else 0
    least = book.test.pass_mark if book.test else 0
    orders = []
    for person in people:
        for kind in (
            SuitabilityKind.KNOWLEDGE_TEST,
            SuitabilityKind.LOSS_SIMULATION,
            SuitabilityKind.WARNING,
        ):
            is_test = kind is SuitabilityKind.KNOWLEDGE_TEST
            is_simulation = kind is SuitabilityKind.LOSS_SIMULATION
            orders.append(
                SuitabilityOrder(
                    key=key_of(f"suitability.{kind}", person),
                    member_id=members[person.number].member_id,
                    kind=kind,
                    passed=True,
                    rulebook=settings.TUPPENCE_RULEBOOK,
                    rulebook_version=book.head.dated.isoformat(),
                    at=at,
                    score=least + person.number % (most - least + 1) if is_test else None,
                    score_max=most if is_test else None,
                    net_worth_minor=worth_minor(person) if is_simulation else None,
                    currency=platform.currency() if is_simulation else "",
                )
            )
    record_suitability(orders)


def worth_minor(person: Inhabitant) -> int:
    """The net worth that an inhabitant tells of, in minor units."""
    return net_worth_minor(
        annual_income_minor=person.income_minor,
        liquid_assets_minor=person.assets_minor,
        annual_commitments_minor=person.commitments_minor,
    )
