"""The one thing that makes a loan's story special: paid early, taken back, told late, given up."""

from collections.abc import Iterable
from datetime import date, timedelta

from tuppence import platform
from tuppence.bank.allocation import AssignOrder
from tuppence.bank.operations import approve_withdrawals, ask_withdrawals, assign_unallocated
from tuppence.bank.withdrawal import AskOrder, StepOrder
from tuppence.lending.operations import early_repay, record_payments, recover
from tuppence.lending.operations.reversals import reverse_payments
from tuppence.lending.operations.write_off_requests import request_write_off
from tuppence.lending.orders import (
    EarlyRepayOrder,
    PaymentOrder,
    RecoverOrder,
    ReverseOrder,
)
from tuppence.lending.servicing.facts import EarlyChoice
from tuppence.practice import queries
from tuppence.practice.loan_stories import Fate, Story
from tuppence.practice.operations.season import Season, story_key
from tuppence.practice.operations.second_word import agree
from tuppence.practice.paying import (
    DAYS_AHEAD,
    IDENTIFIED_DAYS_LATER,
    RECOVERED_DAYS_LATER,
    REVERSED_DAYS_LATER,
)

EARLY_BUFFER_PERCENT, EARLY_BUFFER_MINOR = 4, 150_00
"""More than interest, compensation and fees can be; what is over is taken out again."""

RECOVERED_PERCENT, COLLECTOR_PERCENT = 45, 15


def turn(season: Season, day: date) -> None:
    """Everything special that happens on a day."""
    for story in _on(season, day, Fate.PAID_EARLY, -DAYS_AHEAD):
        _send_for_early_repayment(story, season)
    for story in _on(season, day, Fate.PAID_EARLY, 0):
        _repay_early(story, season, day)
    for story in _on(season, day, Fate.REVERSED, REVERSED_DAYS_LATER):
        _take_back(story, season, day)
    for story in _on(season, day, Fate.TOLD_LATE, IDENTIFIED_DAYS_LATER):
        _identify(story, season, day)
    for fate in (Fate.WRITTEN_OFF, Fate.RECOVERED):
        for story in _on(season, day, fate, 0):
            _give_up(story, season, day)
    for story in _on(season, day, Fate.RECOVERED, RECOVERED_DAYS_LATER - DAYS_AHEAD):
        _send_recovered(story, season)
    for story in _on(season, day, Fate.RECOVERED, RECOVERED_DAYS_LATER):
        _recover(story, season, day)


def _on(season: Season, day: date, fate: Fate, days_later: int) -> Iterable[Story]:
    return [
        story
        for story in season.stories.values()
        if story.fate is fate
        and story.turns_on is not None
        and story.turns_on + timedelta(days=days_later) == day
    ]


def _send_for_early_repayment(story: Story, season: Season) -> None:
    loan_id = season.loans[story.number]
    owed_minor = queries.owed_minor([loan_id])[loan_id]
    amount_minor = owed_minor + owed_minor * EARLY_BUFFER_PERCENT // 100 + EARLY_BUFFER_MINOR
    season.pay_in(story.borrower, amount_minor, story_key("early money", story))


def _repay_early(story: Story, season: Season, day: date) -> None:
    (outcome,) = early_repay(
        [
            EarlyRepayOrder(
                story_key("early", story),
                season.loans[story.number],
                day,
                EarlyChoice.SETTLE,
                season.moment(day, 11),
            )
        ]
    )
    assert outcome.status.accepted, outcome
    _take_out_all(story, season, day)


def _take_back(story: Story, season: Season, day: date) -> None:
    """The borrower had meant the money for something else, and takes it out again."""
    loan_id = season.loans[story.number]
    (outcome,) = reverse_payments(
        [
            ReverseOrder(
                story_key("reverse", story),
                queries.latest_payments([loan_id])[loan_id],
                "The borrower's bank recalled the transfer as sent by mistake.",
                season.moment(day, 11),
            )
        ]
    )
    assert outcome.status.accepted, outcome
    _take_out_all(story, season, day)


def _identify(story: Story, season: Season, day: date) -> None:
    """Finance finds out whose an unnamed receipt was, and books it with the day it came."""
    amount_minor = season.unnamed_minor.pop(story.number)
    line_id, came_on = queries.unallocated_lines([amount_minor])[amount_minor]
    at = season.moment(day, 11)
    (assigned,) = assign_unallocated(
        [
            AssignOrder(
                story_key("assign", story),
                line_id,
                season.member_of(story).member_id,
                season.office.finance,
                at,
                "The borrower sent a copy of the transfer.",
            )
        ]
    )
    assert assigned.status.accepted, assigned
    (booked,) = record_payments(
        [
            PaymentOrder(
                story_key("told late", story),
                season.loans[story.number],
                came_on,
                amount_minor,
                at + timedelta(minutes=10),
            )
        ]
    )
    assert booked.status.accepted, booked


def _give_up(story: Story, season: Season, day: date) -> None:
    at = season.moment(day, 11)
    request = request_write_off(
        season.loans[story.number],
        on=day,
        why="The business has closed, and nothing is left to be taken.",
        by=season.office.credit,
        at=at,
        key=story_key("write off", story),
    )
    agree(request, by=season.office.finance, at=at + timedelta(minutes=45))


def _send_recovered(story: Story, season: Season) -> None:
    loan_id = season.loans[story.number]
    amount_minor = queries.claims_minor([loan_id])[loan_id] * RECOVERED_PERCENT // 100
    season.pay_in(story.borrower, amount_minor, story_key("recovered money", story))


def _recover(story: Story, season: Season, day: date) -> None:
    member_id = season.member_of(story).member_id
    amount_minor = season.available_minor([member_id])[member_id]
    (outcome,) = recover(
        [
            RecoverOrder(
                story_key("recover", story),
                season.loans[story.number],
                day,
                amount_minor,
                amount_minor * COLLECTOR_PERCENT // 100,
                season.moment(day, 11),
            )
        ]
    )
    assert outcome.status.accepted, outcome


def _take_out_all(story: Story, season: Season, day: date) -> None:
    borrower = season.member_of(story)
    amount_minor = season.available_minor([borrower.member_id])[borrower.member_id]
    if not amount_minor:
        return
    at = season.moment(day, 12)
    (asked,) = ask_withdrawals(
        [
            AskOrder(
                story_key("take out", story),
                borrower.member_id,
                amount_minor,
                platform.currency(),
                at,
                by=borrower.user_id,
            )
        ]
    )
    assert asked.withdrawal_id is not None, asked
    word = StepOrder(
        story_key("let go", story),
        asked.withdrawal_id,
        season.office.finance,
        at + timedelta(minutes=30),
    )
    approve_withdrawals([word])
    season.bank_has_orders = True
