"""The identity queue: the decision as a table, and what a verdict leaves behind."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from tuppence.ledger.ids import derive_id
from tuppence.members import operations, queries
from tuppence.members.identity import (
    Case,
    Decided,
    DecideOrder,
    Decider,
    DecideStatus,
    Finding,
    IdentityRequest,
    MarkKind,
    Reason,
    Standing,
    SubmitOrder,
    SubmitStatus,
    Verdict,
    decide_check,
    decide_submission,
)
from tuppence.members.models import AuditEntry, IdentityDecision, Member, User
from tuppence.members.operations.providers import providers
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.members.roles import Role

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CASE = Case(
    check_id=1,
    member_id=5,
    provider="staff",
    is_person=True,
    born_on=date(1990, 2, 28),
    blocked=False,
    people=frozenset({"ann"}),
)
OFFICER = Decider(user_id=9, permitted=True)
YES = DecideOrder(key=UUID(int=1), check_id=1, approve=True, at=AT)
NO = replace(YES, approve=False, reasons=(Reason.DOCUMENT_EXPIRED,))
ROBOT = Decider(user_id=None, permitted=False, provider="robot")


@pytest.mark.parametrize(
    ("order", "case", "decider", "status"),
    [
        (YES, CASE, OFFICER, DecideStatus.APPROVED),
        (NO, CASE, OFFICER, DecideStatus.REFUSED),
        (replace(NO, reasons=()), CASE, OFFICER, DecideStatus.REASON_MISSING),
        (replace(YES, remark="\x00"), CASE, OFFICER, DecideStatus.REMARK_NOT_ALLOWED),
        (YES, None, OFFICER, DecideStatus.CHECK_NOT_FOUND),
        (YES, CASE, replace(OFFICER, permitted=False), DecideStatus.NOT_PERMITTED),
        (YES, CASE, replace(OFFICER, acts_for=frozenset({5})), DecideStatus.OWN_CASE),
        (YES, CASE, replace(OFFICER, identity_key="ann"), DecideStatus.OWN_CASE),
        (YES, CASE, ROBOT, DecideStatus.NOT_PERMITTED),  # not its own check
        (YES, replace(CASE, provider="robot"), ROBOT, DecideStatus.APPROVED),
        (YES, CASE, replace(ROBOT, provider="staff"), DecideStatus.NOT_PERMITTED),
        (YES, replace(CASE, blocked=True), OFFICER, DecideStatus.BLOCKED),
        (NO, replace(CASE, blocked=True), OFFICER, DecideStatus.REFUSED),
        (YES, replace(CASE, born_on=None), OFFICER, DecideStatus.BIRTH_DATE_MISSING),
        (YES, replace(CASE, born_on=None, is_person=False), OFFICER, DecideStatus.APPROVED),
        (YES, replace(CASE, born_on=None, signs_in=False), OFFICER, DecideStatus.APPROVED),
        (
            YES,
            replace(CASE, marks=frozenset({(MarkKind.SANCTIONS, Finding.POSSIBLE)})),
            OFFICER,
            DecideStatus.MARK_STANDS,
        ),
        (
            YES,
            replace(CASE, marks=frozenset({(MarkKind.SANCTIONS, Finding.CLEAR)})),
            OFFICER,
            DecideStatus.APPROVED,
        ),
        (
            YES,
            replace(CASE, decision=Decided(UUID(int=2), True, ())),
            OFFICER,
            DecideStatus.ALREADY_DECIDED,
        ),
        (YES, replace(CASE, decision=Decided(YES.key, True, ())), OFFICER, DecideStatus.EXISTS),
        (
            NO,
            replace(CASE, decision=Decided(YES.key, True, ())),
            OFFICER,
            DecideStatus.EXISTS_WITH_DIFFERENT_FIELDS,
        ),
    ],
)
def test_first_failed_check_is_named(
    order: DecideOrder, case: Case | None, decider: Decider, status: DecideStatus
) -> None:
    assert decide_check(order, case, decider) is status


@pytest.mark.parametrize(
    ("standing", "status"),
    [
        (None, SubmitStatus.MEMBER_NOT_FOUND),
        (Standing(verified=True, blocked=True, waiting=True), SubmitStatus.BLOCKED),
        (Standing(verified=True, blocked=False, waiting=True), SubmitStatus.ALREADY_VERIFIED),
        (Standing(verified=False, blocked=False, waiting=True), SubmitStatus.ALREADY_WAITING),
        (Standing(verified=False, blocked=False, waiting=False), SubmitStatus.SUBMITTED),
    ],
)
def test_who_may_ask(standing: Standing | None, status: SubmitStatus) -> None:
    assert decide_submission(standing) is status


# --- In the database ---------------------------------------------------------------------------
def submit(member_id: int, *, name: str = "one", provider: str = "staff") -> int:
    (outcome,) = operations.submit_identity(
        [SubmitOrder(derive_id("test.submit", name), member_id, AT, provider=provider)]
    )
    assert outcome.status is SubmitStatus.SUBMITTED and outcome.check_id is not None
    return outcome.check_id


def decide(check_id: int, by: User, *, approve: bool = True, name: str = "one") -> DecideStatus:
    reasons = () if approve else (Reason.NAME_DIFFERS,)
    order = DecideOrder(derive_id("test.decide", name), check_id, approve, AT, reasons=reasons)
    return operations.decide_identity([order], by=by.pk)[0].status


@pytest.fixture
def officer(staff: Callable[..., User]) -> User:
    return staff("connie", Role.COMPLIANCE_OFFICER)


@pytest.mark.django_db
def test_a_yes_verifies_the_member_and_ties_the_account_to_a_person(
    member: Callable[..., int], officer: User
) -> None:
    user = User.objects.create_user("ann@example.com")
    member_id = member(user_id=user.pk)
    check_id = submit(member_id)
    assert [row.id for row in queries.identity_queue()] == [check_id]
    assert decide(check_id, officer) is DecideStatus.APPROVED
    assert queries.identity_queue() == []
    assert Member.objects.get(id=member_id).verified_at == AT
    user.refresh_from_db()
    assert user.human_id is not None
    assert decide(check_id, officer) is DecideStatus.EXISTS
    assert decide(check_id, officer, name="two") is DecideStatus.ALREADY_DECIDED
    trail = AuditEntry.objects.filter(action="identity.decide").order_by("id")
    assert [row.outcome for row in trail] == ["approved", "exists", "already_decided"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT verb FROM events_event ORDER BY id")
        verbs = [row[0] for row in cursor]
    assert verbs == ["member.registered", "member.identity_submitted", "member.verified"]


@pytest.mark.django_db
def test_after_a_no_the_member_may_ask_again(member: Callable[..., int], officer: User) -> None:
    member_id = member()
    check_id = submit(member_id)
    assert decide(check_id, officer, approve=False) is DecideStatus.REFUSED
    assert Member.objects.get(id=member_id).verified_at is None
    assert submit(member_id, name="again") != check_id


@pytest.mark.django_db
def test_two_accounts_of_one_person_are_one_human(
    member: Callable[..., int], officer: User
) -> None:
    users = [User.objects.create_user(f"{name}@example.com") for name in ("ann", "anna")]
    for user, name in zip(users, ("Ann Fletcher", "FLETCHER, Ann"), strict=True):
        member_id = member(name, user_id=user.pk)
        decide(submit(member_id, name=name), officer, name=name)
    humans = set(User.objects.filter(pk__in=[u.pk for u in users]).values_list("human", flat=True))
    assert len(humans) == 1 and None not in humans


@pytest.mark.django_db
def test_who_represents_an_organisation_is_known_once_it_is_verified(
    member: Callable[..., int], officer: User
) -> None:
    user = User.objects.create_user("ann@example.com")
    firm = member(
        "Mill & Sons",
        kind=MemberKind.ORGANISATION,
        registration_number="HRB 1",
        born_on=None,
        user_id=user.pk,
        representative_name="Ann Fletcher",
        representative_born_on=date(1990, 2, 28),
    )
    assert decide(submit(firm), officer) is DecideStatus.APPROVED
    user.refresh_from_db()
    assert user.human_id is not None
    page = queries.member_page(firm, frozenset())
    assert page is not None
    assert [row.legal_name for row in page.representatives] == ["Ann Fletcher"]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(MemberKind))
def test_a_second_account_of_the_officer_is_an_own_case(
    kind: MemberKind, member: Callable[..., int], officer: User
) -> None:
    user = User.objects.create_user("second@example.com")
    person = ("Officer, CONNIE", date(1980, 5, 17))  # the officer, written the other way round
    fields: dict[str, object] = (
        {"name": person[0], "born_on": person[1]}
        if kind is MemberKind.PERSON
        else {
            "name": "Mill & Sons",
            "kind": kind,
            "registration_number": "HRB 1",
            "born_on": None,
            "representative_name": person[0],
            "representative_born_on": person[1],
        }
    )
    member_id = member(user_id=user.pk, **fields)
    assert decide(submit(member_id), officer) is DecideStatus.OWN_CASE
    assert member_id not in queries.ties_of(officer.pk)
    User.objects.filter(pk=user.pk).update(human_id=officer.human_id)
    assert member_id in queries.ties_of(officer.pk)


@pytest.mark.django_db
def test_only_compliance_decides_and_never_on_themselves(
    member: Callable[..., int], officer: User, staff: Callable[..., User]
) -> None:
    check_id = submit(member(user_id=officer.pk))
    found = [
        decide(check_id, officer),
        decide(check_id, staff("gus", Role.GROWTH_OPERATOR)),
        decide(check_id, staff("ada", Role.ADMINISTRATOR)),
        decide(check_id, User.objects.create_user("eve@example.com")),
    ]
    assert found == [DecideStatus.OWN_CASE] + [DecideStatus.NOT_PERMITTED] * 3
    assert not IdentityDecision.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 200])
def test_the_queue_costs_the_same_queries_at_any_size(
    size: int,
    order: Callable[..., RegisterOrder],
    officer: User,
    django_assert_max_num_queries: Callable,
) -> None:
    registered = operations.register_members([order(key=derive_id("test", n)) for n in range(size)])
    ids = [outcome.member_id for outcome in registered if outcome.member_id]
    with django_assert_max_num_queries(8):
        asked = operations.submit_identity(
            [SubmitOrder(derive_id("submit", i), i, AT) for i in ids]
        )
    orders = [
        DecideOrder(derive_id("decide", o.check_id or 0), o.check_id or 0, True, AT) for o in asked
    ]
    with django_assert_max_num_queries(18):
        operations.decide_identity(orders, by=officer.pk)
    assert Member.objects.filter(verified_at=AT).count() == size


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_wait_once(member: Callable[..., int]) -> None:
    member_id, barrier = member(), Barrier(4)

    def ask(number: int) -> SubmitStatus:
        try:
            barrier.wait()
            key = derive_id("test.submit", number)
            return operations.submit_identity([SubmitOrder(key, member_id, AT)])[0].status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(ask, range(4)))
    assert found == [SubmitStatus.ALREADY_WAITING] * 3 + [SubmitStatus.SUBMITTED]


@dataclass
class Robot:
    """A provider that knows every person but Bo."""

    name: str = "robot"
    seen: list[IdentityRequest] = field(default_factory=list)

    def submit(self, request: IdentityRequest) -> str:
        self.seen.append(request)
        return f"robot-{request.check_id}"

    def verdicts(self, references: Collection[str]) -> list[Verdict]:
        names = {f"robot-{request.check_id}": request.legal_name for request in self.seen}
        return [Verdict(r, not names[r].startswith("Bo")) for r in references if r in names]


@pytest.fixture
def robot() -> Iterator[Robot]:
    provider = Robot()
    operations.register_provider(provider)
    yield provider
    del providers["robot"]


@pytest.mark.django_db
def test_a_provider_plugs_in_behind_the_same_decision(
    member: Callable[..., int], robot: Robot
) -> None:
    ann, bo = member("Ann Fletcher"), member("Bo Miller")
    for member_id in (ann, bo):
        submit(member_id, name=str(member_id), provider="robot")
    assert queries.identity_queue() == []  # not a matter for staff
    assert (operations.hand_over("robot"), operations.hand_over("robot")) == (2, 0)
    found = operations.collect_verdicts("robot", at=AT)
    assert sorted(decision.status for decision in found) == ["approved", "refused"]
    assert operations.collect_verdicts("robot", at=AT) == []
    assert Member.objects.get(id=ann).verified_at == AT
    assert Member.objects.get(id=bo).verified_at is None
    assert queries.identity_checks(member_id=bo)[0].reasons == ("other",)
