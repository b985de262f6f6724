"""Retries wait longer and longer, and a letter comes to an end."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from tuppence.letters.kinds import LetterKind
from tuppence.letters.letter import Letter, letter_of_json, letter_to_json
from tuppence.letters.outbox import (
    LONGEST_WAIT,
    TOO_OLD,
    TRIES_MAX,
    LetterOrder,
    State,
    first_state,
    state_after,
    wait_after,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS = st.text(min_size=1, max_size=20).filter(lambda text: "\n" not in text)


def order(happened_at: datetime) -> LetterOrder:
    """A letter written now about something that happened then."""
    letter = Letter("Subject", "Hello,", ("Words.",))
    return LetterOrder(uuid4(), LetterKind.WELCOME, 1, "en", letter, happened_at, AT)


def test_waits_grow_up_to_half_a_day_and_all_tries_take_a_day_and_a_half_at_most() -> None:
    waits = [wait_after(tries) for tries in range(1, TRIES_MAX)]
    assert waits == sorted(waits) and waits[0] == timedelta(minutes=2)
    assert max(waits) == LONGEST_WAIT
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=2)


def test_a_try_in_vain_is_followed_by_another_until_the_last() -> None:
    assert state_after(1, is_sent=True) is State.SENT
    assert state_after(TRIES_MAX - 1, is_sent=False) is State.WAITING
    assert state_after(TRIES_MAX, is_sent=False) is State.FAILED


def test_old_news_is_kept_and_not_sent() -> None:
    assert first_state(order(AT - TOO_OLD)) is State.WAITING
    assert first_state(order(AT - TOO_OLD - timedelta(seconds=1))) is State.KEPT


@given(WORDS, st.lists(st.text()), st.lists(st.tuples(WORDS, st.text())))
def test_a_letter_survives_being_written_down(
    subject: str, paragraphs: list[str], figures: list[tuple[str, str]]
) -> None:
    letter = Letter(subject, "Hello,", tuple(paragraphs), tuple(figures), ("Bye.",), "Go", "/x/")
    assert letter_of_json(letter_to_json(letter)) == letter
