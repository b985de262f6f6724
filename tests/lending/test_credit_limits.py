"""Above a limit two officers decide; the limit itself is set by two people, never one's own."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import Error, transaction

from tests.lending.conftest import AT, Stage
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ApplyOrder, ReviewOrder, ReviewStatus
from tuppence.lending.credit_limits import LimitSet, LimitStatus, limit_of, refuse_limit
from tuppence.lending.decision_reasons import Ground
from tuppence.lending.models import ApplicationDecision, CreditLimit
from tuppence.lending.queries.credit_limits import limit_of_officer, officer_limits
from tuppence.members.approvals import Status
from tuppence.members.models import ApprovalRequest, User
from tuppence.members.operations import NotPermittedError, create_staff, decide_approval
from tuppence.members.operations.staff import add_roles
from tuppence.members.roles import Role


@pytest.fixture
def second(stage: Stage) -> User:
    """Another credit officer."""
    return person("Olga Second", Role.CREDIT_OFFICER)


@pytest.fixture
def chief(db: None) -> User:
    """An administrator."""
    return person("Ada Chief", Role.ADMINISTRATOR)


@pytest.fixture
def compliance(db: None) -> User:
    """A compliance officer."""
    return person("Cleo Rule", Role.COMPLIANCE_OFFICER)


def person(name: str, role: Role) -> User:
    """Somebody with one role."""
    email = f"{name.split()[0].lower()}@staff.example"
    born_on = date(1980, 1, 1)
    return create_staff(email, legal_name=name, born_on=born_on, roles=[role], at=AT)


def waiting(stage: Stage, amount_minor: int) -> int:
    """An application that nobody has decided on."""
    order = ApplyOrder(
        stage.key(),
        stage.member(),
        stage.product().pk,
        amount_minor,
        12,
        "A van",
        "A van.",
        AT,
        elsewhere_minor=0,
    )
    (applied,) = lending.apply([order])
    assert applied.application_id is not None, applied
    return applied.application_id


def word(application_id: int, *, approve: bool = True, reasons: str = "Sound.") -> ReviewOrder:
    """An officer's word."""
    if not approve:
        grounds = (Ground.DEBT_TOO_HIGH,)
        return ReviewOrder(application_id, False, reasons, AT, grounds=grounds)
    rate, loss = Fraction(1, 10), Fraction(2, 100)
    grounds = (Ground.STEADY_INCOME, Ground.LOW_DEBT)
    return ReviewOrder(application_id, True, reasons, AT, "B", rate, loss, grounds)


def let_set(officer: User | None, amount: int | None, chief: User, compliance: User) -> Status:
    """Set a limit by the word of two people."""
    asked = lending.request_credit_limit(
        officer.pk if officer else None,
        amount,
        currency="EUR",
        why="New in the job.",
        by=chief.pk,
        at=AT,
        key=uuid4(),
    )
    return agree(asked, compliance)


def agree(request: ApprovalRequest, by: User) -> Status:
    """Say yes to a request."""
    return decide_approval(
        request.pk, by=by.pk, approve=True, payload_hash=request.payload_hash, reason="", at=AT
    ).status


# --- Pure --------------------------------------------------------------------------------------
def test_ones_own_limit_goes_before_that_for_all_and_the_latest_holds() -> None:
    history = [LimitSet(None, 100, AT), LimitSet(7, 500, AT), LimitSet(7, 300, AT)]
    assert (limit_of(7, history), limit_of(8, history), limit_of(8, [])) == (300, 100, None)
    taken_away = [*history, LimitSet(7, None, AT)]
    assert limit_of(7, taken_away) == 100  # back to what holds for all
    assert limit_of(7, [*taken_away, LimitSet(None, None, AT)]) is None


@pytest.mark.parametrize(
    ("officer", "amount", "status"),
    [
        (9, -1, LimitStatus.OFFICER_UNKNOWN),
        (7, -1, LimitStatus.OWN_LIMIT),
        (8, -1, LimitStatus.AMOUNT_OUT_OF_BOUNDS),
        (8, 50, LimitStatus.NOTHING_TO_CHANGE),
        (8, 0, None),
        (8, None, None),
        (None, 60, None),
    ],
)
def test_the_first_check_that_fails_wins(
    officer: int | None, amount: int | None, status: LimitStatus | None
) -> None:
    officers = frozenset({7, 8})
    found = refuse_limit(officer, amount, officers=officers, asked_by=7, stands_minor=50)
    assert found is status


