"""Spread: the published example of the index, and what must hold of any parts."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tuppence.lending.spread import Hint, Part, hints_of, spread_of


def parts(*amounts: int, loans: int = 1) -> list[Part]:
    """Parts of these sizes."""
    return [Part(str(number), loans, amount) for number, amount in enumerate(amounts)]


def test_the_example_of_the_department_of_justice() -> None:
    """A market of four with shares of 30, 30, 20 and 20 % has an index of 2,600 in 10,000."""
    assert spread_of(parts(30, 30, 20, 20)).index * 10_000 == 2_600


def test_equal_parts_count_as_many_as_they_are() -> None:
    assert spread_of(parts(5, 5, 5, 5)).effective_number == 4
    assert spread_of([]).effective_number is None


def test_hints_name_what_stands_out() -> None:
    wide = spread_of(parts(*[10] * 30))
    assert hints_of(wide, spread_of(parts(50, 50))) == []
    assert hints_of(wide, spread_of(parts(70, 30))) == [Hint.ONE_GRADE]
    narrow = spread_of(parts(50, *[5] * 10))
    assert hints_of(narrow, spread_of(parts(100))) == [Hint.LARGE_BORROWER, Hint.FEW_LOANS]
    assert hints_of(spread_of([]), spread_of([])) == []


@given(st.lists(st.integers(0, 10**12), max_size=30))
def test_shares_make_one_and_the_number_is_at_most_the_count(amounts: list[int]) -> None:
    found = spread_of(parts(*amounts))
    assert all(part.outstanding_minor > 0 for part in found.parts)
    if found.parts:
        assert sum(found.share(part) for part in found.parts) == 1
        number = found.effective_number
        assert number is not None and 1 <= number <= len(found.parts)
        assert found.share(found.parts[0]) >= Fraction(1, len(found.parts))
