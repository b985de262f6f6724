"""Another plan is asked for by the borrower alone, one request at a time, and answered once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import Error, transaction

from tests.lending.conftest import AT, TODAY, Stage
from tuppence.events.models import Event
from tuppence.lending.models import PlanRequest
from tuppence.lending.operations import (
    answer_plan_requests,
    ask_for_plan,
    withdraw_plan_requests,
)
from tuppence.lending.plan_requests import (
    PlanAnswerOrder,
    PlanRequestOrder,
    PlanRequestState,
    PlanRequestStatus,
    PlanWithdrawOrder,
    TroubleReason,
)
from tuppence.lending.queries.plan_requests import open_plan_requests, plan_requests_of

Status = PlanRequestStatus


def order(stage: Stage, loan: int, member: int, **fields: Any) -> PlanRequestOrder:
    """A request that is taken, unless a field says otherwise."""
    values: dict[str, Any] = {
        "key": stage.key(),
        "loan_id": loan,
        "member_id": member,
        "reason": TroubleReason.ILLNESS,
        "story": "I was ill for a month.",
        "can_pay_minor": 20_00,
        "starts_on": TODAY,
        "at": AT,
        "today": TODAY,
    }
    return PlanRequestOrder(**(values | fields))


def test_one_request_at_a_time_and_the_same_again_is_the_same(stage: Stage) -> None:
    loan, borrower, _ = stage.loan()
    first = order(stage, loan, borrower)
    asked, again, second = ask_for_plan([first, first, order(stage, loan, borrower)])
    assert [each.status for each in (asked, again, second)] == [
        Status.ASKED,
        Status.EXISTS,
        Status.ONE_IS_OPEN,
    ]
    assert again.request_id == asked.request_id
    (repeated,) = ask_for_plan([first])
    assert repeated == again
    assert PlanRequest.objects.count() == 1
    assert Event.objects.filter(verb="loan.plan_requested").count() == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"story": "  "}, Status.STORY_MISSING),
        ({"story": "x" * 2001}, Status.STORY_TOO_LONG),
        ({"can_pay_minor": -1}, Status.AMOUNT_OUT_OF_BOUNDS),
        ({"starts_on": TODAY - timedelta(days=1)}, Status.STARTS_IN_PAST),
        ({"starts_on": TODAY + timedelta(days=367)}, Status.STARTS_TOO_LATE),
        ({"can_pay_minor": 0}, Status.ASKED),
    ],
)
def test_what_can_be_asked(stage: Stage, fields: dict[str, Any], status: Status) -> None:
    loan, borrower, _ = stage.loan()
    (outcome,) = ask_for_plan([order(stage, loan, borrower, **fields)])
    assert outcome.status is status


def test_somebody_elses_loan_answers_like_one_that_is_not_there(stage: Stage) -> None:
    loan, _, lenders = stage.loan()
    theirs, nobodys = ask_for_plan(
        [order(stage, loan, lenders[0]), order(stage, 999_999, lenders[0])]
    )
    assert theirs == nobodys and theirs.status is Status.NOT_FOUND


def test_an_answer_stands_once_and_opens_the_way_for_another_request(stage: Stage) -> None:
    loan, borrower, _ = stage.loan()
    (asked,) = ask_for_plan([order(stage, loan, borrower)])
    assert asked.request_id is not None
    assert [row.id for row in open_plan_requests()] == [asked.request_id]
    empty, yes, again, no = answer_plan_requests(
        [
            PlanAnswerOrder(asked.request_id, True, " ", AT),
            PlanAnswerOrder(asked.request_id, True, "Half for three months.", AT),
            PlanAnswerOrder(asked.request_id, True, "Half for three months.", AT),
            PlanAnswerOrder(asked.request_id, False, "No.", AT),
        ],
        by=stage.officer.pk,
    )
    assert [each.status for each in (empty, yes, again, no)] == [
        Status.WORDS_MISSING,
        Status.ANSWERED,
        Status.EXISTS,
        Status.ALREADY_ANSWERED,
    ]
    (row,) = plan_requests_of(loan)
    assert row.state is PlanRequestState.AGREED and row.words == "Half for three months."
    assert open_plan_requests() == []
    (late,) = withdraw_plan_requests([PlanWithdrawOrder(asked.request_id, borrower, AT)])
    assert late.status is Status.ALREADY_ANSWERED
    assert ask_for_plan([order(stage, loan, borrower)])[0].status is Status.ASKED


def test_only_the_borrower_takes_a_request_back_and_twice_is_once(stage: Stage) -> None:
    loan, borrower, lenders = stage.loan()
    (asked,) = ask_for_plan([order(stage, loan, borrower)])
    assert asked.request_id is not None
    stranger, mine, again = withdraw_plan_requests(
        [
            PlanWithdrawOrder(asked.request_id, lenders[0], AT),
            PlanWithdrawOrder(asked.request_id, borrower, AT),
            PlanWithdrawOrder(asked.request_id, borrower, AT),
        ]
    )
    assert [each.status for each in (stranger, mine, again)] == [
        Status.NOT_FOUND,
        Status.WITHDRAWN,
        Status.EXISTS,
    ]
    answer = PlanAnswerOrder(asked.request_id, True, "Yes.", AT)
    assert answer_plan_requests([answer], by=stage.officer.pk)[0].status is (
        Status.ALREADY_WITHDRAWN
    )


def test_a_request_is_never_changed(stage: Stage) -> None:
    loan, borrower, _ = stage.loan()
    ask_for_plan([order(stage, loan, borrower, key=UUID(int=7))])
    with pytest.raises(Error, match="append_only"), transaction.atomic():
        PlanRequest.objects.update(story="otherwise")
