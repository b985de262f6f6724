"""Four eyes: the decision as a table, and every way around it that somebody might try."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tuppence.ledger.ids import derive_id
from tuppence.members import operations
from tuppence.members.approvals import (
    JSON,
    Checker,
    Request,
    Status,
    Word,
    decide,
    payload_digest,
)
from tuppence.members.models import ApprovalDecision, ApprovalRequest, AuditEntry, User
from tuppence.members.operations.approvals import handlers
from tuppence.members.roles import Permission, Role

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REQUEST = Request(
    id=1,
    kind="test.kind",
    payload_hash="digest",
    made_by=10,
    maker_human_id=100,
    made_at=AT,
    expires_at=AT + timedelta(days=7),
    decided=False,
    member_id=5,
)
CHECKER = Checker(user_id=20, human_id=200, permitted=True)
YES = Word(approve=True, payload_hash="digest", reason="", at=AT)


@pytest.mark.parametrize(
    ("request_", "checker", "word", "status"),
    [
        (REQUEST, CHECKER, YES, Status.APPROVED),
        (REQUEST, CHECKER, replace(YES, approve=False, reason="no"), Status.REFUSED),
        (REQUEST, CHECKER, replace(YES, approve=False), Status.REASON_MISSING),
        (None, CHECKER, YES, Status.NOT_FOUND),
        (replace(REQUEST, decided=True), CHECKER, YES, Status.ALREADY_DECIDED),
        (REQUEST, CHECKER, replace(YES, at=REQUEST.expires_at), Status.EXPIRED),
        (
            REQUEST,
            CHECKER,
            replace(YES, at=REQUEST.expires_at - timedelta(seconds=1)),
            Status.APPROVED,
        ),
        (REQUEST, replace(CHECKER, permitted=False, user_id=10), YES, Status.NOT_PERMITTED),
        (REQUEST, replace(CHECKER, user_id=10, human_id=None), YES, Status.SAME_PERSON),
        (REQUEST, replace(CHECKER, human_id=None), YES, Status.PERSON_UNKNOWN),
        (replace(REQUEST, maker_human_id=None), CHECKER, YES, Status.PERSON_UNKNOWN),
        (REQUEST, replace(CHECKER, human_id=100), YES, Status.SAME_HUMAN),
        (REQUEST, replace(CHECKER, acts_for=frozenset({5})), YES, Status.OWN_CASE),
        (REQUEST, CHECKER, replace(YES, payload_hash="older"), Status.PAYLOAD_CHANGED),
    ],
)
def test_first_failed_check_is_named(
    request_: Request | None, checker: Checker, word: Word, status: Status
) -> None:
    assert decide(request_, checker, word) is status


values: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("abc中 \n\"'"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=8,
)
payloads = st.dictionaries(st.text("abc", max_size=3), values, max_size=4)


@given(payloads, payloads)
def test_a_digest_names_one_content(one: dict[str, JSON], other: dict[str, JSON]) -> None:
    same = repr(sorted(one.items())) == repr(sorted(other.items()))
    digests = payload_digest("kind", one), payload_digest("kind", other)
    assert (digests[0] == digests[1]) or not same
    assert digests[0] == payload_digest("kind", dict(reversed(one.items())))
    assert digests[0] != payload_digest("other", one)
    assert digests[0] != payload_digest("kind", one, 1)


@pytest.mark.parametrize(
    "payload", [{"a": 0.1}, {"a": [float("nan")]}, {"a": "\x00"}, {"a": {1: 2}}]
)
def test_a_payload_without_one_spelling_is_our_own_mistake(payload: dict) -> None:
    with pytest.raises(AssertionError):
        payload_digest("kind", payload)


# --- In the database ---------------------------------------------------------------------------
@pytest.fixture
def applied() -> Iterator[list[object]]:
    """A kind of request of its own; what its handler was given."""
    seen: list[object] = []

    def refuse(approved: operations.ApprovedRequest) -> None:
        seen.append(("refused", approved.id))

    @operations.approval_handler(
        "test.kind", permission=Permission.APPROVE_MANUAL_ENTRY, refuse=refuse
    )
    def apply(approved: operations.ApprovedRequest) -> None:
        if approved.payload.get("impossible"):
            raise operations.CannotApplyError("There is nothing left of it.")
        seen.append(approved)

    yield seen
    del handlers["test.kind"]


@pytest.fixture
def maker(staff: Callable[..., User]) -> User:
    return staff("mary", Role.FINANCE_OFFICER)


@pytest.fixture
def checker(staff: Callable[..., User]) -> User:
    return staff("carl", Role.FINANCE_OFFICER)


def ask(maker: User, **payload: JSON) -> ApprovalRequest:
    return operations.request_approval(
        "test.kind",
        payload or {"amount_minor": 100_00},
        made_by=maker.pk,
        at=AT,
        key=derive_id("test.ask"),
    )


def say(request: ApprovalRequest, by: User, **changed: object) -> Status:
    word: dict[str, object] = {
        "by": by.pk,
        "approve": True,
        "payload_hash": request.payload_hash,
        "reason": "",
        "at": AT,
    }
    return operations.decide_approval(request.pk, **(word | changed)).status  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_second_person_approves_and_it_is_done(applied: list, maker: User, checker: User) -> None:
    request = ask(maker)
    assert say(request, checker) is Status.APPROVED
    (approved,) = applied
    assert (approved.payload, approved.made_by, approved.decided_by) == (
        {"amount_minor": 100_00},
        maker.pk,
        checker.pk,
    )
    assert say(request, checker) is Status.ALREADY_DECIDED
    assert len(applied) == 1
    trail = AuditEntry.objects.filter(subject_kind="approval_request").order_by("id")
    assert [(row.action, row.outcome, row.user_id) for row in trail] == [
        ("approval.request", "asked", maker.pk),
        ("approval.decide", "approved", checker.pk),
        ("approval.decide", "already_decided", checker.pk),
    ]


@pytest.mark.django_db
def test_a_refusal_needs_a_reason_and_undoes_what_was_set_aside(
    applied: list, maker: User, checker: User
) -> None:
    request = ask(maker)
    assert say(request, checker, approve=False) is Status.REASON_MISSING
    assert say(request, checker, approve=False, reason="no\x00") is Status.REASON_MISSING
    assert say(request, checker, approve=False, reason="wrong payee") is Status.REFUSED
    assert applied == [("refused", request.pk)]
    assert say(request, checker) is Status.ALREADY_DECIDED


@pytest.mark.django_db
def test_every_way_around_is_refused_and_written_down(
    applied: list, maker: User, checker: User, staff: Callable[..., User]
) -> None:
    request = ask(maker)
    twin = staff("mary.two", Role.FINANCE_OFFICER, person="Mary")
    support = staff("sue", Role.SUPPORT)
    stranger = User.objects.create_user("nobody@example.com")
    gone = staff("gone", Role.FINANCE_OFFICER)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    stripped = staff("stan", Role.FINANCE_OFFICER)
    operations.remove_roles(stripped.pk, [Role.FINANCE_OFFICER], by=None, at=AT, why="moved")
    tries = [
        (say(request, maker), Status.SAME_PERSON),
        (say(request, twin), Status.SAME_HUMAN),
        (say(request, support), Status.NOT_PERMITTED),
        (say(request, stranger), Status.NOT_PERMITTED),
        (say(request, gone), Status.NOT_PERMITTED),
        (say(request, stripped), Status.NOT_PERMITTED),
        (say(request, checker, payload_hash="0" * 64), Status.PAYLOAD_CHANGED),
        (say(request, checker, at=request.expires_at), Status.EXPIRED),
    ]
    assert [got for got, _ in tries] == [wanted for _, wanted in tries]
    assert applied == []
    outcomes = AuditEntry.objects.filter(action="approval.decide").order_by("id")
    assert [row.outcome for row in outcomes] == [wanted.value for _, wanted in tries]


@pytest.mark.django_db
def test_nobody_approves_for_a_member_they_act_for(
    applied: list, maker: User, checker: User, member: Callable[..., int]
) -> None:
    own = member("Carl Officer", user_id=checker.pk)
    request = operations.request_approval(
        "test.kind", {"a": 1}, made_by=maker.pk, at=AT, key=derive_id("own"), member_id=own
    )
    assert say(request, checker) is Status.OWN_CASE
    assert applied == []


@pytest.mark.django_db
def test_a_request_that_cannot_be_carried_out_stays_open(
    applied: list, maker: User, checker: User
) -> None:
    request = ask(maker, impossible=True)
    assert say(request, checker) is Status.CANNOT_APPLY
    assert not ApprovalDecision.objects.exists()
    assert say(request, checker, approve=False, reason="void") is Status.REFUSED


@pytest.mark.django_db
def test_the_same_key_is_the_same_request(applied: list, maker: User, checker: User) -> None:
    assert ask(maker).pk == ask(maker).pk
    assert applied == []
    with pytest.raises(operations.ApprovalKeyReusedError):
        ask(maker, amount_minor=100_01)
    with pytest.raises(operations.ApprovalKeyReusedError):
        ask(checker)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE members_approvalrequest SET payload = '{\"amount_minor\": 1}'",
        "UPDATE members_approvalrequest SET made_by_id = made_by_id",
        "DELETE FROM members_approvalrequest",
        "TRUNCATE members_approvalrequest CASCADE",
        "UPDATE members_approvaldecision SET approved = false",
        "DELETE FROM members_approvaldecision",
        "UPDATE members_auditentry SET why = ''",
        "DELETE FROM members_auditentry",
        "TRUNCATE members_auditentry",
    ],
)
def test_history_is_not_changed_even_by_the_owner_of_the_tables(
    change: str, applied: list, maker: User, checker: User
) -> None:
    say(ask(maker), checker)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(change)
    assert ApprovalDecision.objects.get().approved


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ["maker", "twin", "forged maker", "other content", "too late"])
def test_the_table_itself_refuses_a_word_that_does_not_count(
    attack: str, applied: list, maker: User, checker: User, staff: Callable[..., User]
) -> None:
    request = ask(maker)
    twin = staff("mary.two", Role.FINANCE_OFFICER, person="Mary")
    row = {
        "request_id": request.pk,
        "approved": True,
        "payload_hash": request.payload_hash,
        "made_by_id": maker.pk,
        "decided_by_id": checker.pk,
        "decided_at": AT,
    }
    row |= {
        "maker": {"decided_by_id": maker.pk},
        "twin": {"decided_by_id": twin.pk},
        "forged maker": {"made_by_id": checker.pk, "decided_by_id": maker.pk},
        "other content": {"payload_hash": "0" * 64},
        "too late": {"decided_at": request.expires_at},
    }[attack]
    with pytest.raises(DatabaseError), transaction.atomic():
        ApprovalDecision.objects.create(**row)
    assert not ApprovalDecision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_do_it_once(
    applied: list, maker: User, checker: User, staff: Callable[..., User]
) -> None:
    other = staff("olga", Role.FINANCE_OFFICER)
    request = ask(maker)
    barrier = Barrier(4)

    def approve(by: User) -> Status:
        try:
            barrier.wait()
            return say(request, by)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(approve, [checker, other, checker, other]))
    assert sorted(found) == [Status.ALREADY_DECIDED] * 3 + [Status.APPROVED]
    assert len(applied) == 1
    assert ApprovalDecision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_app_role_cannot_touch_the_trail(
    applied: list, maker: User, checker: User, app_connection: psycopg.Connection
) -> None:
    say(ask(maker), checker)
    for attack in (
        "UPDATE members_auditentry SET why = ''",
        "DELETE FROM members_approvaldecision",
        "TRUNCATE members_auditentry",
        "ALTER TABLE members_auditentry DISABLE TRIGGER ALL",
        "DROP TABLE members_auditentry",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(psycopg.Error):
            app_connection.execute(attack)
    assert AuditEntry.objects.filter(action="approval.decide").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_approval_and_the_loss_of_the_right_to_it_come_one_after_the_other(
    applied: list, maker: User, checker: User
) -> None:
    """Either the word came first and counts, or the role was gone and it doesn't."""
    for number in range(5):
        operations.create_staff(
            checker.email,
            legal_name="carl Officer",
            born_on=AT.date(),
            roles=[Role.FINANCE_OFFICER],
            at=AT,
        )
        request = operations.request_approval(
            "test.kind", {"n": number}, made_by=maker.pk, at=AT, key=derive_id("race", number)
        )
        barrier = Barrier(2)

        def approve(request: ApprovalRequest = request, barrier: Barrier = barrier) -> Status:
            try:
                barrier.wait()
                return say(request, checker)
            finally:
                connection.close()

        def strip(barrier: Barrier = barrier) -> None:
            try:
                barrier.wait()
                operations.remove_roles(
                    checker.pk, [Role.FINANCE_OFFICER], by=None, at=AT, why="moved"
                )
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            word, gone = pool.submit(approve), pool.submit(strip)
            status = word.result()
            gone.result()
        trail = AuditEntry.objects.filter(
            action__in=["approval.decide", "staff.roles"], outcome__in=["changed", status.value]
        ).order_by("-id")[:2]
        order = [row.action for row in trail][::-1]
        expected = {
            Status.APPROVED: ["approval.decide", "staff.roles"],
            Status.NOT_PERMITTED: ["staff.roles", "approval.decide"],
        }
        assert order == expected[status]
        assert say(request, checker) in {Status.ALREADY_DECIDED, Status.NOT_PERMITTED}
    assert len(applied) == ApprovalDecision.objects.count()
