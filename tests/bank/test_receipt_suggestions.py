"""Clues to whose a receipt is: one slip in the reference is found, the strongest comes first."""

from hypothesis import given
from hypothesis import strategies as st

from tuppence.bank.receipt_suggestions import (
    SUGGESTIONS_MAX,
    Clue,
    near_references,
    ranked,
)
from tuppence.members.payment_reference import payment_reference

members = st.integers(1, 10**10 - 1)


@given(members, st.integers(0, 11), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_found(member_id: int, at: int, digit: str) -> None:
    number = payment_reference(member_id)[2:]
    slipped = number[:at] + digit + number[at + 1 :]
    assert member_id in near_references(f"deposit {slipped} thank you")


@given(members, st.integers(0, 11))
def test_a_missing_digit_is_found(member_id: int, at: int) -> None:
    number = payment_reference(member_id)[2:]
    assert member_id in near_references(number[:at] + number[at + 1 :])


@given(members, st.integers(0, 10))
def test_swapped_neighbours_are_found(member_id: int, at: int) -> None:
    number = payment_reference(member_id)[2:]
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert member_id in near_references(f"RF {swapped}")


def test_short_numbers_and_words_name_nobody() -> None:
    for text in ("", "invoice 12345", "thank you", "2026-11-27"):
        assert near_references(text) == []


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(Clue))))
def test_the_most_clues_come_first_and_no_more_than_keys_reach(
    found: list[tuple[int, Clue]],
) -> None:
    best = ranked(found)
    weights = [each.weight for each in best]
    assert len(best) <= SUGGESTIONS_MAX and weights == sorted(weights, reverse=True)
    assert all(set(each.clues) == {c for m, c in found if m == each.member_id} for each in best)
