"""A draft keeps answers, becomes one application, and is nobody else's."""

from datetime import timedelta

import pytest

from tests.lending.conftest import AT, Stage
from tuppence.lending.application_draft import (
    KEPT_FOR,
    DiscardDraftOrder,
    DraftAnswers,
    DraftStatus,
    SaveDraftOrder,
    StartDraftOrder,
    SubmitDraftOrder,
)
from tuppence.lending.application_rules import ApplyStatus
from tuppence.lending.models import Application, ApplicationDraft
from tuppence.lending.operations import (
    discard_drafts,
    forget_old_drafts,
    save_drafts,
    start_drafts,
    submit_drafts,
)
from tuppence.lending.queries.drafts import draft_of, open_drafts

REST = DraftAnswers(
    title="A van",
    purpose="To deliver bread.",
    income_minor_monthly=3_000_00,
    spending_minor_monthly=2_000_00,
    elsewhere_minor=0,
)


@pytest.fixture
def draft(stage: Stage) -> tuple[int, int, int]:
    """A draft that is begun: its number, its member, its product."""
    member, product = stage.member(), stage.product().pk
    (outcome,) = start_drafts([StartDraftOrder(member, product, 5_000_00, 12, AT)])
    assert outcome.draft_id is not None
    return outcome.draft_id, member, product


def version(number: int) -> int:
    """The version that a page of the draft shows now."""
    return ApplicationDraft.objects.values_list("version", flat=True).get(id=number)


def test_beginning_again_goes_on_with_the_open_one(draft: tuple[int, int, int]) -> None:
    number, member, product = draft
    (again,) = start_drafts([StartDraftOrder(member, product, 6_000_00, 12, AT)])
    assert again.draft_id == number
    (kept,) = open_drafts(member, at=AT)
    assert kept.answers.amount_minor == 6_000_00


def test_sent_twice_is_one_application(draft: tuple[int, int, int]) -> None:
    number, member, _ = draft
    save_drafts([SaveDraftOrder(number, member, REST, AT)])
    order = SubmitDraftOrder(number, member, version(number), AT)
    first, double = submit_drafts([order, order])
    (later,) = submit_drafts([order])
    assert first.status is DraftStatus.SUBMITTED
    assert double.status is later.status is DraftStatus.EXISTS
    assert first.application_id == double.application_id == later.application_id
    assert Application.objects.count() == 1
    assert open_drafts(member, at=AT) == []


def test_what_another_window_changed_is_looked_at_before_it_is_sent(
    draft: tuple[int, int, int],
) -> None:
    number, member, _ = draft
    save_drafts([SaveDraftOrder(number, member, REST, AT)])
    shown = version(number)
    save_drafts([SaveDraftOrder(number, member, DraftAnswers(amount_minor=9_000_00), AT)])
    (outcome,) = submit_drafts([SubmitDraftOrder(number, member, shown, AT)])
    assert outcome.status is DraftStatus.CHANGED_ELSEWHERE
    assert not Application.objects.exists()


def test_the_same_answers_again_change_no_version(draft: tuple[int, int, int]) -> None:
    number, member, _ = draft
    save_drafts([SaveDraftOrder(number, member, REST, AT)])
    shown = version(number)
    save_drafts([SaveDraftOrder(number, member, REST, AT)])
    assert version(number) == shown


def test_a_refused_application_leaves_its_draft_open(stage: Stage) -> None:
    member, product = stage.member(), stage.product(amount_minor_max=1_000_00).pk
    (begun,) = start_drafts([StartDraftOrder(member, product, 5_000_00, 12, AT)])
    assert begun.draft_id is not None
    save_drafts([SaveDraftOrder(begun.draft_id, member, REST, AT)])
    (outcome,) = submit_drafts(
        [SubmitDraftOrder(begun.draft_id, member, version(begun.draft_id), AT)]
    )
    assert outcome.status is DraftStatus.REFUSED and outcome.applied is not None
    assert outcome.applied.status is ApplyStatus.AMOUNT_OUT_OF_RANGE
    assert [row.id for row in open_drafts(member, at=AT)] == [begun.draft_id]


def test_what_is_missing_is_not_sent(draft: tuple[int, int, int]) -> None:
    number, member, _ = draft
    (outcome,) = submit_drafts([SubmitDraftOrder(number, member, version(number), AT)])
    assert outcome.status is DraftStatus.INCOMPLETE


def test_a_draft_of_somebody_else_answers_like_none(
    stage: Stage, draft: tuple[int, int, int]
) -> None:
    number, _, _ = draft
    stranger = stage.member()
    assert draft_of(stranger, number, at=AT) is None
    for which in (number, 999_999):
        (saved,) = save_drafts([SaveDraftOrder(which, stranger, REST, AT)])
        (sent,) = submit_drafts([SubmitDraftOrder(which, stranger, 1, AT)])
        (gone,) = discard_drafts([DiscardDraftOrder(which, stranger, AT)])
        assert saved.status is sent.status is gone.status is DraftStatus.NOT_FOUND
    assert ApplicationDraft.objects.count() == 1


def test_an_old_draft_is_forgotten_and_gives_way(draft: tuple[int, int, int]) -> None:
    number, member, product = draft
    later = AT + KEPT_FOR
    assert draft_of(member, number, at=later) is None
    assert forget_old_drafts(at=later - timedelta(seconds=1)) == 0
    (anew,) = start_drafts([StartDraftOrder(member, product, 1_000_00, 6, later)])
    assert anew.draft_id != number
    assert forget_old_drafts(at=later + KEPT_FOR) == 1
