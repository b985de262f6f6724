"""A statement opens where the one before it closed, or something is missing."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tuppence.bank.statement_chain import Stated, jumps

DAY = date(2026, 3, 2)


def chain(moves: list[int]) -> list[Stated]:
    """Statements that follow each other, one for each change of the balance, all of one day."""
    found, balance = [], 0
    for number, move in enumerate(moves):
        found.append(Stated(number, DAY, balance, balance + move))
        balance += move
    return found


@given(st.lists(st.integers(min_value=1, max_value=10**9), max_size=12), st.randoms())
def test_parts_of_a_day_fit_in_any_order(moves: list[int], chance: object) -> None:
    statements = chain(moves)
    first, rest = statements[:1], statements[1:]
    chance.shuffle(rest)  # type: ignore[attr-defined]
    assert jumps([*first, *rest]) == []


@given(st.lists(st.integers(min_value=1, max_value=10**9), min_size=3, max_size=12), st.data())
def test_one_that_was_left_out_is_a_jump_of_its_amount(
    moves: list[int], data: st.DataObject
) -> None:
    statements = chain(moves)
    left_out = data.draw(st.integers(min_value=1, max_value=len(moves) - 2))
    (jump,) = jumps([*statements[:left_out], *statements[left_out + 1 :]])
    assert jump.amount_minor == moves[left_out]


def test_a_balance_that_is_not_stated_breaks_nothing() -> None:
    assert jumps([Stated(1, DAY, None, 5), Stated(2, DAY, None, None), Stated(3, DAY, 5, 6)]) == []
