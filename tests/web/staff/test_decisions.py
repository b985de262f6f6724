"""Decisions are counted by officer and month, by grade, and refusals by what stood against them."""

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from tests.web.conftest import Person
from tests.web.staff.conftest import applied, browser
from tuppence.lending import operations as lending
from tuppence.lending.application_rules import ReviewOrder
from tuppence.lending.decision_reasons import Ground
from tuppence.lending.models import Product
from tuppence.members.models import User
from tuppence.members.roles import Role
from tuppence.web.reads.staff import decisions as reads

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
MAY = datetime(2026, 5, 31, 21, 30, tzinfo=UTC)  # the evening of 31 May in Berlin
JUNE = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)  # half past midnight of 1 June


@pytest.fixture
def carla(staff: Callable[..., User]) -> User:
    """A credit officer."""
    return staff("carla", Role.CREDIT_OFFICER)


@pytest.fixture
def decide(carla: User, product: Product, member: Callable[..., Person]) -> Callable[..., None]:
    """Decide on a new application."""
    borrower = member("berta").member_id

    def make(
        amount_minor: int,
        at: datetime,
        grounds: tuple[Ground, ...] = (),
        *,
        rate: Fraction | None = None,
        grade: str = "",
        by: User = carla,
    ) -> None:
        number = applied(product, borrower, amount_minor).pk
        loss = Fraction(2, 100) if rate else None
        approve = rate is not None
        order = ReviewOrder(number, approve, "Seen.", at, grade, rate, loss, grounds)
        (outcome,) = lending.decide_applications([order], by=by.pk)
        assert outcome.status.accepted, outcome

    return make


def test_months_end_with_the_platforms_day_and_officers_stand_apart(
    decide: Callable[..., None], staff: Callable[..., User]
) -> None:
    otto = staff("otto", Role.CREDIT_OFFICER)
    decide(2_000_00, MAY, rate=Fraction(8, 100), grade="B")
    decide(3_000_00, JUNE, rate=Fraction(8, 100), grade="B")
    decide(4_000_00, JUNE, (Ground.DEBT_TOO_HIGH,))
    decide(5_000_00, JUNE, (Ground.DEBT_TOO_HIGH,), by=otto)
    rows = [
        (row.month.month, row.officer[:4], row.approved, row.refused_minor)
        for row in reads.by_officer_and_month(since=SINCE)
    ]
    assert rows == [(6, "carl", 1, 4_000_00), (6, "otto", 0, 5_000_00), (5, "carl", 1, 0)]
    assert reads.by_officer_and_month(since=SINCE)[0].share_approved == Fraction(1, 2)


def test_grades_are_averaged_by_amount(decide: Callable[..., None]) -> None:
    decide(3_000_00, MAY, rate=Fraction(8, 100), grade="B")
    decide(1_000_00, MAY, rate=Fraction(12, 100), grade="B")
    decide(1_000_00, MAY, rate=Fraction(5, 100), grade="A")
    best, second = reads.by_grade(since=SINCE)
    assert (best.grade, best.annual_rate) == ("A", Fraction(5, 100))
    # (3,000 at 8 % and 1,000 at 12 %) / 4,000 = 9 %
    assert (second.approved, second.approved_minor) == (2, 4_000_00)
    assert (second.annual_rate, second.expected_loss) == (Fraction(9, 100), Fraction(2, 100))


def test_refusals_are_counted_by_what_stood_against_them(decide: Callable[..., None]) -> None:
    decide(2_000_00, MAY, (Ground.DEBT_TOO_HIGH, Ground.PAPERS_MISSING, Ground.SOUND_PURPOSE))
    decide(3_000_00, MAY, (Ground.DEBT_TOO_HIGH,))
    decide(1_000_00, MAY)
    decide(9_000_00, MAY, (Ground.DEBT_TOO_HIGH,), rate=Fraction(8, 100), grade="B")
    rows = [(row.ground, row.refused, row.share) for row in reads.by_ground(since=SINCE)]
    assert rows == [
        ("debt_too_high", 2, Fraction(2, 3)),
        ("not_said", 1, Fraction(1, 3)),
        ("papers_missing", 1, Fraction(1, 3)),
    ]


def test_each_table_has_its_file_and_its_total(
    decide: Callable[..., None], carla: User, staff: Callable[..., User]
) -> None:
    decide(2_000_00, MAY, rate=Fraction(8, 100), grade="B")
    decide(3_000_00, MAY, (Ground.PURPOSE_DOUBTFUL,))
    reader = browser(carla)
    page = reader.get("/staff/applications/decisions/").content.decode()
    assert "May 2026" in page and "The purpose is doubtful" in page and "8.00 %" in page
    file = reader.get("/staff/applications/decisions/?r_format=csv")
    assert b"".join(file.streaming_content).decode().splitlines() == [  # type: ignore[attr-defined]
        "ground,refused,refused_amount,share,currency",
        "purpose_doubtful,1,3000.00,1,EUR",
    ]
    assert "refusals.csv" in file["Content-Disposition"]
    finance = browser(staff("fritz", Role.FINANCE_OFFICER))
    assert finance.get("/staff/applications/decisions/").status_code == 403