# --- Two people set it -------------------------------------------------------------------------
def test_a_limit_is_set_by_two_people_and_kept_for_good(
    stage: Stage, chief: User, compliance: User
) -> None:
    officer = stage.officer
    assert limit_of_officer(officer.pk, "EUR") is None
    assert let_set(officer, 1_000_00, chief, compliance) is Status.APPROVED
    assert limit_of_officer(officer.pk, "EUR") == 1_000_00
    (row,) = officer_limits("EUR")
    assert (row.officer_id, row.amount_minor, row.is_own) == (officer.pk, 1_000_00, True)
    with pytest.raises(lending.LimitRefusedError):
        let_set(officer, 1_000_00, chief, compliance)
    with pytest.raises(Error, match="append_only"), transaction.atomic():
        CreditLimit.objects.update(amount_minor=9)


def test_nobody_asks_without_the_right_or_agrees_to_their_own(stage: Stage, chief: User) -> None:
    with pytest.raises(NotPermittedError):
        let_set(stage.officer, 1, stage.officer, chief)
    both = person("Bea Both", Role.CREDIT_OFFICER)
    add_roles(both, [Role.COMPLIANCE_OFFICER], by=None, at=AT, why="test")
    assert let_set(both, 1_000_00, chief, both) is Status.CANNOT_APPLY
    assert not CreditLimit.objects.exists()


# --- Decisions above it ------------------------------------------------------------------------
def test_above_the_limit_one_officer_alone_approves_nothing_but_may_refuse(
    stage: Stage, chief: User, compliance: User
) -> None:
    let_set(None, 1_000_00, chief, compliance)
    small, large = waiting(stage, 1_000_00), waiting(stage, 1_000_01)
    outcomes = lending.decide_applications([word(small), word(large)], by=stage.officer.pk)
    assert [each.status for each in outcomes] == [ReviewStatus.APPROVED, ReviewStatus.ABOVE_LIMIT]
    (no,) = lending.decide_applications([word(large, approve=False)], by=stage.officer.pk)
    assert no.status is ReviewStatus.REFUSED
    assert ApplicationDecision.objects.get(application_id=large).grounds == ["debt_too_high"]


def test_two_officers_approve_together_once(
    stage: Stage, chief: User, compliance: User, second: User
) -> None:
    let_set(None, 1_000_00, chief, compliance)
    number, key = waiting(stage, 5_000_00), uuid4()
    asked = lending.propose_decision(word(number), by=stage.officer.pk, key=key)
    again = lending.propose_decision(word(number), by=stage.officer.pk, key=key)
    assert asked == again and asked.status is ReviewStatus.APPROVED
    other = lending.propose_decision(word(number), by=second.pk, key=uuid4())
    assert other.status is ReviewStatus.SECOND_ASKED
    assert not ApplicationDecision.objects.exists()
    request = ApprovalRequest.objects.get(pk=asked.request_id)
    assert agree(request, stage.officer) is Status.SAME_PERSON
    assert agree(request, second) is Status.APPROVED
    row = ApplicationDecision.objects.get()
    assert (row.decided_by, row.agreed_by) == (stage.officer, second)
    assert row.grounds == ["low_debt", "steady_income"] and row.annual_rate == Fraction(1, 10)
    assert agree(request, second) is Status.ALREADY_DECIDED


def test_what_was_decided_meanwhile_is_not_decided_again(
    stage: Stage, chief: User, compliance: User, second: User
) -> None:
    let_set(stage.officer, 1_000_00, chief, compliance)
    number = waiting(stage, 5_000_00)
    asked = lending.propose_decision(word(number), by=stage.officer.pk, key=uuid4())
    lending.decide_applications([word(number, approve=False)], by=second.pk)
    request = ApprovalRequest.objects.get(pk=asked.request_id)
    assert agree(request, second) is Status.CANNOT_APPLY
    assert not ApplicationDecision.objects.get().approved


def test_a_second_officer_is_not_asked_where_one_is_enough(stage: Stage) -> None:
    number = waiting(stage, 5_000_00)
    asked = lending.propose_decision(word(number), by=stage.officer.pk, key=uuid4())
    assert asked.status is ReviewStatus.NOT_ABOVE_LIMIT and asked.request_id is None
    stranger = lending.propose_decision(
        word(number), by=person("Sue Support", Role.SUPPORT).pk, key=uuid4()
    )
    assert stranger.status is ReviewStatus.NOT_PERMITTED


def test_the_same_decision_again_is_the_same_and_other_grounds_are_another(stage: Stage) -> None:
    number = waiting(stage, 5_000_00)
    first = word(number)
    turned = ReviewOrder(
        number, True, "Sound.", AT + timedelta(days=1), "B", Fraction(1, 10), Fraction(2, 100)
    )
    outcomes = lending.decide_applications([first, first, turned], by=stage.officer.pk)
    assert [each.status for each in outcomes] == [
        ReviewStatus.APPROVED,
        ReviewStatus.EXISTS,
        ReviewStatus.ALREADY_DECIDED,
    ]
