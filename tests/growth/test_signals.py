"""What a page tells after it was shown: read strictly, kept once."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.growth.conftest import AT
from tuppence.growth.models import SpentSignal
from tuppence.growth.operations import forget_spent_signals, record_signals
from tuppence.growth.signals import (
    TOKEN_LIFE,
    ShownPage,
    Signal,
    SignalError,
    SignalKind,
    SignalStatus,
    Told,
    read_signal,
)

RIGHT = {"token": "a:b", "kind": "read", "number": 3, "seconds": 20, "scroll": 85}


def shown(visitor: UUID | None = None) -> ShownPage:
    """One showing of a page."""
    return ShownPage(uuid4(), visitor or uuid4(), 7, AT, "/listings/")


def signal(page: ShownPage, number: int = 0) -> Signal:
    return Signal(page, SignalKind.READ, number, 20, 85, AT + timedelta(minutes=1))


def test_a_right_body_is_read() -> None:
    told = read_signal(json.dumps(RIGHT).encode())
    assert told == Told("a:b", SignalKind.READ, 3, 20, 85)
    assert read_signal(b'{"token": "x", "kind": "calculator", "number": 0}').seconds == 0


@pytest.mark.parametrize(
    "wrong",
    [{"token": None}, {"token": 3}, {"kind": "buy"}, {"number": -1}, {"number": 40},
     {"number": True}, {"seconds": 1.5}, {"seconds": 10**9}, {"scroll": 101}, {"scroll": "9"}],
)  # fmt: skip
def test_a_body_that_our_script_would_not_send_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SignalError):
        read_signal(json.dumps(RIGHT | wrong).encode())


@given(st.binary(max_size=300) | st.recursive(
    st.none() | st.integers() | st.text(), st.lists, max_leaves=8
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_any_other_body_is_refused_and_never_breaks(body: bytes) -> None:
    with pytest.raises(SignalError):
        read_signal(body)


def test_too_long_and_too_deep_are_refused() -> None:
    for body in (b'{"token": "' + b"a" * 2_000 + b'"}', b"[" * 2_000):
        with pytest.raises(SignalError):
            read_signal(body)


def test_a_page_speaks_for_twelve_hours() -> None:
    page = shown()
    assert page.speaks_at(AT) and page.speaks_at(AT + TOKEN_LIFE)
    assert not page.speaks_at(AT + TOKEN_LIFE + timedelta(seconds=1))
    assert not page.speaks_at(AT - timedelta(minutes=2))


@pytest.mark.django_db
def test_each_signal_counts_once_also_within_a_batch() -> None:
    page, other = shown(), shown()
    batch = [signal(page), signal(page, 1), signal(other), signal(page)]
    kept, replayed = SignalStatus.KEPT, SignalStatus.REPLAYED
    assert record_signals(batch) == [kept, kept, kept, replayed]
    assert record_signals([replace(batch[0], seconds=99)]) == [replayed]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT visitor_id, subject_id, (properties ->> 'seconds')::int FROM events_event"
            " WHERE verb = 'page.read' ORDER BY id"
        )
        rows = cursor.fetchall()
    assert rows == [(s.shown.visitor_id, 7, 20) for s in batch[:3]]


@pytest.mark.django_db
def test_keys_are_forgotten_only_when_their_tokens_have_run_out() -> None:
    page = shown()
    record_signals([signal(page)])
    assert forget_spent_signals(at=AT + TOKEN_LIFE + timedelta(hours=1)) == 0
    assert forget_spent_signals(at=AT + 3 * TOKEN_LIFE) == 1
    assert not SpentSignal.objects.exists()
