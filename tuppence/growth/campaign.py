"""A campaign's life, and what each step of it asks for.

    draft -> submitted -> approved -> scheduled -> running <-> paused -> ended -> reviewed

Approval is on exactly the plan that was read; only a draft's plan can change. Launching grants what
the campaign may give away from the platform's authority, and is refused unless the firm's money in
the client bank covers it. Ending releases what is left.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """How far a campaign is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    REVIEWED = "reviewed"
    DROPPED = "dropped"


class Act(StrEnum):
    """What is done to a campaign."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"  # back to its writer, with a reason
    SCHEDULE = "schedule"
    LAUNCH = "launch"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    REVIEW = "review"
    DROP = "drop"


ACTS: dict[Act, tuple[frozenset[State], State]] = {
    Act.SUBMIT: (frozenset({State.DRAFT}), State.SUBMITTED),
    Act.APPROVE: (frozenset({State.SUBMITTED}), State.APPROVED),
    Act.REFUSE: (frozenset({State.SUBMITTED}), State.DRAFT),
    Act.SCHEDULE: (frozenset({State.APPROVED}), State.SCHEDULED),
    Act.LAUNCH: (frozenset({State.APPROVED, State.SCHEDULED}), State.RUNNING),
    Act.PAUSE: (frozenset({State.RUNNING}), State.PAUSED),
    Act.RESUME: (frozenset({State.PAUSED}), State.RUNNING),
    Act.END: (frozenset({State.RUNNING, State.PAUSED}), State.ENDED),
    Act.REVIEW: (frozenset({State.ENDED}), State.REVIEWED),
    Act.DROP: (
        frozenset({State.DRAFT, State.APPROVED, State.SCHEDULED}),
        State.DROPPED,
    ),
}
"""From which states each act leads to which."""

NEEDS_REASON = frozenset({Act.REFUSE, Act.PAUSE, Act.DROP, Act.REVIEW})
LAUNCHED = frozenset({State.RUNNING, State.PAUSED, State.ENDED, State.REVIEWED})
"""States in which money may have been spent on a campaign."""


class CampaignStatus(StrEnum):
    """What became of an act. Where several checks fail, the first is named."""

    DONE = "done"
    EXISTS = "exists"
    NOT_FOUND = "not_found"
    NOT_PERMITTED = "not_permitted"
    WRONG_STATE = "wrong_state"
    REASON_MISSING = "reason_missing"
    RESULTS_MISSING = "results_missing"
    PLAN_INCOMPLETE = "plan_incomplete"
    PLAN_CHANGED = "plan_changed"  # not the plan that was read
    STARTS_LATER = "starts_later"
    PERIOD_OVER = "period_over"
    INCENTIVES_FORBIDDEN = "incentives_forbidden"  # by the rulebook
    FLOAT_TOO_LITTLE = "float_too_little"
    WAITING_FOR_SECOND = "waiting_for_second"  # above what one person may approve

    @property
    def accepted(self) -> bool:
        return self in {
            CampaignStatus.DONE,
            CampaignStatus.EXISTS,
            CampaignStatus.WAITING_FOR_SECOND,
        }


@dataclass(frozen=True, slots=True)
class ActOrder:
    """An act on a campaign; `plan_digest` is of the plan that the person was shown."""

    key: UUID
    campaign_id: int
    act: Act
    by: int
    at: datetime
    plan_digest: str
    reason: str = ""
    results: int | None = None  # of a review: what the campaign brought, of its goal


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """A campaign as it stands when an act on it is decided."""

    state: State
    plan_digest: str
    plan_gaps: tuple[str, ...]
    starts_on: date
    ends_on: date
    gives_minor: int  # the most that it may give away
    float_free_minor: int  # the firm's money in the client bank that no campaign has claimed
    incentives_allowed: bool  # by the rulebook


def decide_act(order: ActOrder, facts: CampaignFacts | None, *, today: date) -> CampaignStatus:
    """Whether an act can be done now."""
    if facts is None:
        return CampaignStatus.NOT_FOUND
    before, _ = ACTS[order.act]
    if facts.state not in before:
        return CampaignStatus.WRONG_STATE
    if order.plan_digest != facts.plan_digest:
        return CampaignStatus.PLAN_CHANGED
    if order.act in NEEDS_REASON and not order.reason.strip():
        return CampaignStatus.REASON_MISSING
    if order.act is Act.REVIEW and (order.results is None or order.results < 0):
        return CampaignStatus.RESULTS_MISSING
    if order.act is Act.SUBMIT and facts.plan_gaps:
        return CampaignStatus.PLAN_INCOMPLETE
    begins = order.act in {Act.SUBMIT, Act.LAUNCH}
    if begins and facts.gives_minor and not facts.incentives_allowed:
        return CampaignStatus.INCENTIVES_FORBIDDEN
    if order.act in {Act.SUBMIT, Act.SCHEDULE, Act.LAUNCH, Act.RESUME} and today > facts.ends_on:
        return CampaignStatus.PERIOD_OVER
    if order.act is Act.LAUNCH:
        return _launch(facts, today)
    return CampaignStatus.DONE


def _launch(facts: CampaignFacts, today: date) -> CampaignStatus:
    if today < facts.starts_on:
        return CampaignStatus.STARTS_LATER
    if facts.gives_minor > facts.float_free_minor:
        return CampaignStatus.FLOAT_TOO_LITTLE
    return CampaignStatus.DONE


def acts_open(state: State) -> tuple[Act, ...]:
    """The acts that a campaign in this state allows, in the order of its life."""
    return tuple(act for act, (before, _) in ACTS.items() if state in before)
