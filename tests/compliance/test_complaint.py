"""Which steps a complaint takes, whoever tries what."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.compliance.conftest import AT, key
from tuppence.compliance.complaint import (
    ComplaintCase,
    ComplaintStatus,
    EntryKind,
    EntryOrder,
    Outcome,
    State,
    refuse_entry,
    state_after,
)

TODAY = date(2026, 11, 27)
ASKED = (EntryKind.MESSAGE, EntryKind.NOTE, EntryKind.DELAY)
DECIDED = (EntryKind.DECISION,)
ESCALATED = (EntryKind.DECISION, EntryKind.ESCALATION)


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((), State.OPEN),
        (ASKED, State.OPEN),
        (DECIDED, State.ANSWERED),
        (ESCALATED, State.ESCALATED),
        ((*ESCALATED, EntryKind.DECISION), State.FINAL),
        ((EntryKind.WITHDRAWAL,), State.WITHDRAWN),
        ((*ESCALATED, EntryKind.WITHDRAWAL), State.WITHDRAWN),
    ],
)
def test_a_complaint_stands_where_its_entries_lead(
    kinds: tuple[EntryKind, ...], state: State
) -> None:
    assert state_after(kinds) is state


def entry(kind: EntryKind, *, by_member: bool, text: str = "words") -> EntryOrder:
    return EntryOrder(
        key(kind),
        1,
        kind,
        text,
        AT,
        by=7,
        by_member=by_member,
        outcome=Outcome.UPHELD if kind is EntryKind.DECISION else None,
        expected_on=TODAY if kind is EntryKind.DELAY else None,
    )


S = ComplaintStatus


@pytest.mark.parametrize(
    ("kind", "by_member", "kinds", "status"),
    [
        (EntryKind.DECISION, False, (), None),
        (EntryKind.DECISION, True, (), S.NOT_PERMITTED),
        (EntryKind.NOTE, True, (), S.NOT_PERMITTED),
        (EntryKind.DECISION, False, DECIDED, S.CLOSED),
        (EntryKind.MESSAGE, True, DECIDED, S.CLOSED),
        (EntryKind.NOTE, False, DECIDED, None),
        (EntryKind.ESCALATION, True, (), S.NOT_ANSWERED),
        (EntryKind.ESCALATION, True, DECIDED, None),
        (EntryKind.ESCALATION, True, (*ESCALATED, EntryKind.DECISION), S.ALREADY_ESCALATED),
        (EntryKind.ESCALATION, False, DECIDED, S.NOT_PERMITTED),
        (EntryKind.WITHDRAWAL, True, ESCALATED, None),
        (EntryKind.WITHDRAWAL, True, DECIDED, S.CLOSED),
        (EntryKind.DECISION, False, ESCALATED, None),
    ],
)
def test_who_may_do_what_when(
    kind: EntryKind, by_member: bool, kinds: tuple[EntryKind, ...], status: S | None
) -> None:
    case = ComplaintCase(1, 5, kinds)
    own = frozenset({5}) if by_member else frozenset[int]()
    found = refuse_entry(entry(kind, by_member=by_member), case, may_act=True, own=own, today=TODAY)
    assert found is status


def test_nobody_answers_their_own_complaint_nor_reads_on_anothers() -> None:
    case = ComplaintCase(1, 5, ())
    answer = entry(EntryKind.DECISION, by_member=False)
    assert refuse_entry(answer, case, may_act=True, own=frozenset({5}), today=TODAY) is S.OWN_CASE
    message = entry(EntryKind.MESSAGE, by_member=True)
    assert (
        refuse_entry(message, case, may_act=True, own=frozenset({6}), today=TODAY)
        is S.NOT_THE_MEMBER
    )


def test_a_delay_names_a_day_to_come() -> None:
    case = ComplaintCase(1, 5, ())
    late = entry(EntryKind.DELAY, by_member=False)
    found = refuse_entry(late, case, may_act=True, own=frozenset(), today=date(2026, 11, 28))
    assert found is S.DAY_PAST


@given(st.lists(st.sampled_from(EntryKind), max_size=8))
def test_accepted_steps_never_answer_a_complaint_more_than_twice(tried: list[EntryKind]) -> None:
    case = ComplaintCase(1, 5, ())
    for kind in tried:
        by_member = kind in {EntryKind.ESCALATION, EntryKind.WITHDRAWAL}
        own = frozenset({5}) if by_member else frozenset[int]()
        order = entry(kind, by_member=by_member)
        if refuse_entry(order, case, may_act=True, own=own, today=TODAY) is None:
            case = ComplaintCase(1, 5, (*case.kinds, kind))
    assert case.kinds.count(EntryKind.DECISION) <= 2
    assert case.kinds.count(EntryKind.ESCALATION) <= 1
    assert case.state.is_open or case.kinds
