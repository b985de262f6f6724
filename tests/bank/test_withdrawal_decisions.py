"""The decisions about withdrawals and receipts, with no database up."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.bank.payout_selection import Candidate, select
from tuppence.bank.withdrawal import (
    NEXT,
    Actor,
    AskBook,
    AskOrder,
    AskStatus,
    Case,
    Payee,
    Purpose,
    State,
    StepBook,
    StepOrder,
    StepStatus,
    decide_asks,
    decide_steps,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ASKS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 3), st.integers(-5, 300)), max_size=20)


@given(ASKS, st.dictionaries(st.integers(1, 3), st.integers(0, 500)))
@settings(max_examples=200, deadline=None)
def test_nobody_asks_for_more_than_there_is(
    rows: list[tuple[int, int, int]], purses: dict[int, int]
) -> None:
    orders = [AskOrder(UUID(int=key), who, amount, "EUR", AT) for key, who, amount in rows]
    book = AskBook(
        payees={who: Payee(who, True, False, 9) for who in (1, 2, 3)},
        permitted=frozenset((None, who, Purpose.WITHDRAWAL) for who in (1, 2, 3)),
        available_minor={(who, "EUR"): minor for who, minor in purses.items()},
        currencies=frozenset({"EUR"}),
    )
    statuses = decide_asks(orders, book)
    taken = [o for o, status in zip(orders, statuses, strict=True) if status is AskStatus.ASKED]
    assert len({order.key for order in taken}) == len(taken)
    for who in (1, 2, 3):
        asked_minor = sum(order.amount_minor for order in taken if order.member_id == who)
        assert asked_minor <= purses.get(who, 0)
    # An order that was refused for want of money would not have fitted.
    assert all(
        order.amount_minor > 0
        for order, status in zip(orders, statuses, strict=True)
        if status is AskStatus.EXCEEDS_AVAILABLE
    )


@pytest.mark.parametrize("present", State)
@pytest.mark.parametrize("to", [State.APPROVED, State.REFUSED, State.CANCELLED])
def test_a_word_moves_only_where_the_state_allows(present: State, to: State) -> None:
    case = Case(1, 7, Purpose.WITHDRAWAL, present, asked_by=70, asker_human_id=700)
    officer = Actor(80, 800, frozenset(), frozenset(Purpose))
    member = Actor(70, 700, frozenset({7}), frozenset())
    by = 70 if to is State.CANCELLED else 80
    order = StepOrder(UUID(int=1), 1, by, AT, "a reason")
    book = StepBook({1: case}, {80: officer, 70: member})
    (status,) = decide_steps([order], to, book)
    allowed = to in NEXT[present] and present is not State.SENT
    assert status is (StepStatus.DONE if allowed else StepStatus.WRONG_STATE)


@given(st.lists(st.integers(1, 3), max_size=10))
@settings(max_examples=100, deadline=None)
def test_of_many_words_on_one_case_one_counts(keys: list[int]) -> None:
    case = Case(1, 7, Purpose.WITHDRAWAL, State.ASKED, asked_by=None, asker_human_id=None)
    officer = Actor(80, 800, frozenset(), frozenset(Purpose))
    orders = [StepOrder(UUID(int=key), 1, 80, AT) for key in keys]
    statuses = decide_steps(orders, State.APPROVED, StepBook({1: case}, {80: officer}))
    assert statuses.count(StepStatus.DONE) == min(1, len(keys))
    first = keys[0] if keys else 0
    assert all(
        status is (StepStatus.EXISTS if key == first else StepStatus.WRONG_STATE)
        for key, status in list(zip(keys, statuses, strict=True))[1:]
    )


def test_an_officer_whose_person_is_unknown_is_no_second_person() -> None:
    case = Case(1, 7, Purpose.WITHDRAWAL, State.ASKED, asked_by=70, asker_human_id=700)
    nobody = Actor(80, None, frozenset(), frozenset(Purpose))
    order = StepOrder(UUID(int=1), 1, 80, AT)
    book = StepBook({1: case}, {80: nobody})
    assert decide_steps([order], State.APPROVED, book) == [StepStatus.PERSON_UNKNOWN]


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 100)), max_size=15),
    st.integers(-50, 400),
)
@settings(max_examples=200, deadline=None)
def test_no_more_is_sent_than_the_bank_has(rows: list[tuple[int, int]], bank_minor: int) -> None:
    payees = {
        1: Payee(1, True, False, 9),
        2: Payee(2, True, True, 9),
        3: Payee(3, True, False, 8),
    }
    candidates = [Candidate(place, who, 9, minor) for place, (who, minor) in enumerate(rows)]
    chosen = select(candidates, payees, bank_minor=bank_minor)
    assert sorted((*chosen.sent, *chosen.waiting, *chosen.account_changed)) == [*range(len(rows))]
    sent_minor = sum(rows[place][1] for place in chosen.sent)
    assert sent_minor <= max(0, bank_minor)
    assert {rows[place][0] for place in chosen.sent} <= {1}
    assert {rows[place][0] for place in chosen.account_changed} <= {3}
