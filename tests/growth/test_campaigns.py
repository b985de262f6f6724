"""Campaigns: a plan that two people read, authority from a float that is there, and its end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django import app

from tests.growth.conftest import AT, key, plan
from tuppence import platform
from tuppence.growth.campaign import (
    ACTS,
    Act,
    ActOrder,
    CampaignStatus,
    State,
    acts_open,
)
from tuppence.growth.controls.queries import controls
from tuppence.growth.models import Campaign, Channel, Partner
from tuppence.growth.operations import (
    act_on_campaign,
    book_spend,
    copy_campaign,
    draft_campaign,
    launch_due,
    rewrite_plan,
)
from tuppence.growth.pacing import Pace, pacing
from tuppence.growth.plan import (
    BudgetLine,
    PastResult,
    Plan,
    compared_with_past,
    cost_per_result,
    plan_as_json,
    plan_digest,
    plan_from_json,
    plan_gaps,
)
from tuppence.growth.queries.campaigns import budget_minor, float_free_minor, past_results
from tuppence.growth.spend import PriceModel, SpendLine, SpendOrder, SpendStatus
from tuppence.growth.tasks import begin_and_end_campaigns
from tuppence.ledger.chart import AccountKind
from tuppence.members.approvals import Status
from tuppence.members.models import ApprovalRequest
from tuppence.members.operations import decide_approval
from tuppence.members.roles import Role

CHANNELS = frozenset({"paid_search", "referral"})


def test_a_plan_says_what_it_costs_and_what_it_lacks() -> None:
    whole = plan()
    assert plan_gaps(whole, CHANNELS) == []
    assert (whole.cost_minor, whole.gives_minor, whole.days) == (5_000_00, 2_000_00, 30)
    assert cost_per_result(whole) == Fraction(10_00)
    assert plan_gaps(replace(whole, hypothesis=" ", rivals=""), CHANNELS) == [
        "hypothesis",
        "rivals",
    ]
    assert plan_gaps(replace(whole, budget=()), CHANNELS) == ["budget", "expected_results"]
    assert plan_gaps(whole, frozenset({"referral"})) == ["budget"]
    assert plan_gaps(replace(whole, ends_on=date(2026, 11, 1)), CHANNELS) == ["ends_on"]


def test_a_plan_is_kept_as_it_was_read() -> None:
    assert plan_from_json(plan_as_json(plan())) == plan()
    assert plan_digest(plan()) != plan_digest(replace(plan(), risks="none"))


def test_a_plan_is_compared_with_the_middle_of_its_kind() -> None:
    past = [PastResult("a", 100, 10), PastResult("b", 4000, 100), PastResult("none", 500, 0)]
    assert compared_with_past(plan(), past) == Fraction(1000, 25)
    assert compared_with_past(plan(), []) is None


@given(st.sampled_from(State), st.sampled_from(Act))
def test_every_act_leads_on_from_where_it_is_open(state: State, act: Act) -> None:
    before, after = ACTS[act]
    assert (act in acts_open(state)) == (state in before)
    assert after not in before or act in {Act.PAUSE, Act.RESUME}


@pytest.mark.parametrize(
    ("spent", "day", "pace", "alerts"),
    [
        (0, 0, Pace.NOT_BEGUN, 0),
        (500, 15, Pace.ON_PLAN, 1),
        (800, 15, Pace.AHEAD, 2),
        (100, 15, Pace.BEHIND, 0),
        (1001, 30, Pace.OVER, 3),
    ],
)
def test_pace_is_spending_against_time(spent: int, day: int, pace: Pace, alerts: int) -> None:
    first = date(2026, 11, 1)
    found = pacing(
        spent,
        1000,
        starts_on=first,
        ends_on=date(2026, 11, 30),
        today=first + timedelta(days=day - 1),
    )
    assert (found.pace, len(found.alerts)) == (pace, alerts)


def test_a_forecast_goes_on_as_it_went() -> None:
    days = {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 30)}
    assert pacing(500, 1000, today=date(2026, 11, 10), **days).forecast_minor == 1500


class Desk:
    """Drafts a campaign and does things to it."""

    def __init__(self, by: int, wanted: Plan) -> None:
        self.by = by
        number = draft_campaign(wanted, by=by, at=AT, key=key("draft", wanted.name))
        assert number is not None
        self.number = number

    @property
    def row(self) -> Campaign:
        return Campaign.objects.get(id=self.number)

    def act(self, act: Act, *, digest: str = "", days: int = 0, **more):
        order = ActOrder(
            key=key(act.value, self.number, days, digest),
            campaign_id=self.number,
            act=act,
            by=self.by,
            at=AT + timedelta(days=days),
            plan_digest=digest or self.row.plan_digest,
            **more,
        )
        return act_on_campaign(order)


def agree(request_id: int, by: int, *, approve: bool = True) -> Status:
    request = ApprovalRequest.objects.get(id=request_id)
    return decide_approval(
        request_id,
        by=by,
        approve=approve,
        payload_hash=request.payload_hash,
        reason="" if approve else "too dear",
        at=AT,
    ).status


@pytest.fixture
def finance(staff: Callable[..., int]) -> int:
    return staff("fred", Role.FINANCE_OFFICER)


def holds() -> bool:
    return all(check.holds for check in controls())


def test_a_campaign_lives_from_draft_to_review(
    grower: int, finance: int, funded: Callable[[int], None]
) -> None:
    desk = Desk(grower, plan())
    asked = desk.act(Act.SUBMIT)
    assert asked.status is CampaignStatus.WAITING_FOR_SECOND
    assert agree(asked.approval_id, finance) is Status.APPROVED
    assert desk.act(Act.LAUNCH).status is CampaignStatus.FLOAT_TOO_LITTLE
    funded(2_500_00)
    assert desk.act(Act.LAUNCH, days=1).state is State.RUNNING
    assert budget_minor(desk.row)[AccountKind.BUDGET_AVAILABLE] == 2_000_00
    assert float_free_minor("EUR") == 500_00 and holds()
    assert desk.act(Act.PAUSE).status is CampaignStatus.REASON_MISSING
    assert desk.act(Act.PAUSE, reason="stock", days=2).state is State.PAUSED
    assert desk.act(Act.RESUME, days=3).state is State.RUNNING
    assert desk.act(Act.END, days=4).state is State.ENDED
    assert float_free_minor("EUR") == 2_500_00 and holds()
    assert desk.act(Act.REVIEW, reason="it worked", days=5).status is CampaignStatus.RESULTS_MISSING
    reviewed = desk.act(Act.REVIEW, reason="it worked", results=40, days=6)
    assert reviewed.state is State.REVIEWED
    assert past_results(desk.row.goal) == [PastResult("First 500 investors", 0, 40)]
    assert [step.act for step in desk.row.steps.order_by("id")] == [
        *("submit", "approve", "launch", "pause", "resume", "end", "review"),
    ]


def test_below_the_threshold_one_person_is_enough(grower: int) -> None:
    small = plan(name="Small", budget=(BudgetLine("paid_search", 500_00, 0, 10),))
    desk = Desk(grower, small)
    assert desk.act(Act.SUBMIT).state is State.APPROVED


def test_the_maker_cannot_agree_and_a_refusal_leads_back_to_the_draft(
    grower: int, finance: int, staff: Callable[..., int]
) -> None:
    desk = Desk(grower, plan())
    asked = desk.act(Act.SUBMIT)
    assert agree(asked.approval_id, grower) is Status.NOT_PERMITTED
    assert desk.act(Act.APPROVE).status is CampaignStatus.NOT_PERMITTED
    assert agree(asked.approval_id, finance, approve=False) is Status.REFUSED
    assert desk.row.state == State.DRAFT
    assert rewrite_plan(desk.number, plan(risks="fewer"), by=grower, at=AT) is CampaignStatus.DONE


def test_only_the_plan_that_was_read_is_acted_on(grower: int, finance: int) -> None:
    desk = Desk(grower, plan())
    read = desk.row.plan_digest
    rewrite_plan(desk.number, plan(risks="other"), by=grower, at=AT)
    assert desk.act(Act.SUBMIT, digest=read).status is CampaignStatus.PLAN_CHANGED
    asked = desk.act(Act.SUBMIT)
    late = rewrite_plan(desk.number, plan(), by=grower, at=AT)
    assert late is CampaignStatus.WRONG_STATE
    assert agree(asked.approval_id, finance) is Status.APPROVED


def test_two_campaigns_cannot_promise_the_same_float(
    grower: int, finance: int, funded: Callable[[int], None]
) -> None:
    funded(3_000_00)
    states = []
    for name in ("One", "Two"):
        desk = Desk(grower, plan(name=name))
        agree(desk.act(Act.SUBMIT).approval_id, finance)
        states.append(desk.act(Act.LAUNCH).status)
    assert states == [CampaignStatus.DONE, CampaignStatus.FLOAT_TOO_LITTLE]


def test_what_is_scheduled_begins_on_its_day_and_ends_after_its_last(grower: int) -> None:
    later = plan(
        name="Later",
        starts_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 5),
        budget=(BudgetLine("paid_search", 100_00, 0, 10),),
    )
    desk = Desk(grower, later)
    desk.act(Act.SUBMIT)
    assert desk.act(Act.LAUNCH).status is CampaignStatus.STARTS_LATER
    assert desk.act(Act.SCHEDULE).state is State.SCHEDULED
    assert launch_due(at=AT) == []
    (begun,) = launch_due(at=AT + timedelta(days=4))
    assert begun.state is State.RUNNING
    (ended,) = launch_due(at=AT + timedelta(days=9))
    assert ended.state is State.ENDED


def test_the_clock_begins_and_ends_campaigns(grower: int) -> None:
    today = platform.business_day(timezone.now())
    small = (BudgetLine("paid_search", 100_00, 0, 10),)
    desk = Desk(grower, plan(name="Today", starts_on=today, ends_on=today, budget=small))
    for act in (Act.SUBMIT, Act.SCHEDULE):
        desk.act(act)
    begin_and_end_campaigns(0)
    begin_and_end_campaigns(0)
    assert desk.row.state == State.RUNNING
    crons = {each.task.name: each.cron for each in app.periodic_registry.periodic_tasks.values()}
    assert crons["growth.due"] == "3 * * * *"


def test_a_copy_is_a_draft_of_its_own(grower: int) -> None:
    desk = Desk(grower, plan())
    number = copy_campaign(
        desk.number, starts_on=date(2027, 1, 1), by=grower, at=AT, key=key("copy")
    )
    copy = Campaign.objects.get(id=number)
    assert (copy.state, copy.copied_from_id, copy.ends_on) == (
        State.DRAFT,
        desk.number,
        date(2027, 1, 30),
    )


def test_spend_waits_for_the_launch(
    grower: int, finance: int, funded: Callable[[int], None], search: Channel, partner: Partner
) -> None:
    funded(2_000_00)
    desk = Desk(grower, plan())
    spend = SpendLine(search.pk, desk.number, partner.pk, AT.date(), 100, PriceModel.CPC)
    (early,) = book_spend([SpendOrder(key("early"), spend, grower, AT)])
    agree(desk.act(Act.SUBMIT).approval_id, finance)
    desk.act(Act.LAUNCH)
    (booked,) = book_spend([SpendOrder(key("then"), spend, grower, AT)])
    assert (early.status, booked.status) == (
        SpendStatus.CAMPAIGN_NOT_LAUNCHED,
        SpendStatus.BOOKED,
    )
