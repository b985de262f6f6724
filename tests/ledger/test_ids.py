"""Ids that follow from what they name."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tuppence.ledger.ids import derive_id

parts = st.lists(st.one_of(st.text(max_size=4), st.integers(-99, 99), st.uuids()), max_size=3)


def test_an_id_never_changes() -> None:
    # Fixed for good: rows in books are named by it.
    assert derive_id("pay_out", 7) == UUID("cf29f0fd-c697-2940-cd91-81dc6c816e61")


def test_parts_are_told_apart_by_kind_and_length() -> None:
    names = [("a", "bc"), ("ab", "c"), ("abc",), (1,), ("1",), (1, 1), (11,), ("1:1",), ()]
    assert len({derive_id(*name) for name in names}) == len(names)


@given(parts, parts)
def test_other_parts_make_another_id(
    one: list[str | int | UUID], other: list[str | int | UUID]
) -> None:
    same = [(type(p), p) for p in one] == [(type(p), p) for p in other]
    assert (derive_id(*one) == derive_id(*other)) is same
