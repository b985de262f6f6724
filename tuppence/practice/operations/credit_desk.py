"""What the credit officers of the practice market have on their desks on its last day."""

from datetime import date, timedelta

from tuppence import platform
from tuppence.ledger.ids import derive_id
from tuppence.lending.application_rules import ReviewOrder
from tuppence.lending.collection_records import HandOverOrder
from tuppence.lending.decision_reasons import Ground
from tuppence.lending.information_requests import (
    AnswerItemOrder,
    AskedItem,
    InformationOrder,
    ItemKind,
)
from tuppence.lending.models import Loan
from tuppence.lending.operations import (
    answer_items,
    ask_for_information,
    ask_for_plan,
    hand_over,
    propose_decision,
    request_credit_limit,
    request_plan_change,
)
from tuppence.lending.orders import PauseInterestOrder, RescheduleOrder
from tuppence.lending.plan_requests import PlanRequestOrder, TroubleReason
from tuppence.lending.queries.information import information_missing_of
from tuppence.members.paper import PaperKind
from tuppence.money.rates import parse_percent
from tuppence.practice.loan_stories import Fate, Story, story_of_guest
from tuppence.practice.operations.borrowing import LOSS_OF_GRADE
from tuppence.practice.operations.season import Season, story_key
from tuppence.practice.operations.second_word import agree

ASKED = 2
LIMIT_MINOR = 20_000_00
ANSWER_IN_DAYS = 7
PAUSED_DAYS = 30
MORE_INSTALMENTS = 6
COLLECTOR_SHARE = parse_percent("15")


def leave_work(season: Season, day: date) -> None:
    """A limit, an application that waits for answers and one whose answers came; late loans with
    a request, another plan, a pause and a collector."""
    _set_limit(season, day)
    _ask_applicants(season, day)
    guest = story_of_guest(list(season.stories.values())).borrower
    late = sorted(
        (
            story
            for story in season.stories.values()
            if story.fate is Fate.STOPPED and story.borrower != guest
        ),
        key=lambda story: (story.stops_on or day, story.number),
    )
    acts = (_hand_over, _agree_another_plan, _pause_interest, _ask_for_plan)
    for act, story in zip(acts, late, strict=False):
        act(story, season, day)


def _set_limit(season: Season, day: date) -> None:
    at = season.moment(day, 8)
    asked = request_credit_limit(
        None,
        LIMIT_MINOR,
        currency=platform.currency(),
        why="Two pairs of eyes on every larger loan.",
        by=season.office.staff["administrator"],
        at=at,
        key=derive_id("practice", "credit limit"),
    )
    agree(asked, by=season.office.compliance, at=at + timedelta(minutes=20))


def _ask_applicants(season: Season, day: date) -> None:
    """Of those who wait, the first two are asked for something, and the second has answered; the
    largest waits for a second officer."""
    waiting = sorted(
        (story for story in season.stories.values() if story.fate is Fate.WAITS),
        key=lambda story: (story.applies_on, story.number),
    )
    largest = max(waiting, key=lambda story: story.amount_minor)
    if len(waiting) > ASKED and largest.amount_minor > LIMIT_MINOR:
        waiting.remove(largest)
        _propose(largest, season, day)
    for story in waiting[:ASKED]:
        order = InformationOrder(
            story_key("information", story),
            season.applications[story.number],
            _items(answerable=story is not waiting[0]),
            "Your application names an income that we can't see in your papers.",
            day + timedelta(days=ANSWER_IN_DAYS),
            season.moment(day, 8, 30),
            day,
        )
        (asked,) = ask_for_information([order], by=season.office.credit)
        assert asked.status.accepted, asked
    for story in waiting[1:ASKED]:
        _explain(story, season, day)


def _propose(story: Story, season: Season, day: date) -> None:
    order = ReviewOrder(
        season.applications[story.number],
        approve=True,
        reasons="Steady trade over three years; the papers confirm the income.",
        at=season.moment(day, 9),
        grade=story.grade,
        annual_rate=story.annual_rate,
        expected_loss=LOSS_OF_GRADE[story.grade],
        grounds=(Ground.STEADY_INCOME, Ground.PAPERS_CONFIRM),
    )
    key = story_key("propose decision", story)
    asked = propose_decision(order, by=season.office.credit, key=key)
    assert asked.request_id is not None, asked


def _items(*, answerable: bool) -> tuple[AskedItem, ...]:
    words = AskedItem(ItemKind.EXPLANATION, "Which two customers pay most of your income?")
    paper = AskedItem(
        ItemKind.PAPER, "Every page of the last three months.", PaperKind.BANK_STATEMENT
    )
    return (words,) if answerable else (paper, words)


def _explain(story: Story, season: Season, day: date) -> None:
    borrower = season.member_of(story)
    (asked,) = information_missing_of(borrower.member_id)
    orders = [
        AnswerItemOrder(
            item.id,
            borrower.member_id,
            season.moment(day, 9),
            "A hotel and a school kitchen, both for more than four years.",
            by=borrower.user_id,
        )
        for item in asked.items
    ]
    assert all(outcome.status.accepted for outcome in answer_items(orders))


def _hand_over(story: Story, season: Season, day: date) -> None:
    order = HandOverOrder(
        story_key("collector", story),
        season.loans[story.number],
        "Lindqvist Collections",
        COLLECTOR_SHARE,
        season.moment(day, 9),
        "Three letters unanswered, the telephone is cut off.",
        season.office.credit,
    )
    (given,) = hand_over([order])
    assert given.status.accepted, given


def _agree_another_plan(story: Story, season: Season, day: date) -> None:
    loan = Loan.objects.get(pk=season.loans[story.number])
    order = RescheduleOrder(
        story_key("another plan", story),
        loan.pk,
        story.instalments + MORE_INSTALMENTS,
        0,
        loan.annual_rate,
        "Half the orders are gone; smaller instalments can be kept.",
        season.moment(day, 9),
    )
    _change(order, season, day)


def _pause_interest(story: Story, season: Season, day: date) -> None:
    order = PauseInterestOrder(
        story_key("pause", story),
        season.loans[story.number],
        day,
        day + timedelta(days=PAUSED_DAYS),
        "Water damage; the insurer pays next month.",
        season.moment(day, 9),
    )
    _change(order, season, day)


def _change(order: RescheduleOrder | PauseInterestOrder, season: Season, day: date) -> None:
    asked = request_plan_change(order, by=season.office.credit)
    agree(asked, by=season.office.finance, at=season.moment(day, 9, 40))


def _ask_for_plan(story: Story, season: Season, day: date) -> None:
    borrower = season.member_of(story)
    order = PlanRequestOrder(
        key=story_key("plan request", story),
        loan_id=season.loans[story.number],
        member_id=borrower.member_id,
        reason=TroubleReason.CUSTOMER_PAYS_LATE,
        story="Our largest customer pays after ninety days instead of thirty.",
        can_pay_minor=100_00,
        starts_on=day,
        at=season.moment(day, 9),
        today=day,
        by=borrower.user_id,
    )
    (asked,) = ask_for_plan([order])
    assert asked.status.accepted, asked
