"""An application while it is filled in: its steps, what is missing, when it is too old. Pure."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from tuppence.lending.application_rules import Applied, ApplyOrder
from tuppence.rules.findings import Finding

KEPT_FOR = timedelta(days=30)  # after the latest answer


class DraftStep(StrEnum):
    """One question, or one tight group of them, in the order in which they are asked."""

    COST = "cost"
    USE = "use"
    STORY = "story"
    MONTH = "month"
    ELSEWHERE = "elsewhere"
    PAPERS = "papers"
    REVIEW = "review"


class DraftStatus(StrEnum):
    """What became of an order about a draft. The first check that fails is named."""

    SAVED = "saved"
    DISCARDED = "discarded"
    SUBMITTED = "submitted"
    EXISTS = "exists"  # it was sent before: the application is named
    NOT_FOUND = "not_found"  # none, somebody else's, or too old: the answer is the same
    CHANGED_ELSEWHERE = "changed_elsewhere"  # since the page that sends it was shown
    INCOMPLETE = "incomplete"
    REFUSED = "refused"  # the application itself was; `applied` says why


@dataclass(frozen=True, slots=True)
class DraftAnswers:
    """What was answered so far; None where nothing was. Amounts in minor units, a month's."""

    amount_minor: int | None = None
    instalments: int | None = None
    business_purpose: bool | None = None
    title: str | None = None
    purpose: str | None = None
    income_minor_monthly: int | None = None
    spending_minor_monthly: int | None = None
    elsewhere_minor: int | None = None

    def with_changes(self, changes: "DraftAnswers") -> "DraftAnswers":
        """These answers with the given ones in their place; one left out keeps what it was."""
        merged = {
            each.name: getattr(self, each.name)
            if getattr(changes, each.name) is None
            else getattr(changes, each.name)
            for each in fields(self)
        }
        return DraftAnswers(**merged)


# Which answers a step asks for; papers may be left out, the review asks nothing.
ASKED: dict[DraftStep, tuple[str, ...]] = {
    DraftStep.COST: ("amount_minor", "instalments"),
    DraftStep.USE: ("business_purpose",),
    DraftStep.STORY: ("title", "purpose"),
    DraftStep.MONTH: ("income_minor_monthly", "spending_minor_monthly"),
    DraftStep.ELSEWHERE: ("elsewhere_minor",),
    DraftStep.PAPERS: (),
    DraftStep.REVIEW: (),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as operations decide on it. The key is that of the application it will become."""

    id: int
    key: UUID
    member_id: int
    product_id: int
    answers: DraftAnswers
    version: int
    saved_at: datetime
    application_id: int | None

    def is_open(self, at: datetime) -> bool:
        """Whether it can still be filled in."""
        return self.application_id is None and at < self.saved_at + KEPT_FOR


@dataclass(frozen=True, slots=True)
class StartDraftOrder:
    """Begin an application for a product, or go on with the open one, with amount and term."""

    member_id: int
    product_id: int
    amount_minor: int
    instalments: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveDraftOrder:
    """Keep the answers of a step."""

    draft_id: int
    member_id: int
    changes: DraftAnswers
    at: datetime


@dataclass(frozen=True, slots=True)
class SubmitDraftOrder:
    """Send a draft exactly as it was shown: `version` is that of the page."""

    draft_id: int
    member_id: int
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DiscardDraftOrder:
    """Throw a draft away."""

    draft_id: int
    member_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftOutcome:
    """What became of one order."""

    status: DraftStatus
    draft_id: int | None = None
    applied: Applied | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def application_id(self) -> int | None:
        """The application that a sent draft became."""
        return self.applied.application_id if self.applied else None


def steps_for(*, is_person: bool) -> tuple[DraftStep, ...]:
    """The steps that somebody is asked; a company's loan is for its business, so it isn't asked."""
    return tuple(step for step in DraftStep if is_person or step is not DraftStep.USE)


def is_answered(step: DraftStep, answers: DraftAnswers) -> bool:
    """Whether everything that a step asks is there."""
    return all(getattr(answers, name) is not None for name in ASKED[step])


def first_unanswered(answers: DraftAnswers, *, is_person: bool) -> DraftStep | None:
    """The first step with something missing; None once the draft can be sent.

    >>> first_unanswered(DraftAnswers(100_00, 12), is_person=False).value
    'story'
    """
    steps = steps_for(is_person=is_person)
    return next((step for step in steps if not is_answered(step, answers)), None)


def decide_save(draft: Draft | None, *, member_id: int, at: datetime) -> DraftStatus:
    """Whether answers can be kept: in one's own draft, while it is open."""
    if draft is None or draft.member_id != member_id or not draft.is_open(at):
        return DraftStatus.NOT_FOUND
    return DraftStatus.SAVED


def decide_submit(draft: Draft | None, order: SubmitDraftOrder, *, is_person: bool) -> DraftStatus:
    """Whether a draft is sent. Sent before, it answers EXISTS whatever the page shows."""
    if draft is None or draft.member_id != order.member_id:
        return DraftStatus.NOT_FOUND
    if draft.application_id is not None:
        return DraftStatus.EXISTS
    if not draft.is_open(order.at):
        return DraftStatus.NOT_FOUND
    if draft.version != order.version:
        return DraftStatus.CHANGED_ELSEWHERE
    if first_unanswered(draft.answers, is_person=is_person) is not None:
        return DraftStatus.INCOMPLETE
    return DraftStatus.SUBMITTED


def apply_order(draft: Draft, at: datetime) -> ApplyOrder:
    """The application that a complete draft stands for."""
    answers = draft.answers
    assert answers.amount_minor is not None and answers.instalments is not None
    return ApplyOrder(
        key=draft.key,
        member_id=draft.member_id,
        product_id=draft.product_id,
        amount_minor=answers.amount_minor,
        instalments=answers.instalments,
        title=answers.title or "",
        purpose=answers.purpose or "",
        at=at,
        income_minor_monthly=answers.income_minor_monthly,
        spending_minor_monthly=answers.spending_minor_monthly,
        elsewhere_minor=answers.elsewhere_minor,
        business_purpose=bool(answers.business_purpose),
    )
